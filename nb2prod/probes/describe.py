"""Values in words, for the documentation of a package."""

from __future__ import annotations

import re
import sys
from typing import Any, List

#: Columns of a table that its description names.
MAX_COLUMNS = 24
#: Characters of a parameter's value.
MAX_VALUE = 120

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def described(value: Any, path: str) -> List[str]:
    """A value in words: its class, which has a public path or not, its size, the columns of a table."""
    name = class_name(value, path)
    if _is_scalar(value):
        return [name, ""]
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        name += " of shape %s" % (shape,)
    elif isinstance(value, (str, bytes)) or not hasattr(type(value), "__len__"):
        return [name, ""]
    elif type(value).__module__ == "builtins":
        name += " of %d" % len(value)
    if _is_frame(value):
        listed = ["%s (%s)" % pair for pair in zip(value.columns, value.dtypes)]
        more = ["and %d more" % (len(listed) - MAX_COLUMNS)] if listed[MAX_COLUMNS:] else []
        return [name, ", ".join(listed[:MAX_COLUMNS] + more)]
    if hasattr(value, "dtype"):
        name += ", %s" % value.dtype
    return [name, ""]


def class_name(value: Any, path: str) -> str:
    """The class of a value, by its public path where that is its own and not one of the notebook."""
    kind = type(value).__qualname__
    return path if path.endswith("." + kind) and not path.startswith("__main__") else kind


def shortened(text: str) -> str:
    """What Python writes of a value, on one short line that is the same in every run."""
    line = " ".join(_ADDRESS.sub("", text).split())
    if len(line) <= MAX_VALUE:
        return line
    kept = line[: MAX_VALUE - 1]
    word_end = kept.rfind(" ")
    # One long word, such as a path, is cut inside.
    return (kept[:word_end] if word_end > MAX_VALUE // 2 else kept) + "…"


def _is_scalar(value: Any) -> bool:
    """Whether a value is a number of numpy's: its shape and type say nothing that its class doesn't."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def _is_frame(value: Any) -> bool:
    """Whether a value is a table, without importing a library that the notebook does not use."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)
