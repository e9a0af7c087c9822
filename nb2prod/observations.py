"""What the recorded run tells of single cells: what reached beyond the folder, and what changed nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.emit.recordedtypes import seen_types
from nb2prod.metrics import metrics
from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import CellRun, Recorded
from nb2prod.roles import Role

#: Paths of one cell that are named; the report has all of them.
_NAMED = 3


def beyond(cells: Iterable[CellRun], ids: Mapping[int, str], folder: Path) -> Iterator[Diagnostic]:
    """A note for each cell that used the network, a warning for each that used files elsewhere.

    ``folder`` is the notebook's; an absolute path into it leads out of the copy that the run worked in.
    """
    inside = folder.resolve()
    for cell in cells:
        if cell.hosts:
            yield diagnostic(
                "NB312",
                f"this cell talks to {_listed(cell.hosts)}",
                cell=cell.cell,
                cell_id=ids.get(cell.cell),
                line=cell.line,
            )
        for word, paths in (("reads", cell.read), ("writes", cell.written)):
            elsewhere = [path for path in paths if _is_elsewhere(path)]
            if elsewhere:
                own = all(Path(path).is_relative_to(inside) for path in elsewhere)
                where = "by an absolute path" if own else "outside the notebook's folder"
                yield diagnostic(
                    "NB313",
                    f"this cell {word} {_listed(elsewhere)}, {where}",
                    cell=cell.cell,
                    cell_id=ids.get(cell.cell),
                    line=cell.line,
                )


def removable(cells: Iterable[CellRun], ids: Mapping[int, str]) -> Iterator[Diagnostic]:
    """A note for each call that is in the package for effects that it did not have."""
    for cell in cells:
        if cell.written or cell.hosts or cell.commands:
            continue
        for line in cell.unmoved:
            if line not in cell.draws:
                message = "this call changed no value that it can reach, and drew no random number"
                yield diagnostic(
                    "NB314", message, cell=cell.cell, cell_id=ids.get(cell.cell), line=line
                )


def unpicklable(plan: PackagePlan, told: Recorded) -> Iterator[Diagnostic]:
    """A warning for each class inside a stage of which a result of the run is an object."""
    classes = {
        statement.node.name: statement
        for statement in plan.code.statements
        if isinstance(statement.node, ast.ClassDef) and statement.node.name not in plan.home
    }
    if not classes:
        return
    types = seen_types(plan, told)
    for name in plan.results:
        for found in re.findall(r"\b__main__\.(\w+)", types.get(name, "")):
            if found in classes:
                statement = classes.pop(found)
                yield diagnostic(
                    "NB316",
                    f"`{name}` is a `{found}`, a class inside a stage",
                    cell=statement.cell.number,
                    cell_id=statement.cell.id,
                    line=statement.line,
                )


def missed(plan: PackagePlan, told: Recorded) -> Iterator[Diagnostic]:
    """A warning for each metric that is not as good as the settings want it, or not there."""
    evaluating = [stage.function for stage in plan.of_role(Role.EVALUATE)]
    for metric in metrics(told, evaluating, plan.settings.metrics):
        if metric.missed:
            message = f"`{metric.name}` is {metric.value}, and {metric.wanted} is wanted"
            yield diagnostic("NB509", message)
        elif metric.value is None:
            yield diagnostic(
                "NB510", f"there is no number `{metric.name}` to hold against its bounds"
            )


def _is_elsewhere(path: str) -> bool:
    """Whether a path leads out of the notebook's folder; settings of libraries are nobody's data."""
    return Path(path).is_absolute() and not any(part[0] == "." for part in Path(path).parts)


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    text = ", ".join(f"`{name}`" for name in names[:_NAMED])
    return f"{text} and {more} more" if more > 0 else text
