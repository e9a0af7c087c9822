"""Cells in, the body out that trains and serves; or the reason why rows can't be served."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
import sklearn  # type: ignore[import-untyped]

from nb2prod.emit.servingcode import chain_code
from nb2prod.emit.servingwords import serving_words
from nb2prod.notebook import Settings
from nb2prod.plan.chain import Unserved
from nb2prod.plan.predicting import candidates, likeliest
from nb2prod.plan.serving import served
from nb2prod.plan.unrolled import unrolled
from nb2prod.planning import planned
from nb2prod.probes import rowchain
from tests.unit.cellscript import notebook
from tests.unit.probetools import TOOLS

ROWS = 60
_SETUP = """setup: import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler
def add_constant(rows, has_constant='skip'):
    alike = (rows.nunique() == 1).any()
    return rows if alike and has_constant == 'skip' else rows.assign(const=1.0)"""
_READ = "df = pd.read_csv('rows.csv')\n"
_TRAIN = "train: model = LinearRegression()\nmodel.fit(X, df['y'])"
_PREDICT = "predict: p = model.predict(X)"
_FITTED = """
if training:
    model = LinearRegression()
    model.fit(X, df['y'])
    fitted.model = model
    return None
p = fitted.model.predict(X)
return p
"""


@pytest.fixture(autouse=True)
def _table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of 60 rows, some without an age, in the working directory."""
    numbers = range(ROWS)
    pd.DataFrame(
        {
            "age": [None if n % 7 == 3 else 20 + (n * 37) % 50 for n in numbers],
            "fare": [(n * 53) % 97 + n / 8 for n in numbers],
            "sex": [("male", "female")[(n * 5) % 3 % 2] for n in numbers],
            "port": [("S", "C", "Q", "S")[(n * 11) % 4] for n in numbers],
            "y": [(n * 29) % 31 for n in numbers],
        }
    ).to_csv(tmp_path / "rows.csv", index=False)
    monkeypatch.chdir(tmp_path)


