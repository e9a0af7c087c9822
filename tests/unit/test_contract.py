"""What `predict` of a generated package takes for raw rows, and what it says of others."""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import importlib
import json
import math
import pickle
import subprocess
import sys
import types
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import fastavro
import jsonschema
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from nb2prod.columns import INPUT, INPUT_AVRO, OUTPUT, OUTPUT_AVRO, Bounds, Column
from tests.contracts import ROW, edited, package

NAN = math.nan


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    with package(tmp_path_factory.mktemp("contract")) as contract:
        yield contract


@pytest.fixture
def contract(tmp_path: Path) -> Iterator[ModuleType]:
    """One of its own, to be edited."""
    with package(tmp_path) as contract:
        yield contract


def read(contract: ModuleType, rows: Any) -> pd.DataFrame:
    """The table that the notebook's statements would get."""
    return contract.loaded().rows(rows).table(slice(None))


def problems(contract: ModuleType, rows: Any) -> list[tuple[Any, Any, str]]:
    with pytest.raises(contract.ContractError) as error:
        read(contract, rows)
    return [tuple(problem) for problem in error.value.problems]


def column(contract: ModuleType, name: str, *values: Any) -> list[Any]:
    """What values of a column are taken for."""
    found: list[Any] = read(contract, [{**ROW, name: value} for value in values])[name].tolist()
    return found


def test_a_row_has_the_types_of_the_recorded_run(shared: ModuleType) -> None:
    table = read(shared, ROW)
    text, moment = pd.Series(["a"]).dtype, pd.to_datetime(["2021-05-06"]).dtype
    assert [*map(str, table.dtypes)] == [
        *("int64", "float64", str(text), str(text), str(text), "bool", str(moment))
    ]
    assert table["since"][0] == pd.Timestamp("2021-05-06")


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        pytest.param("age", 41.0, 41, id="a whole float is a whole number"),
        pytest.param("age", np.int8(41), 41, id="numpy's whole numbers"),
        pytest.param("age", decimal.Decimal("41"), 41, id="a whole decimal"),
        pytest.param("fare", 7, 7.0, id="a whole number is a number"),
        pytest.param("fare", np.float32(0.5), 0.5, id="numpy's numbers"),
        pytest.param("fare", decimal.Decimal("7.25"), 7.25, id="a decimal is a number"),
        pytest.param("active", np.bool_(False), False, id="numpy's truth values"),
        pytest.param("note", np.str_("x"), "x", id="numpy's texts"),
    ],
)
def test_values_that_are_taken(shared: ModuleType, name: str, given: Any, taken: Any) -> None:
    found = column(shared, name, given)
    assert found == [taken]
    assert type(found[0]) is type(taken)


@pytest.mark.parametrize(
    "value",
    [None, NAN, np.float32("nan"), pd.NA, pd.NaT, decimal.Decimal("nan"), np.datetime64("NaT")],
)
def test_what_stands_for_a_missing_value(shared: ModuleType, value: Any) -> None:
    assert [*map(math.isnan, column(shared, "fare", value, 1.0))] == [True, False]
    assert column(shared, "city", value, "Ulm")[1:] == ["Ulm"]
    assert column(shared, "city", value)[0] is not None
    assert problems(shared, {**ROW, "age": value}) == [(0, "age", "has no value")]


