"""Runs the stages of stages in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from stages import (
    common,
    evaluation,
    evaluation_2,
    training,
    training_3,
    without_the_outlier,
)

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `level`,
        `rough`, `fine`, `gain`.
    """
    logger.info("set_up (1/6)")
    prices = common.set_up()
    logger.info("train (2/6)")
    level = training.train(prices)
    logger.info("evaluate (3/6)")
    prices, rough = evaluation.evaluate(prices, level)
    logger.info("without_the_outlier (4/6)")
    level = without_the_outlier.without_the_outlier(prices)
    logger.info("evaluate_2 (5/6)")
    prices, fine = evaluation_2.evaluate_2(prices, level)
    logger.info("train_3 (6/6)")
    gain = training_3.train_3(prices, rough, fine)
    return {"level": level, "rough": rough, "fine": fine, "gain": gain}


def train(prices: Any) -> dict[str, Any]:
    """Runs the pipeline from its first train stage to its last, in order:
    `train`, `evaluate`, `without_the_outlier`, `evaluate_2`, `train_3`.

    May change arguments in place: `prices`.

    Parameters
    ----------
    prices
        As `set_up` gives it.

    Returns
    -------
    dict
        What the train stages give, by the notebook's names: `level`,
        `gain`.
    """
    level = training.train(prices)
    prices, rough = evaluation.evaluate(prices, level)
    level = without_the_outlier.without_the_outlier(prices)
    prices, fine = evaluation_2.evaluate_2(prices, level)
    gain = training_3.train_3(prices, rough, fine)
    return {"level": level, "gain": gain}


def evaluate(prices: Any, level: Any) -> dict[str, Any]:
    """Runs the pipeline from its first evaluate stage to its last, in order:
    `evaluate`, `without_the_outlier`, `evaluate_2`.

    May change arguments in place: `prices`.

    Parameters
    ----------
    prices
        As `set_up` gives it.
    level
        As `train` gives it.

    Returns
    -------
    dict
        What the evaluate stages give, by the notebook's names: `prices`,
        `rough`, `fine`.
    """
    prices, rough = evaluation.evaluate(prices, level)
    level = without_the_outlier.without_the_outlier(prices)
    prices, fine = evaluation_2.evaluate_2(prices, level)
    return {"prices": prices, "rough": rough, "fine": fine}
