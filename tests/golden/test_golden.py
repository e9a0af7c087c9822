"""Whole packages, byte for byte; each is then checked as its receiver would check it.

A change of the emitter is looked at as a difference of these files: write them anew with
``pytest tests/golden --update-golden``.
"""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import pytest

from .cells import notebook_json
from .checking import (
    converted,
    files,
    passes_its_tests,
    passes_mypy,
    passes_ruff,
    same_bytes,
    same_values,
)

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/cells.txt"))

pytestmark = pytest.mark.golden

each_case = pytest.mark.parametrize("case", CASES)


def written(case: str, folder: Path) -> Path:
    """The case's notebook, and what lies beside it, in a folder of its own."""
    not_beside = shutil.ignore_patterns("package", "cells.txt", "__pycache__")
    shutil.copytree(HERE / case, folder / case, ignore=not_beside)
    text = (HERE / case / "cells.txt").read_text(encoding="utf-8")
    notebook = folder / case / f"{case}.ipynb"
    notebook.write_text(notebook_json(text), encoding="utf-8")
    return notebook


@each_case
def test_package_is_the_expected_one(
    case: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    package = converted(written(case, tmp_path)).package
    expected = HERE / case / "package"
    if pytestconfig.getoption("--update-golden"):
        shutil.rmtree(expected, ignore_errors=True)
        shutil.copytree(package, expected)
    made, held = files(package), files(expected)
    assert list(made) == list(held)
    for path, text in made.items():
        old, new = held[path].splitlines(), text.splitlines()
        lines = difflib.unified_diff(old, new, "expected", path, lineterm="")
        assert text == held[path], "\n".join(lines)


@each_case
def test_package_is_sound(case: str, tmp_path: Path, mypy_cache: Path) -> None:
    made = converted(written(case, tmp_path))
    passes_ruff(made.package)
    passes_mypy(made.package, mypy_cache)
    passes_its_tests(made.package)
    same_values(made)


def test_bytes_depend_on_the_notebook_alone(tmp_path: Path) -> None:
    for case in CASES:
        written(case, tmp_path / "cases")
    same_bytes(tmp_path / "cases", tmp_path)


def test_there_are_cases() -> None:
    """A folder whose notebook is gone would hold a package that nothing compares."""
    assert len(CASES) >= 10
    assert sorted(path.parent.name for path in HERE.glob("*/package")) == CASES