@pytest.mark.parametrize(
    "moment",
    [
        "2021-05-06T07:08",
        "2021-05-06 07:08:00",
        "2021-05-06T07:08:00.000",
        dt.datetime(2021, 5, 6, 7, 8),
        pd.Timestamp(2021, 5, 6, 7, 8),
        np.datetime64("2021-05-06T07:08"),
    ],
)
def test_dates_are_dates_or_texts_of_iso_8601(shared: ModuleType, moment: Any) -> None:
    assert column(shared, "since", moment) == [pd.Timestamp("2021-05-06T07:08")]
    assert column(shared, "since", dt.date(2021, 5, 6)) == [pd.Timestamp("2021-05-06")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        pytest.param("age", "12", "'12' is not a whole number", id="a number as text"),
        pytest.param("age", True, "True is not a whole number", id="truth is no number"),
        pytest.param("age", np.bool_(True), "True is not a whole number", id="numpy's neither"),
        pytest.param("age", 2.5, "2.5 is not a whole number", id="a fraction"),
        pytest.param(
            "age", 2**70, f"{2**70} is not between {-(2**63)} and {2**63 - 1}", id="large"
        ),
        pytest.param("age", math.inf, f"inf is not between {-(2**63)} and {2**63 - 1}", id="inf"),
        pytest.param("age", [1], "a value of type list is not a whole number", id="a list"),
        pytest.param("fare", "7.25", "'7.25' is not a number", id="a float as text"),
        pytest.param("fare", False, "False is not a number", id="truth is no float"),
        pytest.param("fare", 1j, "a value of type complex is not a number", id="complex"),
        pytest.param("fare", 10**400, f"1{'0' * 58}… is too large", id="very large"),
        pytest.param("fare", 10**5000, "a number of many digits is too large", id="digits"),
        pytest.param("fare", -math.inf, "-inf is infinite", id="infinite"),
        pytest.param("fare", decimal.Decimal("1e999"), "inf is infinite", id="infinite as float"),
        pytest.param("plan", "gold", "'gold' is none of 'basic', 'pro'", id="a new category"),
        pytest.param("plan", 3, "3 is not a text", id="a number for a category"),
        pytest.param("note", b"x", "a value of type bytes is not a text", id="bytes"),
        pytest.param("note", {}, "a value of type dict is not a text", id="a dictionary"),
        pytest.param("active", 1, "1 is neither true nor false", id="1 is not true"),
        pytest.param("active", "true", "'true' is neither true nor false", id="nor is a text"),
        pytest.param(
            "since", "yesterday", "'yesterday' is not a date as ISO 8601 writes it", id="word"
        ),
        pytest.param(
            "since", "06/05/2021", "'06/05/2021' is not a date as ISO 8601 writes it", id="slashes"
        ),
        pytest.param(
            "since",
            "2021-02-31",
            "'2021-02-31' is not a date that there is, or lies too far away",
            id="no day",
        ),
        pytest.param(
            "since", "2021-05-06T07:08Z", "'2021-05-06T07:08Z' has a time zone", id="zone"
        ),
        pytest.param(
            "since", 1620284400, "1620284400 is not a date as ISO 8601 writes it", id="seconds"
        ),
    ],
)
def test_values_that_are_refused(shared: ModuleType, name: str, value: Any, said: str) -> None:
    assert problems(shared, {**ROW, name: value}) == [(0, name, said)]
    # The same beside others, and in a table, which knows no more of it.
    rows = [ROW, {**ROW, name: value}]
    assert problems(shared, rows) == [(1, name, said)]
    table = pd.DataFrame({n: pd.Series([r[n] for r in rows], dtype=object) for n in ROW})
    assert problems(shared, table.set_index(pd.Index(["a", "b"]))) == [("b", name, said)]


def test_every_problem_is_told_by_row_and_column(shared: ModuleType) -> None:
    table = pd.DataFrame([ROW] * 4, index=["a", "b", "b", "d"]).astype(object)
    table.iloc[1, 0], table.iloc[2, 2], table.iloc[2, 0], table.iloc[3, 5] = "x", "gold", None, 0
    assert problems(shared, table.drop(columns="note")) == [
        (None, "note", "is not there"),
        ("b", "age", "'x' is not a whole number"),
        ("b", "age", "has no value"),
        ("b", "plan", "'gold' is none of 'basic', 'pro'"),
        ("d", "active", "0 is neither true nor false"),
    ]


