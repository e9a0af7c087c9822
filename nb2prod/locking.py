"""The lock file of PEP 751: for every pin of a recorded run its files and their hashes, from the package index."""

from __future__ import annotations

import os
from pathlib import Path

from nb2prod import cache
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.packageindex import ERRORS, LOGIN, indexes, python_version, reason, uv


def locked(pins: str, python: Path, folder: Path) -> str | Diagnostic:
    """The text of ``pylock.toml`` for the lines of a requirements file.

    Parameters
    ----------
    pins
        Exact versions, and all that they need: nothing is resolved anew, and nothing is built.
    python
        The interpreter that they are for.
    folder
        The notebook's: an index that is configured for its project counts.

    Returns
    -------
    str or Diagnostic
        Empty where there is nothing to lock, or where ``UV_OFFLINE`` asks not to; a note where the
        index is not reached, or does not have what the run used.

    Notes
    -----
    The text is kept by what it depends on, so that the same run gives the same bytes: an index may
    gain files later. Source: https://peps.python.org/pep-0751/.
    """
    if not pins or os.environ.get("UV_OFFLINE", "").lower() in ("1", "true"):
        return ""
    try:
        version, found = python_version(python, folder), indexes(python, folder)
        key = cache.key_of("lock", pins, version, found)
        known = cache.load(key)
        if isinstance(known, str):
            return known
        asked = ["compile", "-", "--format", "pylock.toml", "--quiet", "--python-version", version]
        asked += ["--no-deps", "--no-build", "--no-header", "--no-annotate"]
        text = uv(asked, python, folder, found, pins)
    except ERRORS as error:
        return diagnostic("NB318", f"there is no `pylock.toml`: {reason(error)}")
    if LOGIN.search(text) or "\npath = " in text:
        return diagnostic(
            "NB318", "there is no `pylock.toml`: it would name a login or a local file"
        )
    cache.store(key, text)
    return text