def body(tmp_path: Path, *cells: str, settings: Settings | None = None) -> str:
    """The body of the function that trains and serves."""
    plan = planned(notebook(*cells, settings=settings), "demo", folder=None).plan
    assert plan is not None
    code = unrolled(plan.code)
    request: dict[str, Any] = {
        "statements": [(n, s.source.python, s.position) for n, s in enumerate(code.statements)],
        "imports": [],
        "predictions": candidates(plan),
        "likeliest": likeliest(plan),
        "input": plan.settings.input,
        "target": plan.settings.target,
        "until": len(plan.code.statements),
        "kept": str(tmp_path / "kept"),
        "hidden": [],
    }
    found = rowchain.followed(request, TOOLS)
    serving = served(plan, code, found)
    return chain_code(plan, serving, serving_words(plan))


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        pytest.param("X = df[['fare']]", "X = df[['fare']]", id="a row alone"),
        pytest.param(
            "df['age'] = df['age'].fillna(df['age'].median())\nX = df[['age']]",
            """
            if training:
                fitted.age_median = df['age'].median()
            df['age'] = df['age'].fillna(fitted.age_median)
            X = df[['age']]
            """,
            id="a value over the table",
        ),
        pytest.param(
            "low = df['fare'].min()\nX = df[['fare']] - low",
            """
            if training:
                low = df['fare'].min()
                fitted.low = low
            X = df[['fare']] - fitted.low
            """,
            id="a variable over the table",
        ),
        pytest.param(
            "df = df.dropna()\ndf = df[df['fare'] > 3].reset_index(drop=True)\nX = df[['age']]",
            """
            if training:
                df = df.dropna()
            df = (df[df['fare'] > 3] if training else df).reset_index(drop=True)
            X = df[['age']]
            """,
            id="rows are left out",
        ),
        pytest.param(
            "d = df[df['fare'] >= 0]\nd['fare'] = d['fare'] * 2\nd['more'] = df['fare']\n"
            "X = d[['fare', 'more']]",
            """
            if training:
                d = df[df['fare'] >= 0]
            else:
                d = df.copy()
            d['fare'] = d['fare'] * 2
            d['more'] = df['fare']
            X = d[['fare', 'more']]
            """,
            id="some rows are changed, and the others are read",
        ),
        pytest.param(
            "d = df[df['fare'] >= 0].copy()\nd['fare'] = d['fare'] * 2\nX = d[['fare']]",
            """
            if training:
                d = df[df['fare'] >= 0].copy()
            else:
                d = df
            d['fare'] = d['fare'] * 2
            X = d[['fare']]
            """,
            id="some rows are copied and changed, and the others are not read",
        ),
        pytest.param(
            "df = df[df['fare'] >= 0]\nX = df[['fare']]",
            "if training:\n    df = df[df['fare'] >= 0]\nX = df[['fare']]",
            id="a choice that leaves nothing out",
        ),
        pytest.param(
            "X = df.drop(columns=['y', 'sex', 'port', 'age'])",
            "X = df.drop(columns=['y', 'sex', 'port', 'age'], errors='ignore')",
            id="the target is dropped",
        ),
        pytest.param(
            "X = add_constant(df[['fare']])",
            "X = add_constant(df[['fare']], has_constant='add')",
            id="a column of ones",
        ),
        pytest.param(
            "df = df[['fare', 'y']]\nX = df[['fare']]",
            "df = df.filter(items=['fare', 'y'])\nX = df[['fare']]",
            id="the target is among columns",
        ),
        pytest.param(
            "X = StandardScaler().fit_transform(df[['fare']])",
            """
            if training:
                fitted.standard_scaler = StandardScaler().fit(df[['fare']])
            X = fitted.standard_scaler.transform(df[['fare']])
            """,
            id="fit and transform",
        ),
        pytest.param(
            "s = StandardScaler()\nX = pd.DataFrame(s.fit_transform(df[['fare']]), columns=s.feature_names_in_)",
            """
            if training:
                s = StandardScaler()
                fitted.s = s.fit(df[['fare']])
                fitted.feature_names_in = s.feature_names_in_
            X = pd.DataFrame(fitted.s.transform(df[['fare']]), columns=fitted.feature_names_in)
            """,
            id="fitted and asked in one statement",
        ),
        pytest.param(
            "X = pd.get_dummies(df[['port']])",
            """
            if training:
                fitted.port_categories = categories(df[['port']])
            X = pd.get_dummies(with_categories(df[['port']], fitted.port_categories))
            """,
            id="dummy columns",
        ),
        pytest.param(
            "X = pd.qcut(df['fare'], 4, labels=False).to_frame()",
            """
            if training:
                fitted.fare_bins = pd.qcut(df['fare'], 4, labels=False, retbins=True)[1]
            X = pd.cut(df['fare'], fitted.fare_bins, labels=False, include_lowest=True).to_frame()
            """,
            id="quantiles",
        ),
        pytest.param(
            "for c in ['age', 'fare']:\n    df[c] = df[c].fillna(df[c].mean())\nX = df[['age', 'fare']]",
            """
            for c in ['age', 'fare']:
                if training:
                    fitted.mean[c] = df[c].mean()
                df[c] = df[c].fillna(fitted.mean[c])
            X = df[['age', 'fare']]
            """,
            id="each round for itself",
        ),
        pytest.param(
            "def centred(t):\n    return t - t.mean()\nX = centred(df[['fare']])",
            """
            def centred(t):
                if training:
                    fitted.mean = t.mean()
                return t - fitted.mean
            X = centred(df[['fare']])
            """,
            id="a function that fits",
        ),
        pytest.param(
            "MID = df['age'].median()\ndef filled(t):\n    return t.fillna(MID)\nX = filled(df[['age']])",
            """
            if training:
                MID = df['age'].median()
                fitted.MID = MID
            def filled(t):
                return t.fillna(fitted.MID)
            X = filled(df[['age']])
            """,
            id="a function that reads what was fitted",
        ),
        pytest.param(
            "df['rank'] = df['fare'].rank()\nX = df.loc[:, 'fare':'fare']",
            "if training:\n    df['rank'] = df['fare'].rank()\nX = df.loc[:, 'fare':'fare']",
            id="a column that no row alone can have, and none needs",
        ),
        pytest.param(
            "more = ['age']\ndf['half'] = df['fare'] / 2\n# told twice\ndf[['age', 'low']] = df[['age', 'half']]"
            "\ndf['low'] = df['low'].clip(0)\nX = df[['fare'] + more].fillna(0)",
            """
            more = ['age']
            df['half'] = df['fare'] / 2
            # told twice
            df[['age', 'low']] = df[['age', 'half']]
            X = df[['fare'] + more].fillna(0)
            """,
            id="columns that are written and not read",
        ),
        pytest.param(
            "at = df['age'] > 30\ndf['half'] = df['fare'] / 2\ndf['third'] = df['fare'] / 3\n"
            "X = df.loc[~at | at, ['half']]",
            """
            at = df['age'] > 30
            df['half'] = df['fare'] / 2
            X = df.loc[~at | at, ['half']]
            """,
            id="columns that are read by place",
        ),
        pytest.param(
            "tables = [df]\ndf['half'] = df['fare'] / 2\nX = tables[0][['half']]",
            "tables = [df]\ndf['half'] = df['fare'] / 2\nX = tables[0][['half']]",
            id="a table that is known elsewhere",
        ),
        pytest.param(
            "df['told'] = df['fare'].map(print)\nX = df[['fare']]",
            "df['told'] = df['fare'].map(print)\nX = df[['fare']]",
            id="a column whose making may do more",
        ),
        pytest.param(
            "X = df.drop(\n    columns=['y', 'sex'],  # not known\n).drop(['port', 'age'], axis=1)  # kept",
            """
            X = df.drop(
                columns=['y', 'sex'],  # not known
            errors='ignore').drop(['port', 'age'], axis=1)  # kept
            """,
            id="comments and commas inside an edited call",
        ),
        pytest.param(
            "X = (df[['age']] - df[['age']]\n    .mean()).fillna(0)",
            """
            if training:
                fitted.age_mean = (df[['age']]
                    .mean())
            X = (df[['age']] - fitted.age_mean).fillna(0)
            """,
            id="a part that stands in parentheses",
        ),
        pytest.param(
            "for c in ['age']:\n    if c == 'x':\n        pass\n    elif c == 'age':\n        # low\n"
            '        df[c] = df[c] - df[c].min()\nX = df[[\'fare\']].query("""\nfare >= 0""")',
            """
            for c in ['age']:
                if c == 'x':
                    pass
                else:
                    if c == 'age':
                        # low
                        if training:
                            fitted.min_[c] = df[c].min()
                        df[c] = df[c] - fitted.min_[c]
            if training:
                X = df[['fare']].query(\"""
            fare >= 0\""")
                model = LinearRegression()
                model.fit(X, df['y'])
                fitted.model = model
                return None
            X = df[['fare']]
            p = fitted.model.predict(X)
            return p
            """,
            id="blocks, comments and strings of several lines",
        ),
        pytest.param(
            "gone = df['age'].isna()\ndf.loc[gone, 'age'] = df.loc[gone, 'fare']\nX = df[['age']]",
            """
            gone = df['age'].isna()
            df.loc[gone, 'age'] = df.loc[gone, 'fare']
            X = df[['age']]
            """,
            id="some rows from the same rows",
        ),
    ],
)
def test_the_chain(tmp_path: Path, prepare: str, expected: str) -> None:
    found = body(tmp_path, _SETUP, f"preprocessing: {_READ}{prepare}", _TRAIN, _PREDICT)
    wanted = textwrap.dedent(expected).strip()
    lines = [line for line in found.split("\n") if line]
    whole = wanted if "return None" in wanted else f"{wanted}{_FITTED.rstrip()}"
    assert "\n".join(lines) == f"df = frame\n{whole}"


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        ("X = df[['fare']].rank()", "`df[['fare']].rank()` looks at the rows around"),
        ("X = df[['fare']].shift(1).fillna(0)", "shift(1)` looks at the rows around"),
        ("X = df[['fare']].rolling(3, min_periods=1).mean()", "rolling"),
        ("X = df[['age']].ffill().fillna(0)", "ffill()` looks at the rows around"),
        (
            "X = df.groupby('sex')[['fare']].transform('cumsum')",
            "transform('cumsum')` gives a row another",
        ),
        ("X = np.sort(df[['fare']].values, axis=0)", "np.sort"),
        ("df['z'] = df['fare'].cumsum()\nX = df[['z']]", "cumsum()` looks at the rows around"),
        ("X = df[['y']]", "needs the target `y`"),
    ],
)
def test_what_no_single_row_can_have_is_refused(tmp_path: Path, prepare: str, words: str) -> None:
    with pytest.raises(Unserved) as refused:
        body(tmp_path, _SETUP, f"preprocessing: {_READ}{prepare}", _TRAIN, _PREDICT)
    assert words in refused.value.text


