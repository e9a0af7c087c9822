"""Records of earlier runs, kept by what they depend on; deleting the folder is always safe."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

#: Records that are kept: the latest.
_KEPT = 64
#: Characters of a record that is kept at most.
_LARGEST = 64 * 2**20


def folder() -> Path:
    """Where records lie: `NB2PROD_CACHE`, or the user's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("NB2PROD_CACHE")
    return Path(named) if named else user_cache_path("nb2prod") / "records"


def key_of(*parts: object) -> str:
    """A name for a record that depends on these values, which JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load(key: str) -> Any:
    """A record, or None."""
    path = folder() / f"{key}.json"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        os.utime(path)
    except (OSError, ValueError):
        return None
    return held


def store(key: str, record: Any) -> None:
    """Keeps a record. A cache that can't be written is no trouble: the next run is not spared."""
    text = json.dumps(record)
    if len(text) > _LARGEST:
        return
    with contextlib.suppress(OSError):
        place = folder()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, new = tempfile.mkstemp(dir=place)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(new, place / f"{key}.json")
        except OSError:
            os.unlink(new)
            raise
        latest = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in latest[_KEPT:]:
            path.unlink()
