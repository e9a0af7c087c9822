"""Cells in, roles out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from nb2prod.analysis.shown import Shown
from nb2prod.notebook import Notebook, parse, read
from nb2prod.roles import Role, role_of_tag
from nb2prod.suggest import Split, Suggestion, suggestions
from tests.notebooks import Pair, document, notebook

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"

IMPORTS = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler
""".strip()


def suggested(*cells: Pair) -> dict[int, Suggestion]:
    """The suggestions for cells that follow the imports, by number from 1."""
    found = suggestions(notebook((IMPORTS, "setup"), *cells))
    return {suggestion.cell - 1: suggestion for suggestion in found}


@pytest.mark.parametrize(
    ("source", "role", "reason"),
    [
        ("import os\nfrom pathlib import Path", Role.SETUP, "only imports"),
        ("import warnings\nwarnings.filterwarnings('ignore')", Role.SETUP, "filterwarnings"),
        ("pd.set_option('display.max_rows', 5)", Role.SETUP, "set_option"),
        ("plt.rcParams['figure.dpi'] = 90", Role.SETUP, "sets options"),
        ("np.random.seed(3)", Role.SETUP, "seed"),
        ("%matplotlib inline\n%load_ext autoreload", Role.SETUP, "IPython"),
        ("!pip install lightgbm", Role.SETUP, "IPython"),
        ("import os\nSEED = 3", Role.SETUP, "constants"),
        ("DATA = 'x.csv'\nRATE = 0.1", Role.PARAMETERS, "DATA"),
        ("epochs = 20\nbatch = 'small'", Role.PARAMETERS, "epochs"),
        ("df.head()", Role.SKIP, "only shows"),
        ("df.describe()\ndf.info()", Role.SKIP, "only shows"),
        ("plt.hist(df['a'])\nplt.show()", Role.SKIP, "only shows"),
        ("fig, ax = plt.subplots()\nax.plot([1, 2])", Role.SKIP, "only shows"),
        ("for c in df.columns:\n    print(c)", Role.SKIP, "only shows"),
        ("import seaborn as sns\nsns.heatmap(df.corr())", Role.SKIP, "only shows"),
        ("!ls", Role.SKIP, "no Python"),
        ("", Role.SKIP, "no Python"),
        ("# later", Role.SKIP, "no Python"),
        ("def f(:", Role.SKIP, "no valid Python"),
        ("model.fit(X, y)", Role.TRAIN, "`.fit`"),
        ("m = Ridge().fit(X, y)", Role.TRAIN, "`.fit`"),
        ("import lightgbm as lgb\nm = lgb.train({}, data)", Role.TRAIN, "`train`"),
        ("w = 0.0\nfor i in range(9):\n    w -= 0.1 * gradient(w)", Role.TRAIN, "`w`"),
        ("for x in batches:\n    loss(x).backward()\n    step()", Role.TRAIN, "`backward`"),
        ("model.score(X_test, y_test)", Role.EVALUATE, "`score`"),
        ("acc = accuracy_score(y_test, p)", Role.EVALUATE, "`accuracy_score`"),
        ("print(classification_report(y, p))", Role.EVALUATE, "`classification_report`"),
        ("cm = confusion_matrix(y, p)", Role.EVALUATE, "`confusion_matrix`"),
        ("s = cross_val_score(model, X, y)", Role.EVALUATE, "`cross_val_score`"),
        ("rmse = np.sqrt(((y - p) ** 2).mean())", Role.EVALUATE, "`rmse`"),
        ("p = model.predict(X_new)", Role.PREDICT, "`.predict`"),
        ("p = model.predict_proba(X_new)[:, 1]", Role.PREDICT, "`.predict_proba`"),
    ],
)
def test_a_cell_that_tells_by_itself(source: str, role: Role, reason: str) -> None:
    found = suggested((source, None))[1]
    assert found.role is role
    assert reason in found.reason


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("df = pd.read_csv('a.csv')", "reads data with `read_csv`"),
        ("df = df.dropna()", "cleans"),
        ("df['b'] = df['a'] * 2", "sets columns"),
        ("df.drop(columns='b', inplace=True)", "cleans"),
        ("df = df[df['a'] > 2]", "computes `df`"),
        ("df, rest = train_test_split(df)", "splits the data"),
        ("df = StandardScaler().fit_transform(df)", "features"),
        ("scaler = StandardScaler()\nscaler.fit(df)\ndf = scaler.transform(df)", "features"),
        ("for c in names:\n    df[c] = df[c].astype(float)", "sets columns"),
    ],
)
def test_data_for_a_later_step(source: str, reason: str) -> None:
    found = suggested(
        ("df = load()", "preprocessing"), (source, None), ("m = Ridge().fit(df, df)", "train")
    )
    assert found[2].role is Role.PREPROCESSING
    assert reason in found[2].reason


