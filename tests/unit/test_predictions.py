"""Predictions that no variable holds: the cell, with a variable for them."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.predictions import holds_prediction, with_variable


def lifted(python: str) -> str | None:
    return with_variable(python, ast.parse(python), lambda line: True, lambda wish: wish)


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
        (
            "s = pd.DataFrame({'p': m.predict(X)})\ns['p'] = (s['p'] > 0.5).astype(int)\nb = 1",
            "s = pd.DataFrame({'p': m.predict(X)})\ns['p'] = (s['p'] > 0.5).astype(int); predictions = s['p']\nb = 1",
        ),
        (
            "X['p'] = m.predict(X)\nX['q'] = np.where(X['p'] > 1, 'yes', 'no')  # as said",
            "X['p'] = m.predict(X)\nX['q'] = np.where(X['p'] > 1, 'yes', 'no'); predictions = X['q']  # as said",
        ),
        (
            "X['p'] = m.predict(X)\nX['wrong'] = X['p'] != y\nX['left'] = X['y'] - X['p']",
            "predictions = m.predict(X); X['p'] = predictions\nX['wrong'] = X['p'] != y\nX['left'] = X['y'] - X['p']",
        ),
        (
            "X['p'] = m.predict(X)\nX['q'] = X['p'].apply(lambda p: 'yes' if p > 1 else 'no')",
            "X['p'] = m.predict(X)\nX['q'] = X['p'].apply(lambda p: 'yes' if p > 1 else 'no'); predictions = X['q']",
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
    ],
)  # fmt: skip
def test_the_last_prediction_gets_a_variable(python: str, expected: str | None) -> None:
    assert lifted(python) == expected


@pytest.mark.parametrize(
    ("python", "holds"),
    [
        ("p = m.predict(X)", True),
        ("p = np.expm1(m.predict(X))", True),
        ("p = np.mean([m.predict(X) for m in models], axis=0)", True),
        ("p, q = m.predict(X), 1", True),
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
