"""Values in, JSON and arrays out, and the same values back; or a refusal."""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import json
import math
from collections import Counter, OrderedDict, defaultdict
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]

from nb2prod.copied import archive, plain


def again(value: Any) -> Any:
    """A value after a way through files."""
    arrays: dict[str, Any] = {}
    held = plain.Writer("value", arrays).written(value)
    text = json.dumps(held, allow_nan=False)
    kept = {name: archive.to_array(archive.from_array(array)) for name, array in arrays.items()}
    return plain.Reader(kept).read(json.loads(text))


def assert_same(found: Any, value: Any) -> None:
    assert type(found) is type(value)
    match value:
        case pd.DataFrame():
            pd.testing.assert_frame_equal(
                found, value, check_column_type="exact", check_index_type="exact"
            )
        case pd.Series():
            pd.testing.assert_series_equal(found, value, check_index_type="exact")
        case pd.Index():
            pd.testing.assert_index_equal(found, value, exact=True)
            assert getattr(found, "freq", None) == getattr(value, "freq", None)
        case pd.api.extensions.ExtensionArray():
            pd.testing.assert_extension_array_equal(found, value)
        case np.ndarray():
            assert found.dtype == value.dtype
            assert found.shape == value.shape
            assert found.flags.f_contiguous == value.flags.f_contiguous
            np.testing.assert_array_equal(found, value)
        case np.generic():
            assert found.dtype == value.dtype
            assert repr(found) == repr(value)
        case defaultdict():
            assert (found.default_factory, found) == (value.default_factory, value)
        case list() | tuple():
            assert len(found) == len(value)
            for one, other in zip(found, value, strict=True):
                assert_same(one, other)
        case dict():
            assert_same(list(found.items()), list(value.items()))
        case set() | frozenset():
            assert sorted(map(repr, found)) == sorted(map(repr, value))
        case _:
            assert repr(found) == repr(value)


DAYS = pd.date_range("2024-03-29", periods=4)
VALUES = [
    *(None, True, 7, -(2**70), 1.5, -0.0, math.inf, math.nan, "ä\ud800\0", b"\xff", 2j, (1, (2.0,))),
    *({1, "a"}, frozenset("ab"), range(3), slice(1, None), decimal.Decimal("1.10")),
    {(1, 2): 3, True: 4, None: 1, 1.5: [2], "1": {}, 7: 0},
    *(OrderedDict(b=1, a=2), Counter("abca"), defaultdict(list, a=[1]), defaultdict(None)),
    *(dt.date(2024, 2, 29), dt.timedelta(1, 2, 3), dt.datetime(2024, 1, 2, 3, 4, 5, 6)),
    dt.datetime(2024, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    *(int, float, object, OrderedDict, np.float32, np.str_),
    *(np.float32(1.1), np.float16(0.1), np.int8(-3), np.uint64(2**64 - 1), np.bool_(True)),
    *(np.float64("nan"), np.str_("a"), np.datetime64("2024-01-01"), np.timedelta64(3, "s")),
    *(np.datetime64("NaT"), np.dtype("f4"), np.dtype(">i2"), np.dtype("M8[ns]"), np.dtype("O")),
    *(np.arange(3), np.asfortranarray(np.ones((3, 4))), np.array(5.0), np.zeros((0, 3)), np.array([1j])),
    *(np.array(["a", "bc"]), np.array(["2024"], "M8[D]"), np.array([(1, 2.0)], [("a", "i1"), ("b", "f8")])),
    *(np.array(["a", None, 1.5, (1,)], dtype=object), np.empty((0, 2), dtype=object)),
    *(pd.NaT, pd.NA, pd.Timestamp("2024-01-01 00:00:00.123456789"), pd.Timedelta(3, "h")),
    *(pd.Timestamp("2024-07-01", tz="Europe/Berlin"), pd.Interval(1, 2), pd.Interval(1.0, 2.0, "both")),
    *(pd.CategoricalDtype(["b", "a"], ordered=True), pd.CategoricalDtype(), pd.Int64Dtype()),
    *(pd.StringDtype(), pd.Series(["a"]).dtype, pd.DatetimeTZDtype("ns", "Europe/Berlin")),
    *(pd.PeriodDtype("M"), pd.IntervalDtype("int64", "left")),
    *(pd.Categorical(["a", None]), pd.array([1, None]), pd.array([True, None])),
    pd.Series([1, 2], name="q"),
    pd.Series([1.5, None], index=["a", "b"], name=("x", 1)),
    pd.Series(["a", None]),
    pd.Series(["a", None, 3], dtype=object),
    *(pd.Series([1, None], dtype=dtype) for dtype in ("Int8", "UInt32", "Float32", "boolean")),
    pd.Series(["b", "a", None], dtype="category"),
    pd.Series(["x", pd.NA], dtype="string"),
    *(pd.Series(DAYS), pd.Series(DAYS.tz_localize("Europe/Berlin")), pd.Series(DAYS - DAYS[0])),
    *(pd.cut(pd.Series([1, 2, 3]), 2), pd.Series(DAYS.to_period("M"))),
    pd.Series([1.0, 2.0], index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])),
    *(pd.Index([1, 2]), pd.Index([1.5], name=("a", 1)), pd.Index(["a", 1], dtype=object)),
    *(pd.RangeIndex(1, 9, 2, name="n"), pd.CategoricalIndex(["a", "b"]), pd.interval_range(0, 3)),
    *(DAYS, DAYS[::2], DAYS.tz_localize("UTC"), DAYS - DAYS[0], DAYS.to_period("D"), DAYS[[0, 3]]),
    pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, None]}, index=["r", "s"]),
    pd.DataFrame({("a", 1): [1], ("b", 2): [2.5]}),
    *(pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame(), pd.DataFrame(index=[1, 2])),
]  # fmt: skip


