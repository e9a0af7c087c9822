"""What a run tells of raw rows, and the contract that follows from it."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest

from nb2prod.columns import Bounds, Column
from nb2prod.plan.contract import contract_of, settled
from nb2prod.probes import alignment, rowneeds, rowschema

NOTHING: dict[str, list[str]] = {
    "needed": ["x"],
    "open": [],
    "free": [],
    "missing": [],
    "infinite": [],
}


def facts(tmp_path: Path, values: Any, name: Any = "x", **more: Any) -> Mapping[str, Any]:
    kept = tmp_path / "kept"
    table = pd.DataFrame({name: values})
    predictions = more.get("predictions", pd.DataFrame([0.5]))
    kept.write_bytes(pickle.dumps((table, table, [0], predictions, None)))
    found: Mapping[str, Any] = rowschema.described(str(kept), "p", more.get("secrets", ()))
    return found


def test_few_rows_have_the_types_of_those_that_the_model_learned_from(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    learned = pd.DataFrame({"age": [20.5, None, 60.0], "port": ["S", "Q", "S"]})
    for count in (1, 9):
        rows = pd.DataFrame({"age": [30] * count, "port": ["S"] * count})
        kept.write_bytes(pickle.dumps((learned, rows, [0], pd.DataFrame([0.5] * count), None)))
        facts = rowschema.described(str(kept), "p", ())
        assert ("minimum" in facts["outputs"][0]) == (count > 1)
        age, port = facts["rows"]
        assert (age["minimum"], age["maximum"]) == (20.5, 60.0)
        assert age["kind"] == ("number" if count == 1 else "integer")
        assert age["nullable"] == (count == 1)
        assert port["categories"] == ["Q", "S"]


def test_few_rows_of_one_table_say_no_more_than_they_have(tmp_path: Path) -> None:
    assert "categories" not in facts(tmp_path, ["a", "b", "c", "a"])["rows"][0]


def column(tmp_path: Path, values: Any, **more: Any) -> Column:
    return contract_of(facts(tmp_path, values, **more), []).columns[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            [3, 1, 2], Column("x", "integer", "int64", observed=Bounds(None, 1, 3)), id="integers"
        ),
        pytest.param(
            [1.5, None],
            Column("x", "number", "float64", True, observed=Bounds(None, 1.5, 1.5)),
            id="numbers",
        ),
        pytest.param(
            [1.0, float("inf")],
            Column("x", "number", "float64", observed=Bounds(None, 1.0, 1.0), infinite=True),
            id="infinite",
        ),
        pytest.param([True, False], Column("x", "boolean", "bool"), id="truth"),
        pytest.param(
            pd.Series([True, None], dtype=object),
            Column("x", "boolean", "object", True, none=True),
            id="truth or nothing",
        ),
        pytest.param(
            ["a", "b"] * 3,
            Column("x", "string", "str", allowed=Bounds(("a", "b"))),
            id="categories",
        ),
        pytest.param([*"abcdef"], Column("x", "string", "str"), id="texts"),
        pytest.param(["a" * 41] * 9, Column("x", "string", "str"), id="long texts"),
        pytest.param(["a@b.c"] * 9, Column("x", "string", "str"), id="addresses"),
        pytest.param(
            ["2020-01-02"] * 9, Column("x", "string", "str", format="date"), id="dates as text"
        ),
        pytest.param(
            pd.Categorical([2, 1, 2], categories=[2, 1, 3], ordered=True),
            Column("x", "integer", "category", allowed=Bounds((2, 1, 3)), ordered=True),
            id="category",
        ),
        pytest.param([1, "a", None], Column("x", "any", "object", True, none=True), id="anything"),
        pytest.param(
            pd.array([1, None], dtype="Int64"),
            Column("x", "integer", "Int64", True, observed=Bounds(None, 1, 1)),
            id="Int64",
        ),
        pytest.param(
            pd.to_datetime(["2020-01-02"]),
            Column(
                "x",
                "datetime",
                "datetime64",
                observed=Bounds(None, "2020-01-02T00:00:00", "2020-01-02T00:00:00"),
            ),
            id="dates",
        ),
        pytest.param(
            pd.to_datetime(["2020-01-02"]).as_unit("s").tz_localize("UTC"),
            Column(
                "x",
                "datetime",
                "datetime64[s, UTC]",
                observed=Bounds(None, "2020-01-02T00:00:00+00:00", "2020-01-02T00:00:00+00:00"),
            ),
            id="dates in a zone",
        ),
    ],
)
def test_what_a_column_holds(tmp_path: Path, values: Any, expected: Column) -> None:
    assert column(tmp_path, values) == expected


def test_secrets_are_no_categories(tmp_path: Path) -> None:
    values = ["tiger", "mouse"] * 9
    assert column(tmp_path, values).allowed.values == ("mouse", "tiger")
    assert column(tmp_path, values, secrets=["tige"]).allowed.values is None
    assert column(tmp_path, values, name="api_key").allowed.values is None


def test_the_target_is_no_column(tmp_path: Path) -> None:
    assert contract_of(facts(tmp_path, [1]), ["x"]).columns == ()


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        (pd.DataFrame([0.5]), [("p", "number")]),
        (pd.DataFrame({"score": [0.5]}), [("p", "number")]),
        (pd.DataFrame([[0.5, 1.0]]), [("p_0", "number"), ("p_1", "number")]),
        (
            pd.DataFrame({"score": [0.5], "label": ["no"]}),
            [("score", "number"), ("label", "string")],
        ),
        (pd.DataFrame([[1, 2]], columns=[7, 8]), [(7, "integer"), (8, "integer")]),
    ],
)
def test_outputs_have_the_names_of_their_columns(
    tmp_path: Path, predictions: Any, expected: list[tuple[Any, str]]
) -> None:
    outputs = contract_of(facts(tmp_path, [1], predictions=predictions), []).outputs
    assert [(column.name, column.kind) for column in outputs] == expected


def test_what_was_tried_decides(tmp_path: Path) -> None:
    told = facts(tmp_path, ["a", "b", None, "a"])

    def after(**needs: list[str]) -> Column:
        return settled(contract_of(told, []), {**NOTHING, **needs}).columns[0]

    assert after().allowed.values == ("a", "b")
    assert not after().nullable
    assert after(missing=["x"]).nullable
    assert (after(open=["x"]).allowed, after(open=["x"]).observed.values) == (Bounds(), ("a", "b"))
    assert (after(free=["x"]).allowed, after(free=["x"]).observed) == (Bounds(), Bounds())
    assert after(free=["x"], open=["x"]) == after(open=["x"])  # all new ones are watched
    # A chain that needs nothing at all has shown nothing.
    assert settled(contract_of(told, []), {**NOTHING, "needed": []}) == contract_of(told, [])


def test_what_a_chain_needs() -> None:
    table = pd.DataFrame(
        {
            "used": [1.0, None, 3.0],
            "gap": [1.0, 2.0, 3.0],
            "other": [1.0, 2.0, 3.0],
            "closed": ["a", "b", "a"],
            "open": ["a", "b", "a"],
            "free": ["1 day", "2 days", "3 days"],
            "sorted": ["a", "b", "a"],
        }
    )

    def scored(frame: Any) -> Any:
        codes = [{"a": 1, "b": 2}[text] for text in frame["closed"]]
        days = frame["free"].str.split().str[0].astype(int)
        known = frame["used"].fillna(0) + frame["gap"].astype(int)
        among_others = frame["sorted"].eq(frame["sorted"].min())
        return (known + codes + days + frame["open"].eq("a") + among_others).to_numpy()

    columns = [
        Column("used", "number", "float64", True, infinite=True),
        Column("gap", "number", "float64", True),
        Column("other", "number", "float64"),
        *(
            Column(name, "string", "str", allowed=Bounds(tuple(sorted(set(table[name])))))
            for name in ("closed", "open", "free", "sorted")
        ),
    ]
    needs = rowneeds.Trial(scored, table, alignment.same).needs(columns)
    assert needs == {
        "needed": ["used", "gap", "closed", "open", "free", "sorted"],
        "open": ["open"],
        "free": ["free"],
        "missing": ["used"],
        "infinite": ["used"],
    }
