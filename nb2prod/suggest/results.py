"""Which names the values get that evaluate and predict cells only show."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from nb2prod.analysis.program import read_program
from nb2prod.analysis.shown import Shown
from nb2prod.notebook import Notebook
from nb2prod.roles import Role


def results_of(notebook: Notebook, roles: Mapping[int, Role]) -> dict[int, tuple[Shown, ...]]:
    """The named values of each cell, once the cells with these numbers have these roles."""
    cells = (
        dataclasses.replace(cell, tags=(*cell.tags, roles[cell.number].value))
        if cell.number in roles
        else cell
        for cell in notebook.cells
    )
    program = read_program(dataclasses.replace(notebook, cells=tuple(cells)))
    return {source.cell.number: source.shown for source in program.sources}
