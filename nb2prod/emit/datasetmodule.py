"""The module that gives raw rows the form in which the notebook has them, where that is no table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nb2prod.emit.imports import ImportLine, rendered
from nb2prod.emit.text import docstring

_FROM = {"sklearn.utils.Bunch": ("sklearn.utils", "Bunch"), None: ("types", "SimpleNamespace")}


def is_table(form: Mapping[str, Any]) -> bool:
    """Whether the notebook has its rows as a table, so that nothing needs another form."""
    return str(form["kind"]) == "table"


def dataset_text(form: Mapping[str, Any]) -> str:
    """`dataset.py`: a table as arrays, as arrays with the target, or as what a library wraps these in."""
    parts = list(_parts(form))
    wrappers = {_FROM[part["type"]] for part in parts if part["kind"] == "wrapped"}
    arrays = any(part["kind"] == "constant" and part["array"] for part in parts)
    columns = _column_lists(parts)
    imported = [
        *(
            ImportLine(module == "sklearn.utils", module, f"from {module} import {name}")
            for module, name in wrappers
        ),
        ImportLine(0, "typing", "from typing import Any"),
        *([ImportLine(1, "numpy", "import numpy as np")] if arrays else []),
        ImportLine(1, "pandas", "import pandas as pd"),
    ]
    blocks = [
        docstring("Raw rows in the form in which the notebook has them."),
        "from __future__ import annotations",
        rendered(imported, keep_order=False),
        *(f"#: Columns of the rows.\n{name} = {list(names)!r}" for names, name in columns.items()),
        "def given(frame: pd.DataFrame) -> Any:",
        '    """A table as the notebook has its rows; without the target where the table has none."""',
        f"    return {_built(form, columns)}",
    ]
    return "\n\n".join(block for block in blocks if block)


def _parts(form: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield form
    for part in [*form.get("items", ()), *form.get("fields", {}).values()]:
        yield from _parts(part)


def _column_lists(parts: list[Mapping[str, Any]]) -> dict[tuple[str, ...], str]:
    """A name for each list of columns."""
    found: dict[tuple[str, ...], str] = {}
    for part in parts:
        if part["kind"] in ("array", "frame"):
            names = tuple(part["columns"])
            found.setdefault(names, "COLUMNS" if not found else f"COLUMNS_{len(found) + 1}")
    return found


def _built(form: Mapping[str, Any], columns: Mapping[tuple[str, ...], str]) -> str:
    """The expression for a form; that of rows is never without its columns."""
    match form["kind"]:
        case "tuple":
            return ", ".join(_built(item, columns) for item in form["items"])
        case "wrapped":
            fields = form["fields"].items()
            given = ", ".join(f"{name}={_built(part, columns)}" for name, part in fields)
            return f"{_FROM[form['type']][1]}({given})"
        case "constant":
            names = tuple(form["value"])
            listed = columns.get(names, repr(form["value"]))
            return f"np.array({listed})" if form["array"] else listed
        case "frame":
            return f"frame.filter(items={columns[tuple(form['columns'])]})"
        case "array":
            shape = "".join(f", {size}" for size in form["shape"])
            reshaped = f".reshape(-1{shape})" if shape else ""
            listed = columns[tuple(form["columns"])]
            rows = f"frame[{listed}].to_numpy(){reshaped}"
            return f"{rows} if {listed}[0] in frame else None" if form.get("target") else rows
        case _:
            name = form["columns"][0]
            done = {"series": "", "array": ".to_numpy()", "list": ".tolist()"}[form["as"]]
            return f"frame[{name!r}]{done} if {name!r} in frame else None"
