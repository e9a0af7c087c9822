"""Turns the raw data into features.

From cell 3 of the notebook.
"""

from typing import Any, NamedTuple

from numpy import *  # noqa: F403


class PreprocessResult(NamedTuple):
    """What `preprocess` gives."""

    values: Any
    low: Any


def preprocess() -> PreprocessResult:
    """Turns the raw data into features.

    Returns
    -------
    PreprocessResult
        With the fields `values`, `low`.

    Notes
    -----
    From cell 3 of the notebook.
    """
    values = linspace(0, 1, 5) ** 2
    low = min(values)
    return PreprocessResult(values=values, low=low)
