"""Runs the stages of thresholds in the notebook's order."""

from __future__ import annotations

import copy
import logging
from typing import Any

from thresholds import evaluation, parameters, preprocessing, training

logger = logging.getLogger(__name__)


def run(
    *,
    share: float = parameters.share,
    seed: int = parameters.seed,
    verbose: bool = parameters.verbose,
    grid: list[float] | None = None,
    title: str = parameters.title,
) -> dict[str, Any]:
    """Runs the whole notebook.

    Parameters
    ----------
    share : float
        From cell 2; the notebook has `0.25`.
    seed : int
        From cell 2; the notebook has `7`.
    verbose : bool
        From cell 2; the notebook has `True`.
    grid : list[float]
        From cell 2; the notebook has `[0.1, 0.5, 0.9]`.
    title : str
        From cell 2; the notebook has `'a "quoted" title: 100 %'`.

    Returns
    -------
    dict
        The notebook's variables and their values at the end: `best`,
        `scores`, `grid`, `kept`.
    """
    if grid is None:
        grid = copy.deepcopy(parameters.grid)
    logger.info("preprocess (1/3)")
    kept = preprocessing.preprocess(share, seed)
    logger.info("train (2/3)")
    scores = training.train(verbose, grid, title, kept)
    logger.info("evaluate (3/3)")
    best = evaluation.evaluate(scores)
    return {"best": best, "scores": scores, "grid": grid, "kept": kept}
