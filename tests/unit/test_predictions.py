"""Predictions that no variable holds: the cell, with a variable for them."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.predictions import holds_prediction, with_variable
from nb2prod.analysis.program import read_program
from tests.unit.cellscript import notebook


def lifted(python: str) -> str | None:
    return with_variable(python, ast.parse(python), lambda line: True, lambda wish: wish, ones=True)


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("mse = mean_squared_error(y, m.predict(X))", "predictions = m.predict(X); mse = mean_squared_error(y, predictions)"),
        ("print(f1_score(y, m.predict(X)))", "predictions = m.predict(X); print(f1_score(y, predictions))"),
        (
            "auc = roc_auc_score(y, m.predict_proba(X)[:, 1])",
            "probabilities = m.predict_proba(X)[:, 1]; auc = roc_auc_score(y, probabilities)",
        ),
        ("acc = (m.predict(X) == y).mean()", "predictions = m.predict(X); acc = (predictions == y).mean()"),
        ("df['guess'] = np.exp(m.predict(X))", "predictions = np.exp(m.predict(X)); df['guess'] = predictions"),
        (
            "pd.DataFrame({'p': m.predict(X)}).to_csv('p.csv')",
            "predictions = m.predict(X); pd.DataFrame({'p': predictions}).to_csv('p.csv')",
        ),
        ("a = f1_score(y, m.predict(X))\nb = 1", "predictions = m.predict(X); a = f1_score(y, predictions)\nb = 1"),
        (
            "s = pd.DataFrame({'Id': X.index, 'price': np.expm1(m.predict(X))})",
            "predictions = np.expm1(m.predict(X)); s = pd.DataFrame({'Id': X.index, 'price': predictions})",
        ),
        (
            "print(f1_score(y, (m.predict_proba(X)[:, 1] > t).astype(int)))",
            "probabilities = (m.predict_proba(X)[:, 1] > t).astype(int); print(f1_score(y, probabilities))",
        ),
        (
            "print(np.abs(m.predict(X) - y))",
            "predictions = m.predict(X); print(np.abs(predictions - y))",
        ),
        # Something with an effect is computed before it, or it is computed perhaps, or later.
        ("print(next(rows), f1_score(y, m.predict(X)))", None),
        ("a = f1_score(y, m.predict(X)) if y else 0", None),
        ("f = lambda: f1_score(y, m.predict(X))", None),
        ("m.predict(X)", "predictions = m.predict(X); predictions"),
        (
            "ax.scatter(pca.transform(X), m.predict(X), s=2)",
            "predictions = m.predict(X); ax.scatter(pca.transform(X), predictions, s=2)",
        ),
        ("ax.scatter(next(colours), m.predict(X))", None),
        ("m.predict_proba(X)[:5]", "probabilities = m.predict_proba(X)[:5]; probabilities"),
        ("a = m.score(X, y)", None),
        # Of one row alone: all of them are served.
        ("price = m.predict(new)[0]", "predictions = m.predict(new); price = predictions[0]"),
        ("print(f'{m.predict(new)[0]}')", "predictions = m.predict(new); print(f'{predictions[0]}')"),
        (
            "risk = round(m.predict_proba(new)[0][1], 2)",
            "probabilities = m.predict_proba(new); risk = round(probabilities[0][1], 2)",
        ),
        ("risk = m.predict_proba(new)[0, 1]", "probabilities = m.predict_proba(new); risk = probabilities[0, 1]"),
        ("p = m.predict(X, return_std=True)[0]", "predictions = m.predict(X, return_std=True)[0]; p = predictions"),
    ],
)  # fmt: skip
def test_the_last_prediction_gets_a_variable(python: str, expected: str | None) -> None:
    assert lifted(python) == expected


@pytest.mark.parametrize(
    ("before", "cell", "column"),
    [
        ("s = pd.DataFrame({'p': m.predict(X)})", "s['p'] = (s['p'] > 0.5).astype(int)", "s['p']"),
        ("X['p'] = m.predict(X)", "X['q'] = np.where(X['p'] > 1, 'yes', 'no')", "X['q']"),
        ("X['p'] = m.predict(X)", "X['q'] = X['p'].apply(lambda p: 'yes' if p > 1 else 'no')", "X['q']"),
        ("p = m.predict(X)", "s = pd.DataFrame({'id': i, 'p': np.expm1(p)})", "s['p']"),
        ("p = m.predict(X)\ns = t.assign(p=p)", "s['p'] = np.expm1(s['p'])", "s['p']"),
        ("p = m.predict(X)\ns['p'] = p", "s.p = s.p.round()", "s.p"),
        ("p = m.predict(X)\ns['p'] = p", "s.loc[:, 'p'] = np.exp(s['p'])", "s.loc[:, 'p']"),
        ("p = m.predict(X)\ns['p'] = p", "s['p'] *= 100", "s['p']"),
        ("p = m.predict(X)\ns['p'], s['q'] = p, 0\ns['p'] = p", "s.loc[s['p'] > 0.5, 'q'] = 1", "s['q']"),
        ("p = m.predict(X)\ns['p'] = p\ns = s.sort_index()", "s['q'] = s['p'] > 3", "s['q']"),
        ("p = m.predict(V)", "s['p'] = np.expm1(m.predict(X))", "s['p']"),
        ("p = np.mean([m.predict(X) for m in models], axis=0)", "s['p'] = (p > 0.5).astype(int)", "s['p']"),
        ("for m in models:\n    p += m.predict(X) / 3", "s['p'] = np.exp(p)", "s['p']"),
        # A table that only holds them, what compares them with the truth, and another column of that name.
        ("p = m.predict(X)", "s['p'] = p", None),
        ("p = m.predict(X)\ns['p'] = p", "s['wrong'] = s['p'] != y", None),
        ("p = m.predict(X)\ns['p'] = p", "s['left'] = s['y'] - s['p']", None),
        ("p = m.predict(X)\ns['p'] = p\ns = other()", "s['q'] = s['p'] > 3", None),
        ("p = m.predict(X)", "s = pd.DataFrame({'p': p.round(), 'q': p > 3})", None),
        ("p = m.predict(X)\ns['q'] = p > 3", "s['q'] = 1", None),
        ("p = m.predict(X)\ns['q'] = p > 3", "r = m.predict(X)", None),
    ],
)  # fmt: skip
def test_what_becomes_of_predictions_in_columns_gets_a_variable(
    before: str, cell: str, column: str | None
) -> None:
    sources = read_program(notebook(f"predict: {before}", f"predict: {cell}")).sources
    last = sources[-1].python
    assert last == (f"{cell}; predictions = {column}" if column else cell)
    assert sources[0].python == before


def test_predictions_of_several_rows_are_wanted_before_those_of_one() -> None:
    cells = (
        "evaluate: mse = mean_squared_error(y, m.predict(X))",
        "predict: price = m.predict(new)[0]",
    )
    sources = read_program(notebook(*cells)).sources
    assert [source.python for source in sources] == [
        "predictions = m.predict(X); mse = mean_squared_error(y, predictions)",
        "price = m.predict(new)[0]",
    ]


def test_a_column_of_another_stage_is_left_alone() -> None:
    cells = ("predict: p = m.predict(X)", "evaluate: s['p'] = np.expm1(p)")
    assert [s.python for s in read_program(notebook(*cells)).sources] == [
        cell.partition(": ")[2] for cell in cells
    ]


@pytest.mark.parametrize(
    ("python", "holds"),
    [
        ("p = m.predict(X)", True),
        ("p = np.expm1(m.predict(X))", True),
        ("p = np.mean([m.predict(X) for m in models], axis=0)", True),
        ("p, q = m.predict(X), 1", True),
        ("p = m.predict(X, return_std=True)[0]", True),
        ("p = [m.predict([row])[0] for row in X]", True),
        ("p = m.predict(new)[0]", False),
        ("p = round(m.predict_proba(new)[0, 1], 2)", False),
        ("for m in models:\n    p += m.predict(X)", True),
        ("mse = mean_squared_error(y, m.predict(X))", False),
        ("acc = np.mean(m.predict(X) == y)", False),
        ("table = pd.DataFrame({'p': m.predict(X)})", False),
        ("df['p'] = m.predict(X)", False),
    ],
)
def test_a_statement_may_hold_a_prediction(python: str, *, holds: bool) -> None:
    (node,) = ast.parse(python).body
    assert holds_prediction(node) is holds
