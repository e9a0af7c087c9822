"""Puts the example notebook among the contents, wherever these are kept."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async

from nb2prod.example import place_example
from nb2prod.server.problems import Refused


async def put(contents: Any, folder: str) -> str:
    """Writes the example into a new folder; gives the contents path of the notebook."""
    if not await ensure_async(contents.dir_exists(folder)):
        raise Refused(404, f"There is no folder {folder}")
    with tempfile.TemporaryDirectory() as scratch:
        notebook = await asyncio.to_thread(place_example, Path(scratch))
        source = notebook.parent
        name = await ensure_async(contents.increment_filename(source.name, folder, insert="-"))
        place = f"{folder}/{name}" if folder else name
        await ensure_async(contents.save({"type": "directory"}, place))
        for file in sorted(source.rglob("*")):
            model = await asyncio.to_thread(_model, file)
            await ensure_async(
                contents.save(model, f"{place}/{file.relative_to(source).as_posix()}")
            )
    return f"{place}/{notebook.name}"


def _model(file: Path) -> dict[str, Any]:
    """A file or folder as the contents manager takes it."""
    if file.is_dir():
        return {"type": "directory"}
    text = file.read_text("utf-8")
    if file.suffix == ".ipynb":
        return {"type": "notebook", "format": "json", "content": json.loads(text)}
    return {"type": "file", "format": "text", "content": text}
