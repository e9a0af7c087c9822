"""What a chain needs of raw rows, found out by trying: which columns, and which values it takes."""

from __future__ import annotations

import itertools
import sys
import time
from typing import Any, Callable, Dict, Iterator, List, Sequence

#: Texts that no notebook has among its categories: some come before all of these, some behind.
_NEW = ("!", "a category that nobody has seen", "~")
#: Texts like those that the notebook has, for each column.
_LIKE = 20
#: Seconds for all that is tried.
_PATIENCE = 60


class Trial:
    """Raw rows in the types of the contract, and what the chain gives for them."""

    def __init__(
        self, scored: Callable[[Any], Any], table: Any, same: Callable[[Any, Any], bool]
    ) -> None:
        self._scored, self._table, self._same = scored, table, same
        self._expected = scored(table.copy())
        self._missing = _gaps(self._expected)
        self._until = time.monotonic() + _PATIENCE

    def needs(self, columns: Sequence[Any]) -> Dict[str, List[Any]]:
        """The columns that are needed; of those, by name, which take other texts, gaps and infinities.

        Texts are ``free`` where some like those of the notebook are served: numbers or dates in words.
        """
        spared: List[Any] = []
        self._spare([column.name for column in columns], spared)
        needed = [column for column in columns if column.name not in spared]
        texts = [
            c for c in needed if c.kind == "string" and c.allowed.values and c.dtype != "category"
        ]
        return {
            "needed": [column.name for column in needed],
            "open": [c.name for c in texts if all(self._takes(c.name, text) for text in _NEW)],
            "free": [
                column.name
                for column in texts
                if any(self._takes(column.name, text) for text in _like(column.allowed.values))
            ],
            "missing": [
                column.name
                for column in needed
                if column.nullable
                if self._takes(column.name, None if column.none else float("nan"))
            ],
            "infinite": [
                column.name
                for column in needed
                if column.infinite and self._takes(column.name, float("inf"))
            ],
        }

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

    def _takes(self, name: Any, value: Any) -> bool:
        """Whether rows with a value are served: several, one, and among others, which stay what they are."""
        if time.monotonic() > self._until:
            return False
        pandas, column = sys.modules["pandas"], self._table[name]
        other = pandas.Series([value] * len(column), index=column.index, dtype=column.dtype)
        table = self._table.assign(**{name: other})
        mixed = pandas.concat([table.iloc[:1], self._table], ignore_index=True)
        try:
            several, one, among = (self._scored(t.copy()) for t in (table, table.iloc[:1], mixed))
            found = [_gaps(several), _gaps(one)]
        except Exception:  # noqa: BLE001 - the notebook's own statements
            return False
        if any((gaps & ~self._missing[: len(gaps)]).any() for gaps in found):
            return False
        return self._same(among[:1], one) and self._same(among[1:], self._expected)


def _gaps(predictions: Any) -> Any:
    """Which of the predictions are missing: a row for each, a column for each of its values."""
    pandas = sys.modules["pandas"]
    return pandas.DataFrame(predictions).isna().to_numpy()


def _like(texts: Sequence[str]) -> Iterator[str]:
    """Other texts that differ from those in a digit."""
    made = (
        text[:place] + digit + text[place + 1 :]
        for text in texts
        for place in range(len(text) - 1, -1, -1)
        if text[place].isdigit()
        for digit in "1234567890"
    )
    yield from itertools.islice(dict.fromkeys(text for text in made if text not in texts), _LIKE)
