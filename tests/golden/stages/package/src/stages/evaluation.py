"""How far off.

From cell 6 of the notebook.
"""

from typing import Any, NamedTuple


class EvaluateResult(NamedTuple):
    """What `evaluate` gives."""

    prices: Any
    rough: Any


def evaluate(prices: Any, level: Any) -> EvaluateResult:
    """How far off.

    Parameters
    ----------
    prices
        As `set_up` gives it.
    level
        As `train` gives it.

    Returns
    -------
    EvaluateResult
        With the fields `prices`, `rough`.

    Notes
    -----
    From cell 6 of the notebook.
    """
    rough = max(abs(price - level) for price in prices)
    prices.remove(9.0)
    return EvaluateResult(prices=prices, rough=rough)
