"""Definitions that the stages share."""

from dataclasses import dataclass

LIMIT = 3


def clipped(values, top=LIMIT):
    """At most `top`."""
    return [min(value, top) for value in values]


@dataclass
class Span:
    low: float
    high: float

    def width(self):
        return self.high - self.low
