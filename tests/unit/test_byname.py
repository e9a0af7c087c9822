"""Notebooks in; the definitions that something looks for by name, which move to module level."""

from __future__ import annotations

import pytest

from .cellscript import attempt, files_of

_OPEN = "preprocessing: import pickle, joblib\nk = [2]\nclass P:\n    def val(self): return k\ndef f(a): return k"
_CLOSED = "preprocessing: import pickle, joblib\nclass P:\n    pass\ndef f(a): return a"


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        pytest.param([_OPEN, "train: x = pickle.dumps(P())"], "P", id="an object"),
        pytest.param([_OPEN, "train: x = pickle.dumps(f)"], "f", id="a function"),
        pytest.param([_OPEN, "train: m = [1]\nm.append(P())\nx = pickle.dumps(m)"], "P", id="in a list"),
        pytest.param([_OPEN, "train: def make(): return P()\nx = pickle.dumps(make())"], "P", id="a result"),
        pytest.param([_OPEN, "train: def save(o): return pickle.dumps(o)\nx = save({'m': P()})"], "P", id="an argument"),
        pytest.param(
            [_OPEN, "train: from multiprocessing import Pool\nwith Pool(2) as p: x = p.map(f, [1])"], "f",
            id="a pool's function",
        ),
        pytest.param(
            [_OPEN, "setup: from sklearn.pipeline import Pipeline",
             "train: m = Pipeline([('a', P())])\nx = joblib.dump(m, 'm')"], "P",
            id="in a pipeline",
        ),
        pytest.param(
            ["preprocessing: import pickle\nk = [1]\ndef f(a): return k\nclass P:\n    def val(self): return f(1)",
             "train: x = pickle.dumps(P())"], "f",
            id="through another function",
        ),
    ],
)  # fmt: skip
def test_what_is_looked_up_by_name_moves_to_module_level(cells: list[str], name: str) -> None:
    found = attempt(*cells)
    assert found.plan is not None, found.diagnostics
    assert name in found.plan.hoisted
    assert found.plan.storage.is_global
    assert "k" in found.plan.storage.state


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([_CLOSED, "train: x = pickle.dumps([P(), f])"], id="module-level definitions"),
        pytest.param([_OPEN, "train: x = [f(1), P(), pickle.dumps([1])]"], id="other things"),
        pytest.param(
            [_OPEN, "setup: import pandas as pd\nfrom sklearn.linear_model import Ridge",
             ("train: d = pd.read_csv('a.csv')\nd['b'] = d['a'].apply(f)\nm = Ridge().fit(d, d['b'])\n"
              "x = [P(), joblib.dump(m, 'm')]")],
            id="an estimator",
        ),
    ],
)  # fmt: skip
def test_other_pickles_change_nothing(cells: list[str]) -> None:
    found = attempt(*cells)
    assert found.plan is not None, found.diagnostics
    assert not found.plan.storage.state
    assert ("P" in found.plan.hoisted) is (cells[0] == _CLOSED)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        pytest.param(
            ["preprocessing: import pickle\nk = [2]\ndef f(a, b=k): return a", "train: x = pickle.dumps(f)"],
            "`f` of cell 1 is pickled here", id="a default that is computed where it stands",
        ),
        pytest.param(
            ["preprocessing: import typing\nk = [1]\nclass B:\n    def v(self): return k\nclass A:\n    b: 'B' = None",
             "train: x = typing.get_type_hints(A)"],
            "`B` of cell 1 is named in the text of an annotation", id="text of an annotation",
        ),
    ],
)  # fmt: skip
def test_what_no_module_can_hold_is_refused(cells: list[str], message: str) -> None:
    found = [d for d in attempt(*cells).diagnostics if d.code == "NB210"]
    assert [d.message.startswith(message) for d in found] == [True]
    assert all(d.cell is not None and d.line is not None for d in found)


def test_the_one_state_is_emptied_by_each_run() -> None:
    files = files_of(_OPEN, "train: x = pickle.dumps(P())")
    assert "return state.k" in files["preprocessing"]
    assert "from demo.state import State, state\n" in files["preprocessing"]
    assert "vars(state).clear()\n" in files["pipeline"]
