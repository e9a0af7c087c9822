"""Which names become module-level definitions: imports, closed functions and classes, constants.

A definition is closed when it reads nothing but other such names, so that it means the same
wherever it stands. Everything else stays inside its stage.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from nb2prod.analysis.code import Code
from nb2prod.analysis.effects import annotations_of, plain_annotation
from nb2prod.analysis.events import UNBOUND, Closure
from nb2prod.analysis.origins import dotted, imported
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.plan.lifetimes import Lifetime
from nb2prod.roles import Role

STDLIB = frozenset(sys.stdlib_module_names)


class HoistKind(Enum):
    """What a module-level name is."""

    IMPORT = "import"
    DEFINITION = "definition"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Hoisted:
    """A name that lives at module level, with the statements that bind it."""

    name: str
    kind: HoistKind
    statements: tuple[int, ...]


#: Decorators that give back a function or class without keeping anything between calls.
_PLAIN_DECORATORS = frozenset(
    """
    dataclasses.dataclass functools.total_ordering contextlib.contextmanager functools.wraps
    contextlib.asynccontextmanager numba.jit numba.njit torch.no_grad torch.inference_mode
    abc.abstractmethod typing.no_type_check typing.final typing.overload tensorflow.function
    """.split()
)
_PLAIN_METHOD_DECORATORS = frozenset("property staticmethod classmethod".split())
_PLAIN_CLASS_CALLS = frozenset("dataclasses.field typing.TypeVar re.compile pathlib.Path".split())


def hoisted(
    code: Code, lives: Mapping[int, Lifetime], origins: Mapping[str, str], *, stars: bool = False
) -> dict[str, Hoisted]:
    """The names that can live at module level without any run noticing.

    ``stars`` tells that a library's star import may bind names that nothing else does.
    """
    candidates = _candidates(code)
    closures = code.captures()
    requirements = {
        name: _requirements(code, entry, origins, closures.get(entry.statements[0], ()))
        for name, entry in candidates.items()
    }
    kept = {name for name, needed in requirements.items() if needed is not None}
    kept -= _written_through(code, candidates)
    shadowed = _builtins_that_last(code, lives)
    free = (BUILTINS - code.names.bound) | shadowed
    if stars:
        # What nothing else binds comes from the star import, which every module repeats.
        free |= code.names.identifiers - code.names.bound
    while True:
        out = {n for n in kept if not (requirements[n] or frozenset()) <= kept | free}
        out |= _too_early(code, lives, candidates, kept - out)
        if not out:
            break
        kept -= out
    return {name: candidates[name] for name in candidates if name in kept}


def late_imports(
    code: Code, hoisted_names: Iterable[str], origins: Mapping[str, str]
) -> frozenset[str]:
    """Imports that must run where they stand: each stage repeats those that it uses."""
    held = set(hoisted_names)
    clean = _clean_names(code)
    return frozenset(
        binding.name
        for statement in code.statements
        for binding in imported(statement.node)
        if binding.name in clean and binding.name in origins and binding.name not in held
    )


def _clean_names(code: Code) -> set[str]:
    """Names that are never deleted, written by a function, or read while perhaps unbound."""
    names = {bind.name for _, bind in code.flow.defs.values()}
    names -= code.flow.deletes.keys()
    for capture in code.flow.captures:
        names -= capture.closure.writes.keys() | capture.closure.deletes
    names -= {use.read.name for use in code.flow.uses if UNBOUND in use.reach and not use.read.soft}
    return names


def _candidates(code: Code) -> dict[str, Hoisted]:
    clean = _clean_names(code)
    found: dict[str, Hoisted] = {}
    binds: dict[str, list[int]] = {}
    for at, bind in code.flow.defs.values():
        binds.setdefault(bind.name, []).append(at)
    paths = _import_paths(code)
    barrier = _barrier(code)
    for name, numbers in binds.items():
        if name not in clean:
            continue
        first = code.statements[numbers[0]]
        if name in paths:
            if paths[name] == len(numbers) and not _is_late(code, numbers[0], name, barrier):
                found[name] = Hoisted(name, HoistKind.IMPORT, tuple(sorted(numbers)))
        elif len(numbers) == 1:
            match first.node:
                case (
                    ast.FunctionDef(name=own)
                    | ast.AsyncFunctionDef(name=own)
                    | ast.ClassDef(name=own)
                ) if own == name:
                    found[name] = Hoisted(name, HoistKind.DEFINITION, (numbers[0],))
                case ast.Assign(targets=[ast.Name()], value=ast.Lambda()):
                    found[name] = Hoisted(name, HoistKind.DEFINITION, (numbers[0],))
                case ast.Assign(targets=[ast.Name()], value=value) if is_immutable(value):
                    if first.role is not Role.PARAMETERS:
                        found[name] = Hoisted(name, HoistKind.CONSTANT, (numbers[0],))
                case _:
                    pass
    return found


def _import_paths(code: Code) -> dict[str, int]:
    """Names bound by import statements of one object, and how often."""
    paths: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for statement in code.statements:
        for binding in imported(statement.node):
            paths.setdefault(binding.name, set()).add("." * binding.level + binding.path)
            counts[binding.name] = counts.get(binding.name, 0) + 1
    return {name: counts[name] for name, found in paths.items() if len(found) == 1}


def _barrier(code: Code) -> int:
    """The first statement that may change what a later import does."""
    for number, statement in enumerate(code.statements):
        if isinstance(statement.node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(statement.node):
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "putenv" | "chdir"):
                    if not _only_reads(statement.node):
                        return number
                case ast.Attribute(value=ast.Name(id="sys"), attr="path" | "modules"):
                    if not _only_reads(statement.node):
                        return number
                case ast.Call(func=ast.Name(id="set_env")):
                    return number
                case _:
                    pass
    return len(code.statements)


def _only_reads(node: ast.stmt) -> bool:
    """An assignment of ``os.environ[...]`` to a variable changes nothing."""
    if not isinstance(node, ast.Assign):
        return False
    return all(isinstance(target, ast.Name) for target in node.targets) and not any(
        isinstance(inner, ast.Attribute) and inner.attr in ("setdefault", "update", "pop", "chdir")
        for inner in ast.walk(node.value)
    )


def _is_late(code: Code, number: int, name: str, barrier: int) -> bool:
    if number < barrier:
        return False
    return any(
        binding.name == name and binding.module.partition(".")[0] not in STDLIB
        for binding in imported(code.statements[number].node)
    )


def is_immutable(node: ast.expr) -> bool:
    """A literal whose value nothing can change."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(is_immutable(item) for item in items)
        case _:
            return False


