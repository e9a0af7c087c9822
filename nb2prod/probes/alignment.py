"""Tables, columns and arrays as rows: how many there are, which ones, and whether they are equal.

Libraries are only looked for among what the notebook has imported itself.
"""

from __future__ import annotations

import datetime
import sys
from typing import Any, Collection, Dict, Iterator, List, Optional, Sequence, Tuple

#: Numbers that a batch of another size may round otherwise are the same.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
#: What may stand for a row in a list, also several of them together.
_PLAIN = (bool, int, float, str, bytes, type(None), datetime.date, datetime.timedelta)


def _is_item(value: Any) -> bool:
    """Whether a list of such values may be rows."""
    if type(value) in (list, tuple, dict):
        return all(map(_is_plain, value.values() if isinstance(value, dict) else value))
    return _is_plain(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or _is(value, "numpy", "generic")


def is_frame(value: Any) -> bool:
    """Whether it is a table of pandas."""
    return _is(value, "pandas", "DataFrame")


def is_sparse(value: Any) -> bool:
    """Whether it is a sparse matrix of scipy."""
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocsr")


def is_labelled(value: Any) -> bool:
    """Whether its rows have labels."""
    return is_frame(value) or _is(value, "pandas", "Series")


def height(value: Any) -> Optional[int]:
    """How many rows a value has; None where it has none."""
    if is_labelled(value) or _is(value, "pandas", "Index") or _is_extension(value):
        return len(value)
    if is_sparse(value) or _is(value, "numpy", "ndarray"):
        return int(value.shape[0]) if len(value.shape) else None
    if type(value) in (list, tuple) and value and all(map(_is_item, value)):
        return len(value)
    return None


def table(value: Any) -> Any:
    """The values of each row, as a table of pandas; None where they have no place in one."""
    if is_frame(value) and value.shape[1] > 1:
        names = list(value.columns)
        plain = all(type(name) is str or hasattr(name, "__index__") for name in names)
        return value if plain and len({*map(str, names)}) == len(names) else None
    if is_sparse(value) or len(getattr(value, "shape", ())) > 2:
        return None
    several = type(value) in (list, tuple) and type(value[0]) in (list, tuple, dict)
    return sys.modules["pandas"].DataFrame(
        value if several else sys.modules["numpy"].asarray(value)
    )


def taken(value: Any, positions: Sequence[int]) -> Any:
    """The rows at some positions."""
    if is_labelled(value):
        return value.iloc[list(positions)]
    if is_sparse(value):
        return value.tocsr()[list(positions)]
    if type(value) in (list, tuple):
        return [value[position] for position in positions]
    return value[list(positions)]


def joined(parts: Sequence[Tuple[Any, int]]) -> Any:
    """The rows of tables below each other, each with how many it has; -1 where they are nobody's."""
    numpy = sys.modules["numpy"]
    return numpy.concatenate(
        [rows if rows is not None else numpy.full(count, -1) for rows, count in parts]
    )


def same(one: Any, other: Any, absent: Collection[Any] = ()) -> bool:
    """Whether two values have equal rows, whatever labels these have; ``absent`` columns don't count."""
    if is_frame(one) != is_frame(other):
        return False
    if is_frame(one):
        columns = [name for name in one.columns if name not in absent]
        if columns != [name for name in other.columns if name not in absent]:
            return False
        kept = [[column for name, column in f.items() if name not in absent] for f in (one, other)]
        return all(same(mine, theirs) for mine, theirs in zip(*kept))
    if is_sparse(one) and is_sparse(other):
        return same(one.toarray(), other.toarray())
    if height(one) != height(other) or not _same_categories(one, other):
        return False
    numpy = sys.modules["numpy"]
    mine, theirs = numpy.asarray(one), numpy.asarray(other)
    if mine.shape != theirs.shape:
        return False
    if mine.dtype.kind in "biufc" and theirs.dtype.kind in "biufc":
        close = numpy.isclose(mine, theirs, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
        return bool(close.all())
    return all(map(_same_item, mine.ravel().tolist(), theirs.ravel().tolist()))


def _same_item(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        same_keys = list(one) == list(other)
        return same_keys and all(map(_same_item, one.values(), other.values()))
    try:
        return bool(one == other) or one is other or bool(one != one and other != other)
    except (TypeError, ValueError):  # NA has no truth, arrays have several
        return repr(one) == repr(other)


def _same_categories(one: Any, other: Any) -> bool:
    """Categories are part of a value: codes and dummy columns come from them."""
    mine: Any = getattr(getattr(one, "dtype", None), "categories", None)
    theirs: Any = getattr(getattr(other, "dtype", None), "categories", None)
    return (mine is None) == (theirs is None) and (mine is None or list(mine) == list(theirs))


def labels(value: Any) -> Any:
    """The index of a value that has one."""
    return value.index if is_labelled(value) else None


def followed(value: Any, parent: Any) -> Iterator[Any]:
    """The positions of the rows of ``parent`` that a value may hold which was made from it: by labels, by
    position, by what is in them."""
    numpy = sys.modules["numpy"]
    count, whole = height(value), height(parent)
    seen: List[List[int]] = []
    mine, theirs = labels(value), labels(parent)
    if mine is not None and theirs is not None and theirs.is_unique and len(mine):
        found = theirs.get_indexer(mine)
        if (found >= 0).all():
            seen.append(found.tolist())
            yield found
    if count == whole:
        if list(range(count or 0)) not in seen:
            yield numpy.arange(count)
        if mine is not None and theirs is not None and not theirs.is_unique:
            positions = _found(value, parent)  # in another order
            if positions is not None:
                yield numpy.array(positions, dtype=int)
    elif count is not None and whole is not None and count < whole:
        if mine is None or theirs is not None and not theirs.is_unique:
            positions = _found(value, parent)
            if positions is not None:
                yield numpy.array(positions, dtype=int)
        elif is_frame(value) and is_frame(parent) and _widens(value, parent):
            # It was numbered anew, as what is merged is.
            mine, theirs = (
                table[list(parent.columns)].to_records(index=False) for table in (value, parent)
            )
            positions = _found(mine.tolist(), theirs.tolist())
            if positions is not None and positions not in seen:
                yield numpy.array(positions, dtype=int)


def _widens(value: Any, parent: Any) -> bool:
    """Whether a table has all columns of another one, and more."""
    names = [*parent.columns]
    return (
        value.columns.is_unique and len(names) < len(value.columns) and {*names} <= {*value.columns}
    )


def _found(value: Any, parent: Any) -> Optional[List[int]]:
    """The positions of an array's rows in another one, each used once."""
    if type(value) is not type(parent) or height(parent) is None:
        return None
    if is_sparse(value):
        if value.shape[1] != parent.shape[1]:
            return None
        value, parent = value.tocsr(), parent.tocsr()
    places: Dict[Any, List[int]] = {}
    for position, key in enumerate(_keys(parent)):
        places.setdefault(key, []).append(position)
    found = []
    for key in _keys(value):
        held = places.get(key)
        if not held:
            return None
        found.append(held.pop(0) if len(held) > 1 else held[0])
    return found


def _keys(value: Any) -> Iterator[Any]:
    if is_labelled(value):
        rows = value.itertuples(name=None) if is_frame(value) else value.items()
        yield from map(repr, rows)
    elif is_sparse(value):
        starts = value.indptr
        for n in range(value.shape[0]):
            part = slice(starts[n], starts[n + 1])
            yield value.indices[part].tobytes(), value.data[part].tobytes()
    elif type(value) in (list, tuple):
        yield from map(repr, value)
    else:
        for row in sys.modules["numpy"].asarray(value):
            yield row.tobytes() if hasattr(row, "tobytes") and row.dtype != object else repr(row)


def _is(value: Any, package: str, name: str) -> bool:
    return any(
        base.__name__ == name and base.__module__.partition(".")[0] == package
        for base in type(value).__mro__
    )


def _is_extension(value: Any) -> bool:
    return _is(value, "pandas", "ExtensionArray")
