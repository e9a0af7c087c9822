"""What a column must be like, and a contract of columns as JSON Schema and Avro."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Sequence

#: The files of a contract.
INPUT, OUTPUT, INPUT_AVRO, OUTPUT_AVRO = (
    "input.schema.json",
    "output.schema.json",
    "input.avsc",
    "output.avsc",
)
#: Kinds of values that JSON has as another type, as that and its format.
_WRITTEN = {"datetime": ("string", "date-time"), "duration": ("string", "duration")}
_AVRO = {"string": "string", "number": "double", "integer": "long", "boolean": "boolean"}
_NARROW = {"float16": "float", "float32": "float"}
_NARROW.update(dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16"), "int"))
_SYMBOL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True)
class Bounds:
    """Where values lie: among some, or between two."""

    values: tuple[Any, ...] | None = None
    minimum: Any = None
    maximum: Any = None

    def schema(self) -> dict[str, Any]:
        """As JSON Schema has it."""
        values = None if self.values is None else list(self.values)
        told = {"enum": values, "minimum": self.minimum, "maximum": self.maximum}
        return {word: value for word, value in told.items() if value is not None}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Bounds:
        """From JSON Schema; a missing value is none that has a place."""
        values = told.get("enum")
        return cls(
            None if values is None else tuple(value for value in values if value is not None),
            told.get("minimum"),
            told.get("maximum"),
        )


@dataclass(frozen=True)
class Column:
    """What the values of a column are."""

    name: Any
    #: string, integer, number, boolean, datetime, duration; any where all are taken as they are.
    kind: str
    #: The type of the column in a table; "str", "datetime64" and "timedelta64" are those that pandas chooses.
    dtype: str
    nullable: bool = False
    required: bool = True
    #: Where all values must lie.
    allowed: Bounds = Bounds()
    #: Where those of the recorded run lay.
    observed: Bounds = Bounds()
    #: Numbers may be infinite.
    infinite: bool = False
    #: Categories have an order.
    ordered: bool = False
    #: The texts are a "date" or "date-time", as ISO 8601 writes them.
    format: str = ""
    #: A missing value is None in the table, and not NaN.
    none: bool = False
    #: Conditions that only pandera can check, in words.
    checks: tuple[str, ...] = ()


def documents(
    columns: Iterable[Column],
    outputs: Sequence[Column],
    *,
    package: str,
    source: str,
    checks: Iterable[str] = (),
    output_checks: Iterable[str] = (),
) -> dict[str, str]:
    """A contract by file name; ``source`` is the text that it follows from.

    ``outputs`` are those of a prediction: one that has no name in JSON, or several by their names.
    ``checks`` are conditions on rows as a whole, in words, ``output_checks`` those on predictions.
    """
    columns = list(columns)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "x-source": digest(source),
    }
    row = {**head, "title": f"A raw row for {package}", **_object(columns, checks)}
    value = {**head, "title": f"A prediction of {package}"}
    if len(outputs) == 1:
        value.update(as_schema(outputs[0]), **{"x-name": outputs[0].name})
    else:
        value.update(_object(outputs, output_checks))
    return {
        INPUT: _json(row),
        OUTPUT: _json(value),
        INPUT_AVRO: _json(_record(package, "Row", columns)),
        OUTPUT_AVRO: _json(_record(package, "Prediction", outputs)),
    }


def _object(columns: Sequence[Column], checks: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of an object with a value for each column."""
    return {
        "type": "object",
        "properties": {str(column.name): as_schema(column) for column in columns},
        "required": [str(column.name) for column in columns if column.required],
        **_given({"x-checks": list(checks)}),
    }


def digest(source: str) -> str:
    """Tells one text from another."""
    return "sha256:" + hashlib.sha256(source.encode()).hexdigest()


def as_schema(column: Column) -> dict[str, Any]:
    """The JSON Schema of a column's values; what that has no word for begins with ``x-``."""
    kind, form = _WRITTEN.get(column.kind, (column.kind, column.format))
    found: dict[str, Any] = {}
    if kind != "any":
        found["type"] = [kind, "null"] if column.nullable else kind
    elif not column.nullable:
        found["not"] = {"type": "null"}
    found.update(_given({"format": form}))
    found.update(column.allowed.schema())
    if column.nullable and "enum" in found:
        found["enum"].append(None)
    told = {
        "x-observed": column.observed.schema(),
        "x-infinite": column.infinite,
        "x-ordered": column.ordered,
        "x-none": column.none,
        "x-checks": list(column.checks),
        "x-name": None if isinstance(column.name, str) else column.name,
    }
    return {**found, "x-dtype": column.dtype, **_given(told)}


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {word: value for word, value in told.items() if value or type(value) is int}


def columns_of(row: Mapping[str, Any]) -> list[Column]:
    """The columns of a row, from its JSON Schema; a single value is one with a name of its own."""
    if "properties" not in row:
        return [column_of(row["x-name"], row)]
    return [
        dataclasses.replace(column_of(name, told), required=name in row["required"])
        for name, told in row["properties"].items()
    ]


def column_of(name: str, told: Mapping[str, Any]) -> Column:
    """A column, from the JSON Schema of its values."""
    named = told.get("type", "any")
    kind, *null = [named] if isinstance(named, str) else named
    dtype = told["x-dtype"]
    for written, start in (("datetime", "datetime64"), ("duration", "timedelta64")):
        if dtype.startswith(start):
            kind = written
    return Column(
        told.get("x-name", name),
        kind,
        dtype,
        "not" not in told if kind == "any" else "null" in null,
        allowed=Bounds.of(told),
        observed=Bounds.of(told.get("x-observed", {})),
        infinite=told.get("x-infinite", False),
        ordered=told.get("x-ordered", False),
        format=told.get("format", "") if kind == "string" else "",
        none=told.get("x-none", False),
        checks=tuple(told.get("x-checks", ())),
    )


def _record(package: str, name: str, columns: Iterable[Column]) -> dict[str, Any]:
    """An Avro record with a field for each column."""
    fields: dict[str, dict[str, Any]] = {}
    for column in columns:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", str(column.name), flags=re.ASCII)
        field = plain if _SYMBOL.fullmatch(plain) else f"_{plain}"
        while field in fields:
            field += "_"
        kind = _avro_type(column, field)
        told: dict[str, Any] = {"name": field, "type": kind}
        if column.nullable or not column.required:
            told["type"] = ["null", *(kind if isinstance(kind, list) else [kind])]
            told["default"] = None
        if field != column.name:
            told["doc"] = f"the column {column.name!r}"
        fields[field] = told
    return {
        "type": "record",
        "name": name,
        "namespace": package,
        "fields": list(fields.values()),
    }


def _avro_type(column: Column, field: str) -> Any:
    values = column.allowed.values
    if column.kind == "string" and values:
        if all(_SYMBOL.fullmatch(value) for value in values):
            return {"type": "enum", "name": f"{field}_value", "symbols": list(values)}
    if column.kind == "datetime":
        logical = "timestamp-micros" if "," in column.dtype else "local-timestamp-micros"
        return {"type": "long", "logicalType": logical}
    if column.kind == "duration":
        return "string"
    if column.kind == "any":
        return ["boolean", "long", "double", "string"]
    return _NARROW.get(column.dtype.lower(), _AVRO[column.kind])


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=2) + "\n"
