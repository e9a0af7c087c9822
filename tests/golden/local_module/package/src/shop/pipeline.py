"""Runs the stages of shop in the notebook's order."""

from __future__ import annotations

import logging
from typing import Any

from shop import evaluation, preprocessing

logger = logging.getLogger(__name__)


def run() -> dict[str, Any]:
    """Runs the whole notebook.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `clean`,
        `total`, `label`.
    """
    logger.info("preprocess (1/2)")
    clean = preprocessing.preprocess()
    logger.info("evaluate (2/2)")
    total, label = evaluation.evaluate(clean)
    return {"clean": clean, "total": total, "label": label}
