"""Provides what the corpus needs from outside: the notebooks' sources and their libraries.

Both are made with pip once and kept in a cache folder; a later run asks the registry nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .table import Sdist

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
BACKENDS = ("mesonpy", "setuptools.build_meta")
# pip says this before its last try for a connection. That the registry answers "no such version"
# is another trouble, and fails.
_LAST_TRY = "Retry(total=0"


class RegistryUnreachableError(Exception):
    """pip got no connection: the one reason to skip the corpus."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where the notebooks' interpreter and the unpacked sources are."""

    python: Path
    sources: Path
    cache: Path


def provide_corpus(sdists: Iterable[Sdist]) -> Corpus:
    """Complete the cache and say where things are; parallel test processes wait for the first."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nb2prod-corpus"
    cache = Path(os.environ.get("NB2PROD_CORPUS_CACHE") or default).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / "lock"):
        named = os.environ.get("NB2PROD_CORPUS_PYTHON")
        python = Path(named).absolute() if named else _environment(cache)
        for sdist in sdists:
            _sources(sdist, cache / "sources", python)
    return Corpus(python, cache / "sources", cache)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _environment(cache: Path) -> Path:
    """Make a virtual environment of the pinned libraries; another pin or Python, another one."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = cache / f"venv-{sys.version_info.major}.{sys.version_info.minor}-{digest}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        _pip(python, "install", "--requirement", str(REQUIREMENTS))
        complete.touch()
    return python


def _sources(sdist: Sdist, sources: Path, python: Path) -> None:
    """Unpack the examples of one source distribution, unless an earlier run has."""
    if (sources / sdist.stem).exists():
        return
    sources.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=sources) as scratch:
        stubs, unpacked = Path(scratch, "stubs"), Path(scratch, "unpacked")
        _write_backends(stubs)
        _pip(
            python,
            *(
                "download",
                "--no-deps",
                "--no-build-isolation",
                "--no-binary",
                sdist.name,
                "--dest",
                scratch,
            ),
            f"{sdist.name}=={sdist.version}",
            environment={"PYTHONPATH": str(stubs)},
        )
        archive = Path(scratch, f"{sdist.stem}.tar.gz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != sdist.sha256:
            raise ValueError(f"{archive.name} is not the file that the corpus was annotated on")
        with tarfile.open(archive) as tar:
            examples = [
                member for member in tar if member.name.startswith(f"{sdist.stem}/examples/")
            ]
            tar.extractall(unpacked, examples, filter="data")
        (unpacked / sdist.stem).rename(sources / sdist.stem)


def _write_backends(folder: Path) -> None:
    for backend in BACKENDS:
        *packages, module = backend.split(".")
        place = folder.joinpath(*packages)
        place.mkdir(parents=True, exist_ok=True)
        if packages:
            (place / "__init__.py").touch()
        shutil.copy(HERE / "sdist_backend.py", place / f"{module}.py")


def _pip(python: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        [
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "--retries",
            "2",
            *arguments,
        ],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not done.returncode:
        return
    last = done.stdout.strip()[-1500:]
    if _LAST_TRY in done.stdout:
        raise RegistryUnreachableError(last.splitlines()[-1])
    raise RuntimeError(f"pip {arguments[0]} failed:\n{last}")
