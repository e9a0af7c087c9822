"""Fit.

From cell 9 of the notebook.
"""

from typing import Any

from sklearn.linear_model import LinearRegression


def train(X: Any, y: Any) -> Any:
    """Fit.

    Parameters
    ----------
    X
        As `preprocess` gives it.
    y
        As `preprocess` gives it.

    Returns
    -------
    model
        The notebook's variable of that name.

    Notes
    -----
    From cell 9 of the notebook.
    """
    model = LinearRegression().fit(X, y)
    return model
