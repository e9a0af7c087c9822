"""The command line of a package, run as its receiver runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.filetree import write
from nb2prod.planning import emitted, planned

from .cellscript import notebook


def package(folder: Path, *cells: str, name: str = "demo") -> Path:
    """The package of these cells, written to a folder."""
    plan = planned(notebook(*cells), name, folder=None).plan
    assert plan is not None
    write(emitted(plan, notebook_folder=None, output=None), folder / name)
    return folder / name


def command(made: Path, *arguments: str) -> list[str]:
    """Its command line, without an installation."""
    start = f"import sys; sys.path.insert(0, {str(made / 'src')!r}); sys.argv[0] = 'a'"
    code = f"{start}; from {made.name}.cli import main; sys.exit(main())"
    return [sys.executable, "-c", code, *arguments]


def said(made: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What it prints in the folder of the package."""
    return subprocess.run(
        command(made, *arguments), cwd=made, capture_output=True, text=True, check=False
    )


def test_the_help_has_the_name_of_the_script(tmp_path: Path) -> None:
    made = package(tmp_path, "train: x = [1]", name="two_words")
    assert said(made, "--help").stdout.startswith("usage: two-words ")
    cli = (made / "src/two_words/cli.py").read_text(encoding="utf-8")
    assert cli.startswith('"""The command line: `two-words run`."""\n')
    assert '"two-words" = "two_words.cli:main"' in (made / "pyproject.toml").read_text("utf-8")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    made = package(tmp_path, "train: text = open('rows.csv').read()", name="two_words")
    done = said(made, "run", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"two-words: no such file: rows.csv (relative paths start from {made})\n"
    )


def test_a_file_that_a_library_misses_is_one_line(tmp_path: Path) -> None:
    # NumPy gives the words alone.
    made = package(tmp_path, "train: import numpy as np\nx = np.loadtxt('rows.csv')")
    done = said(made, "run", "--quiet")
    assert done.returncode == 1
    assert done.stderr == f"demo: rows.csv not found. (relative paths start from {made})\n"


def test_other_errors_keep_their_traceback(tmp_path: Path) -> None:
    done = said(package(tmp_path, "train: x = open('.').read()"), "run")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "IsADirectoryError" in done.stderr


@pytest.mark.parametrize("size", [1, 1_000_000])
def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path, size: int) -> None:
    made = package(tmp_path, f"train: x = [0] * {size}")
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads, from the start
    with open(writing, "wb") as closed:
        done = subprocess.run(
            command(made, "run", "--quiet"),
            cwd=made,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "")
