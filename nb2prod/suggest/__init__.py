"""Proposes a role for each cell, with a reason that a person understands.

Three steps, each with its table: what a call tells about its statement (`words`), what the strongest
sign of a cell tells about the cell (`signs`), and what the flow of values adds (`values`, `judge`):
whether a later step uses what the cell computes, and which one.
"""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.analysis.code import analyse
from nb2prod.analysis.program import read_program
from nb2prod.analysis.shown import Shown
from nb2prod.depth import with_room
from nb2prod.notebook import Notebook
from nb2prod.roles import Role
from nb2prod.suggest.cells import cells_of
from nb2prod.suggest.judge import roles_of
from nb2prod.suggest.results import results_of
from nb2prod.suggest.splits import Split, splits_of

__all__ = ["Split", "Suggestion", "suggestions"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The role that a cell seems to have, where it does a second job, and which results get names."""

    cell: int
    role: Role
    reason: str
    splits: tuple[Split, ...] = ()
    #: It has this role already; only the splits and results are new.
    tagged: bool = False
    #: Values that it only shows and that get a name in this role.
    results: tuple[Shown, ...] = ()


@with_room
def suggestions(notebook: Notebook) -> tuple[Suggestion, ...]:
    """A role for each code cell that has none, splits where one does two jobs, and named results."""
    program = read_program(notebook)
    code = analyse(program.statements)
    cells = cells_of(program, code)
    roles = roles_of(notebook, code, cells)
    new = {cell.number: roles[cell.number][0] for cell in cells if cell.role is None}
    results = results_of(notebook, new)
    found: list[Suggestion] = []
    for cell in cells:
        role, reason = roles[cell.number]
        splits = tuple(splits_of(cell, role)) if role.shipped else ()
        tagged, named = cell.role is not None, results[cell.number]
        if not tagged or splits or named:
            found.append(Suggestion(cell.number, role, reason, splits, tagged, named))
    return tuple(found)
