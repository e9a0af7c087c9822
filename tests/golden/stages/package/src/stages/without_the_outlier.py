"""Without the outlier.

From cell 8 of the notebook.
"""

from typing import Any


def without_the_outlier(prices: Any) -> Any:
    """Without the outlier.

    The same steps once more.

    Parameters
    ----------
    prices
        As `evaluate` gives it.

    Returns
    -------
    level
        The notebook's variable of that name.

    Notes
    -----
    From cell 8 of the notebook.
    """
    level = sum(prices) / len(prices)
    return level