def test_the_message_is_bounded_and_the_error_can_be_sent(shared: ModuleType) -> None:
    with pytest.raises(shared.ContractError) as error:
        read(shared, [{**ROW, "note": 0, "age": "x" * 10_000}] * 1000)
    assert len(error.value.problems) == 2000
    assert len(str(error.value)) < 2000
    assert str(error.value).endswith("and 1990 more, all of them in `problems`")
    sent = pickle.loads(pickle.dumps(error.value))
    assert (sent.problems, str(sent)) == (error.value.problems, str(error.value))
    assert isinstance(error.value, ValueError)


def test_missing_columns(shared: ModuleType) -> None:
    row = {name: value for name, value in ROW.items() if name != "city"}
    assert problems(shared, row) == [(0, "city", "is not there")]
    assert problems(shared, [row, row]) == [(None, "city", "is not there")]
    assert problems(shared, pd.DataFrame([row])) == [(None, "city", "is not there")]
    # One that lacks what others have is no row with a missing value.
    assert problems(shared, [ROW, row]) == [(1, "city", "is not there")]


def test_columns_of_no_use_are_ignored(shared: ModuleType) -> None:
    strange: dict[Any, Any] = {**ROW, "id": object(), 7: [], None: 1, ("a", 1): 2}
    assert list(read(shared, strange).columns) == list(ROW)
    table = pd.DataFrame([ROW]).assign(id=1)
    table.columns = [*ROW, 7]
    assert list(read(shared, table).columns) == list(ROW)


def test_the_order_of_columns_is_that_of_the_contract(shared: ModuleType) -> None:
    assert list(read(shared, dict(reversed(ROW.items()))).columns) == list(ROW)
    assert list(read(shared, pd.DataFrame([ROW])[[*ROW][::-1]]).columns) == list(ROW)


def test_two_columns_of_one_name(shared: ModuleType) -> None:
    table = pd.DataFrame([[*ROW.values(), 3]], columns=[*ROW, "age"])
    assert problems(shared, table) == [(None, "age", "there are 2 columns of that name")]


def test_labels_of_rows_may_be_anything(shared: ModuleType) -> None:
    for index in (["a", "a"], [(1, "x"), (1, "x")], pd.to_datetime(["2020-01-01"] * 2)):
        table = pd.DataFrame([ROW, ROW], index=index)
        rows = shared.loaded().rows(table)
        assert rows.index.equals(table.index)
        assert rows.table(slice(None)).index.tolist() == [0, 1]


def test_forms_of_rows(shared: ModuleType) -> None:
    one = read(shared, ROW)
    for rows in (
        [ROW],
        (ROW,),
        (row for row in [ROW]),
        pd.Series(ROW),
        [types.MappingProxyType(ROW)],
        collections.defaultdict(int, ROW),
        pd.DataFrame([ROW]),
        pd.DataFrame([ROW]).astype(
            {"note": "string", "plan": "category", "fare": "Float64", "age": "Int32"}
        ),
        pd.DataFrame([ROW]).assign(since=pd.Series(["2021-05-06"], dtype="datetime64[ns]")),
    ):
        pd.testing.assert_frame_equal(read(shared, rows), one)
    assert shared.loaded().rows(ROW).is_single
    assert not shared.loaded().rows([ROW]).is_single


@pytest.mark.parametrize("rows", ["abc", b"abc", None, 7, object()])
def test_what_is_no_rows(shared: ModuleType, rows: object) -> None:
    what = f"rows are a table, a dictionary or several of them, and not a value of type {type(rows).__name__}"
    assert problems(shared, rows) == [(None, None, what)]


def test_a_row_that_is_none(shared: ModuleType) -> None:
    found = problems(shared, [ROW, [1, 2], {**ROW, "age": ""}, None])
    assert found == [
        (1, None, "is not a dictionary, but a value of type list"),
        (2, "age", "'' is not a whole number"),
        (3, None, "is not a dictionary, but a value of type NoneType"),
    ]


