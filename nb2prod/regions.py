"""Which lines of generated modules come from which cells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from nb2prod.analysis.program import first_line
from nb2prod.filetree import FileTree
from nb2prod.plan.package import PackagePlan


class RegionKind(Enum):
    """What a region holds."""

    STAGE = "stage"
    DEFINITION = "definition"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of a module, from 1, both ends included."""

    name: str
    kind: RegionKind
    start: int
    end: int
    #: Numbers of the cells.
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A module as it would be written."""

    path: str
    text: str
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class _Origin:
    name: str
    kind: RegionKind
    cells: tuple[int, ...]


def previews(plan: PackagePlan, tree: FileTree) -> tuple[Preview, ...]:
    """The modules that hold the notebook's code, and those that put it together."""
    root = f"src/{plan.name}"
    origins = {module.name: dict(_origins(plan, module.name)) for module in plan.modules}
    cells = {p.name: _cells(plan, [p.statement]) for p in plan.parameters}
    origins["parameters"] = {
        name: _Origin(name, RegionKind.PARAMETER, numbers) for name, numbers in cells.items()
    }
    found = []
    for module in (*origins, "state", "pipeline"):
        path = f"{root}/{module}.py"
        if path in tree:
            text = tree[path]
            found.append(Preview(path, text, tuple(_regions(text, origins.get(module, {})))))
    return tuple(found)


def _origins(plan: PackagePlan, module: str) -> Iterator[tuple[str, _Origin]]:
    """What the names at the top of a module come from."""
    for name, home in plan.home.items():
        if home == module:
            cells = _cells(plan, plan.hoisted[name].statements)
            yield name, _Origin(name, RegionKind.DEFINITION, cells)
    for stage in plan.stages:
        if stage.module == module:
            cells = tuple(number for number, _ in stage.documentation.cells)
            origin = _Origin(stage.function, RegionKind.STAGE, cells)
            yield stage.function, origin
            if stage.result_type:
                yield stage.result_type, origin


def _cells(plan: PackagePlan, statements: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(plan.code.statements[n].cell.number for n in statements))


def _regions(text: str, origins: Mapping[str, _Origin]) -> Iterator[Region]:
    lines = text.split("\n")
    above = 0
    for node in ast.parse(text).body:
        start = first_line(node)
        # The comments above a definition are its cell's.
        while start - 1 > above and lines[start - 2].startswith("#"):
            start -= 1
        above = node.end_lineno or node.lineno
        for origin in dict.fromkeys(origins[n] for n in _bound(node) if n in origins):
            yield Region(origin.name, origin.kind, start, above, origin.cells)


def _bound(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Assign() | ast.AnnAssign():
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
        case _:
            pass