@pytest.mark.parametrize(
    "value", VALUES, ids=[f"{n} {type(value).__name__}" for n, value in enumerate(VALUES)]
)
def test_a_value_comes_back_exactly(value: Any) -> None:
    assert_same(again(value), value)
    assert_same(again([value, {"a": (value,)}]), [value, {"a": (value,)}])


class Words(list[str]):
    """More than a list."""


def attributed() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["unit"] = "kg"
    return frame


@pytest.mark.parametrize(
    "value",
    [
        Words(["a"]), np.matrix([[1]]), np.ma.array([1]), np.longdouble(1), np.array([(None,)], [("a", "O")]),
        np.dtype([("a", "i4")]), print, len, lambda: 1, LinearRegression(), LinearRegression, Exception,
        defaultdict(lambda: 1), dt.datetime(2024, 10, 27, 2, fold=1), 1 << 20_000, pytest, object(),
        pd.Series([1]).groupby([1]), pd.DataFrame({"a": [1]}).set_flags(allows_duplicate_labels=False),
        attributed(), pd.Series([0, 1]).astype(pd.SparseDtype(int)), pd.offsets.Day(),
        pd.Timestamp("2024-01-01", tz=dt.timezone(dt.timedelta(hours=1), "odd")), [[print]], {"a": {1: len}},
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_more_than_plain_is_refused(value: Any) -> None:
    with pytest.raises(plain.NotPlain):
        again(value)


def test_what_holds_itself_is_no_plain_value() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(RecursionError):
        again(value)


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.dates(),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.complex_numbers(),
)
KEYS = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.tuples(st.text()))
NESTED = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(KEYS, inner), st.tuples(inner, inner), st.sets(KEYS)
    ),
    max_leaves=12,
)


@given(NESTED)
def test_any_nesting_comes_back(value: Any) -> None:
    found, writer = again(value), plain.Writer("value", {})
    assert_same(found, value)
    assert writer.written(found) == writer.written(value)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(
            st.lists(inner), st.dictionaries(st.sampled_from([*plain.KINDS, "x"]), inner, max_size=2)
        ),
        max_leaves=8,
    )
)  # fmt: skip
def test_foreign_json_gives_a_value_or_an_error(held: Any) -> None:
    """The reader is asked for anything; its caller turns every error into one kind."""
    with contextlib.suppress(Exception):  # whichever: that it ends, and nothing else happens
        plain.Reader({}).read(held)
