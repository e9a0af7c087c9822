"""Which names become module-level definitions: imports, closed functions and classes, constants.

A definition is closed when it reads nothing but other such names, so that it means the same
wherever it stands. Everything else stays inside its stage.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from nb2prod.analysis.annotations import annotations_of, plain_annotation
from nb2prod.analysis.code import Code
from nb2prod.analysis.events import UNBOUND, Closure, Place
from nb2prod.analysis.origins import Imported, dotted, imported
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.plan.lifetimes import Lifetime
from nb2prod.plan.writes import set_attributes, written
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
#: Parts of the paths of settings: what stands there changes without an assignment, too.
_SETTINGS = frozenset("options rcParams environ sys config settings".split())
#: Words of a text, and those that name a Python file: looked for from their starts alone, texts are long.
_WORD = re.compile(r"[\w./\\-]+")
_PYTHON_FILE = re.compile(r"([\w./\\-]*\w)\.py\b")
_PLAIN_METHOD_DECORATORS = frozenset("property staticmethod classmethod".split())
_PLAIN_CLASS_CALLS = frozenset("dataclasses.field typing.TypeVar re.compile pathlib.Path".split())


def hoisted(
    code: Code,
    lives: Mapping[int, Lifetime],
    origins: Mapping[str, str],
    *,
    stars: bool = False,
    rebound: frozenset[str] = frozenset(),
    shared: frozenset[str] = frozenset(),
) -> dict[str, Hoisted]:
    """The names that can live at module level without any run noticing.

    ``stars`` tells that a library's star import may bind names that nothing else does; ``rebound``
    are the globals that functions of copied modules bind; ``shared`` are variables of the package's
    one state, which definitions find there whenever they run.
    """
    attributes = set_attributes(code, origins)
    candidates = _candidates(code, attributes.on_libraries | rebound)
    closures = code.captures()
    changing = None if attributes.computed else attributes.anywhere | rebound
    forms = _Forms(origins, code.names.methods, changing)
    requirements = {
        name: _requirements(code, entry, forms, closures.get(entry.statements[0], ()), shared)
        for name, entry in candidates.items()
    }
    kept = {name for name, needed in requirements.items() if needed is not None}
    kept -= {
        name
        for name in written(code, origins)
        if name in candidates and candidates[name].kind is HoistKind.DEFINITION
    }
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
    code: Code,
    hoisted_names: Iterable[str],
    origins: Mapping[str, str],
    rebound: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """Imports that must run where they stand: each stage repeats those that it uses."""
    held = set(hoisted_names)
    clean = _clean_names(code)
    changing = set_attributes(code, origins).on_libraries | rebound
    return frozenset(
        binding.name
        for statement in code.statements
        for binding in imported(statement.node)
        if binding.name in clean
        and binding.name in origins
        and binding.name not in held
        and not _is_snapshot(statement.node, binding, changing)
    )


def _is_snapshot(node: ast.stmt, binding: Imported, changing: frozenset[str]) -> bool:
    """Whether an import takes the value that an attribute has just then: it is a variable."""
    return isinstance(node, ast.ImportFrom) and binding.path.rpartition(".")[2] in changing


def _clean_names(code: Code) -> set[str]:
    """Names that are never deleted, written by a function, or read while perhaps unbound."""
    names = {bind.name for _, bind in code.flow.defs.values()}
    names -= code.flow.deletes.keys()
    for capture in code.flow.captures:
        names -= capture.closure.writes.keys() | capture.closure.deletes
    names -= {use.read.name for use in code.flow.uses if UNBOUND in use.reach}
    return names


def _candidates(code: Code, changing: frozenset[str]) -> dict[str, Hoisted]:
    clean = _clean_names(code)
    found: dict[str, Hoisted] = {}
    binds: dict[str, list[int]] = {}
    for at, bind in code.flow.defs.values():
        binds.setdefault(bind.name, []).append(at)
    paths = _import_paths(code, changing)
    barrier, made = _barrier(code), _made_modules(code)
    for name, numbers in binds.items():
        if name not in clean:
            continue
        first = code.statements[numbers[0]]
        if name in paths:
            if paths[name] == len(numbers) and not _is_late(code, numbers[0], name, barrier, made):
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


def _import_paths(code: Code, changing: frozenset[str]) -> dict[str, int]:
    """Names bound by import statements of one object, and how often."""
    snapshots: set[str] = set()
    paths: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    for statement in code.statements:
        for binding in imported(statement.node):
            paths.setdefault(binding.name, set()).add("." * binding.level + binding.path)
            counts[binding.name] = counts.get(binding.name, 0) + 1
            if _is_snapshot(statement.node, binding, changing):
                snapshots.add(binding.name)
    single = [name for name, found in paths.items() if len(found) == 1]
    return {name: counts[name] for name in single if name not in snapshots}


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


def _made_modules(code: Code) -> dict[str, int]:
    """Modules whose files the program seems to write, with the first statement that names them."""
    made: dict[str, int] = {}
    for number, statement in enumerate(code.statements):
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = filter(None, map(_PYTHON_FILE.match, _WORD.findall(node.value)))
                for match in named:
                    for part in match[1].replace("\\", "/").split("/"):
                        made.setdefault(part, number)
    return made


def _is_late(code: Code, number: int, name: str, barrier: int, made: Mapping[str, int]) -> bool:
    for binding in imported(code.statements[number].node):
        module = binding.module.partition(".")[0]
        if binding.name == name and module not in STDLIB:
            return number >= min(barrier, made.get(module, number + 1))
    return False


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
    code: Code,
    entry: Hoisted,
    forms: _Forms,
    closures: Sequence[Closure],
    shared: frozenset[str],
) -> frozenset[str] | None:
    """The global names that a definition needs, or None where its form keeps it in its stage."""
    if entry.kind is not HoistKind.DEFINITION:
        return frozenset()
    number = entry.statements[0]
    facts = code.facts[number]
    if not forms.closed(code.statements[number].node):
        return None
    if facts.awaits or facts.namespace_calls:
        return None
    needed = set(facts.names.values())
    later: set[Place] = set()
    for closure in closures:
        if (closure.writes.keys() | closure.deletes) - shared:
            return None
        needed.update(closure.reads)
        later.update(*closure.reads.values(), *closure.writes.values())
    if any(name in shared for place, name in facts.names.items() if place not in later):
        return None  # read as the definition is made
    return frozenset(needed - {entry.name} - shared)


# ---------------------------------------------------------------------- forms
@dataclass(frozen=True, slots=True)
class _Forms:
    """Judges whether running a definition has no effect and keeps nothing that changes."""

    origins: Mapping[str, str]
    #: Methods of the notebook's classes.
    methods: frozenset[str]
    #: Attributes that may have another value elsewhere in the program; None: any of a library.
    changing: frozenset[str] | None

    def closed(self, node: ast.stmt) -> bool:
        """A function or class that means the same wherever it is defined."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._function(node, self._decorator)
            case ast.Assign(value=ast.Lambda(args=args)):
                return all(self._fixed(default) for default in _defaults(args))
            case ast.ClassDef():
                if "__init_subclass__" in self.methods or "__set_name__" in self.methods:
                    return False
                return (
                    all(self._decorator(decorator) for decorator in node.decorator_list)
                    and all(self._reference(base) for base in node.bases)
                    and all(self._reference(keyword.value) for keyword in node.keywords)
                    and all(self._item(item) for item in node.body)
                )
            case _:
                return False

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, plain: Callable[[ast.expr], bool]
    ) -> bool:
        return (
            all(plain(decorator) for decorator in node.decorator_list)
            and all(self._fixed(default) for default in _defaults(node.args))
            and all(self._annotation(annotation) for annotation in annotations_of(node))
        )

    def _item(self, item: ast.stmt) -> bool:
        """One statement of a class body."""
        match item:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._function(item, self._method_decorator)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return True
            case ast.Assign(targets=[ast.Name()], value=value):
                return self._fixed(value)
            case ast.AnnAssign(annotation=annotation) if not self._annotation(annotation):
                return False
            case ast.AnnAssign(target=ast.Name(), value=None):
                return True
            case ast.AnnAssign(target=ast.Name(), value=ast.Call(func=function, args=[]) as call):
                return dotted(function, self.origins) in _PLAIN_CLASS_CALLS and all(
                    self._option(keyword) for keyword in call.keywords
                )
            case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
                return self._fixed(value)
            case _:
                return False

    def _option(self, keyword: ast.keyword) -> bool:
        """A keyword of a call in a class body, such as ``field(default_factory=list)``."""
        match keyword.value:
            case ast.Lambda(args=args) if keyword.arg == "default_factory":
                return all(self._fixed(default) for default in _defaults(args))
            case ast.Dict(keys=keys, values=values):
                return all(key is not None and is_immutable(key) for key in keys) and all(
                    is_immutable(value) for value in values
                )
            case value:
                return keyword.arg is not None and self._fixed(value)

    def _decorator(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            return self._decorator(node.func) and all(self._fixed(value) for value in values)
        return dotted(node, self.origins) in _PLAIN_DECORATORS

    def _method_decorator(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name) if name in _PLAIN_METHOD_DECORATORS:
                return True
            case ast.Attribute(value=ast.Name(), attr="setter" | "getter" | "deleter"):
                return True
            case _:
                return self._decorator(node)

    def _fixed(self, node: ast.expr) -> bool:
        """An immutable literal, or something that is only named."""
        if isinstance(node, ast.Tuple):
            return all(self._fixed(item) for item in node.elts)
        return is_immutable(node) or (not _has_subscript(node) and self._reference(node))

    def _annotation(self, node: ast.expr) -> bool:
        return plain_annotation(node) and all(
            self._reference(inner) for inner in ast.walk(node) if isinstance(inner, ast.Attribute)
        )

    def _reference(self, node: ast.expr) -> bool:
        """A name, an attribute that is the same at any time, or a generic such as ``List[int]``."""
        match node:
            case ast.Name():
                return True
            case ast.Attribute(value=value):
                path = dotted(node, self.origins)
                return self._reference(value) and (path is None or self._lasts(path))
            case ast.Subscript(value=value):
                return self._reference(value)
            case _:
                return False

    def _lasts(self, path: str) -> bool:
        """Whether a library's attribute has one value for all of a run."""
        parts = frozenset(path.split("."))
        return self.changing is not None and not parts & (self.changing | _SETTINGS)


def _has_subscript(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Subscript) for inner in ast.walk(node))


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


# ---------------------------------------------------------------------- when
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
