"""Turns values into plain facts that another process can compare.

No class of the notebook is pickled. A value becomes a flat mapping from a path into the value to a
leaf: what JSON holds, or an array as ``[dtype, shape, base64]``. Nothing is rounded or sampled; an
array that is too large to be kept gives its digest, and a value with too many parts stops there.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import enum
import fractions
import functools
import hashlib
import os
import pathlib
import re
import types
import weakref
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

Facts = Dict[str, Any]

MAX_LEAVES = 100_000
MAX_DEPTH = 10
#: Bytes of an array that is kept whole.
MAX_ARRAY = 4_000_000

_SHOWN_BY_REPR = (
    complex,
    bytes,
    slice,
    range,
    enum.Enum,
    re.Pattern,
    pathlib.PurePath,
    decimal.Decimal,
    fractions.Fraction,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
)
_CALLABLES = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)
_PICTURES = frozenset(("matplotlib", "seaborn", "IPython", "mpl_toolkits", "plotly"))
#: Wall times differ from run to run and say nothing about the computation.
_TIMED = re.compile(r"_time(_|$)")
#: Results of statsmodels compute most attributes when first asked: these are asked for, in this order.
_RESULTS = ("params", "llf", "fittedvalues", "resid", "scale", "nobs", "bse")


#: Environment variables whose values are secrets, whatever the notebook calls them.
_SECRETIVE = re.compile(
    "pass|secret|token|credential|api_?key|private_?key|_dsn|_url", re.IGNORECASE
)
_hidden_names: List[str] = []
#: Their values as the capture began: a notebook may set them as it runs.
_hidden_values: List[str] = []


def hide(names: Iterable[str]) -> None:
    """Environment variables whose values are never written down, beside those with telling names."""
    _hidden_names[:] = names


def hidden() -> List[str]:
    """The values that are never written down."""
    return [
        value
        for name, value in os.environ.items()
        if len(value) >= 6 and (name in _hidden_names or _SECRETIVE.search(name))
    ]


def shown(text: str) -> str:
    """A text, or its digest where it holds a secret."""
    if any(secret in text for secret in _hidden_values):
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return text


def captured(values: Mapping[str, Any], names: Iterable[str]) -> Dict[str, Facts]:
    """The facts about those of the names that are bound."""
    _hidden_values[:] = hidden()
    return {name: facts(values[name]) for name in names if name in values}


def facts(value: Any) -> Facts:
    """The facts about one value."""
    leaves: Facts = {}
    _walk("", value, 0, leaves, {})
    return leaves


def _walk(
    path: str, value: Any, depth: int, leaves: Facts, seen: Dict[int, Tuple[str, Any]]
) -> None:
    """Adds the leaves of a value; ``seen`` keeps what was met: aliases and cycles are facts too."""
    if len(leaves) > MAX_LEAVES:
        leaves[":too many parts"] = True
        return
    if value is None or type(value) in (bool, int, float, str):
        leaves[path] = shown(value) if type(value) is str else value
        return
    leaves[path + ":type"] = type(value).__name__
    leaf = _leaf(value)
    if leaf is not None:
        leaves[path] = leaf
        return
    pictured = _library(value) in _PICTURES and not isinstance(value, (list, tuple, dict))
    if depth > MAX_DEPTH or pictured:
        return
    if id(value) in seen:
        leaves[path + ":same as"] = seen[id(value)][0]
        return
    seen[id(value)] = (path, value)
    try:
        for step, part in _parts(value):
            _walk(path + step, part, depth + 1, leaves, seen)
    except Exception as error:  # noqa: BLE001 - a value of anybody's making: that it fails is a fact
        leaves[path + ":unreadable"] = type(error).__name__


def _leaf(value: Any) -> Any:
    """What there is to say about an indivisible value; None if it has parts."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, (type,) + _CALLABLES) or type(value).__name__ == "ufunc":
        return getattr(value, "__name__", None)
    if _is("numpy", "generic")(value):
        plain = value.item()
        return plain if isinstance(plain, (bool, int, float, str)) else repr(value)
    if isinstance(value, _SHOWN_BY_REPR) or _is("numpy", "dtype")(value):
        return repr(value)
    if type(value).__module__.startswith("pandas._libs"):
        return repr(value)  # Timestamp, Period, Interval, NaT, NA, offsets
    if _is("numpy", "ndarray")(value) and not _is("numpy", "MaskedArray")(value):
        return None if value.dtype.names else _array(value)
    return None


def _array(array: Any) -> Optional[List[Any]]:
    shape = list(array.shape)
    if array.dtype != object:
        data = array.tobytes()
        if len(data) > MAX_ARRAY:
            return [array.dtype.str, shape, "sha256:" + hashlib.sha256(data).hexdigest()]
        return [array.dtype.str, shape, base64.b64encode(data).decode()]
    plain = array.ravel().tolist()
    if all(item is None or type(item) in (bool, int, float, str) for item in plain):
        return ["object", shape, [shown(i) if type(i) is str else i for i in plain]]
    return None


# ---------------------------------------------------------------------- compound values
def _parts(value: Any) -> Iterable[Tuple[str, Any]]:
    """The pieces of a compound value, each with its step of the path."""
    for knows, read in _READERS:
        if knows(value):
            return read(value)
    return ()


