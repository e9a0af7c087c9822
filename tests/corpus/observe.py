"""Turns values into plain facts that another process can compare.

No class of the notebook is pickled. A value becomes a flat mapping from a path into the value to a
leaf. Leaves are what JSON holds, and arrays as `[dtype, shape, base64]`. Nothing is rounded or
sampled; what is too large to be kept whole raises.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import fractions
import pathlib
import re
import types
from typing import Any, cast

import numpy as np

from .parts import library, parts

Leaf = None | bool | int | float | str | list[Any]

MAX_LEAVES = 300_000
MAX_DEPTH = 10
PROBE_ROWS = 200
_SHOWN_BY_REPR = (
    complex,
    bytes,
    slice,
    range,
    enum.Enum,
    re.Pattern,
    np.dtype,
    np.generic,
    pathlib.PurePath,
    decimal.Decimal,
    fractions.Fraction,
    dt.date,
    dt.time,
    dt.timedelta,
    dt.tzinfo,
)
_CALLABLES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, np.ufunc)


def observe(value: object, rows: Any = None) -> dict[str, Leaf]:
    """Give the facts about `value`; with `rows`, also what a model answers on the first of them."""
    leaves: dict[str, Leaf] = {}
    _walk("", value, 0, leaves, {})
    if rows is not None:
        first = rows.iloc[:PROBE_ROWS] if hasattr(rows, "iloc") else rows[:PROBE_ROWS]
        for method in ("predict", "predict_proba", "transform"):
            if hasattr(value, method):
                _walk(f".{method}(rows)", getattr(value, method)(first), 0, leaves, {})
    return leaves


def _walk(
    path: str,
    value: object,
    depth: int,
    leaves: dict[str, Leaf],
    seen: dict[int, tuple[str, object]],
) -> None:
    """Add the leaves of `value`.

    `seen` keeps what was met, with its path: aliases and cycles become facts too.
    """
    if len(leaves) > MAX_LEAVES:
        raise ValueError("too large to observe: choose another output")
    if value is None or type(value) in (bool, int, float, str):
        leaves[path] = cast("Leaf", value)
        return
    leaves[f"{path}:type"] = type(value).__name__
    if (leaf := _leaf(value)) is not None:
        leaves[path] = leaf
        return
    if depth > MAX_DEPTH or _is_picture(value):
        return
    if id(value) in seen:
        leaves[f"{path}:same as"] = seen[id(value)][0]
        return
    seen[id(value)] = (path, value)
    for step, part in parts(value):
        _walk(path + step, part, depth + 1, leaves, seen)


def _is_picture(value: object) -> bool:
    return library(value) in {"matplotlib", "seaborn", "IPython", "mpl_toolkits"}


def _leaf(value: object) -> Leaf:
    """Say what there is to say about an indivisible value; None if it has parts."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, (type, *_CALLABLES)):
        return value.__name__
    if isinstance(value, np.generic) and isinstance(plain := value.item(), (bool, int, float, str)):
        return plain
    if isinstance(value, _SHOWN_BY_REPR) or type(value).__module__.startswith("pandas._libs"):
        return repr(value)  # of pandas: Timestamp, Period, Interval, NaT, NA, offsets
    if (
        isinstance(value, np.ndarray)
        and not isinstance(value, np.ma.MaskedArray)
        and not value.dtype.names
    ):
        return _array(value)
    return None


def _array(array: np.ndarray[Any, Any]) -> Leaf:
    shape = list(array.shape)
    if array.dtype != object:
        return [
            array.dtype.str,
            shape,
            base64.b64encode(np.ascontiguousarray(array).tobytes()).decode(),
        ]
    plain = array.ravel().tolist()
    if all(item is None or type(item) in (bool, int, float, str) for item in plain):
        return ["object", shape, plain]
    return None
