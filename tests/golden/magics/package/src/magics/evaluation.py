"""Measures the model.

From cell 6 of the notebook.
"""

from typing import Any, NamedTuple


class EvaluateResult(NamedTuple):
    """What `evaluate` gives."""

    doubled: Any
    kind: Any


def evaluate(answers: Any) -> EvaluateResult:
    """Measures the model.

    Parameters
    ----------
    answers
        As `train` gives it.

    Returns
    -------
    EvaluateResult
        With the fields `doubled`, `kind`.

    Notes
    -----
    From cell 6 of the notebook.
    """
    doubled = [answer * 2 for answer in answers]  # in order
    match doubled:
        case [0, *rest] if rest:
            kind = f"{len(rest)} more"
        case _:
            kind = "other"
    return EvaluateResult(doubled=doubled, kind=kind)
