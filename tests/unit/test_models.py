"""Models of known libraries in values of all kinds, and how the model card groups them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor  # type: ignore[import-untyped]
from sklearn.ensemble import RandomForestRegressor  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression, Ridge  # type: ignore[import-untyped]
from sklearn.model_selection import GridSearchCV, KFold  # type: ignore[import-untyped]
from sklearn.pipeline import Pipeline  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]
from sklearn.utils import Bunch  # type: ignore[import-untyped]

from nb2prod.planning import emitted
from nb2prod.probes.models import MAX_ITEMS, models, parameters
from nb2prod.recorded import Description, Model, Recorded

from .cellscript import plan_of

X = np.arange(8.0).reshape(8, 1)
y = X.ravel()


class Own(Ridge):  # type: ignore[misc]
    """A class of the notebook."""


class Broken(dict[str, object]):
    """A mapping that can't be read."""

    def items(self) -> object:  # type: ignore[override]
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, []),
        (Ridge, []),
        (KFold(), []),
        (X, []),
        (Bunch(a=1), []),
        (Broken(a=Ridge()), []),
        (Own(), [("", "Own")]),
        (RandomForestRegressor(n_estimators=1).fit(X, y), [("", "RandomForestRegressor")]),
        ({"a": Ridge(), 1: 2, "c": 3}, [("['a']", "Ridge")]),
        ([1, (Ridge(), 2)], [("[1][0]", "Ridge")]),
        (
            Pipeline([("scale", StandardScaler()), ("fit", Ridge())]),
            [("", "Pipeline"), ("['fit']", "Ridge")],
        ),
        (Pipeline([("scale", StandardScaler()), ("end", "passthrough")]), [("", "Pipeline")]),
        (
            GridSearchCV(Ridge(), {"alpha": [1, 2]}, cv=2).fit(X, y),
            [("", "GridSearchCV"), (".best_estimator_", "Ridge")],
        ),
        (
            TransformedTargetRegressor(LinearRegression()).fit(X, y),
            [("", "TransformedTargetRegressor"), (".regressor_", "LinearRegression")],
        ),
        (
            ColumnTransformer([("a", StandardScaler(), [0])]).fit(X),
            [("", "ColumnTransformer"), (".named_transformers_['a']", "StandardScaler")],
        ),
        ([0] * MAX_ITEMS + [Ridge()], []),
    ],
)
def test_models(value: object, found: list[tuple[str, str]]) -> None:
    assert [(path, type(model).__name__) for path, model, _ in models(value)] == found


def test_a_value_that_holds_itself() -> None:
    value: list[object] = [Ridge()]
    value.append(value)
    assert models(value)[0][0] == "[0]"


def test_parameters_and_what_a_search_chose() -> None:
    told = dict(parameters(GridSearchCV(Ridge(), {"alpha": [1]}, cv=2).fit(X, y)))
    assert told["cv"] == "2"
    assert told["best_params_"] == "{'alpha': 1}"
    assert parameters(object()) == []


def card_of(kind: str, *held: Model) -> str:
    plan = plan_of("setup: from lib import f", "train: m = f(1)", "predict: p = [m]")
    told = {"train": {"m": Description(kind, models=held)}}
    recorded = Recorded(descriptions=told, values={"train": {"m": {}}})
    files = emitted(plan, notebook_folder=None, output=None, recorded=recorded)
    return files["MODEL_CARD.md"]


def test_models_that_are_alike_are_told_once() -> None:
    alike = [Model(f"[{n}]", "Ridge", "sklearn", [("a|b", "1")]) for n in range(10)]
    other = Model("[10]", "Lasso", "sklearn")
    card = card_of("list of 11", *alike, other)
    names = ", ".join(f"`m[{n}]`" for n in range(8))
    assert (
        "`m`, a list of 11, comes from `train()`.\n\n"
        f"{names} and 2 more: `Ridge`\n\n"
        "| parameter | value |\n|---|---|\n| `a\\|b` | `1` |\n\n"
        "`m[10]`: `Lasso`\n\n"
    ) in card
    assert "library_name: sklearn" in card


def test_many_different_models_are_cut_and_said_so() -> None:
    card = card_of("list of 9", *(Model(f"[{n}]", f"M{n}", "sklearn") for n in range(9)))
    assert "`m[7]`: `M7`\n\n1 more, with other parameters, are left out.\n" in card
