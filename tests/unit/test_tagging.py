"""Files in, files out: only tags differ."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook import read
from nb2prod.roles import Role
from nb2prod.tagging import fingerprint, tags_with, write_marker, write_tags
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
        (["a", "train", "b"], None, ["a", "b"]),
        (["nb2prod:train", "imports"], None, []),
        ([], None, []),
    ],
)
def test_tags(before: list[str], role: Role | None, after: list[str]) -> None:
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


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("metadata", "cleared"),
    [
        ({"tags": ["train"]}, {}),
        ({"tags": ["train"], "name": "☃"}, {"name": "☃"}),
        ({"name": "☃", "tags": ["train"]}, {"name": "☃"}),
        ({"a": 1, "tags": ["train"], "b": [2]}, {"a": 1, "b": [2]}),
        ({"tags": ["a", "train", "b"]}, {"tags": ["a", "b"]}),
        ({"tags": ["mine"]}, {"tags": ["mine"]}),
        ({"tags": []}, {"tags": []}),
        ({"tags": None}, {"tags": None}),
        ({}, {}),
        (None, None),
    ],
    ids=str,
)
def test_a_role_is_taken_away(
    tmp_path: Path, style: str, metadata: dict[str, Any] | None, cleared: dict[str, Any] | None
) -> None:
    content = document(("x = 1", None), ("y = 2", None))
    path = tmp_path / "n.ipynb"

    def text(held: dict[str, Any] | None) -> str:
        cell = {key: value for key, value in content["cells"][1].items() if key != "metadata"}
        content["cells"][1] = cell if held is None else {**cell, "metadata": held}
        return json.dumps(content, **STYLES[style])

    path.write_text(text(metadata), encoding="utf-8")
    assert write_tags(path, {2: None}) is None
    assert path.read_text(encoding="utf-8") == text(cleared)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "lines",
    [
        ["a = 1\n", "b = '☃ \U0001f600 \\n \"'\n", "c = 3"],
        "a = 1\nb = '☃ \U0001f600 \\n \"'\nc = 3",
        ["a = 1\nb = 2", "\n", "c = 3\n", "d = 4"],
        ["a = 1\r\n", "b = 2\r\n", "c = 3"],
        "a = 1\rb = 2\rc = 3",
    ],
    ids=repr,
)
def test_a_marker_is_put_above_a_line(tmp_path: Path, style: str, lines: str | list[str]) -> None:
    content = document(("x = 1", None), ("y = 2", ["train"]))
    content["cells"][1]["source"] = lines
    path = tmp_path / "n.ipynb"
    before = json.dumps(content, **STYLES[style])
    path.write_text(before, encoding="utf-8")
    source = read(path).cells[1].source.split("\n")
    assert write_marker(path, 2, 3, Role.EVALUATE) is None

    after = path.read_text(encoding="utf-8")
    held = json.loads(after)["cells"][1]["source"]
    assert type(held) is type(lines)
    marked = [*source[:2], "# nb2prod: evaluate", *source[2:]]
    assert read(path).cells[1].source.split("\n") == marked
    content["cells"][1]["source"] = held
    assert after == json.dumps(content, **STYLES[style])
    # Nothing but the marker is new, the pieces of a list among it.
    assert json.dumps(held).replace('"# nb2prod: evaluate\\n", ', "").replace(
        "# nb2prod: evaluate\\n", ""
    ) == json.dumps(lines)


def test_a_marker_needs_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1\ny = 2", None))
    before = path.read_bytes()
    for number, line in ((1, 3), (2, 1), (0, 1)):
        problem = write_marker(path, number, line, Role.TRAIN)
        assert problem is not None
        assert problem.code == "NB101"
    assert path.read_bytes() == before


def test_a_file_that_somebody_else_saved_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1\ny = 2", None))
    seen = fingerprint(path.read_bytes())
    write(path, ("", None), ("x = 1\ny = 2", None))
    before = path.read_bytes()
    for problem in (
        write_tags(path, {1: Role.TRAIN}, seen=seen),
        write_marker(path, 1, 2, Role.TRAIN, seen=seen),
    ):
        assert problem is not None
        assert problem.code == "NB403"
    assert path.read_bytes() == before
    assert write_tags(path, {2: Role.TRAIN}, seen=fingerprint(before)) is None
    assert read(path).cells[1].tags == ("train",)


def test_a_file_that_is_saved_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "n.ipynb", ("x = 1", None))

    def saved(text: str, edits: object) -> str:
        write(path, ("mine = 1", None))
        return text + " "

    monkeypatch.setattr("nb2prod.tagging.edited", saved)
    problem = write_tags(path, {1: Role.TRAIN})
    assert problem is not None
    assert problem.code == "NB403"
    assert read(path).cells[0].source == "mine = 1"
