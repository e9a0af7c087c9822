"""Says where two observations differ. Needs nothing but the standard library."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping
from typing import Any

Observation = Mapping[str, Any]
_FLOATS = {"<f8": "d", "<f4": "f"}


def differences(
    expected: Observation, actual: Observation, rtol: float | None = None
) -> Iterator[str]:
    """One line for each path whose leaves differ: exactly, or by more than `rtol` if given."""
    for path in dict.fromkeys((*expected, *actual)):
        if path not in actual:
            yield f"{path or 'value'}: missing in the package"
        elif path not in expected:
            yield f"{path or 'value'}: only in the package"
        elif trouble := _difference(expected[path], actual[path], rtol):
            yield f"{path or 'value'}: {trouble}"


def _difference(expected: object, actual: object, rtol: float | None) -> str | None:
    if _same(expected, actual, rtol):
        return None
    if not isinstance(expected, list) or not isinstance(actual, list):
        return f"{expected!r} != {actual!r}"
    if expected[:2] != actual[:2]:
        return f"array {expected[0]}{expected[1]} != array {actual[0]}{actual[1]}"
    dtype, shape, left = expected
    right = actual[2]
    if dtype in _FLOATS:
        left, right = _floats(dtype, left), _floats(dtype, right)
    elif dtype != "object":
        return f"array {dtype}{shape}: other values"
    places = [at for at, pair in enumerate(zip(left, right, strict=True)) if not _same(*pair, rtol)]
    if not places:
        return None
    first = f"{left[places[0]]!r} != {right[places[0]]!r}"
    return f"array {dtype}{shape}: {len(places)} values differ, first {first}"


def _same(expected: object, actual: object, rtol: float | None) -> bool:
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, float) and isinstance(actual, float):
        if math.isnan(expected) or math.isnan(actual):
            return math.isnan(expected) and math.isnan(actual)
        if rtol is not None:
            return math.isclose(expected, actual, rel_tol=rtol, abs_tol=rtol * 1e-3)
    return expected == actual


def _floats(dtype: str, data: str) -> list[float]:
    return memoryview(base64.b64decode(data)).cast(_FLOATS[dtype]).tolist()  # type: ignore[call-overload,no-any-return]
