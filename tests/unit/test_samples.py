"""Samples of facts: what is kept of a value, and when two of them are the same."""

from __future__ import annotations

import numpy as np
import pytest

from nb2prod.probes.capture import facts
from nb2prod.probes.samples import MAX_ITEMS, MAX_PARTS, differences, sampled


def alike(one: object, other: object) -> bool:
    return not list(differences(sampled(facts(one)), facts(other)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0 + 1e-9, True),
        (1.0, 1.0 + 1e-5, False),
        (1, 1.0, False),
        (True, 1, False),
        (float("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ([1, 2], [1, 2, 3], False),
        ({1, 2}, {1, 2, 3}, False),
        (list(range(5000)), [*range(5000), 0], False),
        ("x" * 1000, "x" * 999 + "y", False),
        (np.arange(500), np.arange(500), True),
        (np.arange(500), np.arange(1, 501), False),
        (np.arange(500), np.arange(500.0), False),
        (np.arange(6), np.arange(6).reshape(2, 3), False),
        (np.array(["a", "b"]), np.array(["a", "c"]), False),
        (np.array([True, False]), np.array([True, True]), False),
    ],
)
def test_alike(one: object, other: object, same: bool) -> None:
    assert alike(one, other) is same


def test_small_values_are_complete() -> None:
    value = {"a": [1, 2.5, None], "b": {"c": "d"}}
    assert sampled(facts(value)) == facts(value)


def test_large_values_are_not() -> None:
    assert len(sampled(facts(list(range(5000))))) == MAX_PARTS
    (array,) = (v for v in sampled(facts(np.arange(5000))).values() if isinstance(v, list))
    assert array[:2] == ["<i8", [5000]]
    assert len(array[2]) == MAX_ITEMS
    assert (array[2][0], array[2][-1]) == (0, 4999)