def test_no_rows(shared: ModuleType) -> None:
    none: list[Any] = [[], (), iter([]), pd.DataFrame([ROW]).iloc[:0]]
    for rows in none:
        agreed = shared.loaded()
        given = agreed.rows(rows)
        assert len(given.index) == 0
        found = agreed.predictions([], given.index)
        assert (str(found.dtype), found.name, len(found)) == ("float64", "risk", 0)
    assert problems(shared, pd.DataFrame({"age": []}))[0] == (None, "fare", "is not there")
    assert len(problems(shared, {})) == len(ROW)


def test_the_callers_rows_are_not_changed(shared: ModuleType) -> None:
    table = pd.DataFrame([ROW, {**ROW, "fare": None}], index=["a", "b"])
    before, rows = table.copy(), [dict(ROW), collections.defaultdict(list, ROW)]
    found = read(shared, table)
    found.iloc[0, 0] = 99
    found["note"] = "other"
    found = read(shared, rows)
    found["age"] = 0
    pd.testing.assert_frame_equal(table, before)
    assert rows == [ROW, ROW]


def test_rows_that_are_as_they_should_be_are_not_copied_and_not_changed(shared: ModuleType) -> None:
    table = read(shared, [ROW, ROW]).assign(other=[[], []])[["other", *reversed(ROW)]]
    table.index = pd.Index(["a", "b"])
    before, rows = table.copy(), shared.loaded().rows(table)
    first, second = rows.table(slice(None)), rows.table([1])
    assert list(first.columns) == list(ROW)
    assert second.index.tolist() == [0]
    if int(pd.__version__.split(".")[0]) >= 3:
        assert np.shares_memory(first["age"].to_numpy(), table["age"].to_numpy())
    first.loc[0, "age"] = 99
    first["fare"] = 0.0
    first["age"].array[1] = 98
    second.loc[0, "note"] = "other"
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(rows.table(slice(None)), read(shared, [ROW, ROW]))


def test_many_rows(shared: ModuleType) -> None:
    rows = [{**ROW, "age": n % 70 + 18, "fare": None if n % 3 else 1} for n in range(100_000)]
    found = read(shared, rows)
    assert found["age"].tolist() == [row["age"] for row in rows]
    assert found["fare"].isna().sum() == 66_666
    rows[77_777]["age"] = "x"
    assert problems(shared, rows) == [(77_777, "age", "'x' is not a whole number")]


