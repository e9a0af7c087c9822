"""What the heading above a cell says about it."""

from __future__ import annotations

import re

from nb2prod.notebook import Notebook
from nb2prod.roles import Role

#: What the words of a heading say, where the code under it says nothing.
_HEADINGS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (
        re.compile(r"preprocess|clean|feature|prepar|wrangl|load(ing)? |import(ing)? data"),
        Role.PREPROCESSING,
    ),
    (re.compile(r"\btrain(ing)?\b|\bfit(ting)?\b"), Role.TRAIN),
    (re.compile(r"evaluat|\bmetrics?\b|performance"), Role.EVALUATE),
    (re.compile(r"predict|\bforecast|inference"), Role.PREDICT),
)


def headings_of(notebook: Notebook) -> dict[int, tuple[str, Role | None]]:
    """The heading above each cell, with the role that its words name."""
    found: dict[int, tuple[str, Role | None]] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.kind == "markdown":
            lines = [line for line in cell.source.splitlines() if re.match(r"#{1,6}\s", line)]
            heading = lines[-1].lstrip("#").strip() if lines else heading
        else:
            text = heading.lower()
            hits = [(m.start(), role) for pattern, role in _HEADINGS if (m := pattern.search(text))]
            found[cell.number] = heading, min(hits, key=lambda hit: hit[0])[1] if hits else None
    return found
