"""Load.

From cells 4 and 7 of the notebook.
"""

import logging
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

logger = logging.getLogger(__name__)


class PreprocessResult(NamedTuple):
    """What `preprocess` gives."""

    flats: Any
    X: Any
    y: Any


def preprocess() -> PreprocessResult:
    """Load.

    Rows without a rent are of no use.

    Skewed, so the model predicts the logarithm.

    Returns
    -------
    PreprocessResult
        With the fields `flats`, `X`, `y`.

    Notes
    -----
    From cells 4 and 7 of the notebook.
    """
    # Load
    flats = pd.read_csv("flats.csv")
    flats = flats.dropna(subset=["rent"])
    # the registry writes 0 for unknown
    flats.loc[flats["rooms"] == 0, "rooms"] = int(flats["rooms"].median())

    X = flats[["area", "rooms"]]
    y = np.log(flats["rent"])
    logger.info(f"rows {len(X)}")
    return PreprocessResult(flats=flats, X=X, y=y)
