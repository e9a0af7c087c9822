"""Runs the stages of plain in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from plain import evaluation, prediction, preprocessing, training

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Which flats are dear.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `X`, `y`,
        `flats`, `model`, `error`, `r2`, `rents`.
    """
    logger.info("preprocess (1/4)")
    flats, X, y = preprocessing.preprocess()
    logger.info("train (2/4)")
    model = training.train(X, y)
    logger.info("evaluate (3/4)")
    error, r2 = evaluation.evaluate(flats, X, y, model)
    logger.info("predict (4/4)")
    rents = prediction.predict(model)
    return {
        "X": X,
        "y": y,
        "flats": flats,
        "model": model,
        "error": error,
        "r2": r2,
        "rents": rents,
    }
