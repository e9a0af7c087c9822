"""What the columns of a table hold: kinds of values, what is missing, categories and ranges."""

from __future__ import annotations

import pickle
import re
import sys
from typing import Any, Collection, Dict, Iterator, List

#: Texts are categories: so many at most, none of them longer.
_CATEGORIES, _LENGTH = 50, 40
#: Fewer rows are written out by hand.
_FEW = 5
#: Distinct predictions that are labels.
_LABELS = 20
#: Columns whose texts stay with their owner.
_SECRETIVE = re.compile(r"pass|secret|token|credential|api_?key|e-?mail|ssn|iban", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?", re.ASCII)
#: Types of columns that may lack values, by the names of their classes.
_EXTENSIONS = (
    (r"U?Int\d+Dtype", "integer"),
    (r"Float\d+Dtype", "number"),
    (r"BooleanDtype", "boolean"),
    (r"StringDtype", "string"),
    (r"DatetimeTZDtype", "datetime"),
)
_KINDS = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
_NUMPY = {**_KINDS, "M": "datetime", "m": "duration"}
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


def described(kept: str, prediction: str, secrets: Collection[str]) -> Dict[str, Any]:
    """The facts about raw rows and predictions that `run_chain` kept in a file; no secret is among them."""
    with open(kept, "rb") as file:
        learned, table, _, values, _ = pickle.load(file)
    columns = [table.iloc[:, place] for place in range(table.shape[1])]
    if learned is table:
        rows = [_facts(column, secrets) for column in columns]
    else:
        rows = [_facts_beside(column, learned, secrets) for column in columns]
    return {"rows": rows, "outputs": [_labelled(part) for part in _outputs(values, prediction)]}


def _outputs(values: Any, name: str) -> Iterator[Any]:
    """The columns of predictions: a single one has the name of the variable, further ones count from it."""
    pandas = sys.modules["pandas"]
    width = values.shape[1]
    for place in range(width):
        own = values.columns[place]
        if width == 1:
            own = name
        elif isinstance(values.columns, pandas.RangeIndex):
            own = "%s_%d" % (name, place)
        yield values.iloc[:, place].rename(own)


def _labelled(series: Any) -> Dict[str, Any]:
    """The facts about predictions, with the labels where there are few; nothing is usual in fewer."""
    facts = _facts(series, ())
    facts.pop("categories", None)
    if len(series) < _FEW:
        return {key: held for key, held in facts.items() if key not in ("minimum", "maximum")}
    labels = series.dropna().unique().tolist()
    if facts["kind"] in ("string", "integer") and len(labels) <= _LABELS:
        facts["categories"] = sorted(labels)
    return facts


def _facts_beside(series: Any, learned: Any, secrets: Collection[str]) -> Dict[str, Any]:
    """The facts about a column; what is usual, as the rows have it that the model learned from, too.

    Where rows are written out, these say of which type they are.
    """
    facts = _facts(series, secrets)
    other = learned[series.name] if series.name in learned.columns else None
    if other is None or len(other.shape) > 1 or facts["dtype"] == "category":
        return facts
    kinds = {facts["kind"], _kind(other)}
    if len(kinds) > 1 and kinds != {"integer", "number"}:
        return facts
    both = _facts(sys.modules["pandas"].concat([series, other]), secrets)
    if len(series) < _FEW:
        return both
    usual = ("minimum", "maximum", "categories")
    return {**facts, **{key: both[key] for key in usual if key in facts and key in both}}


def _facts(series: Any, secrets: Collection[str]) -> Dict[str, Any]:
    name = series.name
    facts: Dict[str, Any] = {
        "name": name
        if type(name) is str
        else int(name)
        if hasattr(name, "__index__")
        else str(name),
        "kind": _kind(series),
        "dtype": str(series.dtype),
        "nullable": bool(series.isna().any()),
    }
    present = series.dropna()
    if facts["dtype"] == "category":
        facts["categories"] = series.dtype.categories.tolist()
        facts["ordered"] = bool(series.dtype.ordered)
    elif facts["kind"] == "string":
        facts.update(_texts(series, present.tolist(), secrets))
    elif facts["kind"] == "number":
        finite = present[abs(present) != float("inf")]
        facts["infinite"] = len(finite) < len(present)
        facts.update(_range(finite))
    elif facts["kind"] in ("integer", "datetime", "duration"):
        facts.update(_range(present))
    missing = series[series.isna()]
    facts["none"] = facts["dtype"] == "object" and any(value is None for value in missing)
    if facts["dtype"] == _chosen(facts["kind"]):
        facts["dtype"] = {"string": "str", "datetime": "datetime64", "duration": "timedelta64"}[
            facts["kind"]
        ]
    return facts


def _kind(series: Any) -> str:
    dtype = series.dtype
    if str(dtype) == "category":
        kinds = {_TYPES.get(type(value), "any") for value in dtype.categories.tolist()}
        return kinds.pop() if len(kinds) == 1 else "any"
    for pattern, kind in _EXTENSIONS:
        if re.fullmatch(pattern, type(dtype).__name__):
            return kind
    if not hasattr(dtype, "itemsize") or not hasattr(dtype, "char"):
        return "any"
    if dtype.kind == "O":
        types = {type(value) for value in series.dropna()}
        return {frozenset([str]): "string", frozenset([bool]): "boolean"}.get(
            frozenset(types), "any"
        )
    if dtype.kind == "f" and dtype.itemsize > 8:
        return "any"
    return _NUMPY.get(dtype.kind, "any")


def _chosen(kind: str) -> str:
    """The type that this version of pandas chooses itself, where there are several."""
    pandas = sys.modules["pandas"]
    if kind == "string":
        return str(pandas.Series(["a"]).dtype)
    if kind == "datetime":
        return str(pandas.to_datetime(["2000-01-01"]).dtype)
    return str(pandas.to_timedelta(["1 days"]).dtype) if kind == "duration" else ""


def _range(present: Any) -> Dict[str, Any]:
    if not len(present):
        return {}
    return {"minimum": _plain(present.min()), "maximum": _plain(present.max())}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value.item()


def _texts(series: Any, texts: List[str], secrets: Collection[str]) -> Dict[str, Any]:
    for pattern, form in ((_DATE, "date"), (_MOMENT, "date-time")):
        if texts and all(pattern.fullmatch(text) for text in texts):
            return {"format": form}
    distinct = sorted(set(texts))
    if not 0 < len(distinct) <= _CATEGORIES or 2 * len(distinct) > len(series):
        return {}
    if _SECRETIVE.search(str(series.name)):
        return {}
    if any(len(text) > _LENGTH or "@" in text for text in distinct):
        return {}
    if any(secret in text for secret in secrets for text in distinct):
        return {}
    return {"categories": distinct}
