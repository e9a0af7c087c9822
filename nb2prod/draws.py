"""Which of the statements that a package leaves out drew random numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nb2prod.analysis.program import Statement
from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import CellRun


def dropped_draw(
    plan: PackagePlan, whole: PackagePlan, cells: Iterable[CellRun]
) -> Statement | None:
    """The first statement that drew and that ``plan`` does not have as ``whole`` does.

    None where nothing tells: a cell magic runs its statements as one, which draws on the magic's line.
    """
    shipped = {s.index: ast.dump(s.node) for s in plan.code.statements}
    dropped: dict[tuple[int, int], Statement] = {}
    for statement in whole.code.statements:
        if shipped.get(statement.index) != ast.dump(statement.node):
            dropped.setdefault((statement.cell.number, statement.line), statement)
    drew = ((run.cell, line) for run in cells for line in run.draws)
    return next((dropped[place] for place in drew if place in dropped), None)
