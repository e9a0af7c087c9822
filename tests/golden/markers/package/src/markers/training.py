"""Fits the model.

From cell 2 of the notebook.
"""

from typing import Any


def train(pairs: Any) -> Any:
    """Fits the model.

    Parameters
    ----------
    pairs
        As `preprocess` gives it.

    Returns
    -------
    slope
        The notebook's variable of that name.

    Notes
    -----
    From cell 2 of the notebook.
    """
    # least squares through the origin
    slope = sum(x * y for x, y in pairs) / sum(x * x for x, _ in pairs)
    return slope
