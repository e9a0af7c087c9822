"""Values in words, for the documentation of a package."""

from __future__ import annotations

import sys
from typing import Any, Iterable, List, Tuple

#: Columns of a table that its description names.
MAX_COLUMNS = 24
_PLAIN = (bool, int, float, complex, str, bytes)


def described(value: Any) -> List[str]:
    """A value in words: its class and size, the columns of a table, and its type as a hint."""
    hint = hinted(value)
    name = hint.partition("[")[0] or type(value).__qualname__
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        name += " of shape %s" % (shape,)
    elif isinstance(value, (str, bytes)) or not hasattr(type(value), "__len__"):
        return [name, "", hint]
    elif type(value).__module__ == "builtins":
        name += " of %d" % len(value)
    if _is_frame(value):
        listed = ["%s (%s)" % pair for pair in zip(value.columns, value.dtypes)]
        more = ["and %d more" % (len(listed) - MAX_COLUMNS)] if listed[MAX_COLUMNS:] else []
        return [name, ", ".join(listed[:MAX_COLUMNS] + more), hint]
    if hasattr(value, "dtype"):
        name += ", %s" % value.dtype
    return [name, "", hint]


def parameters(value: Any) -> List[Tuple[str, str]]:
    """The parameters of an estimator, as scikit-learn and its likes give them."""
    give = getattr(value, "get_params", None)
    if give is None or isinstance(value, type):
        return []
    try:
        given = give(deep=False)
        return [(str(name), repr(given[name])[:120]) for name in sorted(given)]
    except Exception:  # noqa: BLE001 - anybody's method
        return []


def hinted(value: Any) -> str:
    """The type of a value as others may name it, such as ``dict[str, float]``; empty if they can't.

    Where a library defines a class is its own affair: the shortest public path that leads to it.
    """
    kind = type(value)
    if kind.__module__ == "builtins":
        if kind in (list, set, frozenset):
            return "%s[%s]" % (kind.__name__, _common(value))
        if kind is tuple:
            return "tuple[%s, ...]" % _common(value)
        if kind is dict:
            return "dict[%s, %s]" % (_common(value), _common(value.values()))
        return kind.__name__ if kind in _PLAIN else ""
    path = ""
    for part in kind.__module__.split("."):
        path = path + "." + part if path else part
        if part.startswith("_"):
            return ""
        if getattr(sys.modules.get(path), kind.__qualname__, None) is kind:
            return "" if path == "__main__" else "%s.%s" % (path, kind.__qualname__)
    return ""


def _common(items: Iterable[Any]) -> str:
    """The class of all items, where it is one and a plain one."""
    kinds = {type(item) for item in items}
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind.__name__ if kind in _PLAIN else "Any"


def _is_frame(value: Any) -> bool:
    """Whether a value is a table, without importing a library that the notebook does not use."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)
