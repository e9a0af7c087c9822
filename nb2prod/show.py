"""What a package will be, for a reader: as a tree, as JSON or as a mermaid diagram."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from nb2prod.flowchart import mermaid
from nb2prod.plan.hoisting import HoistKind
from nb2prod.plan.package import PackagePlan, Stage


@dataclass(frozen=True, slots=True)
class CellFact:
    """A source cell."""

    number: int
    id: str


@dataclass(frozen=True, slots=True)
class ParameterFact:
    """A keyword argument of ``run()``; its default as source text."""

    name: str
    default: str
    cell: int


@dataclass(frozen=True, slots=True)
class DefinitionFact:
    """A function, class or constant at module level."""

    name: str
    kind: str
    module: str
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """Variables that a stage takes from one place; without a source from the start of the run."""

    names: tuple[str, ...]
    source: str | None


@dataclass(frozen=True, slots=True)
class StageFact:
    """A stage, what flows into it and what out of it."""

    role: str
    function: str
    module: str
    heading: str
    cells: tuple[CellFact, ...]
    takes: tuple[Taken, ...]
    gives: tuple[str, ...]
    shares_state: bool


@dataclass(frozen=True, slots=True)
class StateFact:
    """A name that lives in the shared state, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is shown. The names of the fields are the keys of the JSON format."""

    name: str
    title: str
    parameters: tuple[ParameterFact, ...]
    definitions: tuple[DefinitionFact, ...]
    stages: tuple[StageFact, ...]
    state: tuple[StateFact, ...]
    results: tuple[str, ...]


def shown(plan: PackagePlan, shape: str) -> str:
    """The plan in one of the formats of ``nb2prod show``."""
    match shape:
        case "json":
            return json.dumps(asdict(facts(plan)), indent=1, ensure_ascii=False)
        case "mermaid":
            return mermaid(plan)
        case _:
            return "\n".join(_tree(facts(plan)))


def facts(plan: PackagePlan) -> Facts:
    """What there is to show of a plan."""
    statements = plan.code.statements
    parameters = tuple(
        ParameterFact(p.name, ast.unparse(p.default), statements[p.statement].cell.number)
        for p in plan.parameters
    )
    definitions = tuple(
        DefinitionFact(
            name,
            entry.kind.value,
            plan.home[name],
            tuple(dict.fromkeys(statements[n].cell.number for n in entry.statements)),
        )
        for name, entry in plan.hoisted.items()
        if entry.kind is not HoistKind.IMPORT and name in plan.home
    )
    return Facts(
        name=plan.name,
        title=plan.introduction.title,
        parameters=parameters,
        definitions=definitions,
        stages=tuple(_stages(plan)),
        state=tuple(StateFact(name, why) for name, why in sorted(plan.storage.state.items())),
        results=plan.results,
    )


def _stages(plan: PackagePlan) -> Iterable[StageFact]:
    source = {parameter.name: "parameters" for parameter in plan.parameters}
    for stage in plan.stages:
        yield StageFact(
            role=stage.role.value,
            function=stage.function,
            module=stage.module,
            heading=stage.documentation.heading,
            cells=tuple(CellFact(number, id_) for number, id_ in stage.documentation.cells),
            takes=tuple(_taken(stage, source)),
            gives=stage.interface.outputs,
            shares_state=stage.shares_state,
        )
        source.update(dict.fromkeys(stage.interface.outputs, stage.function))


def _taken(stage: Stage, source: dict[str, str]) -> Iterable[Taken]:
    groups: dict[str | None, list[str]] = {}
    for name in stage.interface.inputs:
        groups.setdefault(source.get(name), []).append(name)
    return (Taken(tuple(names), place) for place, names in groups.items())


# ---------------------------------------------------------------------- the tree
@dataclass(frozen=True, slots=True)
class _Branch:
    text: str
    leaves: tuple[str, ...] = ()


def _tree(found: Facts) -> Iterable[str]:
    yield found.name if found.title in ("", found.name) else f"{found.name}: {found.title}"
    branches = list(_branches(found))
    for i, branch in enumerate(branches):
        last = i == len(branches) - 1
        yield f"{'└──' if last else '├──'} {branch.text}"
        stem = "    " if last else "│   "
        for j, leaf in enumerate(branch.leaves):
            yield f"{stem}{'└──' if j == len(branch.leaves) - 1 else '├──'} {leaf}"


def _branches(found: Facts) -> Iterable[_Branch]:
    if found.parameters:
        leaves = (f"{p.name} = {p.default} ({_cells([p.cell])})" for p in found.parameters)
        yield _Branch("parameters of run()", tuple(leaves))
    if found.definitions:
        yield _Branch(
            "definitions",
            tuple(f"{d.name} in {d.module}.py ({_cells(d.cells)})" for d in found.definitions),
        )
    for stage in found.stages:
        where = _cells([cell.number for cell in stage.cells])
        title = f" “{stage.heading}”" if stage.heading else ""
        yield _Branch(f"{stage.role}: {stage.function}() from {where}{title}", tuple(_flow(stage)))
    if found.state:
        yield _Branch("shared state", tuple(f"{s.name}: {s.reason}" for s in found.state))
    yield _Branch("results of run()", found.results or ("none",))


def _flow(stage: StageFact) -> Iterable[str]:
    for taken in stage.takes:
        names = ", ".join(taken.names)
        yield f"takes {names} from {taken.source}" if taken.source else f"takes {names}"
    if stage.gives:
        yield f"gives {', '.join(stage.gives)}"
    if stage.shares_state:
        yield "uses the shared state"


def _cells(numbers: Sequence[int]) -> str:
    return f"cell{'s' if len(numbers) != 1 else ''} {', '.join(map(str, numbers))}"
