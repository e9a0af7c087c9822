"""Notebooks for the browser: the churn example without its roles."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from nb2prod.roles import role_of_tag
from tests.ui.server import REPOSITORY

EXAMPLES = REPOSITORY / "example_notebooks"

#: Tags that are none of ours, in this order, on the cell with this number.
FOREIGN = {4: ["zeta", "alpha"], 29: ["keep-me"]}


def put_churn(folder: Path, *, tagged: bool = False) -> Path:
    """The churn notebook and its data; without roles, but with foreign tags."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    shutil.copy(EXAMPLES / "data" / "churn.csv", folder / "data")
    document = json.loads((EXAMPLES / "churn.ipynb").read_text("utf-8"))
    for number, cell in enumerate(document["cells"], 1):
        tags = cell["metadata"].get("tags", [])
        kept = tags if tagged else [tag for tag in tags if role_of_tag(tag) is None]
        kept = FOREIGN.get(number, []) + kept
        cell["metadata"].pop("tags", None)
        if kept:
            cell["metadata"]["tags"] = kept
    path = folder / "churn.ipynb"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def tags_on_disk(path: Path) -> dict[str, list[str]]:
    """The tags of each cell that has some, by the cell's id."""
    return {
        cell["id"]: cell["metadata"]["tags"]
        for cell in read_document(path)["cells"]
        if "tags" in cell["metadata"]
    }


def read_document(path: Path) -> Any:
    """The notebook's JSON; a file that is just being written is read again."""
    for _ in range(50):
        try:
            return json.loads(path.read_text("utf-8"))
        except ValueError:
            time.sleep(0.1)
    raise AssertionError(f"{path} is no JSON")