def _requirements(
    code: Code, entry: Hoisted, origins: Mapping[str, str], closures: Sequence[Closure]
) -> frozenset[str] | None:
    """The global names that a definition needs, or None where its form keeps it in its stage."""
    if entry.kind is not HoistKind.DEFINITION:
        return frozenset()
    number = entry.statements[0]
    facts = code.facts[number]
    if not _closed_form(code.statements[number].node, origins, code.names.methods):
        return None
    if facts.awaits or facts.namespace_calls:
        return None
    needed = set(facts.names.values())
    for closure in closures:
        if closure.writes or closure.deletes:
            return None
        needed.update(closure.reads)
    return frozenset(needed - {entry.name})


# ---------------------------------------------------------------------- forms
def _closed_form(node: ast.stmt, origins: Mapping[str, str], methods: frozenset[str]) -> bool:
    """Whether running a definition has no effect and keeps nothing that changes."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _closed_function(node, origins, _is_plain_decorator)
        case ast.Assign(value=ast.Lambda(args=args)):
            return all(_is_fixed(default) for default in _defaults(args))
        case ast.ClassDef():
            if "__init_subclass__" in methods or "__set_name__" in methods:
                return False
            return (
                all(_is_plain_decorator(decorator, origins) for decorator in node.decorator_list)
                and all(_is_reference(base) for base in node.bases)
                and all(_is_reference(keyword.value) for keyword in node.keywords)
                and all(_closed_item(item, origins) for item in node.body)
                and not _writes_class_state(node)
            )
        case _:
            return False


def _closed_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    origins: Mapping[str, str],
    plain: Callable[[ast.expr, Mapping[str, str]], bool],
) -> bool:
    return (
        all(plain(decorator, origins) for decorator in node.decorator_list)
        and all(_is_fixed(default) for default in _defaults(node.args))
        and all(plain_annotation(annotation) for annotation in annotations_of(node))
    )


def _closed_item(item: ast.stmt, origins: Mapping[str, str]) -> bool:
    """One statement of a class body."""
    match item:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _closed_function(item, origins, _is_plain_method_decorator)
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return True
        case ast.Assign(targets=[ast.Name()], value=value):
            return _is_fixed(value)
        case ast.AnnAssign(annotation=annotation) if not plain_annotation(annotation):
            return False
        case ast.AnnAssign(target=ast.Name(), value=None):
            return True
        case ast.AnnAssign(target=ast.Name(), value=ast.Call(func=function, args=[])):
            return dotted(function, origins) in _PLAIN_CLASS_CALLS
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return _is_fixed(value)
        case _:
            return False


def _writes_class_state(node: ast.ClassDef) -> bool:
    """Whether a method stores attributes on the class, or on anything but its own instance."""
    for method in node.body:
        if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        static = any(
            isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod")
            for d in method.decorator_list
        )
        arguments = [*method.args.posonlyargs, *method.args.args]
        own = arguments[0].arg if arguments and not static else None
        for inner in ast.walk(method):
            if isinstance(inner, ast.Attribute) and not isinstance(inner.ctx, ast.Load):
                base = inner.value
                if isinstance(base, ast.Name) and base.id in (own, *_locals_of(method)):
                    continue
                if _reaches_class(base) or isinstance(base, ast.Name):
                    return True
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
                if inner.func.id in ("setattr", "delattr") and not (
                    inner.args and isinstance(inner.args[0], ast.Name) and inner.args[0].id == own
                ):
                    return True
    return False


def _locals_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that a function binds to the results of calls: objects of its own."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _reaches_class(base: ast.expr) -> bool:
    """``type(self)``, ``self.__class__``, ``cls``."""
    match base:
        case ast.Call(func=ast.Name(id="type" | "super")):
            return True
        case ast.Attribute(attr="__class__" | "__dict__"):
            return True
        case _:
            return False


def _is_plain_decorator(node: ast.expr, origins: Mapping[str, str]) -> bool:
    if isinstance(node, ast.Call):
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        return _is_plain_decorator(node.func, origins) and all(_is_fixed(v) for v in values)
    return dotted(node, origins) in _PLAIN_DECORATORS


def _is_plain_method_decorator(node: ast.expr, origins: Mapping[str, str]) -> bool:
    match node:
        case ast.Name(id=name) if name in _PLAIN_METHOD_DECORATORS:
            return True
        case ast.Attribute(value=ast.Name(), attr="setter" | "getter" | "deleter"):
            return True
        case _:
            return _is_plain_decorator(node, origins)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


def _is_fixed(node: ast.expr) -> bool:
    """An immutable literal, or something that is only named."""
    if isinstance(node, ast.Tuple):
        return all(_is_fixed(item) for item in node.elts)
    return is_immutable(node) or _is_reference(node)


def _is_reference(node: ast.expr) -> bool:
    """A name, an attribute of one, or a generic such as ``List[int]``."""
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=value):
            return _is_reference(value)
        case ast.Subscript(value=value):
            return _is_reference(value)
        case _:
            return False


# ---------------------------------------------------------------------- what others do to them
def _written_through(code: Code, candidates: Mapping[str, Hoisted]) -> set[str]:
    """Definitions whose attributes may be set: they would carry them from run to run."""
    direct: set[str] = set()
    unknown = False
    aliases: dict[str, set[str]] = {}
    called: dict[str, bool] = {}
    for statement in code.statements:
        parents = _owners(statement.node)
        for node in ast.walk(statement.node):
            match node:
                case ast.Assign(targets=targets, value=ast.Name(id=source)):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            aliases.setdefault(target.id, set()).add(source)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call()):
                    called.setdefault(name, True)
                case ast.Attribute(value=base, ctx=ast.Store() | ast.Del()):
                    if isinstance(base, ast.Name):
                        if not parents.is_instance(node, base.id):
                            direct.add(base.id)
                            unknown |= parents.is_parameter(node, base.id)
                    elif _reaches_class(base):
                        unknown = True
                case ast.Call(func=ast.Name(id="setattr" | "delattr" | "vars"), args=[base, *_]):
                    if isinstance(base, ast.Name):
                        if not parents.is_instance(node, base.id):
                            direct.add(base.id)
                            unknown |= parents.is_parameter(node, base.id)
                    else:
                        unknown = True
                case ast.Attribute(attr="__dict__", value=ast.Name(id=name)):
                    direct.add(name)
                case ast.For(target=ast.Name(id=name)):
                    called[name] = False
                case _:
                    pass
    # An alias of a definition, or a loop variable, may be what is written to.
    written = set(direct)
    for name in direct:
        written |= aliases.get(name, set())
        unknown |= called.get(name) is False
    if unknown:
        escaping = {name for facts in code.facts for name in facts.escapes}
        written |= escaping
    return {
        name
        for name in written & candidates.keys()
        if candidates[name].kind is HoistKind.DEFINITION
    }


class _Owners:
    """Which parameters the functions around a node have."""

    def __init__(self, root: ast.stmt) -> None:
        self._around: dict[ast.AST, tuple[tuple[str | None, frozenset[str]], ...]] = {}
        self._enter(root, (), in_class=False)

    def _enter(
        self,
        node: ast.AST,
        around: tuple[tuple[str | None, frozenset[str]], ...],
        *,
        in_class: bool,
    ) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = [a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)]
            static = isinstance(node, ast.Lambda) or any(
                isinstance(d, ast.Name) and d.id in ("staticmethod", "classmethod")
                for d in node.decorator_list
            )
            own = arguments[0] if in_class and arguments and not static else None
            around = (*around, (own, frozenset(arguments)))
        if around and isinstance(node, ast.Attribute | ast.Call):
            self._around[node] = around
        inside_class = isinstance(node, ast.ClassDef)
        for child in ast.iter_child_nodes(node):
            self._enter(child, around, in_class=inside_class)

    def is_instance(self, node: ast.AST, name: str) -> bool:
        """Whether a name is the instance that a method was called on."""
        return any(own == name for own, _ in self._around.get(node, ()))

    def is_parameter(self, node: ast.AST, name: str) -> bool:
        """Whether a name is what a caller passed."""
        return any(name in arguments for _, arguments in self._around.get(node, ()))


def _owners(root: ast.stmt) -> _Owners:
    return _Owners(root)


def _builtins_that_last(code: Code, lives: Mapping[int, Lifetime]) -> frozenset[str]:
    """Builtins that the notebook rebinds only after the last function that reads them has run."""
    first_bind: dict[str, int] = {}
    for at, bind in code.flow.defs.values():
        if bind.name in BUILTINS:
            first_bind[bind.name] = min(at, first_bind.get(bind.name, at))
    lasting = set(first_bind)
    for capture in code.flow.captures:
        for name in capture.closure.reads:
            if name in lasting and lives[capture.closure.id].last >= first_bind[name]:
                lasting.discard(name)
        lasting -= capture.closure.writes.keys()
    for number, facts in enumerate(code.facts):
        if isinstance(code.statements[number].node, ast.FunctionDef | ast.ClassDef):
            lasting -= {n for n in facts.names.values() if first_bind.get(n, number + 1) <= number}
    return frozenset(lasting)


def _too_early(
    code: Code,
    lives: Mapping[int, Lifetime],
    candidates: Mapping[str, Hoisted],
    kept: set[str],
) -> set[str]:
    """Names that a function may look up before the notebook has bound them."""
    early: set[str] = set()
    for capture in code.flow.captures:
        first = lives[capture.closure.id].first
        for name in capture.closure.reads:
            if name in kept and candidates[name].statements[0] >= max(first, capture.statement + 1):
                early.add(name)
    return early
