"""Puts the example notebook among the contents, wherever these are kept."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_core.utils import ensure_async

from nb2prod.example import NAME, NOTEBOOK, example_files
from nb2prod.server.problems import Refused


async def put(contents: Any, folder: str) -> str:
    """Writes the example into a new folder; gives the contents path of the notebook."""
    if not await ensure_async(contents.dir_exists(folder)):
        raise Refused(404, f"There is no folder {folder}")
    files = await asyncio.to_thread(example_files)
    name = await ensure_async(contents.increment_filename(NAME, folder, insert="-"))
    place = f"{folder}/{name}" if folder else name
    parents = filter(None, (path.rpartition("/")[0] for path in files))
    for below in (place, *(f"{place}/{parent}" for parent in dict.fromkeys(parents))):
        await ensure_async(contents.save({"type": "directory"}, below))
    for path, content in files.items():
        await ensure_async(contents.save(_model(path, content), f"{place}/{path}"))
    return f"{place}/{NOTEBOOK}"


def _model(path: str, content: bytes) -> dict[str, Any]:
    """A file as the contents manager takes it."""
    text = content.decode("utf-8")
    if path.endswith(".ipynb"):
        return {"type": "notebook", "format": "json", "content": json.loads(text)}
    return {"type": "file", "format": "text", "content": text}
