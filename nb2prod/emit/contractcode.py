"""The contract of raw rows: `schema.py`, which people edit, and its compiled form."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from nb2prod import columns as compiled
from nb2prod.columns import Bounds, Column
from nb2prod.emit.text import docstring
from nb2prod.plan.chain import Contract

#: The first pandas that the new names of pandera are for, as a major version; before and after, what to
#: import and to require.
_TURN = 2
_OLD = ("import pandera as pa", "pandera>=0.20,<0.24")
_NEW = ("import pandera.pandas as pa", "pandera>=0.24")
#: What pandera has no type for is told beside it.
_TYPES = {"str": "str", "datetime64": "'datetime64[ns]'", "timedelta64": "'timedelta64[ns]'"}


def pandera(pandas: str) -> tuple[str, str]:
    """How pandera is imported beside a version of pandas, and the requirement for it."""
    major = pandas.partition(".")[0]
    return _OLD if major.isdigit() and int(major) < _TURN else _NEW


def columns_text() -> str:
    """`contract/columns.py`."""
    return inspect.getsource(compiled)


def contract_files(package: str, contract: Contract, schema: str) -> dict[str, str]:
    """The compiled form by file name; ``schema`` is the text of `schema.py`."""
    return compiled.documents(contract.columns, contract.outputs, package=package, source=schema)


def schema_text(package: str, script: str, contract: Contract, imports: str) -> str:
    """`schema.py`."""
    if len(contract.outputs) == 1:
        value = contract.outputs[0]
        output = _call("pa.SeriesSchema", value, f"name={value.name!r}")
    else:
        output = _table(contract.outputs)
    code = f"INPUT = {_table(contract.columns)}\n\nOUTPUT = {output}\n"
    needs_pandas = "pd." in code
    spared = ", ".join(contract.spared)
    said = docstring(
        "The contract of `predict`: what raw rows are, and what predictions are. It is yours to edit.\n\n"
        "A check with `raise_warning=True` tells what the recorded run saw: `predict` serves other values\n"
        "as well, and counts them in an `UnseenWarning`. All else is a condition: rows that break it are\n"
        "refused. Columns that are not named are ignored"
        + (f"; the notebook's own, too, that no\nprediction needs: {spared}" if spared else "")
        + ".\n\n"
        "`contract/` has the same as JSON Schema and Avro. Write it anew after an edit:\n"
        f"`{script} schema --write`. Until then, and where a check says more than JSON can, `predict` asks\n"
        "pandera itself."
    )
    return "\n".join(
        [
            said,
            "from __future__ import annotations\n",
            "from pathlib import Path\n",
            *(["import pandas as pd"] if needs_pandas else []),
            imports + "\n",
            f"from {package}.contract import schemas\n",
            code,
            "def documents() -> dict[str, str]:",
            '    """The contract as JSON Schema and Avro, by the names of the files in `contract/`."""',
            "    return schemas.documents(INPUT, OUTPUT, Path(__file__))",
        ]
    )


def _table(columns: Iterable[Column]) -> str:
    """The schema of a table."""
    inner = "".join(f"{column.name!r}: {_call('pa.Column', column)}," for column in columns)
    return f"pa.DataFrameSchema({{{inner}}})"


def _call(function: str, column: Column, *further: str) -> str:
    dtype, metadata = _dtype(column)
    checks = [
        *_checks(column, column.allowed, ""),
        *_checks(column, column.observed, ", raise_warning=True"),
    ]
    if column.dtype == "category":
        checks = checks[1:] if column.allowed.values else checks
    if column.kind == "boolean" and column.dtype == "object":
        checks.insert(0, "pa.Check.isin([True, False])")
    told = {
        **metadata,
        "infinite": column.infinite,
        "format": column.format,
        "none": column.none,
    }
    told = {word: value for word, value in told.items() if value}
    arguments = [
        dtype,
        *(checks if len(checks) == 1 else [f"[{', '.join(checks)}]"] if checks else []),
        *(["nullable=True"] if column.nullable else []),
        *([f"metadata={told!r}"] if told else []),
        *further,
    ]
    return f"{function}({', '.join(arguments)})"


def _dtype(column: Column) -> tuple[str, dict[str, object]]:
    """The type as pandera has it, and what it can't say of it."""
    if column.dtype == "category" and column.allowed.values:
        ordered = ", ordered=True" if column.ordered else ""
        return f"pd.CategoricalDtype({list(column.allowed.values)!r}{ordered})", {}
    if column.dtype in _TYPES:
        return _TYPES[column.dtype], {}
    if column.kind == "any" or column.dtype == "object" and column.kind == "boolean":
        return "object", {"dtype": column.dtype} if column.dtype != "object" else {}
    own = (
        column.kind == "string"
        or column.kind in ("datetime", "duration")
        and "," not in column.dtype
    )
    start = {"string": "str", "datetime": "'datetime64[ns]'", "duration": "'timedelta64[ns]'"}
    return (start[column.kind], {"dtype": column.dtype}) if own else (repr(column.dtype), {})


def _checks(column: Column, bounds: Bounds, option: str) -> list[str]:
    found = []
    if bounds.values is not None:
        found.append(f"pa.Check.isin({list(bounds.values)!r}{option})")
    if bounds.minimum is not None:
        ends = [repr(bounds.minimum), repr(bounds.maximum)]
        if column.kind in ("datetime", "duration"):
            make = "pd.Timestamp" if column.kind == "datetime" else "pd.Timedelta"
            ends = [f"{make}({end})" for end in ends]
        found.append(f"pa.Check.in_range({', '.join(ends)}{option})")
    return found
