"""What the notebook says about a stage: headings, paragraphs and the cells it comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nb2prod.analysis.program import Program, Statement
from nb2prod.notebook import Cell


@dataclass(frozen=True, slots=True)
class Documentation:
    """The words of the markdown cells above a stage's cells."""

    #: The first heading above the stage's first cell, without markup.
    heading: str
    #: Paragraphs, in notebook order.
    paragraphs: tuple[str, ...]
    #: Source cells: (number, id).
    cells: tuple[tuple[int, str], ...]
    #: The heading above each cell that has one, by cell number.
    headings: tuple[tuple[int, str], ...]


def documentation(program: Program, statements: Sequence[Statement]) -> Documentation:
    """Collects the markdown directly above each of the statements' cells."""
    cells = {statement.cell.number: statement.cell for statement in statements}
    heading = ""
    paragraphs: list[str] = []
    headings: list[tuple[int, str]] = []
    for cell in cells.values():
        above = _markdown_above(program.notebook.cells, cell)
        own = [line for text in above for line in _headings(text)]
        if own:
            headings.append((cell.number, own[-1]))
            heading = heading or own[-1]
        for text in above:
            paragraphs += _paragraphs(text)
    return Documentation(
        heading,
        tuple(dict.fromkeys(paragraphs)),
        tuple((cell.number, cell.id) for cell in cells.values()),
        tuple(headings),
    )


def _markdown_above(cells: Sequence[Cell], cell: Cell) -> list[str]:
    above: list[str] = []
    number = cell.number - 1
    while number > 0 and cells[number - 1].kind == "markdown":
        above.insert(0, cells[number - 1].source)
        number -= 1
    return above


def _headings(text: str) -> list[str]:
    found = re.findall(r"^#{1,6}\s+(.+?)\s*#*\s*$", text, re.M)
    return [plain(heading) for heading in found if plain(heading)]


def _paragraphs(text: str) -> list[str]:
    """The prose of a markdown cell: no headings, code, tables or pictures."""
    text = re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.M | re.S)
    found = []
    for block in re.split(r"\n\s*\n", text):
        lines = [
            line for line in block.splitlines() if not re.match(r"\s*(#|\||!\[|<|---|===)", line)
        ]
        prose = plain(" ".join(line.strip() for line in lines))
        if prose:
            found.append(prose)
    return found


def plain(text: str) -> str:
    """Markdown as plain words on one line."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<[^>]{0,200}>", "", text)
    text = re.sub(r"[*_]{1,3}(\S(?:.*?\S)?)[*_]{1,3}(?!\w)", r"\1", text)
    return " ".join(text.replace("\\", "").split())