def test_what_the_recorded_run_never_saw_is_noted_and_served(shared: ModuleType) -> None:
    before = shared.UNSEEN.copy()
    rows = [
        ROW,
        {**ROW, "age": 17, "fare": 0.0, "city": "Rom"},
        {**ROW, "age": 91, "since": "1999-01-01"},
    ]
    with pytest.warns(shared.UnseenWarning) as told:
        read(shared, rows)
    assert [w.message.counts for w in told] == [{"age": 2, "fare": 1, "city": 1, "since": 1}]  # type: ignore[union-attr]
    assert "age (2)" in str(told[0].message)
    assert told[0].filename == __file__
    assert shared.UNSEEN - before == {"age": 2, "fare": 1, "city": 1, "since": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(
            shared,
            [ROW, {**ROW, "city": None, "fare": None}, {**ROW, "age": 18}, {**ROW, "age": 90}],
        )


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        pytest.param(Column("x", "integer", "int8"), 7, 7, id="int8"),
        pytest.param(
            Column("x", "integer", "int8"), 200, "200 is not between -128 and 127", id="int8 full"
        ),
        pytest.param(Column("x", "integer", "uint64"), 2**64 - 1, 2**64 - 1, id="uint64"),
        pytest.param(
            Column("x", "integer", "uint8"), -1, "-1 is not between 0 and 255", id="uint8"
        ),
        pytest.param(Column("x", "integer", "Int64", nullable=True), None, pd.NA, id="Int64"),
        pytest.param(
            Column("x", "integer", "Int64", nullable=True), 2**60 + 1, 2**60 + 1, id="Int64 exact"
        ),
        pytest.param(Column("x", "number", "float32"), 0.5, 0.5, id="float32"),
        pytest.param(Column("x", "number", "float32"), 1e300, "inf is infinite", id="float32 full"),
        pytest.param(
            Column("x", "number", "float64", infinite=True), math.inf, math.inf, id="infinite"
        ),
        pytest.param(
            Column("x", "boolean", "object", nullable=True), True, True, id="bools as objects"
        ),
        pytest.param(
            Column("x", "boolean", "object", nullable=True), None, NAN, id="missing among objects"
        ),
        pytest.param(Column("x", "boolean", "boolean", nullable=True), None, pd.NA, id="boolean"),
        pytest.param(
            Column("x", "string", "object", nullable=True, none=True), NAN, None, id="None"
        ),
        pytest.param(Column("x", "string", "object", nullable=True), None, NAN, id="NaN"),
        pytest.param(Column("x", "string", "string", nullable=True), None, pd.NA, id="NA"),
        pytest.param(
            Column("x", "string", "str", format="date"),
            dt.date(2020, 1, 2),
            "2020-01-02",
            id="dates as text",
        ),
        pytest.param(
            Column("x", "string", "str", format="date-time"),
            dt.datetime(2020, 1, 2),
            "2020-01-02T00:00:00",
            id="moments as text",
        ),
        pytest.param(
            Column("x", "string", "category", allowed=Bounds(("b", "a"))), "a", "a", id="categories"
        ),
        pytest.param(
            Column("x", "string", "category", allowed=Bounds(("b", "a"))),
            "c",
            "'c' is none of 'b', 'a'",
            id="no category",
        ),
        pytest.param(
            Column("x", "integer", "category", allowed=Bounds((1, 2)), ordered=True),
            2,
            2,
            id="numbers as categories",
        ),
        pytest.param(
            Column("x", "datetime", "datetime64[us, UTC]"),
            "2020-01-01T02:00+02:00",
            pd.Timestamp("2020-01-01", tz="UTC"),
            id="with a zone",
        ),
        pytest.param(
            Column("x", "datetime", "datetime64[us, UTC]"),
            "2020-01-01",
            "'2020-01-01' has no time zone",
            id="without a zone",
        ),
        pytest.param(
            Column("x", "datetime", "datetime64[ns]"),
            "3000-01-01",
            "'3000-01-01' is not a date that there is, or lies too far away",
            id="nanoseconds",
        ),
        pytest.param(
            Column("x", "duration", "timedelta64"), "P1DT2H", pd.Timedelta("26h"), id="a duration"
        ),
        pytest.param(
            Column("x", "duration", "timedelta64"),
            dt.timedelta(1),
            pd.Timedelta("1 days"),
            id="a timedelta",
        ),
        pytest.param(
            Column("x", "duration", "timedelta64"),
            "1 day",
            "'1 day' is not a duration as ISO 8601 writes it",
            id="no duration",
        ),
        pytest.param(Column("x", "any", "object"), (1, 2), (1, 2), id="anything"),
        pytest.param(Column("x", "any", "complex128"), 1j, 1j, id="other types"),
        pytest.param(
            Column("x", "any", "complex128"), "q", "'q' is no complex128", id="none of other types"
        ),
        pytest.param(
            Column(3, "number", "float64"), 1.5, 1.5, id="a column without a text for a name"
        ),
    ],
)
def test_types_of_columns(tmp_path: Path, kind: Column, given: Any, expected: Any) -> None:
    with package(tmp_path, kind) as contract:
        assert_fresh(contract)
        for rows in (
            {str(kind.name): given},
            pd.DataFrame({kind.name: pd.Series([given], dtype=object)}),
        ):
            if isinstance(expected, str) and " " in expected:
                assert [what for _, _, what in problems(contract, rows)] == [expected]
                continue
            table = read(contract, rows)
            assert str(table.dtypes[kind.name]) == str(contract.loaded().readers[0].type)
            value = table[kind.name].tolist()[0]
            assert value is expected or value == expected or value != value and expected != expected


