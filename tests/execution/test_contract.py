"""The contract of packages that were converted: what it demands, and that `predict` keeps it, whatever it is given."""

from __future__ import annotations

import dataclasses
import importlib
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2prod.columns import Bounds
from nb2prod.conversion import Conversion

from .test_execution import run, written

pytestmark = pytest.mark.execution

_SETUP = """import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import OneHotEncoder"""
_READ = """df = pd.read_csv('rows.csv', parse_dates=['since'])
df = df[df['state'] != 'void'].dropna(subset=['plan'])
df['age'] = df['age'].fillna(df['age'].median())
df['fare'] = np.log1p(df['fare'])
df['days'] = (pd.Timestamp('2025-01-01') - df['since']).dt.days
df['first'] = df['code'].str[0].map({'A': 1, 'B': 2})
df['number'] = df['code'].str[1:].astype(int)
df['lit'] = df['lit'].astype(int)
table = df[['age', 'fare', 'days', 'first', 'number', 'lit', 'plan', 'port']]"""
_TRAIN = """encode = ColumnTransformer(
    [('port', OneHotEncoder(handle_unknown='ignore'), ['port']), ('plan', OneHotEncoder(), ['plan'])],
    remainder='passthrough',
)
X = encode.fit_transform(table)
model = LinearRegression().fit(X, df['y'])"""
_CELLS = (
    ("setup", _SETUP),
    ("preprocessing", _READ),
    ("train", _TRAIN),
    ("predict", "p = model.predict(X)"),
)
ROW = {
    "age": 40,
    "fare": 3.5,
    "since": "2021-02-03",
    "code": "A7",
    "lit": True,
    "plan": "pro",
    "port": "S",
}


