"""The example that an empty panel offers: a notebook that nobody has tagged yet, with its data."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from jupyter_core.utils import ensure_async

from nb2prod.roles import role_of_tag

_FOLDER, _NOTEBOOK, _DATA = "churn_example", "churn.ipynb", "data/churn.csv"


async def put(contents: Any, folder: str) -> str:
    """Writes the example into a new folder; gives the contents path of the notebook."""
    parent = folder.strip("/")
    name = await ensure_async(contents.increment_filename(_FOLDER, parent))
    place = f"{parent}/{name}" if parent else name
    source = resources.files("nb2prod").joinpath("examples")
    notebook = untagged(json.loads(source.joinpath(_NOTEBOOK).read_text("utf-8")))
    table = source.joinpath(_DATA).read_text("utf-8")
    for path in (place, f"{place}/{_DATA.partition('/')[0]}"):
        await ensure_async(contents.save({"type": "directory"}, path))
    text = {"type": "file", "format": "text", "content": table}
    await ensure_async(contents.save(text, f"{place}/{_DATA}"))
    path = f"{place}/{_NOTEBOOK}"
    model = {"type": "notebook", "format": "json", "content": notebook}
    await ensure_async(contents.save(model, path))
    return path


def untagged(document: dict[str, Any]) -> dict[str, Any]:
    """A notebook without role tags."""
    for cell in document["cells"]:
        tags = cell["metadata"].pop("tags", [])
        foreign = [tag for tag in tags if role_of_tag(tag) is None]
        if foreign:
            cell["metadata"]["tags"] = foreign
    return document
