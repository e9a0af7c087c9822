"""Runs the stages of markers in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from markers import evaluation, evaluation_2, prediction, preprocessing, training

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `pairs`,
        `slope`, `error`, `guess`, `relative`.
    """
    logger.info("preprocess (1/5)")
    pairs = preprocessing.preprocess()
    logger.info("train (2/5)")
    slope = training.train(pairs)
    logger.info("evaluate (3/5)")
    error = evaluation.evaluate(pairs, slope)
    logger.info("predict (4/5)")
    guess = prediction.predict(slope)
    logger.info("evaluate_2 (5/5)")
    relative = evaluation_2.evaluate_2(error, guess)
    return {
        "pairs": pairs,
        "slope": slope,
        "error": error,
        "guess": guess,
        "relative": relative,
    }


def evaluate(pairs: Any, slope: Any) -> dict[str, Any]:
    """Runs the pipeline from its first evaluate stage to its last, in order:
    `evaluate`, `predict`, `evaluate_2`.

    Parameters
    ----------
    pairs
        As `preprocess` gives it.
    slope
        As `train` gives it.

    Returns
    -------
    dict
        What the evaluate stages give, by the notebook's names: `error`,
        `relative`.
    """
    error = evaluation.evaluate(pairs, slope)
    guess = prediction.predict(slope)
    relative = evaluation_2.evaluate_2(error, guess)
    return {"error": error, "relative": relative}
