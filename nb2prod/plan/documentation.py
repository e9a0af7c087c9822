"""What the notebook says about itself and its stages: headings, paragraphs, source cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.program import Program, Statement
from nb2prod.notebook import Cell
from nb2prod.roles import Role

#: What a stage does, where no heading says it better.
_SUMMARIES = {
    Role.SETUP: "Options, seeds and values for all stages",
    Role.PREPROCESSING: "Turns the raw data into features",
    Role.TRAIN: "Fits the model",
    Role.EVALUATE: "Measures the model",
    Role.PREDICT: "Makes the predictions",
}


@dataclass(frozen=True, slots=True)
class Introduction:
    """The notebook's title, and what stands under it."""

    title: str
    paragraphs: tuple[str, ...]
    #: Number of the cell with the title; 0 where there is none.
    cell: int


@dataclass(frozen=True, slots=True)
class Documentation:
    """The words of the markdown cells above a stage's cells."""

    #: The first heading above the stage's cells, without markup; empty where there is none.
    heading: str
    #: The heading, or what a stage of the role does.
    summary: str
    #: Paragraphs, in notebook order; the items of a list stand on lines of their own.
    paragraphs: tuple[str, ...]
    #: Source cells: (number, id).
    cells: tuple[tuple[int, str], ...]
    #: The heading above each cell that has one, by cell number.
    headings: tuple[tuple[int, str], ...]


def introduction(program: Program, name: str) -> Introduction:
    """What the notebook says of itself: its first heading, and the words below it."""
    for cell in program.notebook.cells:
        if cell.kind == "markdown" and (found := _headings(cell.source)):
            return Introduction(found[0], tuple(_paragraphs(cell.source)), cell.number)
    return Introduction(name, (), 0)


def prose(program: Program, title_cell: int) -> dict[int, str]:
    """The markdown cells below the title by their numbers.

    Not by their places: a conversion may put cells of its own before the notebook's.
    """
    cells = program.notebook.cells
    return {c.number: c.source for c in cells if c.kind == "markdown" and c.number > title_cell}


def documentation(
    markdown: Mapping[int, str], role: Role, statements: Sequence[Statement]
) -> Documentation:
    """Collects the markdown of `prose` that stands directly above each of the statements' cells."""
    cells = {statement.cell.number: statement.cell for statement in statements}
    heading = ""
    paragraphs: list[str] = []
    headings: list[tuple[int, str]] = []
    for cell in cells.values():
        above = _markdown_above(markdown, cell)
        own = [line for text in above for line in _headings(text)]
        if own:
            headings.append((cell.number, own[-1]))
            heading = heading or own[-1]
        for text in above:
            paragraphs += _paragraphs(text)
    return Documentation(
        heading,
        heading or _SUMMARIES.get(role, "Runs the cells"),
        tuple(dict.fromkeys(paragraphs)),
        tuple((cell.number, cell.id) for cell in cells.values()),
        tuple(headings),
    )


def _markdown_above(markdown: Mapping[int, str], cell: Cell) -> list[str]:
    above: list[str] = []
    number = cell.number - 1
    while number in markdown:
        above.insert(0, markdown[number])
        number -= 1
    return above


def _headings(text: str) -> list[str]:
    found = re.findall(r"^#{1,6}[ \t]+(.+)$", text, re.M)
    words = (plain(heading.rstrip().rstrip("#")) for heading in found)
    return list(filter(None, words))


def _paragraphs(text: str) -> list[str]:
    """The prose of a markdown cell: no headings, code, tables or pictures."""
    text = re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.M | re.S)
    found = []
    for block in re.split(r"\n\s*\n", text):
        pieces = [""]
        for line in block.splitlines():
            if re.match(r"\s*(#|\||!\[|<|---|===)", line):
                continue
            item = re.match(r"\s*([-*+]|\d+[.)])\s+(.*)", line)
            if item:
                pieces.append(f"- {item[2]}" if item[1] in "-*+" else f"{item[1]} {item[2]}")
            else:
                pieces[-1] += f" {line}"
        prose = "\n".join(filter(None, map(plain, pieces)))
        if prose:
            found.append(prose)
    return found


def plain(text: str) -> str:
    """Markdown as plain words on one line."""
    # All with bounds: what never closes is looked through once, not from every opening sign.
    text = re.sub(r"!\[[^\]]{0,1000}\]\([^)]{0,1000}\)", "", text)
    text = re.sub(r"\[([^\]]{0,1000})\]\([^)]{0,1000}\)", r"\1", text)
    text = re.sub(r"<[^>]{0,200}>", "", text)
    text = re.sub(r"[*_]{1,3}(\S(?:.{0,1000}?\S)?)[*_]{1,3}(?!\w)", r"\1", text)
    return " ".join(text.replace("\\", "").split())
