"""What an observation of a value must hold, on values that need nothing but numpy."""

from __future__ import annotations

import functools
from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy")

from .observe import observe  # noqa: E402 - it imports numpy, too


def test_plain_values_are_their_own_observation() -> None:
    assert observe(None) == {"": None}
    assert observe(True) == {"": True}
    assert observe(0.1) == {"": 0.1}


def test_numpy_scalar_is_told_from_a_python_number() -> None:
    assert observe(np.float64(0.5)) == {":type": "float64", "": 0.5}


def test_container_keeps_types_keys_and_order() -> None:
    assert observe({"a": (1, "x")}) == {
        ":type": "dict",
        ":keys": "'a'",
        "['a']:type": "tuple",
        "['a'][0]": 1,
        "['a'][1]": "x",
    }
    assert observe({"b": 1, "a": 2}) != observe({"a": 2, "b": 1})


def test_array_keeps_every_value() -> None:
    one, other = np.zeros(5000), np.zeros(5000)
    other[4321] = 1e-300
    assert observe(one) != observe(other)
    assert observe(one) != observe(one.reshape(50, 100))
    assert observe(one) != observe(one.astype("f4"))


def test_alias_and_cycle_are_facts() -> None:
    inner: list[object] = []
    assert observe([inner, inner]) != observe([[], []])
    inner.append(inner)
    assert observe(inner)["[0]:same as"] == ""


def test_object_shows_public_attributes_but_no_wall_times() -> None:
    value = SimpleNamespace(coef_=1.5, _cache=object(), refit_time_=0.3)
    assert observe(value) == {":type": "SimpleNamespace", ".coef_": 1.5}


def test_function_is_its_name_and_partial_its_parts() -> None:
    observed = observe(functools.partial(max, 3))
    assert observed[".func"] == "max"
    assert observed[".args[0]"] == 3


def test_random_state_is_observed() -> None:
    state = np.random.RandomState(0)
    before = observe(state)
    state.rand()
    assert observe(state) != before


def test_model_is_tried_on_rows() -> None:
    class Doubler:
        def predict(self, rows: object) -> object:
            return np.asarray(rows) * 2

    assert observe(Doubler(), np.ones(3)) != observe(Doubler(), np.zeros(3))
    assert ".predict(rows)" in observe(Doubler(), np.ones(3))
