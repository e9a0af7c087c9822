"""Facts about a value, small enough to lie beside tests: a sample of large arrays, and of many parts."""

from __future__ import annotations

import base64
import hashlib
import math
from typing import Any, Dict, Iterator, List, Mapping, Sequence

Facts = Mapping[str, Any]

#: Parts of one value, items of one array, and characters of one text that are kept.
MAX_PARTS = 400
MAX_ITEMS = 40
MAX_TEXT = 400
HEAD = 20
#: What numbers may differ by on another machine, or with another version of a library.
TOLERANCE = 1e-6

_FORMATS = {
    "<f8": "d", "<f4": "f", "<i8": "q", "<i4": "i", "<i2": "h", "|i1": "b",
    "<u8": "Q", "<u4": "I", "<u2": "H", "|u1": "B", "|b1": "?",
}  # fmt: skip


def sampled(facts: Facts) -> Dict[str, Any]:
    """A sample of the facts, for `differences`."""
    paths = list(facts)
    # The first ones say what the value is as a whole.
    chosen = paths[:HEAD] + _spread(paths[HEAD:], MAX_PARTS - HEAD)
    return {path: _leaf(facts[path]) for path in chosen}


def differences(sample: Facts, actual: Facts) -> Iterator[str]:
    """One line for each path of a sample at which all the facts of a value say something else."""
    for path, expected in sample.items():
        if path not in actual:
            yield "%s: missing" % (path or "value")
        elif not _alike(expected, _leaf(actual[path])):
            yield "%s: %r, not %r" % (path or "value", _leaf(actual[path]), expected)


def _alike(expected: Any, actual: Any) -> bool:
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(_alike, expected, actual))
    if isinstance(expected, float) and isinstance(actual, float):
        same = math.isclose(expected, actual, rel_tol=TOLERANCE, abs_tol=TOLERANCE * 1e-6)
        return same or math.isnan(expected) and math.isnan(actual)
    return type(expected) is type(actual) and bool(expected == actual)


def _leaf(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    if isinstance(value, list) and len(value) == 3 and isinstance(value[1], list):
        dtype, shape, data = value
        return [dtype, shape, _items(dtype, data)]
    return value


def _items(dtype: str, data: Any) -> Any:
    """Items of an array, evenly spread over it; a digest where they can't be read."""
    if isinstance(data, list):
        return [_leaf(item) for item in _spread(data, MAX_ITEMS)]
    if data.startswith("sha256:"):
        return None
    held = base64.b64decode(data)
    if dtype in _FORMATS:
        numbers: List[Any] = memoryview(held).cast(_FORMATS[dtype]).tolist()  # type: ignore[call-overload]
        return _spread(numbers, MAX_ITEMS)
    return "sha256:" + hashlib.sha256(held).hexdigest()


def _spread(items: Sequence[Any], most: int) -> List[Any]:
    """At most so many items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[at * (len(items) - 1) // (most - 1)] for at in range(most)]
