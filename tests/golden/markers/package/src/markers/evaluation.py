"""Measures the model.

From cell 2 of the notebook.
"""

from typing import Any


def evaluate(pairs: Any, slope: Any) -> Any:
    """Measures the model.

    Parameters
    ----------
    pairs
        As `preprocess` gives it.
    slope
        As `train` gives it.

    Returns
    -------
    error
        The notebook's variable of that name.

    Notes
    -----
    From cell 2 of the notebook.
    """
    error = max(abs(y - slope * x) for x, y in pairs)
    return error
