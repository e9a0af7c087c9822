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
#: The classes of pandas' arrays of texts.
_STRINGS = re.compile(r"(Arrow)?StringArray(NumpySemantics)?$")
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
#: Libraries whose objects show or tell something and compute nothing.
_TELLING = frozenset(
    ("matplotlib", "seaborn", "IPython", "mpl_toolkits", "plotly", "logging", "tqdm")
)
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
    kind, leaf_of, parts_of = _reading(value)
    leaves[path + ":type"] = kind
    leaf = leaf_of(value)
    if leaf is not None:
        leaves[path] = leaf
        return
    if depth > MAX_DEPTH or parts_of is _nothing:
        return
    if id(value) in seen:
        leaves[path + ":same as"] = seen[id(value)][0]
        return
    seen[id(value)] = (path, value)
    try:
        for step, part in parts_of(value):
            _walk(path + step, part, depth + 1, leaves, seen)
    except Exception as error:  # noqa: BLE001 - a value of anybody's making: that it fails is a fact
        leaves[path + ":unreadable"] = type(error).__name__


#: What there is to say about an indivisible value, None if it has parts; and its parts, each with its
#: step of the path.
_Leaf = Callable[[Any], Any]
_Parts = Callable[[Any], Iterable[Tuple[str, Any]]]

#: By identity, since classes may compare and hash as they like, and weakly, since a notebook may
#: notice that they live on.
_judged: Dict[int, Tuple[Any, Tuple[str, _Leaf, _Parts]]] = {}


def _reading(value: Any) -> Tuple[str, _Leaf, _Parts]:
    """The name of its class, and how it is read. Every part of every value asks for it: each class is judged once."""
    kind = type(value)
    known = _judged.get(id(kind))
    if known is not None and known[0]() is kind:
        return known[1]
    leaf = next((say for knows, say in _LEAVES if knows(value)), _nothing)
    parts = next(read for knows, read in _READERS if knows(value))
    # Packages have a plain object with what `%%capture` caught.
    name = "SimpleNamespace" if parts is _caught else kind.__name__
    name = "StringArray" if _STRINGS.match(name) else name  # wherever it keeps them
    if value.__class__ is kind:  # what stands in for others has a class for each of them
        _judged[id(kind)] = weakref.ref(kind), (name, leaf, parts)
    return name, leaf, parts


def _nothing(value: Any) -> Any:
    return None


def _number(value: Any) -> Any:
    plain = value.item()
    return plain if isinstance(plain, (bool, int, float, str)) else repr(value)


def _array(array: Any) -> Optional[List[Any]]:
    if array.dtype.names:
        return None
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
def _library(value: Any) -> str:
    return type(value).__module__.partition(".")[0]


def _is(package: str, name: str) -> Callable[[Any], bool]:
    """Tells instances of a class without importing its library, which a notebook may not use."""

    def knows(value: Any) -> bool:
        return any(
            base.__name__ == name and base.__module__.partition(".")[0] == package
            for base in type(value).__mro__
        )

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
    texts = type(value.dtype).__name__ == "StringDtype"  # which tells where it keeps them, too
    yield ".dtype", str(value.dtype) if texts else repr(value.dtype)
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


def _caught(value: Any) -> Iterator[Tuple[str, Any]]:
    """What a cell wrote. What it showed is a picture."""
    yield ".outputs", []
    yield from _named(value, "stderr", "stdout")


def _array_parts(array: Any) -> Iterator[Tuple[str, Any]]:
    """What an array holds that is no leaf: fields, or objects."""
    if array.dtype.names:
        for name in array.dtype.names:
            yield "." + name, array[name]
    else:
        yield ".shape", array.shape
        yield from _elements(array.ravel().tolist())


_LEAVES: Tuple[Tuple[Callable[[Any], bool], _Leaf], ...] = (
    (lambda value: isinstance(value, types.ModuleType), lambda value: value.__name__),
    (
        lambda value: isinstance(value, (type,) + _CALLABLES) or type(value).__name__ == "ufunc",
        lambda value: getattr(value, "__name__", None),
    ),
    (_is("numpy", "generic"), _number),
    (lambda value: isinstance(value, _SHOWN_BY_REPR) or _is("numpy", "dtype")(value), repr),
    # Timestamp, Period, Interval, NaT, NA, offsets
    (lambda value: type(value).__module__.startswith("pandas._libs"), repr),
    (_is("numpy", "MaskedArray"), _nothing),
    (_is("numpy", "ndarray"), _array),
)
_READERS: Tuple[Tuple[Callable[[Any], bool], _Parts], ...] = (
    (_is("IPython", "CapturedIO"), _caught),
    (
        lambda value: _library(value) in _TELLING and not isinstance(value, (list, tuple, dict)),
        _nothing,
    ),
    (lambda value: isinstance(value, Mapping), _items),
    (lambda value: isinstance(value, (list, tuple)), _elements),
    (
        lambda value: isinstance(value, (set, frozenset)),
        lambda value: _elements(sorted(value, key=repr)),
    ),
    (_is("numpy", "MaskedArray"), lambda value: _named(value, "data", "mask")),
    (_is("numpy", "ndarray"), _array_parts),
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
