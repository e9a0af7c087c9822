"""The data flow between stages as a mermaid diagram."""

from __future__ import annotations

from nb2prod.plan.package import PackagePlan


def mermaid(plan: PackagePlan) -> str:
    """A flowchart: stages as boxes, the variables between them on the arrows."""
    lines = ["flowchart TD"]
    source: dict[str, str] = {}
    if plan.parameters:
        lines.append('    parameters(["parameters"])')
        source = {parameter.name: "parameters" for parameter in plan.parameters}
    for stage in plan.stages:
        numbers = [str(number) for number, _ in stage.documentation.cells]
        cells = f"cell{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
        lines.append(f'    {stage.function}_["{stage.function}<br/>{cells}"]')
        arrows: dict[str, list[str]] = {}
        for name in stage.interface.inputs:
            if name in source:
                arrows.setdefault(source[name], []).append(name)
        for start, names in arrows.items():
            lines.append(f'    {start} -- "{_listed(names)}" --> {stage.function}_')
        for name in stage.interface.outputs:
            source[name] = f"{stage.function}_"
    ends: dict[str, list[str]] = {}
    for name in plan.results:
        if name in source:
            ends.setdefault(source[name], []).append(name)
    if ends:
        lines.append('    results(["results"])')
    for start, names in ends.items():
        lines.append(f'    {start} -- "{_listed(names)}" --> results')
    if plan.storage.state:
        lines.append(f'    state[("state: {_listed(sorted(plan.storage.state))}")]')
        for stage in plan.stages:
            if stage.shares_state:
                lines.append(f"    state <-.-> {stage.function}_")
    return "\n".join(lines)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
