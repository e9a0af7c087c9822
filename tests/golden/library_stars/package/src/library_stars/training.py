"""Fits the model.

From cell 4 of the notebook.
"""

from typing import Any

from numpy import *  # noqa: F403


def spread(values):
    return ptp(values) * pi


def train(values: Any) -> Any:
    """Fits the model.

    Parameters
    ----------
    values
        As `preprocess` gives it.

    Returns
    -------
    high
        The notebook's variable of that name.

    Notes
    -----
    From cell 4 of the notebook.
    """
    high = spread(values)
    return high
