"""Fits the model.

From cell 10 of the notebook.
"""

from typing import Any


def train_3(prices: Any, rough: Any, fine: Any) -> Any:
    """Fits the model.

    Parameters
    ----------
    prices
        As `evaluate_2` gives it.
    rough
        As `evaluate` gives it.
    fine
        As `evaluate_2` gives it.

    Returns
    -------
    gain
        The notebook's variable of that name.

    Notes
    -----
    From cell 10 of the notebook.
    """
    gain = rough - fine
    prices.clear()
    return gain