def assert_fresh(contract: ModuleType) -> None:
    """The compiled form is what the schema gives, and nothing of that is left to pandera."""
    for name, text in schema_of(contract).documents().items():
        assert (contract.FOLDER / name).read_text("utf-8") == text
    assert not contract.loaded().asks_pandera


def schema_of(contract: ModuleType) -> Any:
    name = f"{contract.__name__.partition('.')[0]}.schema"
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def write(contract: ModuleType) -> None:
    """Compiles the schema anew."""
    for name, text in schema_of(contract).documents().items():
        (contract.FOLDER / name).write_text(text, "utf-8")
    contract.loaded.cache_clear()


# ---------------------------------------------------------------------- schemas that people edit
def test_the_compiled_form_says_all(contract: ModuleType) -> None:
    assert_fresh(contract)
    with pytest.warns(UserWarning, match="in_range"):
        schema_of(contract).INPUT.validate(read(contract, {**ROW, "age": 9}))
    assert_fresh(contract)  # pandera itself is not the same after its first look
    before = {path.name: path.read_text("utf-8") for path in contract.FOLDER.glob("*.*s*")}
    write(contract)
    assert before == {path.name: path.read_text("utf-8") for path in contract.FOLDER.glob("*.*s*")}


def test_the_compiled_form_is_json_schema_and_avro(contract: ModuleType) -> None:
    files = {
        n: json.loads((contract.FOLDER / n).read_text("utf-8"))
        for n in (INPUT, OUTPUT, INPUT_AVRO, OUTPUT_AVRO)
    }
    for name in (INPUT, OUTPUT):
        jsonschema.Draft202012Validator.check_schema(files[name])
    validator = jsonschema.Draft202012Validator(files[INPUT])
    assert list(validator.iter_errors(ROW)) == []
    for name, value in {"age": "x", "plan": "gold", "note": None, "active": 1}.items():
        assert len(list(validator.iter_errors({**ROW, name: value}))) == 1
    assert len(list(validator.iter_errors({}))) == len(ROW)
    jsonschema.Draft202012Validator(files[OUTPUT]).validate(0.5)
    row, prediction = (fastavro.parse_schema(files[n]) for n in (INPUT_AVRO, OUTPUT_AVRO))
    moved = {**ROW, "since": dt.datetime(2021, 5, 6), "city": None}
    assert fastavro.validate(moved, row)
    assert not fastavro.validate({**moved, "age": "x"}, row, raise_errors=False)
    assert not fastavro.validate({**moved, "plan": "gold"}, row, raise_errors=False)
    assert fastavro.validate({"risk": 0.5}, prediction)


