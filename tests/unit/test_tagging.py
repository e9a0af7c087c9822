"""Files in, files out: only tags differ."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook import read
from nb2prod.roles import Role
from nb2prod.tagging import tags_with, write_tags
from tests.notebooks import document, write

STYLES: dict[str, dict[str, Any]] = {
    "jupyter": {"indent": 1},
    "wide": {"indent": 4, "ensure_ascii": False},
    "tabs": {"indent": "\t"},
    "one line": {},
    "compact": {"separators": (",", ":")},
}


@pytest.mark.parametrize(
    ("before", "role", "after"),
    [
        ([], Role.TRAIN, ["train"]),
        (["mine"], Role.TRAIN, ["mine", "train"]),
        (["a", "skip", "b"], Role.TRAIN, ["a", "train", "b"]),
        (["train", "a", "predict"], Role.PREDICT, ["predict", "a"]),
        (["nb2prod:train", "a"], Role.TRAIN, ["nb2prod:train", "a"]),
        (["imports"], Role.SETUP, ["imports"]),
        (["imports"], Role.PREDICT, ["predict"]),
    ],
)
def test_tags(before: list[str], role: Role, after: list[str]) -> None:
    assert tags_with(before, role) == after


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"tags": []},
        {"tags": ["a", "predict", "b"]},
        {"tags": ["only"]},
        {"tags": None},
        {"collapsed": True, "nested": {"tags": ["not this"], "cells": []}},
        {"tags": ['q"u\\o', "é"], "name": "ünïcode ☃"},
    ],
    ids=str,
)
def test_a_file_is_what_its_own_writer_would_write(
    tmp_path: Path, style: str, metadata: dict[str, Any] | None
) -> None:
    content = document(("x = 1", None), ("y = '☃ [{\"tags\": 1}]'", None), ("z = 3", ["train"]))
    if metadata is None:
        del content["cells"][1]["metadata"]
    else:
        content["cells"][1]["metadata"] = metadata
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(content, **STYLES[style]), encoding="utf-8")

    assert write_tags(path, {2: Role.TRAIN, 3: Role.TRAIN}) is None

    held = (metadata or {}).get("tags") or []
    content["cells"][1]["metadata"] = {**(metadata or {}), "tags": tags_with(held, Role.TRAIN)}
    expected = json.dumps(content, **STYLES[style])
    assert json.loads(path.read_text(encoding="utf-8")) == content
    assert path.read_text(encoding="utf-8") == expected


def test_odd_layout_stays(tmp_path: Path) -> None:
    before = (
        '\ufeff{ "nbformat":4 , "cells" :[ {"cell_type":"code",\r\n'
        '  "source" : "a\\u00e9" ,"metadata": { "tags" : [ "x" , "skip" ] , "k":1.50e1 } } ,'
        ' {"source":[],"cell_type":"code"}],"metadata":{ } }\r\n\r\n'
    )
    path = tmp_path / "n.ipynb"
    path.write_bytes(before.encode())
    assert write_tags(path, {1: Role.TRAIN, 2: Role.SETUP}) is None
    after = path.read_bytes().decode()
    assert (
        after.replace('"train"', '"skip"').replace(',"metadata":{"tags":["setup"]}', "") == before
    )
    assert read(path).cells[1].tags == ("setup",)


def test_many_cells_and_outputs_are_untouched(tmp_path: Path) -> None:
    content = document(*((f"x = {n}", None) for n in range(50)))
    content["cells"][7]["outputs"] = [{"data": {"image/png": "A" * 100_000, "tags": ["no"]}}]
    path = tmp_path / "n.ipynb"
    text = json.dumps(content, indent=1)
    path.write_text(text)
    assert write_tags(path, dict.fromkeys(range(1, 51), Role.PREPROCESSING)) is None
    added = '"metadata": {\n    "tags": [\n     "preprocessing"\n    ]\n   }'
    assert path.read_text().count(added) == 50
    assert path.read_text().replace(added, '"metadata": {}') == text


def test_the_same_tags_write_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1", ["nb2prod: train"]))
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert write_tags(path, {1: Role.TRAIN}) is None
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_mode_and_link_stay(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1", None))
    path.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    assert write_tags(link, {1: Role.TRAIN}) is None
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert read(path).cells[0].tags == ("train",)
    assert sorted(os.listdir(tmp_path)) == ["link.ipynb", "n.ipynb"]


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1", None))
    before = path.read_bytes()
    path.chmod(0o444)
    problem = write_tags(path, {1: Role.TRAIN})
    assert problem is not None
    assert problem.code == "NB403"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"nbformat": 4}', '{"nbformat": 4, "cells": [1]}', "\x00"]
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(text)
    problem = write_tags(path, {1: Role.TRAIN})
    assert problem is not None
    assert problem.code == "NB101"
    assert path.read_text() == text


def test_no_file_no_such_cell_old_format(tmp_path: Path) -> None:
    missing = write_tags(tmp_path / "no.ipynb", {1: Role.TRAIN})
    path = write(tmp_path / "n.ipynb", ("x = 1", None))
    astray = write_tags(path, {2: Role.TRAIN})
    old = tmp_path / "old.ipynb"
    cell = {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}
    worksheets = [{"cells": [cell], "metadata": {}}]
    old.write_text(
        json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": worksheets})
    )
    outdated = write_tags(old, {1: Role.TRAIN})
    for problem in (missing, astray, outdated):
        assert problem is not None
        assert problem.code == "NB101"
