"""Turns the raw data into features.

From cell 4 of the notebook.
"""

from typing import Any, NamedTuple

from closures.common import clipped


class PreprocessResult(NamedTuple):
    """What `preprocess` gives."""

    rows: Any
    total: Any


def preprocess() -> PreprocessResult:
    """Turns the raw data into features.

    Returns
    -------
    PreprocessResult
        With the fields `rows`, `total`.

    Notes
    -----
    From cell 4 of the notebook.
    """
    rows = [[1, 5], [2, 9, 4], [7]]

    def total():
        return sum(map(sum, rows))

    rows.append(clipped([8, 1]))
    return PreprocessResult(rows=rows, total=total)
