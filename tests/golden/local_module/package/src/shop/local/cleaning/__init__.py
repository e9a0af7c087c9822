"""How this shop writes orders."""

from .money import CURRENCY


def normalised(order: dict[str, str]) -> dict[str, str]:
    """Lower case keys, and no currency sign."""
    return {key.lower(): value.replace(CURRENCY, "").strip() for key, value in order.items()}
