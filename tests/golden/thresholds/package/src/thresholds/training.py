"""Search.

From cell 7 of the notebook.
"""

import logging
from typing import Any

logger = logging.getLogger(__name__)


def train(verbose: bool, grid: Any, title: str, kept: Any) -> Any:
    """Search.

    Every threshold of the grid; the best splits the rows most evenly.

    Parameters
    ----------
    verbose
        From cell 2; the notebook has `True`.
    grid
        From cell 2; the notebook has `[0.1, 0.5, 0.9]`.
    title
        From cell 2; the notebook has `'a "quoted" title: 100 %'`.
    kept
        As `preprocess` gives it.

    Returns
    -------
    scores
        The notebook's variable of that name.

    Notes
    -----
    From cell 7 of the notebook.
    """
    scores = {}
    for threshold in grid:
        above = sum(value > threshold for value in kept)
        scores[threshold] = -abs(above - len(kept) / 2)
        if verbose:
            logger.info(f"{title} | {threshold} | {scores[threshold]}")
    return scores
