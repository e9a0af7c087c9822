"""Runs the stages of shared_state in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from shared_state import common, evaluation, prediction, training
from shared_state.state import State

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `calls`,
        `history`, `best`, `level`, `found`.
    """
    state = State()
    logger.info("set_up (1/4)")
    history, step = common.set_up(state)
    logger.info("train (2/4)")
    best = training.train(state, step)
    logger.info("evaluate (3/4)")
    evaluation.evaluate(state, step, best)
    logger.info("predict (4/4)")
    prediction.predict(state)
    return {"history": history, "best": best, **state.bound("calls", "level", "found")}
