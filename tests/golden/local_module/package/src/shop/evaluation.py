"""Measures the model.

From cell 4 of the notebook.
"""

import logging
from typing import Any, NamedTuple

from shop.local.cleaning.money import in_cents
from shop.local.cleaning import money

logger = logging.getLogger(__name__)


class EvaluateResult(NamedTuple):
    """What `evaluate` gives."""

    total: Any
    label: Any


def evaluate(clean: Any) -> EvaluateResult:
    """Measures the model.

    Parameters
    ----------
    clean
        As `preprocess` gives it.

    Returns
    -------
    EvaluateResult
        With the fields `total`, `label`.

    Notes
    -----
    From cell 4 of the notebook.
    """
    total = sum(in_cents(order["price"]) for order in clean)
    label = money.shown(total)
    logger.info(f"{total=}")
    return EvaluateResult(total=total, label=label)
