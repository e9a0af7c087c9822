"""Values that evaluate and predict cells only show: the cell, with names for them."""

from __future__ import annotations

import ast
from collections.abc import Collection

import pytest

from nb2prod.analysis.shown import with_names

from .cellscript import files_of, plan_of


def named(python: str, *, wanted: Collection[str] = (), shows: bool = True) -> str:
    taken = {node.id for node in ast.walk(ast.parse(python)) if isinstance(node, ast.Name)}

    def fresh(wish: str) -> str:
        name = wish
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    return with_names(python, ast.parse(python), lambda line: shows, fresh, wanted)[0]


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        # The last line of a cell.
        ("accuracy_score(y, p)", "accuracy = accuracy_score(y, p); accuracy"),
        ("metrics.f1_score(y, p)", "f1 = metrics.f1_score(y, p); f1"),
        ("model.score(X, y)", "score = model.score(X, y); score"),
        ("model.predict(X)", "predictions = model.predict(X); predictions"),
        ("model.predict([[1]])[0]", "prediction = model.predict([[1]])[0]; prediction"),
        ("model.predict_proba(new)[0, 1]", "probability = model.predict_proba(new)[0, 1]; probability"),
        ("np.sqrt(mean_squared_error(y, p))", "rmse = np.sqrt(mean_squared_error(y, p)); rmse"),
        ("cross_val_score(m, X, y).mean()", "cross_val_scores = cross_val_score(m, X, y).mean(); cross_val_scores"),
        ("f1_score(y, p), r2_score(y, p)", "f1 = f1_score(y, p); r2 = r2_score(y, p); f1, r2"),
        ("round(r2_score(y, p), 3)", "r2 = r2_score(y, p); round(r2, 3)"),
        ("a = 1\nmodel.score(X, y)", "a = 1\nscore = model.score(X, y); score"),
        # Not shown, or not a metric.
        ("model.score(X, y)\na = 1", "model.score(X, y)\na = 1"),
        ("model.score(X, y);", "model.score(X, y);"),
        ("s = model.score(X, y)", "s = model.score(X, y)"),
        ("df.describe()", "df.describe()"),
        ("predict(X)", "predict(X)"),
        ("for m in ms:\n    print(m.score(X, y))", "for m in ms:\n    print(m.score(X, y))"),
        # Printed, with the notebook's own words.
        ("print('acc', accuracy_score(y, p))", "acc = accuracy_score(y, p); print('acc', acc)"),
        ("print('Test R2:', m.score(X, y))\na = 1", "test_r2 = m.score(X, y); print('Test R2:', test_r2)\na = 1"),
        ("print(f'F1: {f1_score(y, p):.3f}')", "f1 = f1_score(y, p); print(f'F1: {f1:.3f}')"),
        ("print('MAE %.2f' % mean_absolute_error(y, p))", "mae = mean_absolute_error(y, p); print('MAE %.2f' % mae)"),
        ("print('RMSE: {}'.format(rmse_score(y, p)))", "rmse = rmse_score(y, p); print('RMSE: {}'.format(rmse))"),
        (
            "print('the mean of the squares of it all', r2_score(y, p))",
            "r2 = r2_score(y, p); print('the mean of the squares of it all', r2)",
        ),
        # Order of evaluation: nothing that is computed before it is overtaken.
        ("print(next(rows), m.score(X, y))", "print(next(rows), m.score(X, y))"),
        ("print(m.score(X, y), next(rows))", "score = m.score(X, y); print(score, next(rows))"),
        # Over several lines: the lines stay as many as they are.
        ("print('acc', accuracy_score(y,\n    p))\nb = 2", "acc = accuracy_score(y,\n    p); print('acc', acc)\nb = 2"),
        ("(m\n .score(X, y))", "score = (m\n .score(X, y)); (score)"),
    ],
)  # fmt: skip
def test_with_names(python: str, expected: str) -> None:
    assert named(python) == expected
    ast.parse(expected)
    assert expected.count("\n") == python.count("\n")


def test_other_stages_stay_as_they_are() -> None:
    assert named("model.score(X, y)", shows=False) == "model.score(X, y)"


def test_only_the_names_that_are_wanted() -> None:
    assert named("model.score(X, y)", wanted={"auc"}) == "model.score(X, y)"
    assert named("model.score(X, y)", wanted={"score"}) == "score = model.score(X, y); score"


def test_predictions_have_a_name_whatever_is_wanted() -> None:
    expected = "predictions = model.predict(X); predictions"
    assert named("model.predict(X)", wanted={"auc"}) == expected


@pytest.mark.parametrize(
    ("cells", "results"),
    [
        (["train: m = fit(1)", "evaluate: m.score(1)\n"], ("m", "score")),
        (["train: m = fit(1)", "evaluate: auc = m.auc()\nrows = [auc]\nprint('AUC', auc)"], ("m", "auc", "rows")),
        (["train: m = fit(1)", "evaluate: m.score(1)", "predict: m.score(2)"], ("m", "score", "score_2")),
        (["train: m = fit(1)", "evaluate: print(m.score(1))\nprint(m.score(2))"], ("m", "score", "score_2")),
        (["train: m = fit(1)\nm.score(1)"], ("m",)),
        (["train: m = fit(1)\nm.fit(2)"], ("m",)),
        (["train: m = fit(1)\nrows = []\nrows.append(m)"], ("rows",)),
    ],
)  # fmt: skip
def test_named_results(cells: list[str], results: tuple[str, ...]) -> None:
    assert plan_of("setup: from lib import fit", *cells).results == results


def test_a_named_result_reads_like_the_authors_own_code() -> None:
    text = files_of("train: from lib import m", "evaluate: print('Accuracy:', m.score([1]))")[
        "evaluation"
    ]
    assert "    accuracy = m.score([1])\n" in text
    assert 'logger.info(f"Accuracy: {accuracy}")' in text
    assert "return accuracy\n" in text
