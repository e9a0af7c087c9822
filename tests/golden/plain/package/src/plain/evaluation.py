"""Error in euros.

From cell 11 of the notebook.
"""

import logging
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import mean_absolute_error

logger = logging.getLogger(__name__)


class EvaluateResult(NamedTuple):
    """What `evaluate` gives."""

    error: Any
    r2: Any


def evaluate(flats: Any, X: Any, y: Any, model: Any) -> EvaluateResult:
    """Error in euros.

    Parameters
    ----------
    flats
        As `preprocess` gives it.
    X
        As `preprocess` gives it.
    y
        As `preprocess` gives it.
    model
        As `train` gives it.

    Returns
    -------
    EvaluateResult
        With the fields `error`, `r2`.

    Notes
    -----
    From cell 11 of the notebook.
    """
    fitted = np.exp(model.predict(X))
    error = mean_absolute_error(flats["rent"], fitted)
    logger.info(f"mean error: {round(error, 2)}")
    r2 = model.score(X, y)
    logger.info(f"R2: {r2:.3f}")
    return EvaluateResult(error=error, r2=r2)