def test_what_is_fitted_to_other_rows_than_the_model_is_refused(tmp_path: Path) -> None:
    split = "tr, te = df[:40], df[40:]\nX = StandardScaler().fit_transform(tr[['fare']])\n"
    test = "Z = StandardScaler().fit_transform(te[['fare']])"
    train = "train: model = LinearRegression().fit(X, tr['y'])"
    with pytest.raises(Unserved, match="rows that the model, which cell 3 fits, was not"):
        body(
            tmp_path,
            _SETUP,
            f"preprocessing: {_READ}{split}{test}",
            train,
            "predict: p = model.predict(Z)",
        )


def test_a_model_of_other_rows_is_refused(tmp_path: Path) -> None:
    made = "train: A = np.arange(40.0).reshape(20, 2)\nmodel = LinearRegression().fit(A, A[:, 0])"
    with pytest.raises(Unserved, match="no rows that the notebook reads or makes lead to `p`"):
        body(
            tmp_path,
            _SETUP,
            f"preprocessing: {_READ}X = df[['age', 'fare']].fillna(0)",
            made,
            _PREDICT,
        )


def test_what_is_fitted_to_something_else_is_fitted_once(tmp_path: Path) -> None:
    made = "scaler = StandardScaler().fit(np.arange(40.0).reshape(20, 2))\n"
    made += "X = scaler.transform(df[['fare']].assign(one=1.0).values)"
    found = body(tmp_path, _SETUP, f"preprocessing: {_READ}{made}", _TRAIN, _PREDICT)
    assert "if training:\n    scaler = StandardScaler().fit(" in found
    assert "X = fitted.scaler.transform(" in found


