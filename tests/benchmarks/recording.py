"""What watching costs: the recorded run of each example notebook beside a plain run of the same cells."""

from __future__ import annotations

import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from nb2prod.diagnostics import Diagnostic
from nb2prod.execute import record
from nb2prod.mirror import mirror
from nb2prod.planning import planned_file
from nb2prod.recording import pieces

EXAMPLES = sorted((Path(__file__).parents[2] / "example_notebooks").glob("*.ipynb"))


def plain(notebook: Path) -> float:
    """Seconds of a run by nbclient alone, in a copy of the folder."""
    plan = planned_file(notebook, None).plan
    assert plan is not None
    cells = [nbformat.v4.new_code_cell(piece.source) for piece in pieces(plan)]  # type: ignore[no-untyped-call]
    book = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    started = time.perf_counter()
    with mirror(notebook.parent) as place:
        NotebookClient(
            book, kernel_name="python3", resources={"metadata": {"path": str(place)}}
        ).execute()
    return time.perf_counter() - started


def watched(notebook: Path) -> float:
    """Seconds of the recorded run."""
    plan = planned_file(notebook, None).plan
    assert plan is not None
    started = time.perf_counter()
    found = record(plan, notebook.parent, kernel="python3", again=True)
    assert not isinstance(found, Diagnostic), found
    return time.perf_counter() - started


def overhead(notebook: Path, repeat: int = 3) -> tuple[float, float]:
    """Seconds of both, the best of some runs, one after the other."""
    pairs = [(plain(notebook), watched(notebook)) for _ in range(repeat)]
    return min(p for p, _ in pairs), min(w for _, w in pairs)
