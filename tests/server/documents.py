"""Documents as a front end posts them."""

from __future__ import annotations

from typing import Any

from tests.notebooks import Pair, document

#: A small notebook with every kind of stage.
CELLS: tuple[Pair, ...] = (
    ("# Iris\n\nWhich one is it?", "markdown"),
    ("import math\n\ndef half(x):\n    return x / 2", "setup"),
    ("SIZE = 4", "parameters"),
    ("## Rows", "markdown"),
    ("rows = [float(n) for n in range(SIZE)]", "preprocessing"),
    ("model = sum(half(row) for row in rows)", "train"),
    ("total = math.sqrt(model)\ntotal", "evaluate"),
)


def posted(*cells: Pair, path: str = "iris.ipynb", **options: Any) -> dict[str, Any]:
    """A document with these cells."""
    notebook = document(*(cells or CELLS), **options)
    notebook["cells"] = [
        {
            "id": cell["id"],
            "cell_type": cell["cell_type"],
            "source": "".join(cell["source"]),
            "metadata": cell["metadata"],
        }
        for cell in notebook["cells"]
    ]
    return {"path": path, "notebook": notebook}
