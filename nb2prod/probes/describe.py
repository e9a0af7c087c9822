"""Values in words, for the documentation of a package."""

from __future__ import annotations

import sys
from typing import Any, List

#: Columns of a table that its description names.
MAX_COLUMNS = 24


def described(value: Any) -> List[str]:
    """A value in words: its class and size, and the columns of a table."""
    kind = type(value)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        public = [part for part in kind.__module__.split(".") if not part.startswith("_")]
        # Where a library defines a class is its own affair: pandas.DataFrame, not pandas.core.frame.
        name = ".".join((public[:2] if public[0] in ("sklearn", "scipy") else public[:1]) + [name])
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        name += " of shape %s" % (shape,)
    elif isinstance(value, (str, bytes)) or not hasattr(kind, "__len__"):
        return [name, ""]
    elif kind.__module__ == "builtins":
        name += " of %d" % len(value)
    if _is_frame(value):
        listed = ["%s (%s)" % pair for pair in zip(value.columns, value.dtypes)]
        more = ["and %d more" % (len(listed) - MAX_COLUMNS)] if listed[MAX_COLUMNS:] else []
        return [name, ", ".join(listed[:MAX_COLUMNS] + more)]
    if hasattr(value, "dtype"):
        name += ", %s" % value.dtype
    return [name, ""]


def _is_frame(value: Any) -> bool:
    """Whether a value is a table, without importing a library that the notebook does not use."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)
