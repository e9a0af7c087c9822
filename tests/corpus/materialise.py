"""Writes one notebook of the corpus as a person would have it: tagged, alone in a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypedDict

from .gallery import split_script
from .table import Notebook


class Cell(TypedDict, total=False):
    """The part of a cell's JSON that is read or written here."""

    id: str
    cell_type: str
    metadata: dict[str, object]
    source: str | list[str]
    outputs: list[object]
    execution_count: int | None


class Content(TypedDict):
    """A notebook file."""

    cells: list[Cell]
    metadata: dict[str, object]
    nbformat: int
    nbformat_minor: int


def materialise(notebook: Notebook, sources: Path, folder: Path) -> Path:
    """Write the tagged notebook into `folder`, give its path; a row that doesn't fit raises."""
    origin = sources / notebook.sdist.stem / notebook.path
    text = origin.read_text(encoding="utf-8")
    content: Content = _from_script(text) if origin.suffix == ".py" else json.loads(text)
    _tag(notebook, content["cells"])
    content["metadata"]["nb2prod"] = {"outputs": list(notebook.wanted)}
    folder.mkdir(parents=True)
    path = folder / f"{origin.stem}.ipynb"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path


def _tag(notebook: Notebook, cells: list[Cell]) -> None:
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] != "code":
            continue
        cell["outputs"], cell["execution_count"] = [], None
        cell["metadata"] = {"tags": [notebook.roles[number]]} if number in notebook.roles else {}
    code = {
        number
        for number, cell in enumerate(cells, start=1)
        if cell["cell_type"] == "code" and cell["source"]
    }
    if astray := notebook.roles.keys() - code:
        raise ValueError(f"{notebook.id}: {sorted(astray)} are no code cells")


def _from_script(script: str) -> Content:
    cells: list[Cell] = []
    for number, piece in enumerate(split_script(script), start=1):
        cell = Cell(id=f"cell-{number}", cell_type=piece.kind, metadata={}, source=piece.source)
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata: dict[str, object] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return Content(cells=cells, metadata=metadata, nbformat=4, nbformat_minor=5)
