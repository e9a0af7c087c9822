"""Rows that come as something else than a table: arrays, arrays with the target, and what libraries wrap these in.

Rows that are written out as numbers have the names of the columns that a model knows.

A form says how such a value is built from one table with all of its columns. Where a table lacks the
columns of a part, that part is None: rows that are to be predicted have no target.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any, Collection, Dict, List, Optional, Sequence, Tuple

Form = Dict[str, Any]
#: What a wrapped dataset may hold beside rows: a few names.
_NAMES = 1000
#: Fewer rows are no dataset.
_ROWS = 5


class Apart(object):
    """A value taken apart: the table with its columns, and its form."""

    def __init__(self, table: Any, form: Form) -> None:
        self.table, self.form = table, form


def taken_apart(value: Any) -> Optional[Apart]:
    """The table in a value, and the form that it has there; None where it is nothing of that kind."""
    if _is(value, "pandas", "DataFrame"):
        return Apart(value, {"kind": "table"})
    columns: Dict[str, Any] = {}
    if type(value) is tuple:
        form = _pair(value, columns)
    elif isinstance(value, dict) and hasattr(value, "data"):
        form = _wrapped(value, columns)
    else:
        form = _matrix(value, columns, ())
    heights = {len(column) for column in columns.values()}
    if form is None or len(heights) != 1 or min(heights) < _ROWS:
        return None
    return Apart(importlib.import_module("pandas").DataFrame(columns), form)


def is_dataset(value: Any) -> bool:
    """Whether rows come in it with their target, or wrapped by a library."""
    pair = type(value) is tuple and len(value) == 2
    if pair or isinstance(value, dict) and hasattr(value, "data"):
        return taken_apart(value) is not None
    return False


def feature_names(value: Any) -> Sequence[str]:
    """The names of the columns that something was fitted to, or that a dataset has."""
    for attribute in ("feature_names_in_", "feature_names"):
        try:
            names: Any = getattr(value, attribute, None)
        except Exception:  # noqa: BLE001 - an object of the notebook's, which may do anything
            continue
        if type(names) is list or _is(names, "numpy", "ndarray"):
            return [str(name) for name in names]
    return ()


def written(value: Any, known: Sequence[Sequence[str]]) -> Any:
    """A few rows of numbers that are written out, as a table; None for anything else.

    Its columns have the first of the ``known`` names that are as many.
    """
    is_array = _is(value, "numpy", "ndarray") and value.ndim == 2
    if not (is_array or type(value) is list) or not 0 < len(value) < _ROWS:
        return None
    rows = value.tolist() if is_array else value
    if any(type(row) is not list for row in rows):
        return None
    numbers = all(type(item) in (int, float) for row in rows for item in row)
    if not rows[0] or not numbers or len({*map(len, rows)}) > 1:
        return None
    width = len(rows[0])
    numbered = ["x%d" % number for number in range(width)]
    names = next((names for names in known if len({*names}) == len(names) == width), numbered)
    return importlib.import_module("pandas").DataFrame(rows, columns=names, dtype=float)


def is_matrix(value: Any) -> bool:
    """Whether it is an array of rows."""
    return _is(value, "numpy", "ndarray") and value.ndim == 2 and len(value) >= _ROWS


def built(table: Any, form: Form) -> Any:
    """The value of this form for the rows of a table; None for what these rows lack."""
    kind = form["kind"]
    if kind == "table":
        return table.to_numpy() if form.get("array") else table
    if kind == "tuple":
        return tuple(built(table, item) for item in form["items"])
    if kind == "wrapped":
        fields = {name: built(table, part) for name, part in form["fields"].items()}
        return types.SimpleNamespace(**fields) if form["type"] is None else _bunch()(**fields)
    if kind == "constant":
        return sys.modules["numpy"].array(form["value"]) if form["array"] else form["value"]
    present = [name for name in form["columns"] if name in table.columns]
    if not present or kind != "frame" and present != form["columns"]:
        return None
    if kind == "frame":
        return table[present]
    if kind == "column":
        column = table[form["columns"][0]]
        return {"series": column, "array": column.to_numpy(), "list": column.tolist()}[form["as"]]
    rows = table[form["columns"]].to_numpy()
    return rows.reshape(len(rows), *form["shape"]) if form["shape"] else rows


def pruned(form: Form, fields: Collection[str]) -> Form:
    """The form without attributes that nobody reads."""
    if form["kind"] != "wrapped":
        return form
    kept = {name: part for name, part in form["fields"].items() if name in fields}
    return dict(form, fields=kept)


# ---------------------------------------------------------------------- taking apart
def _pair(value: Tuple[Any, ...], columns: Dict[str, Any]) -> Optional[Form]:
    """Rows and their target."""
    if len(value) != 2:
        return None
    rows, target = _matrix(value[0], columns, ()), _column(value[1], columns, "target")
    target = target or _targets(value[1], columns)
    return {"kind": "tuple", "items": [rows, target]} if rows and target else None


def _targets(value: Any, columns: Dict[str, Any]) -> Optional[Form]:
    """Several targets a row."""
    count, found = len(columns), {}  # type: int, Dict[str, Any]
    form = _matrix(value, found, ["target%d" % n for n in range(_width(value))])
    columns.update(found)
    return dict(form, target=True) if form and len(columns) == count + len(found) else None


def _width(value: Any) -> int:
    return int(value.shape[1]) if len(getattr(value, "shape", ())) == 2 else 0


def _wrapped(value: Any, columns: Dict[str, Any]) -> Optional[Form]:
    """Rows, target and names as the attributes of one object."""
    names = getattr(value, "feature_names", None) or ()
    rows = _matrix(value.data, columns, names) or _column(value.data, columns, "text")
    if rows is None:
        return None
    fields = {"data": rows}
    for name, held in value.items():
        if not hasattr(held, "__len__"):
            continue
        if len(held) == len(value.data):
            part = fields.get(name) or _same_rows(held, value.data, rows)
            part = part or _known(held, columns) or _column(held, columns, name)
        else:
            part = _constant(held) if len(held) <= _NAMES else None
        if part is not None and str(name).isidentifier():
            fields[name] = part
    known = type(value).__module__.startswith("sklearn.")
    return {"kind": "wrapped", "type": "sklearn.utils.Bunch" if known else None, "fields": fields}


def _matrix(value: Any, columns: Dict[str, Any], names: Sequence[Any]) -> Optional[Form]:
    """Rows of several values."""
    if _is(value, "pandas", "DataFrame"):
        if not all(isinstance(name, str) for name in value.columns):
            return None
        columns.update((name, value[name].reset_index(drop=True)) for name in value.columns)
        return {"kind": "frame", "columns": list(value.columns)}
    if not _is(value, "numpy", "ndarray") or value.ndim != 2 or value.dtype.kind not in "biuf":
        return None
    width = value.shape[1]
    fitting = len(names) == width and len(set(names)) == width
    if not fitting or not all(isinstance(name, str) for name in names):
        names = ["x%d" % number for number in range(width)]
    columns.update((str(name), value[:, n]) for n, name in enumerate(names))
    return {"kind": "array", "columns": [str(name) for name in names], "shape": []}


def _column(value: Any, columns: Dict[str, Any], name: str) -> Optional[Form]:
    """One value a row."""
    form: Optional[Form] = None
    if _is(value, "pandas", "Series"):
        name = value.name if isinstance(value.name, str) else name
        form, value = {"as": "series"}, value.reset_index(drop=True)
    elif _is(value, "numpy", "ndarray") and value.ndim == 1:
        form = {"as": "array"}
    elif type(value) is list and all(type(item) is str for item in value):
        form = {"as": "list"}
    if form is None or name in columns:
        return None
    columns[name] = value
    return dict(form, kind="column", columns=[name])


def _known(value: Any, columns: Dict[str, Any]) -> Optional[Form]:
    """Columns that are there already."""
    if _is(value, "pandas", "Series"):
        held, form = [value], {"kind": "column", "as": "series", "columns": [value.name]}
    elif _is(value, "pandas", "DataFrame"):
        held, form = [value[name] for name in value], {"kind": "frame", "columns": list(value)}
    else:
        return None
    for column in held:
        known = columns.get(column.name)
        if known is None or not known.equals(column.reset_index(drop=True)):
            return None
    return form


def _constant(value: Any) -> Optional[Form]:
    """Names of columns and of classes."""
    array = _is(value, "numpy", "ndarray") and value.ndim == 1 and value.dtype.kind in "Ui"
    plain: List[Any] = value.tolist() if array else value
    if type(plain) is not list or not all(type(item) in (str, int) for item in plain):
        return None
    return {"kind": "constant", "value": plain, "array": bool(array)}


def _same_rows(value: Any, data: Any, rows: Form) -> Optional[Form]:
    """The same rows in another shape, as images are."""
    if rows["kind"] != "array" or not _is(value, "numpy", "ndarray") or value.ndim < 3:
        return None
    if len(value) != len(data) or not (value.reshape(data.shape) == data).all():
        return None
    return dict(rows, shape=list(value.shape[1:]))


def _bunch() -> Any:
    return importlib.import_module("sklearn.utils").Bunch


def _is(value: Any, package: str, name: str) -> bool:
    return any(
        base.__name__ == name and base.__module__.partition(".")[0] == package
        for base in type(value).__mro__
    )
