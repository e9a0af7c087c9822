"""Runs the stages of magics in the notebook's order."""

from __future__ import annotations

import logging
import os
from typing import Any

from magics import common, evaluation, prediction, preprocessing, training

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `asked`,
        `answers`, `doubled`, `place`, `kind`.
    """
    environment = dict(os.environ)
    try:
        logger.info("set_up (1/5)")
        common.set_up()
        logger.info("preprocess (2/5)")
        asked = preprocessing.preprocess()
        logger.info("train (3/5)")
        answers = training.train()
        logger.info("evaluate (4/5)")
        doubled, kind = evaluation.evaluate(answers)
        logger.info("predict (5/5)")
        place = prediction.predict(doubled)
        return {
            "asked": asked,
            "answers": answers,
            "doubled": doubled,
            "place": place,
            "kind": kind,
        }
    finally:  # a second run starts where this one did
        os.environ.clear()
        os.environ.update(environment)
