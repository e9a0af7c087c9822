"""Runs the tagged cells of a notebook, and only those, in a real IPython shell: the reference.

`python -m corpus.run_cells NOTEBOOK REQUEST RESULT`, in the notebooks' environment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from .isolation import answer, isolate


class Shell(InteractiveShell):
    """IPython as a kernel has it, statement by statement, with magics; without event loops."""

    def enable_gui(self, gui: str | None = None) -> None:
        """`%matplotlib` asks for an event loop; figures that nobody sees need none."""


def run_cells(notebook: Path, borrowed: Collection[int]) -> dict[str, Any]:
    """Run the tagged and the `borrowed` cells in order and give the namespace that they leave."""
    config = Config(
        {"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}}
    )
    shell = Shell.instance(config=config)
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    isolate()
    for number, cell in enumerate(cells, start=1):
        if not cell["metadata"].get("tags") and number not in borrowed:
            continue
        done = shell.run_cell("".join(cell["source"]), store_history=True)  # type: ignore[no-untyped-call]
        if not done.success:
            sys.exit(f"cell {number} failed: {done.error_before_exec or done.error_in_exec!r}")
    namespace: dict[str, Any] = shell.user_ns
    return namespace


if __name__ == "__main__":
    notebook, request, result = map(Path, sys.argv[1:])
    needed = json.loads(request.read_text(encoding="utf-8"))["borrowed"]
    answer(run_cells(notebook, needed), request, result)
