"""What uv says that it is asked about an environment and the package index that is configured there."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

#: Seconds for one answer: what comes from an index is a gain, waiting for one that does not answer is none.
_PATIENCE = 60
_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
_HURRY = {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "10"}
#: What stands before a cause, as uv's releases print it.
_CAUSE = re.compile(r"cause: |Caused by: |[╰├]─▶ ")
#: Characters of it that are told.
_TOLD = 300
#: A name and a password in an address.
LOGIN = re.compile(r"://[^/\s\"']*@")
#: What asking may raise; `reason` puts it into words.
ERRORS = (OSError, subprocess.SubprocessError)


def python_version(python: Path, folder: Path) -> str:
    """The version of an interpreter: 3.11."""
    return _said([str(python), "-c", _VERSION], folder).strip()


def indexes(python: Path, folder: Path) -> dict[str, str]:
    """The package indexes that pip is configured for, where uv is not: private names stay private."""
    return dict(_indexes(python, folder))


def uv(
    arguments: Iterable[str], python: Path, folder: Path, found: Mapping[str, str], told: str = ""
) -> str:
    """What ``uv pip`` prints; ``told`` is its input, ``found`` what `indexes` gave."""
    from uv import find_uv_bin

    command = [find_uv_bin(), "pip", *arguments, "--python", str(python)]
    return _said(command, folder, told, {**_HURRY, **found})


def reason(error: Exception) -> str:
    """Why it failed, in the words of whoever did, on one line and without logins."""
    match error:
        case subprocess.CalledProcessError(stderr=str(said)) if said.strip():
            _, *causes = _CAUSE.split(" ".join(said.split()))
            text = causes[0] if causes else said.strip().splitlines()[-1]
        case subprocess.TimeoutExpired():
            text = f"the package index did not answer within {_PATIENCE} seconds"
        case _:
            text = str(error)
    return LOGIN.sub("://", text)[:_TOLD]


def _indexes(python: Path, folder: Path) -> Iterator[tuple[str, str]]:
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL")):
        return
    try:
        said = _said([str(python), "-m", "pip", "config", "list"], folder)
    except ERRORS:
        return  # an environment without pip
    for option, variable in (("index-url", "UV_DEFAULT_INDEX"), ("extra-index-url", "UV_INDEX")):
        values = re.findall(rf"^\S+\.{option}='(.*)'$", said, re.MULTILINE)
        addresses = [a for value in values for a in value.split() if a.startswith("http")]
        if addresses:
            yield variable, " ".join(dict.fromkeys(addresses))


def _said(
    command: Iterable[str],
    folder: Path,
    told: str = "",
    surroundings: Mapping[str, str] | None = None,
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