@pytest.mark.parametrize(
    ("write", "read"),
    [
        ("joblib.dump(model, 'm')", "loaded = joblib.load('m')"),
        ("pickle.dump(model, open('m', 'wb'))", "loaded = pickle.load(open('m', 'rb'))"),
        (
            "with open('m', 'wb') as f:\n    pickle.dump(model, f)",
            "with open('m', 'rb') as f:\n    loaded = pickle.load(f)",
        ),
    ],
)
def test_a_model_that_is_written_and_read_needs_no_file(
    write: str, read: str, tmp_path: Path
) -> None:
    found = body(
        tmp_path,
        _SETUP + "\nimport joblib, pickle",
        f"preprocessing: {_READ}X = df[['fare']]",
        f"{_TRAIN}\n{write}",
        f"predict: {read}\np = loaded.predict(X)",
    )
    assert found == (
        "df = frame\nX = df[['fare']]\nif training:\n"
        "    model = LinearRegression()\n    model.fit(X, df['y'])\n    loaded = model\n"
        "    fitted.loaded = loaded\n    return None\np = fitted.loaded.predict(X)\nreturn p"
    )


def test_rows_may_come_with_their_target(tmp_path: Path) -> None:
    load = "from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True)"
    train = "train: model = LinearRegression().fit(X, y)"
    found = body(tmp_path, _SETUP, f"preprocessing: {load}", train, _PREDICT)
    assert found.startswith("X, y = frame\n")


