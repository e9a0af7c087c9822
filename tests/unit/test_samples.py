"""Samples of facts: what is kept of a value, and when two of them are the same."""

from __future__ import annotations

import numpy as np
import pytest

from nb2prod.probes.capture import facts
from nb2prod.probes.samples import MAX_ITEMS, MAX_PARTS, differences, sampled


def alike(one: object, other: object) -> bool:
    return not list(differences(sampled(facts(one)), facts(other)))


NOISE = np.random.default_rng(0).normal(size=500)


def changed(array: np.ndarray) -> np.ndarray:
    """The array with another item at a place that no sample shows."""
    copied = array.copy()
    copied[2] = copied[4] = 1
    return copied


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
        (np.arange(500), changed(np.arange(500)), False),
        (np.linspace(0, 1, 500), changed(np.linspace(0, 1, 500)), False),
        (np.linspace(-1, 1, 500), -np.linspace(-1, 1, 500), False),
        (np.linspace(-1, 1, 500), np.linspace(-1, 1, 500) * (1 + 1e-9), True),
        (NOISE, NOISE[[0, 2, 1, *range(3, 500)]], False),
        (np.where(NOISE > 0, NOISE, np.nan), np.where(NOISE > 0, NOISE, np.nan), True),
        (np.where(NOISE > 0, NOISE, np.nan), np.where(NOISE > 0, NOISE, np.inf), False),
        (np.array(["a"] * 500), changed(np.array(["a"] * 500)), False),
        (np.array(["a"] * 500, object), changed(np.array(["a"] * 500, object)), False),
        (np.array([0.5, None] * 99, object), changed(np.array([0.5, None] * 99, object)), False),
        (np.zeros(600_000, int), changed(np.zeros(600_000, int)), False),
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
    assert len(array) == 4
