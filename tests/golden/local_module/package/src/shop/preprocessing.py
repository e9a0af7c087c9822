"""Turns the raw data into features.

From cell 3 of the notebook.
"""

import json
from typing import Any

from shop.local.cleaning import normalised


def preprocess() -> Any:
    """Turns the raw data into features.

    Returns
    -------
    clean
        The notebook's variable of that name.

    Notes
    -----
    From cell 3 of the notebook.
    """
    with open("orders.json") as file:
        orders = json.load(file)
    clean = [normalised(order) for order in orders]
    return clean
