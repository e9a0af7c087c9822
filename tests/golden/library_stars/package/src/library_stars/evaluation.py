"""Measures the model.

From cell 5 of the notebook.
"""

from typing import Any

from numpy import *  # noqa: F403


def evaluate(low: Any, high: Any) -> Any:
    """Measures the model.

    Parameters
    ----------
    low
        As `preprocess` gives it.
    high
        As `train` gives it.

    Returns
    -------
    total
        The notebook's variable of that name.

    Notes
    -----
    From cell 5 of the notebook.
    """
    total = sum([low, high])
    return total
