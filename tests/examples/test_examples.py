"""The example notebooks, as their receiver meets them: converted, installed, run, checked."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import venv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ..golden.checking import (
    Converted,
    converted,
    passes_its_tests,
    passes_mypy,
    passes_ruff,
    same_bytes,
    same_values,
    succeed,
)

FOLDER = Path(__file__).parents[2] / "example_notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))

pytestmark = pytest.mark.examples

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS)


@dataclass(frozen=True)
class Receiver:
    """Notebooks with their data and packages, and an environment that has only these packages."""

    python: Path
    packages: Mapping[str, Converted]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def environment(folder: Path, packages: Iterable[Converted]) -> Iterator[Path]:
    """One for all processes of the run: the first one makes it, the last one takes it away.

    IPython is beside the packages: it runs the notebooks' cells.
    """
    python, making = folder / "bin/python", folder.with_suffix(".making")
    with folder.with_suffix(".users").open("w") as users:
        with alone(making):
            if not folder.exists():
                venv.create(folder, with_pip=True)
                wanted = ["ipython", *(f"{made.package}[test]" for made in packages)]
                succeed([python, "-m", "pip", "install", "-q", "--no-compile", *wanted], folder)
            fcntl.flock(users, fcntl.LOCK_SH)
        yield python
        with alone(making), suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Receiver]:
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    packages = {name: converted(folder / f"{name}.ipynb", run=True) for name in NOTEBOOKS}
    shared = folder.parent if worker_id == "master" else folder.parents[1]
    with environment(shared / "examples-venv", packages.values()) as python:
        yield Receiver(python, packages)


def test_there_are_five() -> None:
    assert len(NOTEBOOKS) >= 5


@each_notebook
def test_installed_package_gives_the_values_of_the_notebook(
    notebook: str, receiver: Receiver
) -> None:
    made = receiver.packages[notebook]
    code = f"import {made.name}; print({made.name}.__file__)"
    assert "site-packages" in succeed([receiver.python, "-c", code], made.notebook.parent)
    same_values(made, receiver.python, installed=True)


@each_notebook
def test_its_console_script_runs_as_its_readme_says(notebook: str, receiver: Receiver) -> None:
    made = receiver.packages[notebook]
    readme = (made.package / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^pip install \.\n(.+)\n```", readme, re.M)
    path = f"{receiver.python.parent}{os.pathsep}{os.environ['PATH']}"
    said = succeed(["sh", "-c", f"{command} --quiet"], made.package, PATH=path)
    assert {*made.results} <= {*re.findall(r"^(\w+) = ", said, re.M)}


@each_notebook
def test_its_own_tests_pass(notebook: str, receiver: Receiver) -> None:
    passes_its_tests(receiver.packages[notebook].package, receiver.python)


@each_notebook
def test_it_is_clean(notebook: str, receiver: Receiver, tmp_path: Path, mypy_cache: Path) -> None:
    # In a copy: what installing it left behind is not the package's.
    leftovers = shutil.ignore_patterns("build", "*.egg-info")
    clean = shutil.copytree(
        receiver.packages[notebook].package, tmp_path / "package", ignore=leftovers
    )
    passes_ruff(clean)
    passes_mypy(clean, mypy_cache)


def test_bytes_depend_on_the_notebooks_alone(tmp_path: Path) -> None:
    same_bytes(FOLDER, tmp_path)
