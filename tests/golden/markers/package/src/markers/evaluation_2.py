"""Measures the model.

From cell 3 of the notebook.
"""

from typing import Any


def evaluate_2(error: Any, guess: Any) -> Any:
    """Measures the model.

    Parameters
    ----------
    error
        As `evaluate` gives it.
    guess
        As `predict` gives it.

    Returns
    -------
    relative
        The notebook's variable of that name.

    Notes
    -----
    From cell 3 of the notebook.
    """
    relative = error / guess
    return relative
