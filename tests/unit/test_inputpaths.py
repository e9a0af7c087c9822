"""Cells and what they read in; cells with parameters for the files out."""

from __future__ import annotations

import pytest

from nb2prod.inputpaths import with_path_parameters

from .cellscript import notebook

READ = {1: {"rows.csv", "data/rows.csv"}, 2: {"rows.csv"}}


def changed(*cells: str, lines: tuple[int, ...] = (1, 2, 3)) -> list[tuple[tuple[str, ...], str]]:
    """Tags and source of each cell, where the statements at these lines are shipped."""
    shipped = {(number, line) for number in (1, 2) for line in lines}
    found = with_path_parameters(notebook(*cells), READ, shipped)
    return [(cell.tags, cell.source) for cell in found.cells]


@pytest.mark.parametrize(
    ("source", "parameter", "rewritten"),
    [
        ("d = load('rows.csv')", "rows_path = 'rows.csv'", "d = load(rows_path)"),
        ("d = load(path='rows.csv')", "rows_path = 'rows.csv'", "d = load(path=rows_path)"),
        ("é = 'é'; d = load('rows.csv', 1)", "rows_path = 'rows.csv'", "é = 'é'; d = load(rows_path, 1)"),
        ("d = load('data/rows.csv')", "rows_path = 'data/rows.csv'", "d = load(rows_path)"),
        ("d = load('./rows.csv')", "rows_path = './rows.csv'", "d = load(rows_path)"),
        (
            "with open('rows.csv') as f, open('rows.csv') as g:\n    a = 1",
            "rows_path = 'rows.csv'",
            "with open(rows_path) as f, open(rows_path) as g:\n    a = 1",
        ),
        # A name that somebody has is left to them.
        ("rows_path = 1\nd = load('rows.csv')", "rows_path_2 = 'rows.csv'", "rows_path = 1\nd = load(rows_path_2)"),
    ],
)  # fmt: skip
def test_a_file_becomes_a_parameter(source: str, parameter: str, rewritten: str) -> None:
    assert changed(f"train: {source}") == [(("parameters",), parameter), (("train",), rewritten)]


@pytest.mark.parametrize(
    "source",
    [
        "d = load('other.csv')",
        "d = load(f'rows.csv')",
        "p = 'rows.csv'",
        "p = ['rows.csv']",
        "def f():\n    return load('rows.csv')",
        "f = lambda: load('rows.csv')",
        "d = [load('rows.csv') for _ in x]",
        "class C:\n    d = load('rows.csv')",
        "%matplotlib inline\nd = load('rows.csv')",
    ],
)
def test_what_stays(source: str) -> None:
    assert changed(f"train: {source}") == [(("train",), source)]


def test_what_is_not_shipped_stays() -> None:
    source = "load('rows.csv')\nd = load('rows.csv')"
    assert changed(f"train: {source}", lines=(2,))[1][1] == "load('rows.csv')\nd = load(rows_path)"


def test_one_file_is_one_parameter_and_two_are_two() -> None:
    found = changed("train: a = load('rows.csv')", "train: b = load('rows.csv')")
    assert [source for _, source in found] == [
        "rows_path = 'rows.csv'",
        "a = load(rows_path)",
        "b = load(rows_path)",
    ]
    found = changed("train: a = load('rows.csv'); b = load('data/rows.csv')")
    assert [source for _, source in found] == [
        "rows_path = 'rows.csv'",
        "rows_path_2 = 'data/rows.csv'",
        "a = load(rows_path); b = load(rows_path_2)",
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("data/raw-sales 2024.csv", "raw_sales_2024_path"),
        ("2024.csv", "data_2024_path"),
        ("数.csv", "data_path"),
        ("the path.csv", "the_path"),
    ],
)
def test_names(path: str, name: str) -> None:
    found = with_path_parameters(notebook(f"train: d = load({path!r})"), {1: {path}}, {(1, 1)})
    assert found.cells[0].source == f"{name} = {path!r}"
