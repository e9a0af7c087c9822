"""What a random program is: tagged cells, the outputs that a user lists, its constructs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

SHIPPED = frozenset({"setup", "parameters", "preprocessing", "train", "evaluate", "predict"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell, as a front end would store it.

    Attributes:
        source: The text, marker lines included.
        role: The role that the cell starts with; `None` for an untagged one.
        tag: How the metadata spells the role; `None` where a first-line comment does.
        helper: Untagged, and holds imports, definitions and constants that tagged cells need.
        heading: A markdown heading above it.
    """

    source: str
    role: str | None
    tag: str | None = None
    helper: bool = False
    heading: str | None = None

    @property
    def runs(self) -> bool:
        """Whether the cell is part of the program: tagged, or needed by tagged cells."""
        return self.helper or self.role in SHIPPED


@dataclass(frozen=True, slots=True)
class Program:
    """A notebook that runs from top to bottom, and what to compare at its end."""

    seed: int
    cells: tuple[Cell, ...]
    outputs: tuple[str, ...]
    constructs: frozenset[str]


def text(program: Program) -> str:
    """The program for a reader: every cell under a line with its number and role."""
    return "\n".join(
        f"# ---- [{number}] {cell.role or ('helper' if cell.helper else 'untagged')}"
        f"{f'   ({cell.heading})' if cell.heading else ''}\n{cell.source}"
        for number, cell in enumerate(program.cells, 1)
    )


def write(program: Program, path: Path) -> None:
    """Writes the program as a notebook file."""
    path.write_text(json.dumps(_document(program)), encoding="utf-8")


def _document(program: Program) -> dict[str, object]:
    cells: list[dict[str, object]] = []
    for number, cell in enumerate(program.cells):
        if cell.heading is not None:
            cells.append(
                {
                    "cell_type": "markdown",
                    "id": f"text-{number}",
                    "metadata": {},
                    "source": cell.heading,
                }
            )
        cells.append(
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": [cell.tag]} if cell.tag else {},
                "execution_count": None,
                "outputs": [],
                "source": (cell.source.splitlines(keepends=True) if number % 2 else cell.source),
            }
        )
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3",
                "language": "python",
            },
            "language_info": {"name": "python"},
            "nb2prod": {"outputs": list(program.outputs)},
        },
        "cells": cells,
    }
