"""Expressions that may give the raw rows of a notebook, told from its text."""

from __future__ import annotations

import ast

import pytest

from nb2prod.probes.bindingtime.sources import (
    Source,
    bound,
    inner_reads,
    predicted,
    reads,
    splits,
)


def _numbered(python: str) -> list[tuple[int, ast.stmt]]:
    return list(enumerate(ast.parse(python).body))


def _texts(python: str, found: list[Source]) -> list[str]:
    """The text of each source, and the variables that its statement has."""
    lines = python.split("\n")
    told = []
    for source in found:
        first, start, _, end = source.place
        told.append(" ".join([lines[first - 1][start:end], *source.split]))
    return told


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("df = pd.read_csv('a').dropna()", ["pd.read_csv('a')"]),
        ("a, b = read_excel('a'), pd.read_sql(q, c)", ["read_excel('a')", "pd.read_sql(q, c)"]),
        ("def f():\n    return pd.read_csv('a')", []),
        ("df = load()", []),
    ],
)
def test_reads(python: str, expected: list[str]) -> None:
    assert _texts(python, reads(_numbered(python))) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [("d = f()", ["pd.read_csv('a')"]), ("d, e = f(), f()", []), ("d = g()", [])],
)
def test_reads_in_functions_that_are_called_once(call: str, expected: list[str]) -> None:
    python = f"def f():\n    t = pd.read_csv('a')\n    t = t.dropna()\n    return t\n{call}"
    assert _texts(python, inner_reads(_numbered(python))) == expected


def test_splits() -> None:
    python = "a, b = train_test_split(df)\nA, B, c, d = train_test_split(X, y, test_size=0.5)"
    assert _texts(python, list(splits(_numbered(python)))) == ["X X y"]


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("m.fit(X, y)\np = m.predict(Z)", ["Z Z", "X X y"]),
        ("m = R().fit(X, y)\nn.fit(A, b)\np = m.predict_proba(Z)[:, 1]", ["Z Z", "X X y"]),
        ("m.fit(X, y)\nm.fit(A, b)\np = m.predict(Z)", ["Z Z", "A A b"]),
        ("p = m.fit(X, y).predict(Z)", ["Z Z", "X X y"]),
        ("m.fit(X, y)\np = m.predict(Z[:3])", []),
        ("m.fit(X[:3], y)\np = m.predict(Z)", []),
        ("n.fit(X, y)\np = m.predict(Z)", []),
        ("p = m.predict(Z)\nm.fit(X, y)", []),
        ("m.fit(X, y)\nq = m.predict(Z)", []),
    ],
)
def test_rows_that_are_predicted_and_those_that_are_learned(
    python: str, expected: list[str]
) -> None:
    found = list(predicted(_numbered(python), ["p"]))
    assert [t for one in found for t in _texts(python, [one.rows, one.fitted])] == expected


def test_what_is_bound_is_what_is_read_there() -> None:
    python = "a = 1\nb = pd.read_csv('b').dropna()"
    told = [bound(_numbered(python), name) for name in ("a", "b", "c")]
    assert _texts(python, [source for source in told if source]) == ["1", "pd.read_csv('b')"]
