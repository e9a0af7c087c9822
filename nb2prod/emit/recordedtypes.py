"""Type hints of the notebook's variables, from the types that the recorded run saw."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nb2prod.analysis.code import import_origins
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.emit.imports import ImportLine
from nb2prod.plan import naming
from nb2prod.plan.hoisting import STDLIB, HoistKind
from nb2prod.plan.package import Module, PackagePlan
from nb2prod.recorded import Recorded

_IPYTHON = frozenset("IPython ipykernel ipywidgets".split())
#: Contents of containers that hold more than one thing.
_ANYTHING = dict.fromkeys(
    ("dict", "collections.OrderedDict", "collections.defaultdict"), "Any, Any"
)
_ANYTHING["tuple"] = "Any, ..."
#: A variable that is of more types than these may be anything.
_MAX_UNION = 3


@dataclass(frozen=True, slots=True)
class Hints:
    """Annotations for variables in one module, and what only a type checker imports for them."""

    texts: Mapping[str, str]
    imports: tuple[ImportLine, ...] = ()


def module_hints(plan: PackagePlan, module: Module, seen: Mapping[str, str], any_: str) -> Hints:
    """The annotations of the variables that a stage takes and gives; ``seen`` is of `seen_types`."""
    if module.stage is None or not seen:
        return Hints({})
    names = (*module.stage.interface.inputs, *module.stage.interface.outputs)
    at_hand = _imported(plan, module.uses)
    for name, home in plan.home.items():
        if home == module.name or name in module.uses:
            at_hand[f"__main__.{name}"] = name
    taken = {*plan.code.names.identifiers, any_, module.stage.result_type or ""}
    taken.add(module.stage.function)
    return _hints(plan, seen, names, at_hand, taken, any_, lazy=plan.lazy_annotations)


def state_hints(
    plan: PackagePlan,
    seen: Mapping[str, str],
    uses: Collection[str],
    taken: Collection[str],
    any_: str,
) -> Hints:
    """The annotations of fitted state in a module that imports what it ``uses``."""
    return _hints(plan, seen, seen, _imported(plan, uses), {*taken, any_}, any_, lazy=True)


def pipeline_hints(
    plan: PackagePlan,
    seen: Mapping[str, str],
    names: Iterable[str],
    taken: Collection[str],
    any_: str,
) -> Hints:
    """The annotations of variables in the module that calls the stages."""
    return _hints(plan, seen, names, {}, {*taken, any_}, any_, lazy=True)


def _imported(plan: PackagePlan, uses: Collection[str]) -> dict[str, str]:
    """What a module imports for the notebook, by its path."""
    origins = import_origins(plan.code)
    return {
        origins[name]: name
        for name in sorted(uses & origins.keys())
        if name in plan.hoisted and plan.hoisted[name].kind is HoistKind.IMPORT
    }


def _hints(
    plan: PackagePlan,
    seen: Mapping[str, str],
    names: Iterable[str],
    at_hand: Mapping[str, str],
    taken: Collection[str],
    any_: str,
    *,
    lazy: bool,
) -> Hints:
    spelling = _Spelling(plan, at_hand, {*taken} | BUILTINS, any_)
    texts = {}
    for name in dict.fromkeys(names):
        text = spelling.annotation(seen[name]) if name in seen else None
        if text is not None:
            # What is imported for the type checker alone, or too new a notation, is a string.
            texts[name] = text if lazy or spelling.is_evaluable(text) else f'"{text}"'
    return Hints(texts, tuple(spelling.lines()))


def seen_types(plan: PackagePlan, recorded: Recorded) -> dict[str, str]:
    """The type of each variable at all the boundaries that it crosses; not what callers may give."""
    seen: dict[str, set[str]] = {}
    for stage in plan.stages:
        for name in stage.interface.outputs:
            described = recorded.describe(stage.function, name)
            seen.setdefault(name, set()).add(described.hint if described else "")
    parameters = {parameter.name for parameter in plan.parameters}
    return {
        name: " | ".join(sorted(_folded(kinds), key=lambda kind: (kind == "None", kind)))
        for name, kinds in seen.items()
        # A function that gives None and nothing else would have no result to take.
        if "" not in kinds
        and kinds != {"None"}
        and len(_folded(kinds)) <= _MAX_UNION
        and name not in parameters
        and name not in plan.storage.state
    }


def _folded(kinds: Collection[str]) -> set[str]:
    """Types with one of each container: those that hold different things may hold anything."""
    by_container: dict[str, list[str]] = {}
    for kind in kinds:
        by_container.setdefault(kind.partition("[")[0], []).append(kind)
    return {
        like[0] if len(like) == 1 else f"{container}[{_ANYTHING.get(container, 'Any')}]"
        for container, like in by_container.items()
    }


class _NamelessError(Exception):
    """A part of a hint has no name in the package."""


class _Spelling:
    """How the types of a run are written in one module."""

    def __init__(
        self, plan: PackagePlan, at_hand: Mapping[str, str], taken: Collection[str], any_: str
    ) -> None:
        self._plan = plan
        self._at_hand = at_hand
        self._taken = taken
        self._any = any_
        self._origins = import_origins(plan.code)
        #: What only the type checker imports: the name here, by module and name there.
        self._imports: dict[tuple[str, str], str] = {}

    def annotation(self, hint: str) -> str | None:
        """A hint in the names of this module; nothing where a part of it has none."""
        before = dict(self._imports)
        try:
            return self._text(ast.parse(hint, mode="eval").body)
        except (_NamelessError, SyntaxError):
            self._imports = before
            return None

    def is_evaluable(self, annotation: str) -> bool:
        """Whether it means something when the module is loaded, in every Python."""
        tree = ast.walk(ast.parse(annotation))
        return not any(
            isinstance(node, ast.BinOp)
            or isinstance(node, ast.Name)
            and node.id in self._imports.values()
            for node in tree
        )

    def lines(self) -> Iterable[ImportLine]:
        """The imports for the type checker."""
        for (module, name), local in self._imports.items():
            root = module.partition(".")[0]
            group = 2 if root == self._plan.name else 0 if root in STDLIB else 1
            shown = name if name == local else f"{name} as {local}"
            yield ImportLine(group, module, f"from {module} import {shown}")

    def _text(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=None):
                return "None"
            case ast.Constant(value=value) if value is ...:
                return "..."
            case ast.Name(id="Any"):
                return self._any
            case ast.Name(id=name) if name not in self._plan.code.names.bound:
                return name
            case ast.Attribute():
                return self._class(*ast.unparse(node).rsplit(".", 1))
            case ast.Subscript(value=kind, slice=contents):
                return f"{self._text(kind)}[{self._text(contents)}]"
            case ast.Tuple(elts=elements):
                return ", ".join(map(self._text, elements))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{self._text(left)} | {self._text(right)}"
            case _:
                raise _NamelessError

    def _class(self, module: str, name: str) -> str:
        """A class of a library, or one of the notebook's own that is at module level."""
        path = f"{module}.{name}"
        if path in self._at_hand:
            return self._at_hand[path]
        if module in self._at_hand:
            return f"{self._at_hand[module]}.{name}"
        own = name
        if module == "__main__":
            if name not in self._plan.home:
                raise _NamelessError
            module = f"{self._plan.name}.{self._plan.home[name]}"
        elif module.partition(".")[0] in self._plan.local.keys() | _IPYTHON:
            raise _NamelessError
        elif (module, name) not in self._imports and self._origins.get(name) != path:
            own = naming.fresh(name, {*self._taken, *self._imports.values()})
        return self._imports.setdefault((module, name), own)
