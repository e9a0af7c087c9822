"""Notebook files in; cells and settings, or one diagnostic, out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook import Cell, NotebookError, Settings, parse, read


def document(**changes: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], **changes}


def refused(text: str) -> str:
    with pytest.raises(NotebookError) as caught:
        parse(text, name="demo")
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("raw", "cell"),
    [
        pytest.param(
            {"cell_type": "code", "id": "a", "source": "x = 1", "metadata": {"tags": ["train"]}},
            Cell(1, "a", "code", "x = 1", ("train",)),
            id="text and tag",
        ),
        pytest.param(
            {"cell_type": "code", "source": ["x = 1\n", "y"], "metadata": {}},
            Cell(1, "", "code", "x = 1\ny"),
            id="lines, no id",
        ),
        pytest.param(
            {"cell_type": "markdown", "source": "# T\r\nwords"},
            Cell(1, "", "markdown", "# T\nwords"),
            id="line ends of another system",
        ),
        pytest.param(
            {"cell_type": "code", "source": "", "metadata": {"tags": ["a", 1, None]}},
            Cell(1, "", "code", "", ("a",)),
            id="tags that are no text",
        ),
        pytest.param(
            {"cell_type": "code", "source": "", "outputs": [{"data": {"image/png": 3}}]},
            Cell(1, "", "code", ""),
            id="outputs are never looked at",
        ),
    ],
)
def test_cell(raw: dict[str, Any], cell: Cell) -> None:
    assert parse(json.dumps(document(cells=[raw])), name="demo").cells == (cell,)


def test_cells_are_numbered_over_all_kinds() -> None:
    cells = [{"cell_type": kind, "source": ""} for kind in ("markdown", "code", "raw", "code")]
    found = parse(json.dumps(document(cells=cells)), name="demo")
    assert [cell.number for cell in found.code_cells] == [2, 4]


@pytest.mark.parametrize(
    "change",
    [
        {"kernelspec": {"language": "python"}},
        {"language_info": {"name": "ipython", "version": "3.9.1"}},
        {"kernelspec": {"name": "conda-env"}},
    ],
    ids=str,
)
def test_python_notebooks(change: dict[str, Any]) -> None:
    found = parse(json.dumps(document(metadata=change)), name="demo")
    assert found.python_version == change.get("language_info", {}).get("version")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("not json", "NB101", id="no JSON"),
        pytest.param("[" * 100_000, "NB101", id="JSON too deep"),
        pytest.param('{"a": 1}', "NB101", id="another JSON"),
        pytest.param("[]", "NB101", id="a list"),
        pytest.param(json.dumps(document(cells=None)), "NB101", id="no cells"),
        pytest.param(json.dumps(document(cells=["x"])), "NB101", id="a cell that is no object"),
        pytest.param(json.dumps(document(cells=[{"source": 3}])), "NB101", id="source that is no text"),
        pytest.param(
            json.dumps(document(metadata={"kernelspec": {"language": "R"}})), "NB102", id="kernel of R"
        ),
        pytest.param(
            json.dumps(document(metadata={"language_info": {"name": "julia"}})), "NB102", id="Julia"
        ),
    ],
)  # fmt: skip
def test_refused(text: str, code: str) -> None:
    assert refused(text) == code


def test_an_old_format_is_upgraded() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"metadata": {}, "cells": [
            {"cell_type": "heading", "level": 1, "source": ["Old"], "metadata": {}},
            {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python",
             "metadata": {"tags": ["train"]}, "outputs": []},
        ]}, {"metadata": {}, "cells": [
            {"cell_type": "code", "input": "z = 3", "language": "python", "metadata": {}, "outputs": []},
        ]}],
    }  # fmt: skip
    first, second = parse(json.dumps(old), name="demo").code_cells
    assert (first.source, first.tags, first.number) == ("x = 1\ny = 2", ("train",), 2)
    assert (second.source, second.tags) == ("z = 3", ())


@pytest.mark.parametrize("worksheets", [None, [{}], [{"cells": [{"cell_type": "code"}]}], 3])
def test_what_cannot_be_upgraded_is_refused(worksheets: object) -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": worksheets}
    assert refused(json.dumps(old)) == "NB101"


@pytest.mark.parametrize(
    ("raw", "settings"),
    [
        ({}, Settings()),
        ({"name": "churn", "owner": "me"}, Settings(name="churn", owner="me")),
        ({"fixtures": 10}, Settings(fixtures=10)),
        ({"outputs": ["a", "b", "a"]}, Settings(outputs=("a", "b"))),
        ({"metrics": {"auc": {"min": 0.8}}}, Settings(metrics={"auc": {"min": 0.8}})),
        ({"of a later version": 1}, Settings()),
    ],
    ids=str,
)
def test_settings(raw: dict[str, Any], settings: Settings) -> None:
    found = parse(json.dumps(document(metadata={"nb2prod": raw})), name="demo")
    assert found.settings == settings


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {"name": 3},
        {"outputs": "model"},
        {"outputs": [1]},
        {"metrics": ["auc"]},
        {"fixtures": "10 MB"},
        {"fixtures": -1},
        {"fixtures": True},
        {"metrics": {"auc": 0.8}},
        {"metrics": {"auc": {"least": 0.8}}},
        {"metrics": {"auc": {"min": "high"}}},
    ],
    ids=str,
)
def test_settings_of_the_wrong_kind(raw: Any) -> None:
    assert refused(json.dumps(document(metadata={"nb2prod": raw}))) == "NB103"


def test_read_takes_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text("\ufeff" + json.dumps(document()), encoding="utf-8")
    assert read(path).name == "a"


@pytest.mark.parametrize("kind", ["missing", "folder", "binary"])
def test_read_refuses(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.ipynb"
    if kind == "folder":
        path.mkdir()
    elif kind == "binary":
        path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotebookError) as caught:
        read(path)
    assert caught.value.problem.code == "NB101"
    assert str(path) in caught.value.problem.message