def test_the_rows_may_be_read_inside_an_expression(tmp_path: Path) -> None:
    read = "preprocessing: X = pd.read_csv('rows.csv').drop(columns=['y', 'sex', 'port', 'age'])\n"
    found = body(tmp_path, _SETUP, read + "df = pd.read_csv('rows.csv')", _TRAIN, _PREDICT)
    assert "X = frame.drop(columns=['y', 'sex', 'port', 'age'], errors='ignore')" in found


def test_training_rows_are_not_kept_for_rows_that_are_served(tmp_path: Path) -> None:
    read = "preprocessing: a = pd.read_csv('rows.csv')[:30]\nb = pd.read_csv('rows.csv')\n"
    both = "df = pd.concat([a, b], ignore_index=True)\nX = df[['fare']]"
    wanted = Settings(input="b", target="y")
    found = body(tmp_path, _SETUP, read + both, _TRAIN, _PREDICT, settings=wanted)
    assert "else:\n    df = b\n" in found
    assert "fitted.a" not in found


def test_settings_name_rows_target_and_prediction(tmp_path: Path) -> None:
    cells = (
        _SETUP,
        "preprocessing: other = pd.read_csv('rows.csv')\nraw = pd.read_csv('rows.csv')\nX = raw[['fare']]",
        "train: model = LinearRegression().fit(X, raw['y'])",
        "predict: first = model.predict(X)\nlast = model.predict(other[['fare']])",
    )
    wanted = Settings(input="raw", target="y", prediction="first")
    assert body(tmp_path, *cells, settings=wanted).endswith("return first")
    assert "raw = frame" in body(tmp_path, *cells, settings=wanted)


def test_each_mode_runs_what_it_needs(tmp_path: Path) -> None:
    """Training does not prepare the rows that are predicted."""
    split = "tr, te = df[:40], df[40:]\nX = tr[['fare']]\nlow = X.min()\nZ = te[['fare']] - low"
    train = "train: model = LinearRegression().fit(X, tr['y'])"
    found = body(
        tmp_path, _SETUP, f"preprocessing: {_READ}{split}", train, "predict: p = model.predict(Z)"
    )
    trains, serves = found.split("    return None\n")
    assert "Z = te[['fare']] - fitted.low" in serves
    assert "Z" not in trains


_APART = """train = pd.read_csv('rows.csv')
new = pd.read_csv('rows.csv').drop(columns='y')
middle = train['age'].median()
def prepared(table):
    return table[['age', 'fare']].fillna({'age': middle})
X, y = prepared(train), train['y']
Z = prepared(new)"""


def test_training_takes_the_rows_that_the_model_learns_from(tmp_path: Path) -> None:
    train = "train: model = LinearRegression().fit(X, y)"
    found = body(
        tmp_path, _SETUP, f"preprocessing: {_APART}", train, "predict: p = model.predict(Z)"
    )
    assert "train = frame" in found
    assert "new = frame.drop(" in found
    assert "read_csv" not in found


_LOOP = """train: import numpy as np
np.random.seed(SEED)
best, rounds = np.inf, 0
def is_better(error):
    global best, rounds
    rounds += 1
    better, best = error < best, min(best, error)
    return better
model = Means()
for n in range(50):
    some = np.random.rand(len(X)) < 0.5
    model.steps.append(0.5 * (y[some] - model.predict(X[some])).mean())
    if not is_better(abs(model.steps[-1])):
        break
model.steps = model.steps[:rounds]"""


def test_a_loop_that_draws_is_a_part_of_training_from_its_seed_on(tmp_path: Path) -> None:
    setup = """
class Means:
    def __init__(self):
        self.steps = []
    def predict(self, X):
        return X['fare'] * 0 + sum(self.steps)"""
    split = (
        f"{_READ}lost = np.random.rand(3)\ntr, te = df[:40], df[40:]\nX, y = tr[['fare']], tr['y']"
    )
    found = body(
        tmp_path,
        _SETUP + setup,
        "parameters: SEED = 3\nCUT = 3",
        f"preprocessing: {split}",
        _LOOP,
        "predict: p = model.predict(te[te['fare'] > CUT])",
    )
    assert "np.random.seed(fitted.SEED)" in found
    assert "model.steps.append(" in found
    assert "nonlocal best, rounds" in found
    assert "lost" not in found


