"""Makes the predictions.

From cell 7 of the notebook.
"""

import os
from typing import Any


def predict(doubled: Any) -> Any:
    """Makes the predictions.

    Parameters
    ----------
    doubled
        As `evaluate` gives it.

    Returns
    -------
    place
        The notebook's variable of that name.

    Notes
    -----
    From cell 7 of the notebook.
    """
    place = os.environ["DEMO_MODE"]
    if (n := len(doubled)) > 2:
        place += str(n)
    print(place)
    return place
