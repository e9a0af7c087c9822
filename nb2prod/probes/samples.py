"""Facts about a value, small enough to lie beside tests: a sample of large arrays, and of many parts."""

from __future__ import annotations

import base64
import hashlib
import json
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
        return [dtype, shape] + _items(dtype, data)
    return value


def _items(dtype: str, data: Any) -> List[Any]:
    """Items of an array, evenly spread over it, and what tells of those in between.

    A digest alone where items can't be read; nothing where their last digits may be others.
    """
    if isinstance(data, str):
        if data.startswith("sha256:"):
            return [None if dtype[1] in "fc" else data]
        held = base64.b64decode(data)
        if dtype not in _FORMATS:
            return ["sha256:" + hashlib.sha256(held).hexdigest()]
        data = memoryview(held).cast(_FORMATS[dtype]).tolist()  # type: ignore[call-overload]
    sample = [_leaf(item) for item in _spread(data, MAX_ITEMS)]
    return [sample] if len(data) <= MAX_ITEMS else [sample, _whole(data)]


def _whole(items: Sequence[Any]) -> List[Any]:
    """A digest of what is the same everywhere, and sums of the floats, whose last digits are not.

    Of positive and negative ones apart, so that nothing cancels; also weighted by their places, so
    that two that changed places show.
    """
    exact = [None if isinstance(item, float) and math.isfinite(item) else item for item in items]
    digest: List[Any] = ["sha256:" + hashlib.sha256(json.dumps(exact).encode()).hexdigest()]
    floats = [(at, x) for at, x in enumerate(items, 1) if isinstance(x, float) and math.isfinite(x)]
    if not floats:
        return digest
    signed = [[(at, x) for at, x in floats if (x < 0) is negative] for negative in (False, True)]
    return digest + [
        total
        for part in signed
        for total in (math.fsum(x for _, x in part), math.fsum(at * x for at, x in part))
    ]


def _spread(items: Sequence[Any], most: int) -> List[Any]:
    """At most so many items, evenly spread, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[at * (len(items) - 1) // (most - 1)] for at in range(most)]
