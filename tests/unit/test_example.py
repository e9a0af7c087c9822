"""The example comes as a whole, harms nothing, and does what it is there for."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from nb2prod import check
from nb2prod.example import NAME, example_files, place_example
from nb2prod.notebook import read
from nb2prod.suggest import suggestions
from nb2prod.tagging import write_marker, write_tags

ROOT = Path(__file__).parents[2]
FILES = ["churn.ipynb", "data/churn.csv"]


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_it_is_the_example_notebook_without_roles_and_outputs() -> None:
    expected = runpy.run_path(str(ROOT / "docs" / "example.py"))["files"]()
    assert sorted(expected) == FILES
    assert example_files() == expected, "run `make docs`"
    assert b"nb2prod:" not in expected["churn.ipynb"]


def test_it_is_placed_in_a_folder_of_its_own(tmp_path: Path) -> None:
    path = place_example(tmp_path)
    assert path == tmp_path / NAME / "churn.ipynb"
    assert files_in(tmp_path / NAME) == FILES
    assert os.listdir(tmp_path) == [NAME]
    plain = tmp_path / "plain"
    plain.mkdir()
    assert path.parent.stat().st_mode == plain.stat().st_mode


def test_what_is_there_stays(tmp_path: Path) -> None:
    first = place_example(tmp_path)
    first.write_text("mine")
    (tmp_path / f"{NAME}-2").symlink_to(tmp_path / "gone")
    (tmp_path / f"{NAME}-3").write_text("a file")
    assert place_example(tmp_path) == tmp_path / f"{NAME}-4" / "churn.ipynb"
    assert place_example(tmp_path) == tmp_path / f"{NAME}-5" / "churn.ipynb"
    (tmp_path / f"{NAME}-6").mkdir()
    assert place_example(tmp_path) == tmp_path / f"{NAME}-7" / "churn.ipynb"
    assert first.read_text() == "mine"
    assert not (tmp_path / "gone").exists()


def test_a_name_that_is_taken_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def late(source: Path, target: Path) -> None:
        if not target.exists() and target.name == NAME:
            target.mkdir()
            (target / "mine").write_text("mine")
        rename(source, target)

    monkeypatch.setattr(os, "rename", late)
    assert place_example(tmp_path) == tmp_path / f"{NAME}-2" / "churn.ipynb"
    assert files_in(tmp_path / NAME) == ["mine"]


def test_it_comes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.suffix == ".csv":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        place_example(tmp_path)
    assert os.listdir(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        place_example(tmp_path / "no folder")


def test_the_suggestions_make_a_package_of_it(tmp_path: Path) -> None:
    path = place_example(tmp_path)
    assert [found.code for found in check(path)] == ["NB110"]
    found = suggestions(read(path))
    assert write_tags(path, {suggestion.cell: suggestion.role for suggestion in found}) is None
    splits = [(s.cell, split) for s in suggestions(read(path)) for split in s.splits]
    assert splits
    for cell, split in splits:
        assert write_marker(path, cell, split.line, split.role) is None
    assert check(path) == ()