@pytest.mark.parametrize(
    ("old", "new", "rows", "expected"),
    [
        pytest.param(
            "['basic', 'pro']", "['basic', 'gold']", {"plan": "gold"}, [], id="a category more"
        ),
        pytest.param(
            "['basic', 'pro']",
            "['basic']",
            {},
            [(0, "plan", "'pro' is none of 'basic'")],
            id="one less",
        ),
        pytest.param(
            "90, raise_warning=True",
            "90",
            {"age": 91},
            [(0, "age", "91 is not between 18 and 90")],
            id="a hard range",
        ),
        pytest.param(
            "pa.Check.in_range(18, 90, raise_warning=True)",
            "pa.Check.ge(20)",
            {"age": 3},
            [(0, "age", "3 is less than 20")],
            id="at least",
        ),
        pytest.param(
            "pa.Check.in_range(18, 90, raise_warning=True)",
            "pa.Check.le(20)",
            {"age": 33},
            [(0, "age", "33 is more than 20")],
            id="at most",
        ),
        pytest.param(
            "'note': pa.Column(str)",
            "'note': pa.Column(str, nullable=True)",
            {"note": None},
            [],
            id="may be missing",
        ),
        pytest.param(
            "'note': pa.Column(str)",
            "'note': pa.Column(str, required=False)",
            {"note": "x"},
            [],
            id="not required",
        ),
        pytest.param(
            "'note': pa.Column(str)",
            "'note': pa.Column('float64')",
            {"note": 2},
            [],
            id="another type",
        ),
        pytest.param("'note': pa.Column(str),", "", {"note": 2}, [], id="a column less"),
    ],
)
def test_a_schema_is_edited(
    contract: ModuleType, old: str, new: str, rows: dict[str, Any], expected: list[Any]
) -> None:
    edited(contract, old, new)
    for _ in ("by the schema itself", "by its compiled form"):
        if expected:
            assert problems(contract, {**ROW, **rows}) == expected
        else:
            read(contract, {**ROW, **rows})
        write(contract)
        assert_fresh(contract)


@pytest.mark.parametrize(
    ("old", "new", "rows", "expected"),
    [
        pytest.param(
            "'note': pa.Column(str)",
            "'note': pa.Column(str, pa.Check.str_length(1, 3))",
            {"note": "long"},
            [(0, "note", "'long' fails str_length(1, 3)")],
            id="another check",
        ),
        pytest.param(
            "'note': pa.Column(str)",
            "'note': pa.Column(str, pa.Check(lambda s: s != 'bad', error='no bad notes'))",
            {"note": "bad"},
            [(0, "note", "'bad' fails no bad notes")],
            id="a function",
        ),
        pytest.param(
            "'active': pa.Column('bool'),",
            "'active': pa.Column('bool')}, checks=pa.Check(lambda t: t['age'] > t['fare'], error='older'),) if True else ({",
            {"fare": 50},
            [(0, None, "fails older")],
            id="whole rows",
        ),
    ],
)
def test_pandera_checks_what_json_can_not_say(
    contract: ModuleType, old: str, new: str, rows: dict[str, Any], expected: list[Any]
) -> None:
    edited(contract, old, new)
    for _ in ("by the schema itself", "by its compiled form"):
        read(contract, {**ROW, "note": "ok"})
        assert problems(contract, {**ROW, "note": "ok", **rows}) == expected
        assert contract.loaded().asks_pandera
        write(contract)


def test_problems_of_both_are_told_together(contract: ModuleType) -> None:
    edited(contract, "'note': pa.Column(str)", "'note': pa.Column(str, pa.Check.str_length(1, 3))")
    rows = pd.DataFrame([ROW] * 4, index=[*"abcd"]).astype(object)
    rows["note"] = ["ok", "long", "ok", None]
    rows.loc["a", "age"] = "x"
    assert problems(contract, rows.drop(columns="plan")) == [
        (None, "plan", "is not there"),
        ("a", "age", "'x' is not a whole number"),
        ("b", "note", "'long' fails str_length(1, 3)"),
        ("d", "note", "has no value"),
    ]


def test_pandera_may_change_rows(contract: ModuleType) -> None:
    edited(
        contract,
        "'note': pa.Column(str)",
        "'note': pa.Column(str, parsers=pa.Parser(lambda s: s.str.strip()))",
    )
    edited(
        contract,
        "'fare': pa.Column('float64',",
        "'fare': pa.Column('float64', default=3.0, checks=",
    )
    edited(contract, "'age': pa.Column('int64',", "'age': pa.Column('int64', coerce=True, checks=")
    found = read(contract, [ROW, {**ROW, "note": " x ", "fare": None, "age": "12"}])
    assert found["note"].tolist() == ["", "x"]
    assert found["fare"].tolist() == [7.25, 3.0]
    assert found["age"].tolist() == [41, 12]
    assert (0, "age") in {p[:2] for p in problems(contract, {**ROW, "age": "x"})}


