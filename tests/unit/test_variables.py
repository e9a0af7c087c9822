"""Cells in, the lines on which each variable is bound and read out."""

from __future__ import annotations

import pytest

from nb2prod.analysis.variables import Line, variables
from tests.unit.cellscript import code


@pytest.mark.parametrize(
    ("cells", "name", "bindings", "uses"),
    [
        pytest.param(["x = 1", "y = x"], "x", [(1, 1)], [(2, 1)], id="plain"),
        pytest.param(["x = 1\nx += 1\ny = x"], "x", [(1, 1), (1, 2)], [(1, 2), (1, 3)], id="again"),
        pytest.param(["x = 1", "def f():\n    return x"], "x", [(1, 1)], [(2, 2)], id="in a function"),
        pytest.param(["def f():\n    global x\n    x = 1", "f()\nx"], "x", [(1, 3)], [(2, 2)], id="global"),
        pytest.param(["import math\nmath.pi"], "math", [(1, 1)], [(1, 2)], id="import"),
        pytest.param(["x = 1\nfor x in [x]: pass"], "x", [(1, 1), (1, 2)], [(1, 2)], id="loop"),
        pytest.param(["x = 1\ndel x"], "x", [(1, 1)], [], id="deleted"),
        pytest.param(["x = 1\n[x for x in 'ab']"], "x", [(1, 1)], [], id="a comprehension's own"),
        pytest.param(["x = 1\ndf.query('a > @x')"], "x", [(1, 1)], [(1, 2)], id="in a query"),
    ],
)  # fmt: skip
def test_places(cells: list[str], name: str, bindings: list[Line], uses: list[Line]) -> None:
    (found,) = (v for v in variables(code(*cells)) if v.name == name)
    assert (list(found.bindings), list(found.uses)) == (bindings, uses)


def test_in_the_order_in_which_they_are_bound() -> None:
    assert [v.name for v in variables(code("b = 1\na = b", "c = len(a)"))] == ["b", "a", "c"]
