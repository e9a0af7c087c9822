"""What calls say that a model learns, and which raw columns the target then is."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest

from nb2prod.plan.chain import Serving
from nb2prod.plan.package import PackagePlan
from nb2prod.planning import planned
from nb2prod.probes.bindingtime.facts import ALWAYS, ROWS, Value
from nb2prod.probes.bindingtime.targets import Target, target_of
from nb2prod.serving import with_serving
from tests.properties.chains import oracle
from tests.unit.cellscript import notebook

_TABLE = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "price": [5.0, 6.0]})


class _OLS:
    @classmethod
    def from_formula(cls, formula: str, data: Any) -> None:
        """As statsmodels has it."""


_OLS.__module__ = "statsmodels.regression"
_KNOWN: dict[str, Any] = {
    "model": object(),
    "OLS": _OLS,
    "ols": _OLS.from_formula,
    "Dataset": dict,
    "table": _TABLE,
    "X": _TABLE[["a", "b"]],
    "y": _TABLE["price"],
}


def _value(node: ast.expr) -> Value:
    full = _KNOWN[node.id] if isinstance(node, ast.Name) else getattr(node, "value", None)
    rows = isinstance(full, pd.DataFrame | pd.Series)
    return Value(node, full, [], ROWS if rows else ALWAYS, range(2) if rows else None)


def _found(call: str) -> Target | None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    parts = (node.func, *node.args, *(k.value for k in node.keywords))
    return target_of(node, [_value(part) for part in parts])


@pytest.mark.parametrize(
    ("call", "target", "data"),
    [
        ("model.fit(X, y)", ["price"], ["a", "b"]),
        ("model.fit(y=y, X=X)", ["price"], ["a", "b"]),
        ("OLS(y, X)", ["price"], ["a", "b"]),
        ("OLS(exog=X, endog=y)", ["price"], ["a", "b"]),
        ("Dataset(X, label=y)", ["price"], ["a", "b"]),
        ("ols('price ~ a + np.log(b)', data=table)", ["price"], ["a", "b"]),
        ("ols('np.log(price) ~ a', table)", ["price"], ["a"]),
        ("ols(formula='price ~ a:b', data=table)", ["price"], ["a", "b"]),
    ],
)
def test_target_of_a_call(call: str, target: list[str], data: list[str]) -> None:
    found = _found(call)
    assert found is not None
    assert [*found.data.full.columns] == data
    assert [found.target.full.name] == target


@pytest.mark.parametrize("call", ["model.predict(X)", "ols('nothing ~ a', table)", "model.fit(X)"])
def test_calls_without_a_target(call: str) -> None:
    assert _found(call) is None


def _serving(folder: Path, *cells: str) -> Serving:
    """The chain of a notebook whose files are in a folder, which is the working directory."""
    plan = planned(notebook(*cells), "demo", folder=None).plan
    assert plan is not None
    found = with_serving(plan, oracle._followed(plan, folder), oracle._NOTHING)
    assert isinstance(found, PackagePlan)
    assert found.serving is not None
    return found.serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table to learn from, and one without its target."""
    rows = pd.DataFrame(
        {
            "fare": [n * 53 % 97 for n in range(60)],
            "age": [n * 37 % 53 for n in range(60)],
            "y": [n * 29 % 31 for n in range(60)],
        }
    )
    rows.to_csv(tmp_path / "rows.csv", index=False)
    rows[["fare"]].head(20).to_csv(tmp_path / "new.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("df['high'] = (df['y'] > 15).astype(int)", ("y",)),
        ("df['twice'] = df['y'] * 2\ndf['high'] = (df['twice'] > 30).astype(int)", ("y",)),
        ("df['high'] = np.where(df['y'] > 15, 1, 0)", ("y",)),
        ("df['high'] = df['y'].map(lambda y: y > 15)", ("y",)),
        # The callers have what a feature is computed from.
        ("df['high'] = (df['fare'] > 40).astype(int)", ()),
    ],
)
def test_a_target_that_is_computed_is_the_column_it_comes_from(
    target: str, expected: tuple[str, ...], folder: Path
) -> None:
    found = _serving(
        folder,
        "setup: import numpy as np\nimport pandas as pd\n"
        "from sklearn.linear_model import LogisticRegression",
        f"preprocessing: df = pd.read_csv('rows.csv')\n{target}\nX = df[['fare']] / 2",
        "train: model = LogisticRegression().fit(X, df['high'])",
        "predict: p = model.predict(X)",
    )
    assert found.target == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [("['y', 'fare']", ("y", "fare")), ("['y', 'z']", ("y",))],  # `z` comes from what callers have
)
def test_of_a_table_of_targets_it_is_the_raw_columns(
    columns: str, expected: tuple[str, ...], folder: Path
) -> None:
    found = _serving(
        folder,
        "setup: import pandas as pd\nfrom sklearn.linear_model import LinearRegression",
        "preprocessing: df = pd.read_csv('rows.csv')\ndf['z'] = df['age'] % 7",
        f"train: model = LinearRegression().fit(df[['age']] / 2, df[{columns}])",
        "predict: p = model.predict(df[['age']] / 2)",
    )
    assert found.target == expected


def test_training_has_the_rows_that_a_function_prepares_for_the_model(folder: Path) -> None:
    found = _serving(
        folder,
        "setup: import pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "def prepared(d, mean=None):\n"
        "    mean = d['fare'].mean() if mean is None else mean\n"
        "    return d[['fare']] - mean, mean",
        "preprocessing: train = pd.read_csv('rows.csv')\ntest = pd.read_csv('new.csv')\n"
        "X, mean = prepared(train)\nX_test, _ = prepared(test, mean)",
        "train: model = LinearRegression().fit(X, train['y'])",
        "predict: p = model.predict(X_test)",
    )
    assert found.learned is not None
    assert found.learned.target == ("y",)
    assert found.learned.columns == ("fare", "age", "y")
