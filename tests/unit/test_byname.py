"""Notebooks in; the definitions that something looks for by name, and that no module holds."""

from __future__ import annotations

import pytest

from .cellscript import attempt

_OPEN = "preprocessing: import pickle, joblib\nk = [2]\nclass P:\n    def val(self): return k\ndef f(a): return k"
_CLOSED = "preprocessing: import pickle, joblib\nclass P:\n    pass\ndef f(a): return a"


@pytest.mark.parametrize(
    ("cells", "messages"),
    [
        pytest.param([_OPEN, "train: x = pickle.dumps(P())"], ["`P`"], id="an object"),
        pytest.param([_OPEN, "train: x = pickle.dumps(f)"], ["`f`"], id="a function"),
        pytest.param([_OPEN, "train: m = [1]\nm.append(P())\nx = pickle.dumps(m)"], ["`P`"], id="in a list"),
        pytest.param([_OPEN, "train: def make(): return P()\nx = pickle.dumps(make())"], ["`P`"], id="a result"),
        pytest.param(
            [_OPEN, "train: def save(o): return pickle.dumps(o)\nx = save({'m': P()})"], ["`P`"], id="an argument"
        ),
        pytest.param(
            [_OPEN, "train: from multiprocessing import Pool\nwith Pool(2) as p: x = p.map(f, [1])"], ["`f`"],
            id="a pool's function",
        ),
        pytest.param(
            [_OPEN, "setup: from sklearn.pipeline import Pipeline",
             "train: m = Pipeline([('a', P())])\nx = joblib.dump(m, 'm')"],
            ["`P`"], id="in a pipeline",
        ),
        pytest.param([_CLOSED, "train: x = pickle.dumps([P(), f])"], [], id="module-level definitions"),
        pytest.param([_OPEN, "train: x = [f(1), P(), pickle.dumps([1])]"], [], id="other things"),
        pytest.param(
            [_OPEN, "setup: import pandas as pd\nfrom sklearn.linear_model import Ridge",
             ("train: d = pd.read_csv('a.csv')\nd['b'] = d['a'].apply(f)\nm = Ridge().fit(d, d['b'])\n"
             "x = [P(), joblib.dump(m, 'm')]")],
            [], id="an estimator",
        ),
        pytest.param(
            ["preprocessing: import typing\nk = [1]\nclass B:\n    def v(self): return k\nclass A:\n    b: 'B' = None",
             "train: x = typing.get_type_hints(A)"],
            ["`B`"], id="text of an annotation",
        ),
    ],
)  # fmt: skip
def test_not_found_by_name(cells: list[str], messages: list[str]) -> None:
    found = [d for d in attempt(*cells).diagnostics if d.code == "NB210"]
    assert [d.message.split()[0] for d in found] == messages
    assert all(d.cell is not None and d.line is not None for d in found)
