"""A tree of files is written whole or not at all, and never over somebody's work."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nb2prod import __version__
from nb2prod.diagnostics import Diagnostic
from nb2prod.filetree import MANIFEST, Written, obstacle, with_manifest, write

TREE = {"src/demo/__init__.py": "x = 1\n", "README.md": "größe\n"}


def code(found: Written | Diagnostic | None) -> str | None:
    return found.code if isinstance(found, Diagnostic) else None


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    assert write(TREE, folder) == Written(folder)
    return folder


def test_files_have_the_bytes_of_the_tree(package: Path) -> None:
    assert {
        path.relative_to(package).as_posix(): path.read_bytes()
        for path in package.rglob("*")
        if path.is_file() and path.name != MANIFEST
    } == {path: text.encode() for path, text in TREE.items()}
    assert [path.name for path in package.parent.iterdir()] == ["demo"]


def test_the_manifest_does_not_depend_on_the_order_of_files() -> None:
    assert with_manifest(TREE) == with_manifest(dict(reversed(TREE.items())))
    assert list(with_manifest(TREE)) == list(with_manifest(dict(reversed(TREE.items()))))


def test_an_unedited_package_is_replaced(package: Path) -> None:
    assert write({"README.md": "new\n"}, package) == Written(package)
    assert sorted(path.name for path in package.iterdir()) == sorted([MANIFEST, "README.md"])
    assert [path.name for path in package.parent.iterdir()] == ["demo"]


def test_the_manifest_has_the_version_that_wrote_it(package: Path) -> None:
    held = json.loads((package / MANIFEST).read_text(encoding="utf-8"))
    assert (held["generator"], held["version"]) == ("nb2prod", __version__)


@pytest.mark.parametrize(
    "trace", ["__pycache__/a.pyc", ".mypy_cache/x", "src/demo.egg-info/PKG-INFO"]
)
def test_traces_of_use_are_no_edits(package: Path, trace: str) -> None:
    (package / trace).parent.mkdir(parents=True)
    (package / trace).write_text("")
    assert obstacle(package) is None


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (lambda p: (p / "README.md").write_text("mine"), "README.md"),
        (lambda p: (p / "README.md").unlink(), "README.md"),
        (lambda p: (p / "notes.txt").write_text("mine"), "notes.txt"),
        (lambda p: (p / "link").symlink_to("README.md"), "link"),
    ],
    ids=["changed", "removed", "added", "linked"],
)
def test_an_edited_package_is_kept(package: Path, edit: object, named: str) -> None:
    assert callable(edit)
    edit(package)
    before = sorted(os.listdir(package))
    found = write(TREE, package)
    assert isinstance(found, Diagnostic)
    assert found.code == "NB402"
    assert named in found.message
    assert sorted(os.listdir(package)) == before


@pytest.mark.parametrize("edit", [False, True])
def test_a_repository_stays_where_it_is(package: Path, edit: bool) -> None:
    """Packages are handed over in one."""
    (package / ".git").mkdir()
    (package / ".git" / "HEAD").write_text("ref")
    if edit:
        (package / "README.md").write_text("mine")
    done = write(TREE, package, force=edit)
    assert isinstance(done, Written), done
    assert (package / ".git" / "HEAD").read_text() == "ref"
    assert (done.backup is not None) is edit


def test_force_keeps_a_backup_each_time(package: Path) -> None:
    for backup in ("demo.backup", "demo.backup-2"):
        (package / "README.md").write_text(backup)
        assert write(TREE, package, force=True) == Written(package, package.with_name(backup))
        assert (package / "README.md").read_text(encoding="utf-8") == TREE["README.md"]
        assert package.with_name(backup).joinpath("README.md").read_text() == backup


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("manifest", [None, "{}", "no json", '{"generator": "other", "files": {}}'])
def test_a_foreign_folder_is_never_replaced(
    tmp_path: Path, manifest: str | None, force: bool
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest)
    assert code(write(TREE, tmp_path, force=force)) == "NB401"
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_only_a_real_folder_is_replaced(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "demo"
    if kind == "file":
        place.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    assert code(write(TREE, place, force=True)) == "NB401"


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert obstacle(tmp_path) is None
    assert isinstance(write(TREE, tmp_path), Written)


def test_nothing_is_left_where_writing_fails(tmp_path: Path) -> None:
    found = write({"a": "1", "a/b": "2"}, tmp_path / "demo")  # a file can't be a folder too
    assert code(found) == "NB403"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", range(5))
def test_ctrl_c_while_writing_leaves_what_was_there(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pkg"
    assert isinstance(write({"a.py": "old\n", "b.py": "old\n"}, folder), Written)
    before = {p.name: p.read_text() for p in folder.iterdir()}
    calls = iter(range(100))

    def interrupted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **settings: object) -> object:
            if next(calls) == step:
                raise KeyboardInterrupt
            return function(*arguments, **settings)

        return call

    monkeypatch.setattr(Path, "write_bytes", interrupted(Path.write_bytes))
    monkeypatch.setattr(os, "replace", interrupted(os.replace))
    with pytest.raises(KeyboardInterrupt):
        write({"a.py": "new\n", "c.py": "new\n"}, folder)
    monkeypatch.undo()
    assert {p.name: p.read_text() for p in folder.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["pkg"]