def test_predictions_may_have_conditions(contract: ModuleType) -> None:
    edited(contract, "0.0, 1.0, raise_warning=True", "0.0, 1.0")
    for _ in ("by the schema itself", "by its compiled form"):
        agreed, index = contract.loaded(), pd.Index(["a", "b"])
        assert agreed.predictions([0.25, 0.5], index).tolist() == [0.25, 0.5]
        with pytest.raises(contract.ContractError) as error:
            agreed.predictions([0.25, 1.5], index)
        assert error.value.problems == (("b", None, "1.5 fails in_range(0.0, 1.0)"),)
        with pytest.raises(contract.ContractError) as error:
            agreed.predictions([NAN, 0.5], index)
        assert error.value.problems == (("a", None, "has no prediction"),)
        write(contract)


def test_predictions_may_be_rows_of_a_table(tmp_path: Path) -> None:
    outputs = Column("label", "string", "str"), Column("p", "number", "float64", nullable=True)
    with package(tmp_path, outputs=outputs) as contract:
        edited(contract, "'p': pa.Column('float64'", "'p': pa.Column('float64', pa.Check.le(1)")
        assert "properties" in json.loads((contract.FOLDER / OUTPUT).read_text("utf-8"))
        for _ in ("by the schema itself", "by its compiled form"):
            agreed, index = contract.loaded(), pd.Index(["a", "b"])
            table = pd.DataFrame({"label": ["x", "y"], "p": [0.5, NAN]})
            found = agreed.predictions(table, index)
            pd.testing.assert_frame_equal(found, table.set_axis(index))
            none = agreed.predictions([], index[:0])
            assert (len(none), *none.dtypes.items()) == (0, *found.dtypes.items())
            for column, value, what in (
                ("p", 1.5, "1.5 fails less_than_or_equal_to(1)"),
                ("label", None, "has no prediction"),
            ):
                with pytest.raises(contract.ContractError) as error:
                    agreed.predictions(
                        table.assign(**{column: ["x" if column == "label" else 0.5, value]}), index
                    )
                assert error.value.problems == (("b", column, what),)
            write(contract)
        assert_fresh(contract)


def test_without_pandera_the_compiled_form_will_do(
    contract: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pandera"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pandera", None)
    read(contract, ROW)
    assert problems(contract, {**ROW, "age": ""})
    edited(contract, "18, 90", "18, 99")
    with pytest.raises(ImportError, match=r"pip install 'pandera>="):
        read(contract, ROW)


def test_pandera_is_not_imported_for_the_compiled_form(contract: ModuleType) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(contract.FOLDER.parents[1])!r})\n"
        f"from {contract.__name__} import loaded; loaded().rows({ROW!r})\n"
        "assert 'pandera' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_line_ends_are_no_edit(contract: ModuleType) -> None:
    text = contract.SCHEMA.read_text("utf-8")
    contract.SCHEMA.write_bytes(text.replace("\n", "\r\n").encode())
    assert_fresh(contract)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"x-source": "other"}'])
def test_a_compiled_form_that_is_none(contract: ModuleType, content: str | None) -> None:
    path = contract.FOLDER / OUTPUT
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    assert read(contract, ROW)["age"].tolist() == [41]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        pytest.param(
            "'age': pa.Column('int64', nullable=True, checks=",
            "int64 has no missing values",
            id="no room",
        ),
        pytest.param(
            "'^a.*$': pa.Column('int64', regex=True, checks=", "not by a pattern", id="a pattern"
        ),
    ],
)
def test_schemas_that_make_no_contract(contract: ModuleType, new: str, said: str) -> None:
    edited(contract, "'age': pa.Column('int64', ", new)
    with pytest.raises(ValueError, match=said):
        read(contract, ROW)
