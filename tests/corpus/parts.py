"""Takes compound values apart: containers, arrays of objects, pandas, models, any object.

Libraries are told by the names of their classes, because a notebook may not use them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

# Wall times differ from run to run and say nothing about the computation.
_TIMED = re.compile(r"_time(_|$)")
# Results objects compute most attributes when first asked: these are asked for, in this order.
_RESULTS = ("params", "llf", "fittedvalues", "resid", "scale", "nobs", "bse")


def parts(value: Any) -> Iterable[tuple[str, object]]:
    """Give the pieces of a compound value, each with its step of the path."""
    for knows, read in _READERS:
        if knows(value):
            return read(value)
    return ()


def library(value: object) -> str:
    """Give the name of the library that a value's class comes from."""
    return type(value).__module__.partition(".")[0]


def _named(value: Any, *names: str) -> Iterator[tuple[str, object]]:
    return ((f".{name}", getattr(value, name)) for name in names)


def _items(value: Mapping[object, object]) -> Iterator[tuple[str, object]]:
    """Read a mapping; keys that are no plain values are observed, under their position."""
    named = {
        repr(key) if type(key) in (bool, int, float, str) else f"key {position}": (key, item)
        for position, (key, item) in enumerate(value.items())
        if not (isinstance(key, str) and _TIMED.search(key))
    }
    yield ":keys", ", ".join(named)
    for name, (key, item) in named.items():
        if name.startswith("key "):
            yield f"<{name}>", key
        yield f"[{name}]", item


def _elements(value: Iterable[object]) -> Iterator[tuple[str, object]]:
    return ((f"[{position}]", item) for position, item in enumerate(value))


def _frame(value: Any) -> Iterator[tuple[str, object]]:
    yield from _named(value, "columns", "index")
    for position in range(value.shape[1]):
        yield f".iloc[{position}]", value.iloc[:, position].array


def _index(value: Any) -> Iterator[tuple[str, object]]:
    """Read labels; those of times may have a frequency."""
    return _named(value, "name", "array", *(["freq"] if hasattr(value, "freq") else []))


def _pandas_array(value: Any) -> Iterator[tuple[str, object]]:
    yield ".dtype", repr(value.dtype)
    if hasattr(value, "codes"):
        yield from _named(value, "categories", "codes", "ordered")
    elif isinstance(value.dtype, np.dtype):
        yield ".values", np.asarray(value)
    else:
        yield ".values", value.to_numpy(dtype=object)


def _sparse(value: Any) -> Iterator[tuple[str, object]]:
    rows = value.tocsr().sorted_indices()
    return _named(rows, "shape", "data", "indices", "indptr")


def _results(value: Any) -> Iterator[tuple[str, object]]:
    """Results of statsmodels; what a kind of model does not define is a fact as well."""
    for name in _RESULTS:
        try:
            yield f".{name}", getattr(value, name)
        except (AttributeError, NotImplementedError, ValueError) as error:
            yield f".{name}", type(error).__name__


def _attributes(value: Any) -> Iterator[tuple[str, object]]:
    """Read public attributes: parameters and what was fitted. Compiled classes give their state."""
    if hasattr(value, "__dict__"):
        for name, part in sorted(vars(value).items()):
            if not name.startswith("_") and not _TIMED.search(name):
                yield f".{name}", part
        return
    try:
        yield ":state", value.__getstate__()
    except TypeError:  # files, locks and generators have none
        return


def _is(package: str, name: str) -> Callable[[Any], bool]:
    """Tell instances of a class without importing its library, which a notebook may not use."""

    def knows(value: object) -> bool:
        bases = type(value).__mro__
        return any(
            base.__name__ == name and base.__module__.partition(".")[0] == package for base in bases
        )

    return knows


_READERS: tuple[
    tuple[Callable[[Any], bool], Callable[[Any], Iterable[tuple[str, object]]]], ...
] = (
    (lambda value: isinstance(value, Mapping), _items),
    (lambda value: isinstance(value, (list, tuple)), _elements),
    (
        lambda value: isinstance(value, (set, frozenset)),
        lambda value: _elements(sorted(value, key=repr)),
    ),
    (
        lambda value: isinstance(value, np.ma.MaskedArray),
        lambda value: _named(value, "data", "mask"),
    ),
    (
        lambda value: isinstance(value, np.ndarray) and bool(value.dtype.names),
        lambda value: ((f".{name}", value[name]) for name in value.dtype.names),
    ),
    (
        lambda value: isinstance(value, np.ndarray),
        lambda value: ((".shape", value.shape), *_elements(value.ravel().tolist())),
    ),
    (
        lambda value: isinstance(value, np.random.RandomState),
        lambda value: ((":state", value.get_state(legacy=False)),),
    ),
    (
        lambda value: isinstance(value, np.random.Generator),
        lambda value: ((":state", value.bit_generator.state),),
    ),
    (
        lambda value: isinstance(value, functools.partial),
        lambda value: _named(value, "func", "args", "keywords"),
    ),
    (_is("pandas", "DataFrame"), _frame),
    (_is("pandas", "Series"), lambda value: _named(value, "name", "index", "array")),
    (_is("pandas", "MultiIndex"), lambda value: _named(value, "names", "levels", "codes")),
    (_is("pandas", "Index"), _index),
    (_is("pandas", "ExtensionArray"), _pandas_array),
    (lambda value: library(value) == "scipy" and hasattr(value, "tocsr"), _sparse),
    (lambda value: library(value) == "statsmodels" and "Results" in type(value).__name__, _results),
    (lambda _: True, _attributes),
)
