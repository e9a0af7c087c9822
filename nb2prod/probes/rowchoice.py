"""Which of many rows are tried: those that tell the most."""

from __future__ import annotations

import random
import sys
from typing import Any, Dict, Iterator, List, Sequence

#: Rows that lack something, columns in which rare values are looked for, words that are few, and how many
#: values at either end of a column.
_LACKING, _COLUMNS, _WORDS, _ENDS = 12, 50, 6, 3
#: Columns of what a model is fitted to, each with a row that has something there.
_FITTED = 200


def various(raw: Any, chosen: random.Random) -> List[int]:
    """Rows with what is rare in the columns: each of few words, and the ends of numbers."""
    few: List[int] = []
    ends: List[int] = []
    for _, column in list(raw.items())[:_COLUMNS]:
        first = column.reset_index(drop=True).dropna()
        try:
            first = first.drop_duplicates().sort_values()
        except TypeError:  # what can't be hashed or has no order
            continue
        rare = first.index.tolist()
        if len(rare) <= _WORDS:
            few += rare
        else:
            ends += [rare[0], rare[-1]]
    chosen.shuffle(few)
    chosen.shuffle(ends)
    return sorted({*few, *ends}, key=[*few, *ends].index)


def lacking(raw: Any, known: Sequence[int]) -> List[int]:
    """Rows that lack something: the first one for each column."""
    missing = raw.iloc[list(known)].isna()
    found = [
        known[int(column.to_numpy().argmax())] for _, column in missing.items() if column.any()
    ]
    return sorted(set(found))[:_LACKING]


def rare(raw: Any) -> Iterator[int]:
    """For each column a row with the value that is the rarest there."""
    numpy, pandas = sys.modules["numpy"], sys.modules["pandas"]
    for _, column in raw.items():
        codes = pandas.factorize(column.astype(object).map(repr))[0]
        yield int(numpy.bincount(codes)[codes].argmin())


def unseen(known: Any, raw: Any) -> Iterator[int]:
    """For each column rows with values that other rows lack: the first ones in their order, and the last."""
    for name, column in list(known.items())[:_COLUMNS]:
        column = column.reset_index(drop=True)
        try:
            lacking = column[~column.isin(raw[name]) & column.notna()].drop_duplicates()
            ordered = lacking.sort_values().index.tolist()
        except TypeError:  # what can't be hashed or has no order
            continue
        yield from ordered[:_ENDS]
        yield from ordered[-_ENDS:]


def telling(fitted: Any, rows: Any) -> List[int]:
    """Raw rows of a table that a model is fitted to: one with something in each column, the rarest first.

    ``rows`` has the raw row of each row, -1 where that is none; zero is nothing.
    """
    numpy = sys.modules["numpy"]
    found: Dict[int, int] = {}
    for place in range(min(fitted.shape[1], _FITTED)):
        column = fitted.iloc[:, place]
        if column.dtype.kind not in "biuf":
            continue
        has = numpy.flatnonzero((column.to_numpy() != 0) & (rows >= 0))
        if len(has):
            row = int(rows[has[0]])
            found[row] = min(len(has), found.get(row, len(has)))
    return sorted(found, key=lambda row: found[row])


def replaced(raw: Any, places: Sequence[int], others: Any) -> Any:
    """A table with other rows at these places, as far as these have its columns."""
    pandas, numpy = sys.modules["pandas"], sys.modules["numpy"]
    put = raw.iloc[list(places)].reset_index(drop=True)
    for name in raw.columns:
        if name in others.columns:
            put[name] = others[name].reset_index(drop=True)
    order = numpy.arange(len(raw))
    order[list(places)] = len(raw) + numpy.arange(len(put))
    both = pandas.concat([raw.reset_index(drop=True), put], ignore_index=True)
    made = both.iloc[order].set_axis(raw.index, axis=0)
    for name, held in raw.items():  # whole numbers stay such, where another row lacks its number
        if made[name].dtype != held.dtype and made[name].notna().all():
            made[name] = made[name].astype(held.dtype)
    return made
