"""The lock file of PEP 751: for every pin of a recorded run its files and their hashes, from the package index."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from nb2prod import cache
from nb2prod.diagnostics import Diagnostic, diagnostic

#: Seconds for the whole of it: the lock is a gain, waiting for an index that does not answer is none.
_PATIENCE = 60
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
#: What stands before a cause, as uv's releases print it.
_CAUSE = re.compile(r"cause: |Caused by: |[╰├]─▶ ")
#: Characters of it that are told.
_TOLD = 300
#: A name and a password in an address.
_LOGIN = re.compile(r"://[^/\s\"']*@")


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
        version = _said([str(python), "-c", _VERSION], folder).strip()
        indexes = dict(_indexes(python, folder))
        key = cache.key_of("lock", pins, version, indexes)
        known = cache.load(key)
        if isinstance(known, str):
            return known
        text = _resolved(pins, version, python, folder, indexes)
    except (OSError, subprocess.SubprocessError) as error:
        return diagnostic("NB318", f"there is no `pylock.toml`: {_reason(error)}")
    if _LOGIN.search(text) or "\npath = " in text:
        return diagnostic(
            "NB318", "there is no `pylock.toml`: it would name a login or a local file"
        )
    cache.store(key, text)
    return text


def _resolved(pins: str, version: str, python: Path, folder: Path, indexes: dict[str, str]) -> str:
    from uv import find_uv_bin

    command = [find_uv_bin(), "pip", "compile", "-", "--format", "pylock.toml", "--quiet"]
    command += ["--no-deps", "--no-build", "--no-header", "--no-annotate"]
    command += ["--python", str(python), "--python-version", version]
    return _said(
        command, folder, pins, {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "10", **indexes}
    )


def _indexes(python: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """The package indexes that pip is configured for, where uv is not: private names stay private."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL")):
        return
    try:
        said = _said([str(python), "-m", "pip", "config", "list"], folder)
    except (OSError, subprocess.SubprocessError):
        return  # an environment without pip
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_INDEX")):
        values = re.findall(rf"^\S+\.{option}='(.*)'$", said, re.MULTILINE)
        addresses = [a for value in values for a in value.split() if a.startswith("http")]
        if addresses:
            yield variable, " ".join(dict.fromkeys(addresses))


def _said(
    command: Iterable[str], folder: Path, told: str = "", surroundings: dict[str, str] | None = None
) -> str:
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**(surroundings or {}), **os.environ},
        input=told,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=True,
    )
    return done.stdout


def _reason(error: Exception) -> str:
    """Why it failed, in the words of whoever did, on one line and without logins."""
    match error:
        case subprocess.CalledProcessError(stderr=str(said)) if said.strip():
            _, *causes = _CAUSE.split(" ".join(said.split()))
            reason = causes[0] if causes else said.strip().splitlines()[-1]
        case subprocess.TimeoutExpired():
            reason = f"the package index did not answer within {_PATIENCE} seconds"
        case _:
            reason = str(error)
    return _LOGIN.sub("://", reason)[:_TOLD]
