"""Options, seeds and values for all stages.

From cell 2 of the notebook.
"""

from typing import Any


def set_up() -> Any:
    """Options, seeds and values for all stages.

    Returns
    -------
    prices
        The notebook's variable of that name.

    Notes
    -----
    From cell 2 of the notebook.
    """
    prices = [3.0, 4.5, 9.0]
    return prices
