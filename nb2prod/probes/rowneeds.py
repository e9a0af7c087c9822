"""What a chain needs of raw rows, found out by trying: which columns, and whether it takes new categories."""

from __future__ import annotations

import sys
import time
from typing import Any, Callable, List, Sequence

#: A text that no notebook has among its categories.
_NEW = "nb2prod: a category that nobody has seen"
#: Seconds for all that is tried.
_PATIENCE = 60


class Trial:
    """Raw rows in the types of the contract, and what the chain gives for them."""

    def __init__(
        self, scored: Callable[[Any], Any], table: Any, same: Callable[[Any, Any], bool]
    ) -> None:
        self._scored, self._table, self._same = scored, table, same
        self._expected = scored(table.copy())
        self._missing = sys.modules["pandas"].Series(list(self._expected)).isna()
        self._until = time.monotonic() + _PATIENCE

    def needed(self, columns: Sequence[Any]) -> List[Any]:
        """The columns without which rows are served otherwise, or not at all."""
        spared: List[Any] = []
        self._spare(list(columns), spared)
        return [name for name in columns if name not in spared]

    def _spare(self, columns: List[Any], spared: List[Any]) -> None:
        """Leaves out as many of the columns as it can, beside those that are left out already."""
        if not columns or time.monotonic() > self._until:
            return
        if self._is_served_without([*spared, *columns]):
            spared += columns
        elif len(columns) > 1:
            half = len(columns) // 2
            self._spare(columns[:half], spared)
            self._spare(columns[half:], spared)

    def _is_served_without(self, columns: Sequence[Any]) -> bool:
        try:
            return self._same(self._scored(self._table.drop(columns=list(columns))), self._expected)
        except Exception:  # noqa: BLE001 - the notebook's own statements
            return False

    def open(self, columns: Sequence[Any]) -> List[Any]:
        """The columns of texts that may be others than the notebook saw: rows with such are served."""
        return [name for name in columns if self._takes_new(name)]

    def _takes_new(self, name: Any) -> bool:
        if time.monotonic() > self._until:
            return False
        pandas = sys.modules["pandas"]
        column = self._table[name]
        new = pandas.Series([_NEW] * len(column), index=column.index, dtype=column.dtype)
        for table in (
            self._table.assign(**{name: new}),
            self._table.assign(**{name: new}).iloc[:1],
        ):
            try:
                found = pandas.Series(list(self._scored(table.copy())))
            except Exception:  # noqa: BLE001 - the notebook's own statements
                return False
            if len(found) != len(table) or (found.isna() & ~self._missing.iloc[: len(found)]).any():
                return False
        return True
