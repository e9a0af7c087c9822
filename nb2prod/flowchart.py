"""The data flow between stages: which variables flow from where to where, and as a mermaid diagram."""

from __future__ import annotations

from collections.abc import Iterable

from nb2prod.plan.package import PackagePlan

#: Where the parameters of the run stand among the stages, which count from 0; results come last.
PARAMETERS = -1


def arrows(plan: PackagePlan) -> dict[tuple[int, int], list[str]]:
    """The variables that flow from one stage to another, by the places of both."""
    source = dict.fromkeys((parameter.name for parameter in plan.parameters), PARAMETERS)
    found: dict[tuple[int, int], list[str]] = {}

    def reach(end: int, names: Iterable[str]) -> None:
        for name in names:
            if name in source:
                found.setdefault((source[name], end), []).append(name)

    for at, stage in enumerate(plan.stages):
        reach(at, stage.interface.inputs)
        source.update(dict.fromkeys(stage.interface.outputs, at))
    reach(len(plan.stages), plan.results)
    return found


def mermaid(plan: PackagePlan) -> str:
    """A flowchart: stages as boxes, the variables between them on the arrows."""
    lines = ["flowchart TD"]
    nodes = {at: f"{stage.function}_" for at, stage in enumerate(plan.stages)}
    nodes |= {PARAMETERS: "parameters", len(plan.stages): "results"}
    into: dict[int, list[str]] = {}
    for (start, end), names in arrows(plan).items():
        line = f'    {nodes[start]} -- "{_listed(names)}" --> {nodes[end]}'
        into.setdefault(end, []).append(line)
    if plan.parameters:
        lines.append('    parameters(["parameters"])')
    for at, stage in enumerate(plan.stages):
        numbers = [str(number) for number, _ in stage.documentation.cells]
        cells = f"cell{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
        lines.append(f'    {nodes[at]}["{stage.function}<br/>{cells}"]')
        lines += into.get(at, [])
    if ends := into.get(len(plan.stages)):
        lines += ['    results(["results"])', *ends]
    if plan.storage.state:
        lines.append(f'    state[("state: {_listed(sorted(plan.storage.state))}")]')
        for stage in plan.stages:
            if stage.shares_state:
                lines.append(f"    state <-.-> {stage.function}_")
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
