"""Datasets that are no tables: taken apart, put together again, and written down as code."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from sklearn.utils import Bunch  # type: ignore[import-untyped]

from nb2prod.emit.datasetmodule import dataset_text
from nb2prod.probes.alignment import same
from nb2prod.probes.bindingtime.datasets import (
    Apart,
    built,
    is_dataset,
    is_matrix,
    pruned,
    taken_apart,
)

_X = np.arange(24.0).reshape(6, 4)
_Y = np.array([0, 1, 0, 1, 1, 0])
_FRAME = pd.DataFrame(_X, columns=list("abcd"))


def _bunch(**more: Any) -> Any:
    return Bunch(data=_X, target=_Y, DESCR="told", frame=None, **more)


class _Dataset(dict[str, Any]):
    """As statsmodels has it: every item is an attribute too."""

    def __init__(self, **items: Any) -> None:
        super().__init__(items)
        self.__dict__ = self


DATASETS = {
    "array": _X,
    "pair": (_X, _Y),
    "several targets": (_X, np.column_stack([_Y, 1 - _Y])),
    "frames": (_FRAME, pd.Series(_Y, name="label")),
    "bunch": _bunch(feature_names=["w", "x", "y", "z"], target_names=np.array(["no", "yes"])),
    "images": _bunch(images=_X.reshape(6, 2, 2), target_names=np.array([3, 4])),
    "texts": Bunch(data=list("abcdef"), target=_Y),
    "statsmodels": _Dataset(
        data=_FRAME, endog=_FRAME["a"], exog=_FRAME[["b", "c"]], names=list("abcd")
    ),
}


def _parts(value: Any) -> dict[Any, Any]:
    if isinstance(value, tuple):
        return dict(enumerate(value))
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if part is not None and name != "DESCR"}
    if isinstance(value, SimpleNamespace):
        return dict(vars(value))
    return {"": value}


def _given(apart: Apart) -> Callable[[Any], Any]:
    """The function of the generated module."""
    space: dict[str, Any] = {}
    exec(dataset_text(apart.form), space)
    given: Callable[[Any], Any] = space["given"]
    return given


@pytest.mark.parametrize("name", DATASETS)
def test_datasets_are_known(name: str) -> None:
    assert is_dataset(DATASETS[name]) != is_matrix(DATASETS[name])


@pytest.mark.parametrize("name", DATASETS)
def test_what_is_taken_apart_is_built_again(name: str) -> None:
    value = DATASETS[name]
    apart = taken_apart(value)
    assert apart is not None
    for found in (built(apart.table, apart.form), _given(apart)(apart.table)):
        again, expected = _parts(found), _parts(value)
        assert again.keys() == expected.keys()
        for part, held in expected.items():
            assert type(again[part]) is type(held)
            assert np.array_equal(again[part], held)


@pytest.mark.parametrize("name", ["pair", "frames", "bunch", "texts"])
def test_rows_without_a_target_have_none(name: str) -> None:
    apart = taken_apart(DATASETS[name])
    assert apart is not None
    few = apart.table.iloc[[3, 1]]
    few = few.drop(columns=[few.columns[-1]])
    for found in (built(few, apart.form), _given(apart)(few)):
        rows, target = found if isinstance(found, tuple) else (found.data, found.target)
        assert target is None
        assert len(rows) == 2


def test_columns_have_the_names_that_the_dataset_gives_them() -> None:
    apart = taken_apart(DATASETS["bunch"])
    assert apart is not None
    assert list(apart.table.columns) == ["w", "x", "y", "z", "target"]


def test_only_what_is_read_is_written() -> None:
    apart = taken_apart(DATASETS["bunch"])
    assert apart is not None
    read = Apart(apart.table, pruned(apart.form, {"data", "target_names"}))
    assert "target=" not in dataset_text(read.form)
    found = _given(read)(apart.table)
    assert same(found.data, _X)
    assert list(found.target_names) == ["no", "yes"]


@pytest.mark.parametrize(
    "value",
    [3, "text", [1, 2], (1, 2), _X[:2], _Y, {"data": 1}, (_X, _Y[:3]), (_X, _X[:3]), None, _FRAME],
)
def test_other_values_are_no_datasets(value: object) -> None:
    assert not is_dataset(value)
    assert not is_matrix(value)
