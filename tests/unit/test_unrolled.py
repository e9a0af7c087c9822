"""Expressions over several tables in, and how they are written out; or that they stay."""

from __future__ import annotations

import pytest

from nb2prod.plan.unrolled import unrolled
from tests.unit.cellscript import code


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a, b = [f(d) for d in (a, b)]", "a, b = [f(a), f(b)]"),
        ("a, b = (f(d) for d in [a, b])", "a, b = (f(a), f(b))"),
        ("both = tuple(f(d, d.x) for d in (a, b))", "both = (f(a, a.x), f(b, b.x))"),
        ("both = list(map(f, (a, b.x['y'])))", "both = [f(a), f(b.x['y'])]"),
        ("a, b = map(s.transform, (a, b))", "a, b = (s.transform(a), s.transform(b))"),
        ("a, b = map(lambda d: d + 1, (a, b))", "a, b = (a + 1, b + 1)"),
        ("c = pd.concat([f(d) for d in (a, b)])", "c = pd.concat([f(a), f(b)])"),
        ("c = [n + d for n, d in zip(['x', 'y'], [a, b])]", "c = ['x' + a, 'y' + b]"),
        ("c = {n: f(d) for n, d in (('x', a), ('y', b))}", "c = {'x': f(a), 'y': f(b)}"),
        ("for n, d in enumerate([a, b]):\n    g(d)", "for n, d in ((0, a), (1, b)):\n    g(d)"),
        (
            "def h(p, q):\n    return [f(d) for d in (p, q)]",
            "def h(p, q):\n    return [f(p), f(q)]",
        ),
        ("c = [\n    f(d)\n    for d in (a, b)\n]; g(c)", "c = [f(a), f(b)\n\n\n]; g(c)"),
        ("c = [[x for x in d] for d in (a, b)]", "c = [[x for x in a], [x for x in b]]"),
        ("é = [f('é', d) for d in (a, b)]", "é = [f('é', a), f('é', b)]"),
    ],
)
def test_what_is_named_is_written_out(cell: str, written: str) -> None:
    assert _text(f"a = b = s = f = g = pd = 0\n{cell}").split("\n", 1)[1] == written


@pytest.mark.parametrize(
    ("cells", "written"),
    [
        (["both = [a, b]", "a, b = [f(d) for d in both]"], "a, b = [f(a), f(b)]"),
        (["data = {'x': a, 'y': b}", "c = [f(d) for d in data.values()]"], "c = [f(a), f(b)]"),
        (
            ["data = {'x': a, 'y': b}", "for k, d in data.items():\n    g(k, d)"],
            "for k, d in (('x', a), ('y', b)):\n    g(k, d)",
        ),
        (["c = []", "for d in (a, b):\n    c.append(f(d))"], "c = [f(a), f(b)\n]"),
    ],
)
def test_what_a_variable_holds_is_written_out(cells: list[str], written: str) -> None:
    assert _text("a = b = f = g = 0", *cells) == written


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["c = [f(n) for n in ('x', 'y')]"], id="values that are no variables"),
        pytest.param(["c = [f(d) for d in (a, b) if d]"], id="a condition"),
        pytest.param(["c = [f(d) for d in (a, g())]"], id="a call among the items"),
        pytest.param(["c = [f(d) for d in (a, *b)]"], id="a star among the items"),
        pytest.param(["c = [f(e) for d in (a, b) for e in d]"], id="two loops"),
        pytest.param(["c = sum(f(d) for d in (a, b))"], id="a generator that is used up in a call"),
        pytest.param(["c = [lambda d: d for d in (a, b)]"], id="a scope with the same name"),
        pytest.param(["c = [[a for a in d] for d in (a, b)]"], id="a scope that hides an item"),
        pytest.param(["c = [f'{d}' for d in (a, b)]"], id="a text with values"),
        pytest.param(["c = [(last := d) for d in (a, b)]"], id="a name that is bound around it"),
        pytest.param(["c = [f(\n  # why\n d) for d in (a, b)]"], id="a comment in it"),
        pytest.param(["c = [f(k) for k, d in (a, b)]"], id="items that are not written out"),
        pytest.param(["both = [a, b]", "both.append(c)", "c = [f(d) for d in both]"], id="a list that grew"),
        pytest.param(["both = [a, b]", "a = 1", "c = [f(d) for d in both]"], id="a variable that changed"),
        pytest.param(["both = [a, b]", "def h():\n    return [f(d) for d in both]"], id="a function's look"),
        pytest.param(["map = f", "c = list(map(f, (a, b)))"], id="a function of the notebook's"),
        pytest.param(["c = [1]", "for d in (a, b):\n    c.append(d)"], id="a list that has items"),
        pytest.param(["c = []", "for d in (a, b):\n    c.append(d)", "g(d)"], id="a target that is read"),
        pytest.param(["data = {'x': a}", "for k, d in data.items():\n    data[k] = f(d)"], id="a dict that changes"),
    ],
)  # fmt: skip
def test_everything_else_stays(cells: list[str]) -> None:
    program = code("a = b = c = f = g = 0", *cells)
    assert unrolled(program) is program


def test_lines_stay_where_they_were() -> None:
    program = unrolled(code("a = b = f = 0\nc = [\n    f(d)\n    for d in (a, b)\n]\nlast = c"))
    assert [statement.line for statement in program.statements] == [1, 2, 6]


def _text(*cells: str) -> str:
    """The text of the last cell."""
    return unrolled(code(*cells)).statements[-1].source.python
