"""Data that is too large for a package: its tests run on some of the rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.conversion import Conversion

from .test_execution import run, written

pytestmark = pytest.mark.execution

SETTINGS = {"fixtures": 60_000}
ROWS = 4000
READ = ("preprocessing", "import pandas as pd\ndf = pd.read_csv('rows.csv')\ndf['c'] = df.a * 2.5")
TRAIN = ("train", "model = {'mean': df.c.mean(), 'rows': len(df)}")


def convert(folder: Path, *cells: tuple[str, str]) -> Conversion:
    rows = "".join(f"{n},{n % 7},some words\n" for n in range(ROWS))
    (folder / "rows.csv").write_text("a,b,c\n" + rows, "utf-8")
    notebook = written(folder, *cells)
    document = json.loads(notebook.read_text("utf-8"))
    document["metadata"]["nb2prod"] = SETTINGS
    notebook.write_text(json.dumps(document), "utf-8")
    return run(notebook)


def own_tests(package: Path) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    return done.stdout


def test_a_package_carries_rows_and_what_the_notebook_makes_of_them(tmp_path: Path) -> None:
    done = convert(tmp_path, READ, TRAIN)
    assert done.package is not None, done.diagnostics
    kept = (done.package / "tests/data/rows.csv").read_text("utf-8").splitlines()
    assert (len(kept), kept[0], kept[-1]) == (501, "a,b,c", f"{ROWS - 1},2,some words")
    held = json.loads((done.package / "tests/sampled.json").read_text("utf-8"))
    assert held["values"]["train"]["model"]
    whole = json.loads((done.package / "tests/recorded.json").read_text("utf-8"))
    assert held["values"]["train"]["model"] != whole["values"]["train"]["model"]
    assert "`rows.csv`" in (done.package / "README.md").read_text("utf-8")
    assert [d.code for d in done.diagnostics] == ["NB317"]
    assert "rows of `rows.csv`" in done.diagnostics[0].message


def test_the_rows_find_a_mistake_far_from_the_data(tmp_path: Path) -> None:
    done = convert(tmp_path, READ, TRAIN)
    assert done.package is not None, done.diagnostics
    package = Path(shutil.copytree(done.package, tmp_path / "elsewhere" / "deep" / "demo"))
    before = own_tests(package)
    assert "failed" not in before
    assert "skipped" in before  # the whole data is not here
    module = package / "src/demo/training.py"
    module.write_text(module.read_text("utf-8").replace(".mean()", ".median() + 1"), "utf-8")
    assert "sampled-train-model" in own_tests(package)


def test_beside_the_data_both_are_tested(tmp_path: Path) -> None:
    done = convert(tmp_path, READ, TRAIN)
    assert done.package is not None, done.diagnostics
    said = own_tests(done.package)
    assert "failed" not in said
    assert "skipped" not in said


def test_a_notebook_that_needs_rows_without_gaps_gets_the_first_ones(tmp_path: Path) -> None:
    needs = ("preprocessing", "assert (df.a.diff().dropna() == 1).all()")
    done = convert(tmp_path, READ, needs, TRAIN)
    assert done.package is not None, done.diagnostics
    kept = (done.package / "tests/data/rows.csv").read_text("utf-8").splitlines()
    assert kept[-1].startswith("499,")


def test_a_notebook_that_needs_all_rows_has_none(tmp_path: Path) -> None:
    done = convert(tmp_path, READ, ("preprocessing", f"assert len(df) == {ROWS}"), TRAIN)
    assert done.package is not None, done.diagnostics
    assert not (done.package / "tests/data").exists()
    assert not (done.package / "tests/sampled.json").exists()
    assert "sampled" not in (done.package / "README.md").read_text("utf-8")
    assert "failed" not in own_tests(done.package)
