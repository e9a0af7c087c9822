"""Which of many rows are tried."""

from __future__ import annotations

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from nb2prod.probes import rowchoice

TABLE = pd.DataFrame(
    {"port": ["S", "S", "C", None, "S"], "age": [1, 2, 3, 4, 5], "tags": [["a"]] * 5},
    index=list("vwxyz"),
)


def test_rows_that_lack_something() -> None:
    assert rowchoice.lacking(TABLE, [1, 3, 4]) == [3]
    assert rowchoice.lacking(TABLE, [0, 1]) == []


def test_the_rarest_value_of_each_column() -> None:
    assert [*rowchoice.rare(TABLE[["port", "tags"]])] == [2, 0]


def test_values_that_other_rows_lack_at_both_ends() -> None:
    found = [*rowchoice.unseen(TABLE, TABLE.iloc[:2])]
    assert found == [2, 2, 2, 3, 4, 2, 3, 4]  # `port`, then `age`; lists can't be looked for
    many = pd.DataFrame({"n": range(9, -1, -1)})
    assert [*rowchoice.unseen(many, many.iloc[9:])] == [8, 7, 6, 2, 1, 0]


def test_a_row_for_each_column_that_a_model_is_fitted_to() -> None:
    fitted = pd.DataFrame(
        {"one": [1, 1, 1, 1], "rare": [0, 0, 1, 0], "none": 0, "some": [0, 1.5, 0, -1], "text": "a"}
    )
    assert rowchoice.telling(fitted, np.array([10, 11, 12, 13])) == [12, 11, 10]
    assert rowchoice.telling(fitted, np.array([10, 11, -1, -1])) == [11, 10]


def test_rows_in_the_place_of_others() -> None:
    others = pd.DataFrame({"age": [7.0, None], "port": ["Q", "S"], "y": [0, 0]}, index=[8, 9])
    found = rowchoice.replaced(TABLE, [3, 0], others.iloc[[0, 0]])
    assert list(found.index) == list(TABLE.index)
    assert found["port"].tolist() == ["Q", "S", "C", "Q", "S"]
    assert (found["age"].tolist(), found["age"].dtype) == ([7, 2, 3, 7, 5], TABLE["age"].dtype)
    assert found["tags"].tolist() == TABLE["tags"].tolist()
    assert rowchoice.replaced(TABLE, [0], others.iloc[[1]])["age"].isna().tolist()[0]
    assert TABLE["age"].tolist() == [1, 2, 3, 4, 5]
