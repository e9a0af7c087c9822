"""Values in, the types that others can name out."""

from __future__ import annotations

import collections
import functools
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from sklearn.ensemble import RandomForestClassifier  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]

from nb2prod.probes.typenames import hinted


class Own:
    """A class of the notebook."""


Own.__module__ = "__main__"


def local_class(*bases: type) -> Any:
    """A value of a class that nobody can import."""

    class Local(*bases):  # type: ignore[misc]
        pass

    return Local()


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1, "int"),
        (True, "bool"),
        (range(3), "range"),
        (None, "None"),
        ([], "list[Any]"),
        ([1, 2], "list[int]"),
        ([1, 2.5], "list[float]"),
        ([1, None], "list[int | None]"),
        ([1, "a"], "list[int | str]"),
        ([1, "a", None], "list[Any]"),
        ({"a": 1.5}, "dict[str, float]"),
        ({"a": [1], "b": []}, "dict[str, list[Any]]"),
        ({"a": [1], "b": [2]}, "dict[str, list[int]]"),
        ({"a": LinearRegression()}, "dict[str, sklearn.linear_model.LinearRegression]"),
        ([np.zeros(1), np.zeros(1, int)], "list[numpy.typing.NDArray[Any]]"),
        ([[1]] * 201, "list[Any]"),
        ([[[[[1]]]]], "list[list[list[list[Any]]]]"),
        (CYCLE, "list[list[list[list[Any]]]]"),
        ((1, 2), "tuple[int, ...]"),
        ((1, "a", 0.5), "tuple[int, str, float]"),
        ((object(), object()), "tuple[Any, ...]"),
        ({1}, "set[int]"),
        (collections.Counter("aab"), "collections.Counter[str]"),
        (collections.defaultdict(list, a=[1]), "collections.defaultdict[str, list[int]]"),
        (np.zeros(3), "numpy.typing.NDArray[numpy.float64]"),
        (np.array(["a", None], dtype=object), "numpy.typing.NDArray[numpy.object_]"),
        (np.float64(1), "numpy.float64"),
        (pd.DataFrame(), "pandas.DataFrame"),
        (LinearRegression(), "sklearn.linear_model.LinearRegression"),
        (RandomForestClassifier(), "sklearn.ensemble.RandomForestClassifier"),
        (len, "collections.abc.Callable[..., Any]"),
        (lambda: 1, "collections.abc.Callable[..., Any]"),
        (functools.partial(int), "collections.abc.Callable[..., Any]"),
        (np.exp, "collections.abc.Callable[..., Any]"),
        (Path("a"), "pathlib.Path"),
        (np, ""),
        (int, ""),
        (Own(), ""),
        (local_class(), ""),
        (local_class(dict), ""),
        (local_class(LinearRegression), "sklearn.linear_model.LinearRegression"),
    ],
)
def test_hinted(value: object, hint: str) -> None:
    assert hinted(value) == hint


def test_a_class_of_the_notebook_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "Own", Own, raising=False)
    assert hinted(Own()) == "__main__.Own"
    assert hinted([Own()]) == "list[__main__.Own]"
