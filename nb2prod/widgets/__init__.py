"""The panel for places without the JupyterLab extension: VS Code, Colab, plain Jupyter.

``state`` and ``job`` are what it knows, ``session`` is who acts, ``view`` draws; only ``view`` knows
ipywidgets.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2prod.widgets.view import PanelView

_LOCK = threading.Lock()
#: One panel for each notebook: a cell that shows it may run again while it converts.
_SHOWN: dict[Path, PanelView] = {}


def panel(notebook: str | Path, *, kernel: str | None = None) -> PanelView:
    """Shows a notebook's cells with their roles: to tag, check and convert it.

    It reads and writes the notebook *file*: save the notebook in its editor before, and reload it
    there afterwards.

    Parameters
    ----------
    notebook
        Path of the ``.ipynb`` file.
    kernel
        Name of the kernelspec to run the notebook in, or path of an interpreter; the notebook's own
        by default.

    Returns
    -------
    PanelView
        A widget; at the end of a cell it shows itself.
    """
    from nb2prod.widgets.session import Session
    from nb2prod.widgets.view import PanelView

    path = Path(notebook)
    with _LOCK:
        shown = _SHOWN.get(path.resolve())
        if shown is None or shown.closed:
            shown = PanelView(Session(path))
            _SHOWN[path.resolve()] = shown
        shown.use_kernel(kernel)
    return shown
