"""Contracts as generated packages have them, without a notebook behind them."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pandas as pd  # type: ignore[import-untyped]

from nb2prod.columns import Bounds, Column
from nb2prod.emit.contractcode import columns_text, contract_files, pandera, schema_text
from nb2prod.emit.templating import templates
from nb2prod.plan.chain import Contract

_NUMBERS = itertools.count()
#: One column of each kind that there is in plain tables.
COLUMNS = (
    Column("age", "integer", "int64", observed=Bounds(None, 18, 90)),
    Column("fare", "number", "float64", nullable=True, observed=Bounds(None, 0.5, 99.5)),
    Column("plan", "string", "str", allowed=Bounds(("basic", "pro"))),
    Column("city", "string", "str", nullable=True, observed=Bounds(("Bonn", "Ulm"))),
    Column("note", "string", "str"),
    Column("active", "boolean", "bool"),
    Column(
        "since",
        "datetime",
        "datetime64",
        observed=Bounds(None, "2020-01-01T00:00:00", "2024-12-31T00:00:00"),
    ),
)
PREDICTION = Column("risk", "number", "float64", observed=Bounds(None, 0.0, 1.0))
ROW = {
    "age": 41,
    "fare": 7.25,
    "plan": "pro",
    "city": "Ulm",
    "note": "",
    "active": True,
    "since": "2021-05-06",
}


@contextmanager
def package(
    folder: Path, *columns: Column, outputs: Sequence[Column] = (PREDICTION,)
) -> Iterator[ModuleType]:
    """The module `contract` of a package that has nothing else but `schema.py`."""
    name = f"contract_{next(_NUMBERS)}"
    root = folder / name
    agreed = Contract(columns or COLUMNS, tuple(outputs))
    imports, requirement = pandera(pd.__version__)
    schema = schema_text(name, name, agreed, imports)
    files = {
        "__init__.py": "",
        "schema.py": schema,
        "contract/columns.py": columns_text(),
        **{f"contract/{n}": t for n, t in contract_files(name, agreed, schema).items()},
    }
    facts = {"name": name, "pandera": requirement, "pandera_import": imports}
    for module in ("__init__", "schemas", "values"):
        template = templates().get_template(f"contract/{module}.py.j2")
        files[f"contract/{module}.py"] = template.render(facts)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(f"{name}.contract")
    finally:
        sys.path.remove(str(folder))
        for module in [m for m in sys.modules if m.partition(".")[0] == name]:
            del sys.modules[module]


def edited(contract: ModuleType, old: str, new: str) -> None:
    """Edits `schema.py`, as people do."""
    text = contract.SCHEMA.read_text("utf-8")
    assert old in text, text
    contract.SCHEMA.write_text(text.replace(old, new), "utf-8")
    contract.loaded.cache_clear()
