"""What is timed: the converter without writing, and the references beside it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import black
import libcst

from nb2prod.filetree import FileTree
from nb2prod.notebook import parse
from nb2prod.planning import emitted, planned

from .notebooks import cells, code, document
from .timing import seconds

NB2PROD = (sys.executable, "-m", "nb2prod")
JUPYTER = (str(Path(sys.executable).with_name("jupyter")), "nbconvert")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A conversion's CPU seconds beside those of libcst and black on the same text."""

    cells: int
    converting: float
    parsing: float
    formatting: float

    @property
    def value(self) -> float:
        return self.converting / (self.parsing + self.formatting)


def convert(text: str) -> FileTree:
    """From the notebook's JSON to the files of its package, nothing written."""
    result = planned(parse(text, name="bench"), "bench", folder=None)
    assert result.plan is not None, [str(found) for found in result.diagnostics]
    return emitted(result.plan, notebook_folder=None, output=None)


def ratio(count: int, *, repeat: int = 3) -> Ratio:
    """Converts a notebook of that many cells, and runs the references on its text."""
    written = cells(count)
    notebook, text = document(written), code(written)
    return Ratio(
        count,
        seconds(lambda: convert(notebook), repeat=repeat),
        seconds(lambda: libcst.parse_module(text), repeat=repeat),
        seconds(lambda: black.format_str(text, mode=black.Mode()), repeat=repeat),
    )
