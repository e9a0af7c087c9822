"""Notebooks in one line a cell: ``train: model = fit(x)``; the tag may be empty, ``md`` is markdown."""

from __future__ import annotations

from nb2prod.analysis.code import Code, analyse
from nb2prod.analysis.program import read_program, shipped_statements
from nb2prod.notebook import Cell, Notebook, Settings
from nb2prod.plan.package import PackagePlan
from nb2prod.planning import Planned, emitted, planned


def notebook(*cells: str, settings: Settings | None = None) -> Notebook:
    """A notebook whose cells are written as ``tag: source``."""
    return Notebook(
        "demo", tuple(map(_cell, range(1, len(cells) + 1), cells)), settings or Settings()
    )


def _cell(number: int, text: str) -> Cell:
    tag, _, source = text.partition(":")
    kind = "markdown" if tag == "md" else "code"
    tags = (tag,) if tag and kind == "code" else ()
    return Cell(number, f"c{number}", kind, source.removeprefix(" "), tags)


def code(*sources: str) -> Code:
    """The analysed statements of train cells."""
    program = read_program(notebook(*(f"train: {source}" for source in sources)))
    assert not program.diagnostics
    return analyse(shipped_statements(program))


def attempt(*cells: str, outputs: tuple[str, ...] = ()) -> Planned:
    """What becomes of a notebook: a plan, or diagnostics alone."""
    return planned(notebook(*cells, settings=Settings(outputs=outputs)), "demo", folder=None)


def plan_of(*cells: str, outputs: tuple[str, ...] = ()) -> PackagePlan:
    """The plan of a notebook that converts."""
    found = attempt(*cells, outputs=outputs)
    assert found.plan is not None, found.diagnostics
    return found.plan


def files_of(*cells: str, outputs: tuple[str, ...] = ()) -> dict[str, str]:
    """The modules of a notebook's package by name, and its other files by path."""
    tree = emitted(plan_of(*cells, outputs=outputs), notebook_folder=None, output=None)
    return {path.removeprefix("src/demo/").removesuffix(".py"): text for path, text in tree.items()}


def codes_of(found: Planned) -> list[str]:
    """The codes of the diagnostics, in order."""
    return [diagnostic.code for diagnostic in found.diagnostics]