def _table() -> pd.DataFrame:
    n = np.arange(120)
    return pd.DataFrame(
        {
            "id": n,
            "age": np.where(n % 7 == 3, np.nan, 20 + n * 37 % 50),
            "fare": n * 53 % 97 + n / 8,
            "since": pd.to_datetime("2020-01-01") + pd.to_timedelta(n * 11 % 900, unit="D"),
            "code": [f"{'AB'[k % 2]}{k % 13}" for k in n],
            "lit": n % 3 == 0,
            "plan": [None if k % 11 == 5 else ("basic", "pro", "team")[k % 3] for k in n],
            "port": [("S", "C", "Q")[k // 2 % 3] for k in n],
            "state": ["void" if k % 9 == 4 else "paid" for k in n],
            "y": n * 29 % 31,
        }
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversion]:
    folder = tmp_path_factory.mktemp("contract")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NB2PROD_CACHE", str(folder / "cache"))
        patch.setenv("UV_OFFLINE", "1")
        place = folder / "notebook"
        place.mkdir()
        _table().to_csv(place / "rows.csv", index=False)
        yield run(written(place, *_CELLS))


@pytest.fixture(scope="module")
def served(done: Conversion) -> Iterator[ModuleType]:
    """The package."""
    assert done.package is not None, done.diagnostics
    source = str(done.package / "src")
    sys.path.insert(0, source)
    try:
        importlib.import_module("demo.contract")
        yield importlib.import_module("demo")
    finally:
        sys.path.remove(source)
        for name in [name for name in sys.modules if name.partition(".")[0] == "demo"]:
            del sys.modules[name]


def problems(served: ModuleType, rows: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(served.ContractError) as error:
        served.predict(rows)
    return [tuple(problem) for problem in error.value.problems]


def test_what_the_chain_needs_is_demanded(done: Conversion, served: ModuleType) -> None:
    assert [d.code for d in done.diagnostics if d.code.startswith("NB6")] == []
    columns = {r.column.name: r.column for r in served.contract.loaded().readers}
    # Neither the target, nor what only training reads, nor what nobody does.
    assert list(columns) == list(ROW)
    assert {n: (c.kind, c.dtype) for n, c in columns.items()} == {
        "age": ("number", "float64"),
        "fare": ("number", "float64"),
        "since": ("datetime", "datetime64"),
        "code": ("string", "str"),
        "lit": ("boolean", "bool"),
        "plan": ("string", "str"),
        "port": ("string", "str"),
    }
    # Rows without a plan are dropped before training: only an age may be missing.
    assert [name for name, column in columns.items() if column.nullable] == ["age"]
    # One encoder knows what to do with others, the other one fails.
    assert columns["plan"].allowed.values == ("basic", "pro", "team")
    assert columns["port"].allowed.values is None
    assert columns["port"].observed.values == ("C", "Q", "S")
    assert (columns["age"].observed.minimum, columns["age"].observed.maximum) == (20.0, 69.0)
    assert columns["since"].observed.minimum == "2020-01-01T00:00:00"
    assert [c.kind for c in served.contract.loaded().outputs] == ["number"]


def test_rows_that_keep_the_contract(served: ModuleType) -> None:
    one = served.predict(ROW)
    assert type(one) is float
    assert served.predict([ROW, ROW]).tolist() == pytest.approx([one, one])
    assert served.predict({**ROW, "age": None}) != one
    with pytest.warns(served.contract.UnseenWarning, match=r"port \(1\)"):
        served.predict({**ROW, "port": "X"})
    index = pd.Index(["a", "a"], name="label")
    assert served.predict(pd.DataFrame([ROW, ROW], index=index)).index.equals(index)


def test_rows_that_break_it(served: ModuleType) -> None:
    assert problems(served, [ROW, {**ROW, "plan": "gold", "fare": None}]) == [
        (1, "fare", "has no value"),
        (1, "plan", "'gold' is none of 'basic', 'pro', 'team'"),
    ]


def test_rows_that_the_notebooks_statements_fail_for(served: ModuleType) -> None:
    """No contract knows what `astype(int)` makes of a text."""
    rows = pd.DataFrame([ROW] * 30, index=[f"r{n}" for n in range(30)])
    rows.loc["r7", "code"] = "A?"
    rows.loc["r20", "code"] = ""
    found = problems(served, rows)
    assert [problem[:2] for problem in found] == [("r7", None), ("r20", None)]
    assert all("has no prediction: ValueError: " in problem[2] for problem in found)
    # A letter that the notebook does not map makes a gap, which the model does not take.
    assert problems(served, {**ROW, "code": "Z1"})[0][:2] == (0, None)


def test_where_all_rows_fail_that_is_said_soon(served: ModuleType) -> None:
    found = problems(served, [{**ROW, "code": "A?"}] * 5000)
    assert 100 < len(found) < 1000
    assert found[-1][:2] == (None, None)
    assert "further rows have no prediction" in found[-1][2]


# ---------------------------------------------------------------------- anything at all
_STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.decimals(),
    st.complex_numbers(),
    st.fractions(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.dates(),
    st.datetimes(timezones=st.none() | st.timezones()),
    st.timedeltas(),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.sampled_from(
        [pd.NA, pd.NaT, np.float32("nan"), np.int8(3), np.bool_(True), np.datetime64("NaT"), object]
        + [
            np.array([1, 2]),
            pd.Series([1]),
            np.ma.masked,
            float,
            "\ud800",
            "12",
            "nan",
            "2021-01-01",
        ]
    ),
)
_FITTING: dict[str, st.SearchStrategy[Any]] = {
    "age": st.none() | st.floats(18, 90) | st.integers(18, 90),
    "fare": st.floats(0, 1e6),
    "since": st.dates()
    | st.dates().map(str)
    | st.datetimes().map(lambda moment: moment.isoformat()),
    "code": st.from_regex(r"[AB][0-9]{1,4}", fullmatch=True),
    "lit": st.booleans(),
    "plan": st.sampled_from(["basic", "pro", "team"]),
    "port": st.sampled_from(["S", "C", "Q", "X", ""]),
}
_KEPT = st.fixed_dictionaries(_FITTING)
_BROKEN = st.fixed_dictionaries(
    {}, optional={name: kept | _STRANGE for name, kept in _FITTING.items()}
)
_MORE = st.dictionaries(
    st.text(max_size=3) | st.integers() | st.none() | st.tuples(st.integers()), _STRANGE, max_size=2
)
_ROW = st.builds(lambda row, more: {**more, **row}, _KEPT | _BROKEN, _MORE)
_LIST = st.lists(_ROW | _STRANGE, max_size=4) | st.lists(_KEPT, max_size=20)
_LABELS = st.lists(st.integers(0, 3) | st.text(max_size=2), min_size=20, max_size=20)


def _frame(rows: list[Any], labels: list[Any], objects: bool) -> Any:
    rows = [row for row in rows if isinstance(row, dict)]
    table = pd.DataFrame({n: pd.Series([row.get(n) for row in rows], dtype=object) for n in ROW})
    table.index = pd.Index(labels[: len(rows)], dtype=object)
    return table if objects else table.infer_objects()


_ROWS = (
    _ROW
    | _LIST
    | st.builds(iter, _LIST)
    | st.builds(_frame, _LIST, _LABELS, st.booleans())
    | _STRANGE
)
_BOUNDED = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def outcome(call: Callable[[], Any], error: type[Exception]) -> Any:
    """What a call gives, or the error, which is the one that is documented."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call()
        except error as said:
            return said


@settings(_BOUNDED, max_examples=400)
@given(rows=_ROWS)
def test_any_rows_get_a_result_or_the_documented_error(served: ModuleType, rows: Any) -> None:
    found = outcome(lambda: served.predict(rows), served.ContractError)
    if isinstance(found, served.ContractError):
        assert found.problems
        assert all(isinstance(p.what, str) and str(p) for p in found.problems)
        assert len(str(found)) < 20_000
    elif isinstance(found, pd.Series):
        assert (found.name, found.dtype) == ("p", np.float64)
        assert found.notna().all()
    else:
        assert type(found) is float
        assert not math.isnan(found)


@_BOUNDED
@given(rows=st.lists(_KEPT, min_size=1, max_size=20), data=st.data())
def test_rows_of_the_contract_are_served(served: ModuleType, rows: list[Any], data: Any) -> None:
    found = outcome(lambda: served.predict(rows), AssertionError)
    place = data.draw(st.integers(0, len(rows) - 1))
    alone = outcome(lambda: served.predict(rows[place]), AssertionError)
    assert found.iloc[place] == pytest.approx(alone, rel=1e-9)


@_BOUNDED
@given(row=_KEPT, name=st.sampled_from([*ROW]), value=_STRANGE)
def test_the_compiled_form_and_pandera_judge_alike(
    served: ModuleType, row: dict[str, Any], name: str, value: Any
) -> None:
    """Of rows whose values have the types of the contract."""
    agreed = served.contract.loaded()
    readers = [
        type(reader)(dataclasses.replace(reader.column, nullable=True, allowed=Bounds()))
        for reader in agreed.readers
    ]
    rows = [row, {**row, name: value}]
    typed = dataclasses.replace(agreed, readers=tuple(readers))
    read = outcome(lambda: typed.rows(rows), served.ContractError)
    if isinstance(read, served.ContractError):
        return  # pandera never sees them
    schema, schemas = served.contract._pandera()[::-1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what is only noted is no business of pandera's
        _, failures = schemas.validated(schema.INPUT, read.table(slice(None)))
    said = outcome(lambda: agreed.rows(rows), served.ContractError)
    mine = [problem[:2] for problem in getattr(said, "problems", ())]
    assert mine == [failure[:2] for failure in failures], failures
