"""Draw.

From cell 5 of the notebook.
"""

import random
from typing import Any


def preprocess(share: float, seed: int) -> Any:
    """Draw.

    Parameters
    ----------
    share
        A parameter of the pipeline.
    seed
        A parameter of the pipeline.

    Returns
    -------
    kept
        The notebook's variable of that name.

    Notes
    -----
    From cell 5 of the notebook.
    """
    random.seed(seed)
    values = [random.random() for _ in range(20)]
    kept = sorted(values)[int(share * len(values)) :]
    return kept
