"""Cells in, what the settings are without an entry out."""

from __future__ import annotations

import pytest

from nb2prod.plan.inferred import Inferred, inferred

from .cellscript import plan_of

_SETUP = """setup: import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split"""
_READ = "preprocessing: df = pd.read_csv('rows.csv')\nX = df[['a']]"
_PREDICT = "predict: p = model.predict(X)"


@pytest.mark.parametrize(
    "train",
    [
        "model = Ridge().fit(X, df['y'])",
        "model = Ridge().fit(X, df.y)",
        "y = df.pop('y')\nmodel = Ridge()\nmodel.fit(X, y)",
        "y = df['y'].values\nmodel = Ridge().fit(X, y)",
        "y = np.log1p(df['y'])\nmodel = Ridge().fit(X, y)",
        "y = df['y'].map({'no': 0, 'yes': 1}).astype(int)\nmodel = Ridge().fit(X, y)",
        "A, B, y, z = train_test_split(X, df['y'], random_state=0)\nmodel = Ridge().fit(A, y)",
        "A, y = X, df['y']\nmodel = Ridge().fit(A, y)",
        "y = df['y']\nscale = Ridge().fit(X, df['a'])\nmodel = Ridge().fit(X, y[df['a'] > 0])",
    ],
)
def test_the_column_that_the_last_model_was_fitted_to(train: str) -> None:
    found = inferred(plan_of(_SETUP, _READ, f"train: {train}", _PREDICT))
    assert found == Inferred("df", "y", "p")


def test_what_is_not_there_is_empty() -> None:
    assert (
        inferred(plan_of("train: n = 1\ndef f(x):\n    return x", "evaluate: k = f(n)"))
        == Inferred()
    )


def test_a_name_that_is_bound_to_itself_ends() -> None:
    train = "train: y = X\ny = y\nfor n in [1]:\n    y = y + 1\nmodel = Ridge().fit(X, y)"
    assert inferred(plan_of(_SETUP, _READ, train, _PREDICT)).target == ""