def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _is(package: str, name: str) -> Callable[[Any], bool]:
    """Tells instances of a class without importing its library, which a notebook may not use."""
    # Every part of every value is asked for: each class answers once. By identity, since classes may
    # compare and hash as they like, and weakly, since a notebook may notice that they live on.
    known: Dict[int, Tuple[Any, bool]] = {}

    def knows(value: Any) -> bool:
        kind = type(value)
        met, answer = known.get(id(kind), (None, False))
        if met is not None and met() is kind:
            return answer
        answer = any(
            base.__name__ == name and base.__module__.partition(".")[0] == package
            for base in kind.__mro__
        )
        known[id(kind)] = weakref.ref(kind), answer
        return answer

    return knows


def _named(value: Any, *names: str) -> Iterator[Tuple[str, Any]]:
    return (("." + name, getattr(value, name)) for name in names)


def _items(value: Mapping[Any, Any]) -> Iterator[Tuple[str, Any]]:
    """A mapping; keys that are no plain values are observed, under their position."""
    named = {
        repr(key) if type(key) in (bool, int, float, str) else "key %d" % position: (key, item)
        for position, (key, item) in enumerate(value.items())
        if not (isinstance(key, str) and _TIMED.search(key))
    }
    yield ":keys", ", ".join(named)
    for name, (key, item) in named.items():
        if name.startswith("key "):
            yield "<%s>" % name, key
        yield "[%s]" % name, item


def _elements(value: Sequence[Any]) -> Iterator[Tuple[str, Any]]:
    yield ":length", len(value)
    for position, item in enumerate(value):
        yield "[%d]" % position, item


def _frame(value: Any) -> Iterator[Tuple[str, Any]]:
    yield from _named(value, "columns", "index")
    for position in range(value.shape[1]):
        yield ".iloc[%d]" % position, value.iloc[:, position].array


def _index(value: Any) -> Iterator[Tuple[str, Any]]:
    return _named(value, "name", "array", *(["freq"] if hasattr(value, "freq") else []))


def _pandas_array(value: Any) -> Iterator[Tuple[str, Any]]:
    yield ".dtype", repr(value.dtype)
    if hasattr(value, "codes"):
        yield from _named(value, "categories", "codes", "ordered")
    elif _library(value.dtype) == "numpy":
        yield ".values", value.to_numpy()
    else:
        yield ".values", value.to_numpy(dtype=object)


def _sparse(value: Any) -> Iterator[Tuple[str, Any]]:
    return _named(value.tocsr().sorted_indices(), "shape", "data", "indices", "indptr")


def _results(value: Any) -> Iterator[Tuple[str, Any]]:
    """Results of statsmodels; what a kind of model does not define is a fact as well."""
    for name in _RESULTS:
        try:
            yield "." + name, getattr(value, name)
        except (AttributeError, NotImplementedError, ValueError) as error:
            yield "." + name, type(error).__name__


def _attributes(value: Any) -> Iterator[Tuple[str, Any]]:
    """Public attributes: parameters and what was fitted. Compiled classes give their state."""
    if hasattr(value, "__dict__"):
        for name, part in sorted(vars(value).items()):
            if not name.startswith("_") and not _TIMED.search(name):
                yield "." + name, part
        return
    try:
        yield ":state", value.__getstate__()
    except (AttributeError, TypeError):  # files, locks and generators have none
        return


_READERS: Tuple[Tuple[Callable[[Any], bool], Callable[[Any], Iterable[Tuple[str, Any]]]], ...] = (
    (lambda value: isinstance(value, Mapping), _items),
    (lambda value: isinstance(value, (list, tuple)), _elements),
    (
        lambda value: isinstance(value, (set, frozenset)),
        lambda value: _elements(sorted(value, key=repr)),
    ),
    (_is("numpy", "MaskedArray"), lambda value: _named(value, "data", "mask")),
    (
        lambda value: _is("numpy", "ndarray")(value) and bool(value.dtype.names),
        lambda value: (("." + name, value[name]) for name in value.dtype.names),
    ),
    (
        _is("numpy", "ndarray"),
        lambda value: [(".shape", value.shape), *_elements(value.ravel().tolist())],
    ),
    (_is("numpy", "RandomState"), lambda value: [(":state", value.get_state(legacy=False))]),
    (_is("numpy", "Generator"), lambda value: [(":state", value.bit_generator.state)]),
    (
        lambda value: isinstance(value, functools.partial),
        lambda value: _named(value, "func", "args", "keywords"),
    ),
    (_is("pandas", "DataFrame"), _frame),
    (_is("pandas", "Series"), lambda value: _named(value, "name", "index", "array")),
    (_is("pandas", "MultiIndex"), lambda value: _named(value, "names", "levels", "codes")),
    (_is("pandas", "Index"), _index),
    (_is("pandas", "ExtensionArray"), _pandas_array),
    (lambda value: _library(value) == "scipy" and hasattr(value, "tocsr"), _sparse),
    (
        lambda value: _library(value) == "statsmodels" and "Results" in type(value).__name__,
        _results,
    ),
    (lambda value: True, _attributes),
)
