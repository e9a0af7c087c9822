"""Runs the stages of library_stars in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from library_stars import common, evaluation, preprocessing, training

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `low`, `high`,
        `total`.
    """
    logger.info("set_up (1/4)")
    common.set_up()
    logger.info("preprocess (2/4)")
    values, low = preprocessing.preprocess()
    logger.info("train (3/4)")
    high = training.train(values)
    logger.info("evaluate (4/4)")
    total = evaluation.evaluate(low, high)
    return {"low": low, "high": high, "total": total}
