"""Writes the example that comes along with the package: run me with ``make docs``."""

from __future__ import annotations

import bz2
import json
from pathlib import Path
from typing import Any

from nb2prod.example import DATA, NOTEBOOK, PACKED
from nb2prod.roles import PREFIX, role_of_tag

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "example_notebooks"
TARGET = ROOT / "nb2prod" / "example"


def files() -> dict[str, bytes]:
    """The notebook without roles and outputs, and its data."""
    document = json.loads((SOURCE / NOTEBOOK).read_text(encoding="utf-8"))
    for cell in document["cells"]:
        _clear(cell)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return {NOTEBOOK: text.encode("utf-8"), DATA: (SOURCE / DATA).read_bytes()}


def _clear(cell: dict[str, Any]) -> None:
    tags = [tag for tag in cell["metadata"].pop("tags", []) if role_of_tag(tag) is None]
    if tags:
        cell["metadata"]["tags"] = tags
    lines = "".join(cell["source"]).splitlines(keepends=True)
    cell["source"] = [line for line in lines if not line.startswith(f"# {PREFIX}")]
    if cell["cell_type"] == "code":
        cell.update(outputs=[], execution_count=None)


if __name__ == "__main__":
    written = files()
    (TARGET / NOTEBOOK).write_bytes(written[NOTEBOOK])
    (TARGET / PACKED).parent.mkdir(exist_ok=True)
    (TARGET / PACKED).write_bytes(bz2.compress(written[DATA]))
