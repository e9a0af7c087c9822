"""Runs the stages of closures in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from closures import evaluation, prediction, preprocessing, training

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `scores`,
        `best`, `report`.
    """
    logger.info("preprocess (1/4)")
    rows, total = preprocessing.preprocess()
    logger.info("train (2/4)")
    weights, score = training.train(rows, total)
    logger.info("evaluate (3/4)")
    scores, best = evaluation.evaluate(rows, score)
    logger.info("predict (4/4)")
    report = prediction.predict(rows, weights)
    return {"scores": scores, "best": best, "report": report}
