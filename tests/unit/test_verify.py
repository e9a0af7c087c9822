"""Values in; how much alike their facts are out."""

from __future__ import annotations

import logging
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]

from nb2prod.probes.capture import captured, facts
from nb2prod.probes.describe import described, shortened
from nb2prod.probes.typenames import public_path
from nb2prod.verify import Likeness, Observation, compared, differences

LINE = LinearRegression().fit([[0.0], [1.0]], [1.0, 3.0])


@pytest.mark.parametrize(
    "value",
    [
        1, 1.5, math.nan, "a", None, True, b"x", 2j, {"a": [1, {2}]}, (1, [2]), range(3), Path("a"),
        np.arange(3), np.float32(1.5), np.array([1, "a", None], dtype=object), np.ma.masked_array([1, 2], [False, True]),
        pd.DataFrame({"a": [1, 2], "b": ["x", None]}), pd.Series([1.0], name="s"), pd.Timestamp("2024-01-01"),
        pd.Categorical(["a", "b", "a"]), LINE, len, int, sys,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_value_is_like_itself(value: object) -> None:
    assert list(differences(facts(value), facts(value))) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param(1, 1.0, id="type"),
        pytest.param(1, True, id="bool"),
        pytest.param([1, 2], [2, 1], id="order"),
        pytest.param([1, 2], (1, 2), id="kind"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, id="order of keys"),
        pytest.param(np.arange(3), np.arange(3.0), id="dtype"),
        pytest.param(np.zeros((2, 3)), np.zeros((3, 2)), id="shape"),
        pytest.param(pd.Series([1], name="a"), pd.Series([1], name="b"), id="name"),
        pytest.param(pd.DataFrame({"a": [1]}, index=[1]), pd.DataFrame({"a": [1]}, index=[2]), id="index"),
        pytest.param(LINE, LinearRegression(), id="not fitted"),
        pytest.param(np.zeros(1_000_000), np.ones(1_000_000), id="too large to be kept"),
    ],
)  # fmt: skip
def test_other_values_differ(left: object, right: object) -> None:
    assert list(differences(facts(left), facts(right)))


def test_aliases_and_cycles_are_facts() -> None:
    rows: list[Any] = [1]
    assert list(differences(facts([rows, rows]), facts([[1], [1]])))
    rows.append(rows)
    assert facts(rows)["[1]:same as"] == ""


def test_what_only_tells_is_no_value() -> None:
    """A logger has another name in a package, and handlers of whoever runs it."""
    assert facts(logging.getLogger("__main__")) == facts(logging.getLogger("package.training"))


def test_a_value_that_cannot_be_read_says_so() -> None:
    class Odd(dict[str, int]):
        def items(self) -> Any:
            raise KeyError

    assert facts(Odd())[":unreadable"] == "KeyError"


def observation(**results: object) -> Observation:
    return Observation({"train": captured(results, results)}, captured(results, results))


def test_compared() -> None:
    seen = observation(a=1, b=0.1 + 0.2, c=[1], d=2)
    proof = compared(seen, observation(a=1, b=0.3, c=[2]), ["train"])
    alike = {c.name: c.likeness for c in proof.comparisons if c.stage == "train"}
    assert alike == {
        "a": Likeness.IDENTICAL,
        "b": Likeness.CLOSE,
        "c": Likeness.DIFFERENT,
        "d": Likeness.DIFFERENT,
    }
    assert proof.first_difference is not None
    assert (proof.first_difference.stage, proof.first_difference.name) == ("train", "c")
    assert str(proof) == "2 of 8 values identical to the notebook's, 2 close, 4 different"


def test_what_the_notebook_does_not_repeat_is_no_difference() -> None:
    seen = observation(a=1, b=2)
    proof = compared(seen, observation(a=3, b=4), ["train"])
    again = compared(seen, observation(a=5, b=2), ["train"])
    assert {c.name for c in proof.beside(again).unstable} == {"a"}
    first = proof.beside(again).first_difference
    assert first is not None
    assert first.name == "b"


def test_all_identical() -> None:
    seen = observation(a=1)
    assert (
        str(compared(seen, seen, ["train"]))
        == "identical to the notebook: 2 values at its stage boundaries"
    )


@pytest.mark.parametrize(
    ("value", "kind", "columns"),
    [
        (1, "int", ""),
        ("text", "str", ""),
        ([1, 2], "list of 2", ""),
        ({"a": 1}, "dict of 1", ""),
        (np.zeros((2, 3)), "numpy.ndarray of shape (2, 3), float64", ""),
        (np.float64(1.5), "numpy.float64", ""),
        (np.array(1.5), "numpy.ndarray of shape (), float64", ""),
        (pd.Series([1.5]), "pandas.Series of shape (1,), float64", ""),
        (
            pd.DataFrame({"a": [1], "b": [0.5]}),
            "pandas.DataFrame of shape (1, 2)",
            "a (int64), b (float64)",
        ),
        (LINE, "sklearn.linear_model.LinearRegression", ""),
        (len, "builtin_function_or_method", ""),
    ],
)
def test_described(value: object, kind: str, columns: str) -> None:
    assert described(value, public_path(type(value))) == [kind, columns]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("'l1'", "'l1'"),
        ("[('a',\n      1)]", "[('a', 1)]"),
        ("<function f at 0x7f00aB>", "<function f>"),
        ("abcd " * 24 + "x", "abcd " * 22 + "abcd…"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
    ],
)
def test_shortened(text: str, line: str) -> None:
    assert shortened(text) == line


def test_a_wide_table_is_described_in_part() -> None:
    columns = described(pd.DataFrame(np.zeros((1, 40))), "")[1]
    assert columns.startswith("0 (float64), 1 (float64)")
    assert columns.endswith("and 16 more")