def test_values_that_nobody_uses_are_exploration() -> None:
    found = suggested(
        ("df = pd.read_csv('a.csv')", None),
        ("corr = df.corr()", None),
        ("plt.imshow(corr)", None),
        ("m = Ridge().fit(df, df)", None),
    )
    assert [found[n].role for n in (1, 2, 3, 4)] == [
        Role.PREPROCESSING, Role.SKIP, Role.SKIP, Role.TRAIN,
    ]  # fmt: skip
    assert "no later step" in found[2].reason


def test_an_abandoned_model_is_exploration() -> None:
    found = suggested(
        ("base = Ridge().fit(X, y)\nprint(base.score(X, y))", None),
        ("model = LogisticRegression().fit(X, y)", None),
        ("acc = model.score(X_test, y_test)", None),
    )
    assert found[1].role is Role.SKIP
    assert "no later cell uses the outcome" in found[1].reason
    assert found[2].role is Role.TRAIN


def test_models_that_are_compared_are_all_kept() -> None:
    found = suggested(
        ("a = Ridge().fit(X, y)\nprint(a.score(X_test, y_test))", None),
        ("b = LogisticRegression().fit(X, y)\nprint(b.score(X_test, y_test))", None),
    )
    assert {found[1].role, found[2].role} == {Role.TRAIN}


def test_choosing_among_estimators_is_training() -> None:
    found = suggested(
        (
            """
models = {"r": Ridge()}
scores = {}
for n, m in models.items():
    scores[n] = cross_val_score(m, X, y).mean()
best = min(scores, key=scores.get)
""",
            None,
        ),
        ("model = models[best].fit(X, y)", None),
    )
    assert found[1].role is Role.TRAIN


def test_helpers_go_to_the_only_stage_that_uses_them() -> None:
    found = suggested(
        ("def grow(x):\n    return x + 1", None),
        ("def both(x):\n    return x", None),
        ("X = both(X0)", "preprocessing"),
        ("m = Ridge().fit(grow(both(X)), y)", "train"),
    )
    assert found[1].role is Role.TRAIN
    assert found[2].role is Role.SETUP


def test_own_functions_are_looked_into() -> None:
    found = suggested(
        ("def learn(X, y):\n    return Ridge().fit(X, y)", None), ("model = learn(X, y)", None)
    )
    assert found[2].role is Role.TRAIN


def test_an_estimator_belongs_to_the_stage_that_fits_it() -> None:
    found = suggested(("model = Ridge(alpha=2)", None), ("model.fit(X, y)", None))
    assert found[1].role is Role.TRAIN
    assert "Ridge" in found[1].reason


def test_a_heading_helps_where_the_code_says_nothing() -> None:
    found = suggested(
        ("## Training", "markdown"),
        ("weights = solve(a, b)", None),
        ("## Predict", "markdown"),
        ("guess = a @ weights", None),
    )
    assert found[2].role is Role.TRAIN
    assert "Training" in found[2].reason
    assert found[4].role is Role.PREDICT


def test_a_cell_that_fits_and_scores_is_split_with_its_imports() -> None:
    source = (
        "m = Ridge()\nm.fit(X, y)\nprint(m.score(X_train, y_train))\n\n"
        "from sklearn.metrics import r2_score\np = m.predict(X_test)\nr2 = r2_score(y_test, p)\n"
        "new = m.predict(rows)"
    )
    found = suggested((source, None))[1]
    assert found.role is Role.TRAIN
    assert found.splits == (
        Split(5, Role.EVALUATE, "computes a measure of success (`r2_score`)"),
        Split(8, Role.PREDICT, "calls `.predict` on a model"),
    )


def test_a_tagged_cell_may_be_split_too() -> None:
    found = suggested(("m = Ridge().fit(X, y)\nacc = m.score(X_test, y_test)", "train"))[1]
    assert found.tagged
    assert found.role is Role.TRAIN
    assert [split.line for split in found.splits] == [2]


