"""Measures the model.

From cell 6 of the notebook.
"""

from typing import Any, NamedTuple

from closures.common import Span


class EvaluateResult(NamedTuple):
    """What `evaluate` gives."""

    scores: Any
    best: Any


def evaluate(rows: Any, score: Any) -> EvaluateResult:
    """Measures the model.

    Parameters
    ----------
    rows
        As `preprocess` gives it.
    score
        As `train` gives it.

    Returns
    -------
    EvaluateResult
        With the fields `scores`, `best`.

    Notes
    -----
    From cell 6 of the notebook.
    """
    scores = [score(row) for row in rows]
    span = Span(min(scores), max(scores))
    best = (scores.index(max(scores)), span.width())
    return EvaluateResult(scores=scores, best=best)
