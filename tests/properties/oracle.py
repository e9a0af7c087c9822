"""The oracle: a program as a notebook against the same program as a package, value by value."""

from __future__ import annotations

import contextlib
import importlib
import re
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from . import notebooks
from .capture import Capture, capture, difference
from .notebooks import Program
from .reference import NotebookError, run_notebook, sandbox

Kind = Literal["same", "differs", "crash", "refused", "unrepeatable"]
Convert = Callable[[Path, Path, str], str | None]
"""Converts a notebook into a package in a folder, with a name; gives the reason of a refusal."""

SECONDS = 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison says, and why."""

    kind: Kind
    detail: str = ""

    def like(self, other: Verdict) -> bool:
        """Whether both fail in the same way: the same step and error, as far as they say."""
        return self.kind == other.kind and self._way == other._way

    @property
    def _way(self) -> object:
        if self.kind == "crash":
            return self.detail.split(": ")[:2]
        if self.kind == "refused":
            return re.findall(r"NB\d+", self.detail)[:1]
        return "missing" in self.detail


def nb2prod_convert(notebook: Path, output: Path, name: str) -> str | None:
    """The converter under test, by its Python API."""
    import nb2prod

    result = nb2prod.convert(notebook, output=output, name=name, run=False)
    errors = [str(found) for found in result.diagnostics if found.severity.value == "error"]
    return None if result.ok else "; ".join(errors)


def verdict(program: Program, convert: Convert = nb2prod_convert) -> Verdict:
    """Runs notebook and package, the package twice, from the same random state, and compares.

    A program that runs when it is made, and fails here as a notebook, tells nothing of the package.
    """
    try:
        expected = _listed(run_notebook(program.cells), program)
    except NotebookError as error:
        return Verdict("unrepeatable", str(error))
    name = f"random_program_{program.seed}"
    step = "convert"
    try:
        with tempfile.TemporaryDirectory() as folder, _deadline(SECONDS):
            notebook, output = Path(folder, "notebook.ipynb"), Path(folder, "package")
            notebooks.write(program, notebook)
            with sandbox():
                refusal = convert(notebook, output, name)
            if refusal is not None:
                return Verdict("refused", refusal)
            step = "import"
            with _importable(output / "src", name):
                with sandbox():
                    package = importlib.import_module(name)
                    step = "run"
                    results = package.run()
                    first = _listed(results, program)
                step = "second run"
                with sandbox():
                    second = _listed(package.run(), program)
                    again = _listed(results, program)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the verdict
        return Verdict("crash", f"{step}: {_last_lines(error)}")
    runs = (
        ("", first),
        (" (second run)", second),
        (" (first run's results, after the second run)", again),
    )
    for label, found in runs:
        for output_name in program.outputs:
            if output_name not in found:
                return Verdict("differs", f"{output_name}{label}: missing from run()")
            if text := difference(expected[output_name], found[output_name]):
                return Verdict("differs", f"{output_name}{label}: {text}")
    return Verdict("same", f"{len(program.outputs)} values")


def _listed(values: Mapping[str, object], program: Program) -> dict[str, Capture]:
    return capture({name: values[name] for name in program.outputs if name in values})


def _last_lines(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-2:]
    places = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.line}" for f in reversed(frames))
    return f"{type(error).__name__}: {error} at {places}"[:600]


@contextlib.contextmanager
def _importable(source: Path, name: str) -> Iterator[None]:
    """Lets the package be imported, and forgets it afterwards."""
    sys.path.insert(0, str(source))
    importlib.invalidate_caches()
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(source))
        for module in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
            del sys.modules[module]


@contextlib.contextmanager
def _deadline(seconds: int) -> Iterator[None]:
    """Raises `TimeoutError` when the block takes longer; no limit outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no end in {seconds} s")

    former = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)
