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
        From cell 2; the notebook has `0.25`.
    seed
        From cell 2; the notebook has `7`.

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
