"""Turns the raw data into features.

From cell 2 of the notebook.
"""

from typing import Any


def preprocess() -> Any:
    """Turns the raw data into features.

    Returns
    -------
    pairs
        The notebook's variable of that name.

    Notes
    -----
    From cell 2 of the notebook.
    """
    pairs = [(1, 2.1), (2, 3.9), (3, 6.2)]
    return pairs
