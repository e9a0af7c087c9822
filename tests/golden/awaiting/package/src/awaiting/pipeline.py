"""Runs the stages of awaiting in the notebook's order."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from awaiting import evaluation, parameters, preprocessing

logger = logging.getLogger(__name__)


def run(*, count: int = parameters.count) -> dict[str, Any]:
    """Runs the whole notebook.

    Parameters
    ----------
    count : int
        From cell 3; the notebook has `3`.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `answers`,
        `again`.
    """
    loop = asyncio.new_event_loop()
    try:
        logger.info("preprocess (1/2)")
        answers = loop.run_until_complete(preprocessing.preprocess(count))
        logger.info("evaluate (2/2)")
        again = loop.run_until_complete(evaluation.evaluate(answers))
        return {"answers": answers, "again": again}
    finally:  # a second run starts where this one did
        loop.close()
