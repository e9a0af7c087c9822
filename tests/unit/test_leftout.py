"""Cells in; what untagged cells change behind the package's back out."""

from __future__ import annotations

import pytest

from .cellscript import attempt

BEFORE = "preprocessing: d = {'a': [1]}\nx = 1"
AFTER = "train: m = [d, x]"


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        pytest.param([BEFORE, ": d['a'] = 2", AFTER], [(2, 1)], id="a part"),
        pytest.param([BEFORE, ": d['a'][0] += 2", AFTER], [(2, 1)], id="a part of a part"),
        pytest.param([BEFORE, ": d.b = 2", AFTER], [(2, 1)], id="an attribute"),
        pytest.param([BEFORE, ": del d['a']", AFTER], [(2, 1)], id="gone"),
        pytest.param([BEFORE, ": d.update(b=2)", AFTER], [(2, 1)], id="a method"),
        pytest.param([BEFORE, ": d.drop('a', inplace=True)", AFTER], [(2, 1)], id="in place"),
        pytest.param([BEFORE, ": if x:\n    d['a'] = 2\nd['b'] = 3", AFTER], [(2, 2)], id="once a cell"),
        pytest.param([BEFORE, ": d['a'] = 2", ": d['a'] = 3", AFTER], [(2, 1), (3, 1)], id="two cells"),
        # Nothing that the package would have seen.
        pytest.param([BEFORE, "skip: d['a'] = 2", AFTER], [], id="on purpose"),
        pytest.param([BEFORE, ": d.get('a')\nd['a']\nd.drop('a', inplace=False)", AFTER], [], id="looks"),
        pytest.param([BEFORE, ": e = {}\ne['a'] = 2", AFTER], [], id="its own"),
        pytest.param([BEFORE, ": def f(d):\n    d['a'] = 2", AFTER], [], id="in a function"),
        pytest.param([BEFORE, "train: m = [d, x]", ": d['a'] = 2"], [], id="nobody reads it later"),
        pytest.param([": d = {}\nd['a'] = 2", BEFORE, AFTER], [], id="before"),
    ],
)  # fmt: skip
def test_a_change_that_the_package_goes_without(
    cells: list[str], lines: list[tuple[int, int]]
) -> None:
    found = [d for d in attempt(*cells).diagnostics if d.code == "NB319"]
    assert [(d.cell, d.line) for d in found] == lines
    assert all(d.mend == "preprocessing" and "`d`" in d.message for d in found)
