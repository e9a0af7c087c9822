"""Formulas whose text is put together, or evaluated in another frame: notebook against package."""

from __future__ import annotations

import pytest

from .notebooks import Cell, Program
from .oracle import verdict

SETUP = """
import numpy as np
import pandas as pd
from patsy import dmatrix
def logp(x):
    return np.log1p(x)
df = pd.DataFrame({'a': [1.0, 2.0, 4.0], 'c': [3.0, 1.0, 2.0]})
w = 3
def raised():
    global w
    w += 1
    return w
level = lambda x: x + df['c'].min()
""".strip()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("f = '0 + ' + '+'.join('logp(%s)' % c for c in ['a'])\nx = dmatrix(f, df)", id="pieces"),
        pytest.param("x = dmatrix('0 + {}(a)'.format('logp'), df)", id="a name alone"),
        pytest.param("x = dmatrix(' + '.join(['0', 'np.log1p(c)']), df)", id="a module"),
        pytest.param("fs = ['0 + a', '0 + logp(a)']\nx = [dmatrix(f, df) for f in fs][1]", id="list"),
        pytest.param("fs = {'m': '0 + level(a)'}\nfor k, f in fs.items():\n    x = dmatrix(f, df)", id="mapping"),
        pytest.param("def go(f): return dmatrix(f, df)\nx = go('0 + level(a)')", id="function"),
        pytest.param("def go(d): return dmatrix('0 + level(a)', d)\nx = go(df)", id="text in a function"),
        pytest.param("go = lambda f: dmatrix(f, df)\nx = go('0 + level(a)')", id="lambda"),
        pytest.param("x = [dmatrix('0 + level(a)', d) for d in [df]][0]", id="comprehension"),
        pytest.param("x = list(dmatrix(f, df) for f in ['0 + level(a)'])[0]", id="generator"),
        pytest.param("class M:\n    def go(self, f): return dmatrix(f, df)\nx = M().go('0 + level(a)')", id="method"),
        pytest.param("raised()\nx = dmatrix('0 + I(a ' + '* w)', df)", id="shared variable"),
        pytest.param("def go(f): return dmatrix(f, df)\nraised()\nx = go('0 + I(a * w)')", id="shared, in a function"),
        pytest.param("raised()\nx = [dmatrix(f, df) for f in ['0 + I(a * w)']][0]", id="shared, in a comprehension"),
        pytest.param("def go(f): return dmatrix(f, df)\ny = go('0 + a')\nv = 2\nx = go('0 + I(a * v)')", id="bound later"),
        pytest.param(
            "def up():\n    global k\n    k = 3\ny = dmatrix('0 + ' + 'a', df)\nup()\nx = dmatrix('0 + I(a * ' + 'k)', df)",
            id="shared, bound later",
        ),
        pytest.param(
            "y = dmatrix('0 + ' + 'center(a)', df)\ncenter = lambda x: x - 5\nx = dmatrix('0 + ' + 'center(a)', df)",
            id="a function of the library until it is bound",
        ),
    ],
)  # fmt: skip
def test_a_formula_finds_the_notebooks_variables(source: str) -> None:
    train = f"{source}\nvalue = np.asarray(x).ravel().tolist()"
    cells = (
        Cell(SETUP, "setup", "setup"),
        Cell(train, "train", "train"),
        Cell("result = sum(value)", "evaluate", "evaluate"),
    )
    assert verdict(Program(0, cells, ("value", "result"), frozenset())).kind == "same"
