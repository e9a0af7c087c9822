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
        A parameter of the pipeline.
    grid
        A parameter of the pipeline.
    title
        A parameter of the pipeline.
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
