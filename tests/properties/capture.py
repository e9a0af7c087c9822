"""Exact, neutral captures of values: types, contents and which objects are one and the same.

Functions, classes and modules are captured by kind and name alone; no class of the notebook is
compared by identity, so that a notebook's values and a package's values can be equal.
"""

from __future__ import annotations

import enum
import functools
import types
from collections.abc import Iterator, Mapping
from random import Random

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

Capture = tuple[object, ...]

_ATOMS = (bool, int, float, complex, str, bytes, type(None), range, type(...))


def is_plain(value: object) -> bool:
    """Whether a value is data: what a user would list among the outputs."""
    if isinstance(value, (*_ATOMS, list, tuple, dict, set, frozenset, enum.Enum)):
        return True
    if isinstance(value, (pd.DataFrame, pd.Series, pd.Index, np.ndarray, np.generic)):
        return True
    own = type(value).__module__ == "__main__" and not isinstance(value, type)
    return own and not callable(value) and not isinstance(value, (Iterator, BaseException))


def capture(values: Mapping[str, object]) -> dict[str, Capture]:
    """The captures of several values, by name; an object that they share is seen as shared."""
    camera = _Camera()
    return {name: camera.take(value) for name, value in values.items()}


def difference(a: object, b: object, path: str = "") -> str | None:
    """`None` for equal captures, else where and how they differ first."""
    if a == b:
        return None
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            return f"{path or 'value'}: {_short(a)} != {_short(b)}"
        inner = (
            difference(x, y, f"{path}[{i}]") for i, (x, y) in enumerate(zip(a, b, strict=True))
        )
        return next((text for text in inner if text), None)
    return f"{path or 'value'}: {_short(a)} != {_short(b)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 160 else f"{text[:157]}..."


class _Camera:
    """Takes captures and numbers the mutable objects in the order in which they are met."""

    def __init__(self) -> None:
        self._met: dict[int, tuple[int, object]] = {}

    def take(self, v: object) -> Capture:
        kind = type(v).__name__
        if isinstance(v, enum.Enum):
            return ("enum", kind, v.name, self.take(v.value))
        if type(v) in _ATOMS:
            return (kind, repr(v))
        if isinstance(v, type):
            return ("class", v.__name__)
        if isinstance(v, types.ModuleType):
            return ("module", v.__name__)
        if isinstance(v, functools.partial):
            return ("partial", self.take(v.func), self.take(v.args))
        if isinstance(v, np.generic):
            return ("numpy", kind, repr(v.item()))
        if isinstance(v, frozenset):
            return (kind, *(self.take(x) for x in sorted(v, key=repr)))
        if isinstance(v, tuple) and (type(v) is tuple or hasattr(v, "_fields")):
            return (kind, *(self.take(x) for x in v))
        if isinstance(v, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)) or (
            callable(v) and hasattr(v, "__wrapped__")
        ):
            return ("callable", getattr(v, "__name__", kind))
        if id(v) in self._met:
            return ("same object as", self._met[id(v)][0])
        number = len(self._met)
        self._met[id(v)] = (number, v)
        return (number, *self._content(v, "list" if kind == "SList" else kind))

    def _content(self, v: object, kind: str) -> Capture:
        if isinstance(v, pd.DataFrame):
            columns = tuple(
                (str(v.dtypes.iloc[i]), self.take(v.iloc[:, i].tolist())) for i in range(v.shape[1])
            )
            return (
                kind,
                self.take(v.columns.tolist()),
                self.take(v.index.tolist()),
                columns,
            )
        if isinstance(v, (pd.Series, pd.Index)):
            index = self.take(v.index.tolist()) if isinstance(v, pd.Series) else ()
            return (kind, str(v.dtype), self.take(v.tolist()), index, repr(v.name))
        if isinstance(v, np.ndarray):
            return (kind, str(v.dtype), v.shape, self.take(v.tolist()))
        if isinstance(v, Random):
            return (kind, v.getstate())
        if isinstance(v, np.random.Generator):
            return (kind, repr(v.bit_generator.state))
        if isinstance(v, dict):
            inside: Capture = tuple((self.take(k), self.take(x)) for k, x in v.items())
        elif isinstance(v, set):
            inside = tuple(self.take(x) for x in sorted(v, key=repr))
        elif isinstance(v, (list, tuple)):
            inside = tuple(self.take(x) for x in v)
        elif isinstance(v, BaseException):
            inside = (self.take(v.args),)
        elif isinstance(v, _ATOMS):
            inside = (repr(v),)
        elif type(v).__module__.split(".")[0] in (
            "builtins",
            "_io",
            "itertools",
            "asyncio",
        ):
            return ("opaque", kind)
        else:
            inside = ()
        slots = [name for cls in type(v).__mro__ for name in _slots(cls) if hasattr(v, name)]
        state = vars(v) if hasattr(v, "__dict__") else {}
        named = {**{name: getattr(v, name) for name in slots}, **state}
        return (
            kind,
            inside,
            tuple((name, self.take(named[name])) for name in sorted(named)),
        )


def _slots(cls: type) -> tuple[str, ...]:
    slots = cls.__dict__.get("__slots__", ())
    return (
        (slots,)
        if isinstance(slots, str)
        else tuple(name for name in slots if not name.startswith("__"))
    )