def test_statements_on_one_line_are_not_split() -> None:
    source = "m = Ridge().fit(X, y); print(m.score(X_test, y_test))"
    assert suggested((source, "train")) == {}
    assert suggested((source, None))[1].splits == ()


def test_a_marked_split_is_not_suggested_again() -> None:
    source = "m = Ridge().fit(X, y)\n# nb2prod: evaluate\nacc = m.score(X_test, y_test)"
    assert suggested((source, "train")) == {}


def test_tagged_cells_keep_their_roles() -> None:
    assert suggested(("df.head()", "train"), ("x = 1", "nb2prod:skip")) == {}


@pytest.mark.parametrize("tag", [None, "evaluate"])
def test_a_metric_that_is_only_shown_gets_a_name(tag: str | None) -> None:
    source = "acc = accuracy_score(y, p)\nprint('Kappa:', kappa_score(y, p))"
    found = suggested((source, tag))[1]
    assert (found.role, found.tagged) == (Role.EVALUATE, tag is not None)
    assert found.results == (Shown("kappa", 2, "kappa_score(y, p)"),)


def test_a_prediction_that_is_only_shown_gets_a_name() -> None:
    found = suggested(("m = Ridge().fit(X, y)", None), ("m.predict(rows)", None))
    assert found[1].results == ()
    assert found[2].results == (Shown("predictions", 1, "m.predict(rows)"),)


def test_names_of_results_are_free_in_the_whole_notebook() -> None:
    found = suggested(("accuracy = 1.0", "train"), ("accuracy_score(y, p)", None))
    assert [result.name for result in found[2].results] == ["accuracy_2"]


@pytest.mark.parametrize("tag", ["train", "skip"])
def test_what_other_cells_show_gets_no_name(tag: str) -> None:
    assert suggested(("accuracy_score(y, p)", tag)) == {}


def test_a_part_of_a_cell_may_show_results() -> None:
    source = "m = Ridge().fit(X, y)\n# nb2prod: evaluate\nprint(accuracy_score(y, p))"
    found = suggested((source, "train"))[1]
    assert (found.role, found.splits) == (Role.TRAIN, ())
    assert found.results == (Shown("accuracy", 3, "accuracy_score(y, p)"),)


def test_listed_outputs_are_no_exploration() -> None:
    content = document(
        (IMPORTS, "setup"), ("m = Ridge().fit(X, y)", None), ("top = list(m.coef_)", None),
        settings={"outputs": ["top"]},
    )  # fmt: skip
    found = suggestions(parse(json.dumps(content), name="n"))[-1]
    assert (found.cell, found.role) == (3, Role.EVALUATE)
    assert "outputs" in found.reason


def test_a_notebook_without_a_model_is_all_preprocessing() -> None:
    found = suggested(("df = pd.read_csv('a.csv')", None), ("total = df.sum()", None))
    assert {s.role for s in found.values()} == {Role.PREPROCESSING}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_authors_of_the_examples_agree(path: Path) -> None:
    """Nineteen of twenty cells get the role that a person gave them."""
    original = read(path)
    wanted = {
        cell.number: next(filter(None, map(role_of_tag, cell.tags)), Role.SKIP)
        for cell in original.code_cells
    }
    found = {s.cell: s.role for s in suggestions(_bare(original))}
    agreed = sum(found[number] is role for number, role in wanted.items())
    assert agreed >= 0.95 * len(wanted)


def test_the_examples_mixed_cells_are_split_where_their_authors_did() -> None:
    for path in sorted(EXAMPLES.glob("*.ipynb")):
        original = read(path)
        bare = {s.cell: s.splits for s in suggestions(_bare(original))}
        for cell in original.code_cells:
            lines = cell.source.split("\n")
            marked = [i for i, text in enumerate(lines, 1) if text.startswith("# nb2prod:")]
            if marked:
                # The marker stands just above the line that is suggested, empty lines aside.
                (split,) = bare[cell.number]
                assert marked[0] < split.line <= marked[0] + 2


def _bare(original: Notebook) -> Notebook:
    """The notebook without tags; markers become plain comments."""
    cells = (
        dataclasses.replace(cell, tags=(), source=cell.source.replace("# nb2prod:", "# "))
        for cell in original.cells
    )
    return dataclasses.replace(original, cells=tuple(cells))