def test_a_column_of_what_is_given_is_read(tmp_path: Path) -> None:
    predict = "predict: p = pd.DataFrame(index=X.index)\np['value'] = model.predict(X)"
    cells = (_SETUP, f"preprocessing: {_READ}X = df[['fare']]", _TRAIN, predict)
    found = body(tmp_path, *cells, settings=Settings(prediction="p"))
    assert found.endswith("p['value'] = predictions\nreturn p")


_NEW = "preprocessing: new = pd.read_csv('new.csv')\nX_new = new[['fare']]"
_VALID = "evaluate: p_valid = model.predict(X.head(20))\nmean = p_valid.mean()"


@pytest.mark.parametrize(
    ("cells", "served"),
    [
        pytest.param(
            ["predict: p = model.predict(X)\nq = p * 2\nr = q + 1\nq = df['age']"],
            "r",
            id="a name that is bound anew",
        ),
        pytest.param(
            ["predict: df['p'] = model.predict(X)\nq = df['p'].clip(0)\nages = df['age'] + 1"],
            "q",
            id="what is made of a column, and of another one",
        ),
        pytest.param(
            ["predict: df['p'] = model.predict(X)\nq = df.eval('p + 1')"],
            "q",
            id="what is made of a table with predictions",
        ),
        pytest.param(
            ["predict: p = model.predict(X)\nages = df['age']"], "p", id="a column behind it"
        ),
        pytest.param(
            ["predict: p = model.predict(X)\nn = len(p)\nold = df['age'] > 50"],
            "p",
            id="a number and a mask behind it",
        ),
        pytest.param(
            ["predict: p = model.predict(X)\nhigh = p > 15"],
            "high",
            id="what is made of it, the last",
        ),
        pytest.param(
            [_VALID, _NEW, "predict: p = model.predict(X_new)"], "p", id="rows of a later file"
        ),
        pytest.param([_VALID, "predict: p = X['fare'] * 2"], "p", id="what is predicted by hand"),
        pytest.param([_VALID, "predict: print(model.coef_)"], "p_valid", id="no other prediction"),
    ],
)
def test_what_the_predict_stages_predict_last_is_served(
    tmp_path: Path, cells: list[str], served: str
) -> None:
    pd.read_csv("rows.csv").head(9).drop(columns="y").to_csv("new.csv", index=False)
    text = body(tmp_path, _SETUP, f"preprocessing: {_READ}X = df[['fare']]", _TRAIN, *cells)
    assert text.endswith(f"return {served}")


def test_no_other_prediction_stands_for_the_one_that_cannot_be_served(tmp_path: Path) -> None:
    cells = _SETUP, f"preprocessing: {_READ}X = df[['fare']]", _TRAIN, _VALID
    with pytest.raises(Unserved, match="rank"):
        body(tmp_path, *cells, "predict: p = pd.Series(model.predict(X)).rank()")
    with pytest.raises(Unserved, match="accumulate"):  # which only few rows tell
        body(tmp_path, *cells, "predict: p = np.add.accumulate(model.predict(X))")


def test_what_transformers_give_is_told_where_rows_are_served(tmp_path: Path) -> None:
    told = "import sklearn\nsklearn.set_config(display='text')\nsklearn.set_config(transform_output='pandas')"
    prepared = "scaler = StandardScaler().fit(df[['fare']])\nX = scaler.transform(df[['fare']]).assign(one=1)"
    cells = f"{_SETUP}\n{told}", f"preprocessing: {_READ}{prepared}", _TRAIN, _PREDICT
    try:
        text = body(tmp_path, *cells)
    finally:
        sklearn.set_config(transform_output="default", display="diagram")
    assert text.startswith("sklearn.set_config(transform_output='pandas')\n")
    assert "display" not in text
