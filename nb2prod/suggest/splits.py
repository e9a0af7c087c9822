"""Where a cell that does two jobs could be split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nb2prod.analysis.program import Statement
from nb2prod.roles import Role
from nb2prod.suggest.cells import Cell, Step
from nb2prod.suggest.signs import Sign, said


@dataclass(frozen=True, slots=True)
class Split:
    """A line of a cell from which on it does another job."""

    line: int
    role: Role
    reason: str


def splits_of(cell: Cell, role: Role) -> Iterator[Split]:
    """Where the jobs after the cell's own begin: train, then evaluate, then predict."""
    start = max((i for i, step in enumerate(cell.steps) if step.job is role), default=None)
    if start is None:
        return
    following = {Role.TRAIN: (Role.EVALUATE, Role.PREDICT), Role.EVALUATE: (Role.PREDICT,)}.get(
        role, ()
    )
    if role is Role.PREDICT and cell.role is Role.PREDICT:
        following = (Role.EVALUATE,)
    for job in following:
        at = next((i for i, s in enumerate(cell.steps) if i > start and s.job is job), None)
        if at is None:
            continue
        reason = said(cell.steps[at].strongest)
        # The imports and predictions that it needs go with it.
        while at - 1 > start and _leads_to(cell.steps[at - 1], job):
            at -= 1
        statement = cell.steps[at].statement
        if statement.role is not job and not _shares_a_line(cell.steps[at - 1], statement):
            yield Split(statement.line, job, reason)
        start = max(i for i, step in enumerate(cell.steps) if step.job is job)


def _shares_a_line(before: Step, statement: Statement) -> bool:
    """Whether a marker line above a statement would take the one before it along."""
    return statement.line <= (before.statement.node.end_lineno or 0)


def _leads_to(step: Step, job: Role) -> bool:
    signs = {clue.sign for clue in step.clues}
    return signs <= {Sign.IMPORT} or (job is Role.EVALUATE and step.job is Role.PREDICT)
