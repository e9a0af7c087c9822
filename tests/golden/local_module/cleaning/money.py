"""Amounts of money."""

CURRENCY = "€"


def in_cents(price: str) -> int:
    return round(float(price) * 100)


def shown(cents: int) -> str:
    return f"{cents / 100:.2f} {CURRENCY}"
