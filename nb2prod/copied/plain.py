"""Plain values as JSON and arrays, and back, exactly: numbers, texts, containers, numpy and pandas.

What is read back are values of the kinds below and nothing else, so that no file can run code.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]


class NotPlain(TypeError):
    """A value that JSON and arrays do not hold exactly, or JSON that stands for none."""


class Writer:
    """Turns values into what JSON holds; arrays are put aside under names that begin with ``name``."""

    def __init__(self, name: str, arrays: dict[str, Any]) -> None:
        self.name = name
        self.arrays = arrays

    def written(self, value: Any) -> Any:
        """What JSON holds of a value; raises `NotPlain` where there is no such thing."""
        of = type(value)
        if value is None or of in (bool, str) or of is int and value.bit_length() < _LARGEST:
            return value
        if of is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if of is list:
            return self.each(value)
        name = _kind_of(value)
        return {name: KINDS[name].written(self, value)} if name else self.other(value)

    def each(self, values: Iterable[Any]) -> list[Any]:
        """What JSON holds of each value."""
        return [self.written(value) for value in values]

    def aside(self, array: Any) -> str:
        """The name of an array that is put aside."""
        name = self.name if self.name not in self.arrays else f"{self.name}.{len(self.arrays)}"
        self.arrays[name] = array
        return name

    def other(self, value: Any) -> Any:
        """What JSON holds of a value of no kind that is known here."""
        raise NotPlain(f"{type(value).__module__}.{type(value).__qualname__} is no plain value")


class Reader:
    """Turns what `Writer` wrote back into values."""

    def __init__(self, arrays: Mapping[str, Any]) -> None:
        self.arrays = arrays

    def read(self, held: Any) -> Any:
        """The value that JSON stands for."""
        if isinstance(held, list):
            return [self.read(item) for item in held]
        if not isinstance(held, dict):
            return held
        if len(held) != 1:
            raise NotPlain(f"a value has one kind, this has {len(held)}")
        ((name, content),) = held.items()
        return KINDS[name].read(self, content) if name in KINDS else self.other(name, content)

    def other(self, kind: str, content: Any) -> Any:
        """The value of a kind that is not known here."""
        raise NotPlain(f"{kind!r} is no kind of plain value")


class Kind(NamedTuple):
    """How values of one kind are written and read."""

    written: Callable[[Writer, Any], Any]
    read: Callable[[Reader, Any], Any]


#: Bits of an integer that Python turns into digits and back without being asked to.
_LARGEST = 10_000
#: Names for what makes the missing values of a `defaultdict`, and types that values are turned into.
_TYPES: dict[str, Any] = {
    t.__name__: t for t in (bool, int, float, str, object, list, dict, set, tuple, OrderedDict)
}
_MASKED = ("Int", "UInt", "Float", "boolean")


def _kind_of(value: Any) -> str:
    """The name of a value's kind; empty where it is of none."""
    of = type(value)
    if of in _EXACT:
        return _EXACT[of]
    if isinstance(value, np.generic):
        return "number" if value.dtype.kind in "biufmMU" and value.dtype.itemsize <= 8 else ""
    if of is np.ndarray:
        return "objects" if value.dtype == object else "" if value.dtype.hasobject else "array"
    if isinstance(value, np.dtype):
        return "" if value.names or value.subdtype else "dtype"
    if isinstance(value, pd.api.extensions.ExtensionDtype):
        return "pandas_dtype" if _again(value) else ""
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return _array_kind(value.dtype)
    if isinstance(value, pd.Index):
        return "index"
    if isinstance(value, type):
        return "type" if value in _TYPES.values() or issubclass(value, np.generic) else ""
    return ""


def _array_kind(dtype: Any) -> str:
    """The kind of an array of pandas'."""
    if isinstance(dtype, pd.StringDtype):
        return "strings"
    if isinstance(dtype, pd.PeriodDtype):
        return "periods"
    if isinstance(dtype, pd.IntervalDtype):
        return "intervals"
    if isinstance(dtype, pd.DatetimeTZDtype) or getattr(dtype, "kind", "") in "mM":
        return "times"
    return "masked" if str(dtype).startswith(_MASKED) else ""


def _again(dtype: Any) -> bool:
    """Whether a type of pandas' is known by its text."""
    try:
        known = pd.api.types.pandas_dtype(str(dtype))
    except TypeError:
        return False
    return type(known) is type(dtype) and bool(known == dtype)


# ---------------------------------------------------------------------- Python
def _pairs(writer: Writer, value: Mapping[Any, Any]) -> list[Any]:
    return [[writer.written(key), writer.written(item)] for key, item in value.items()]


def _read_pairs(reader: Reader, content: Any) -> list[tuple[Any, Any]]:
    return [(reader.read(key), reader.read(item)) for key, item in content]


def _write_defaults(writer: Writer, value: defaultdict[Any, Any]) -> Any:
    return [_type_name(value.default_factory), _pairs(writer, value)]


def _read_defaults(reader: Reader, content: Any) -> Any:
    name, pairs = content
    return defaultdict(None if name is None else _type(name), _read_pairs(reader, pairs))


def _type_name(of: Any) -> Any:
    """A name for one of the types that are known here."""
    if of is None:
        return None
    if isinstance(of, type) and issubclass(of, np.generic) and np.dtype(of).type is of:
        return f"numpy.{np.dtype(of).name}"
    for name, known in _TYPES.items():
        if known is of:
            return name
    raise NotPlain(f"{of!r} is no plain type")


def _type(name: str) -> Any:
    if name.startswith("numpy."):
        return np.dtype(name[len("numpy.") :]).type
    return _TYPES[name]


def _write_time(_: Writer, value: Any) -> str:
    if value.tzinfo is not None and type(value.tzinfo) is not dt.timezone:
        raise NotPlain(f"the time zone {value.tzinfo!r} is no fixed offset")
    if value.fold:
        raise NotPlain("a time that a clock shows twice")
    return str(value.isoformat())


# ---------------------------------------------------------------------- numpy
def _write_number(writer: Writer, value: Any) -> Any:
    plain = value.view("i8").item() if value.dtype.kind in "mM" else value.item()
    return [value.dtype.str, writer.written(plain)]


def _read_number(reader: Reader, content: Any) -> Any:
    name, plain = content
    dtype = np.dtype(name)
    if dtype.kind in "mM":
        return np.int64(plain).view(dtype)
    if dtype.kind not in "biufU":
        raise NotPlain(f"{name!r} is no type of plain numbers")
    return dtype.type(reader.read(plain))


def _write_objects(writer: Writer, value: Any) -> Any:
    return {"shape": list(value.shape), "items": writer.each(value.ravel().tolist())}


def _read_objects(reader: Reader, content: Any) -> Any:
    items, shape = content["items"], content["shape"]
    if math.prod(shape) != len(items):
        raise NotPlain(f"{len(items)} values are no array of shape {shape}")
    array = np.empty(len(items), dtype=object)
    for at, item in enumerate(items):
        array[at] = reader.read(item)
    return array.reshape(shape)


# ---------------------------------------------------------------------- pandas
def _write_categories(writer: Writer, value: pd.CategoricalDtype) -> Any:
    return {"categories": writer.written(value.categories), "ordered": value.ordered}


def _read_categories(reader: Reader, content: Any) -> Any:
    return pd.CategoricalDtype(reader.read(content["categories"]), content["ordered"])


def _write_string(_: Writer, value: pd.StringDtype) -> Any:
    # Where texts are kept is a matter of the environment.
    return "nan" if isinstance(value.na_value, float) else "NA"


def _read_string(_: Reader, content: Any) -> Any:
    return pd.StringDtype(na_value=np.nan) if content == "nan" else pd.StringDtype()


def _write_zone(zone: Any) -> Any:
    """The name of a time zone; None where there is none."""
    if zone is None:
        return None
    try:
        known = pd.api.types.pandas_dtype(f"datetime64[ns, {zone}]").tz
    except TypeError:
        known = None
    if known != zone:
        raise NotPlain(f"the time zone {zone!r} is not known by its name")
    return str(zone)


def _write_timestamp(_: Writer, value: pd.Timestamp) -> Any:
    moment = value.asm8
    return [moment.dtype.str, moment.view("i8").item(), _write_zone(value.tz)]


def _read_timestamp(_: Reader, content: Any) -> Any:
    name, moment, zone = content
    value = pd.Timestamp(np.int64(moment).view(name))
    return value if zone is None else value.tz_localize("UTC").tz_convert(zone)


def _write_span(_: Writer, value: pd.Timedelta) -> Any:
    span = value.asm8
    return [span.dtype.str, span.view("i8").item()]


def _read_span(_: Reader, content: Any) -> Any:
    name, span = content
    return pd.Timedelta(np.int64(span).view(name))


def _write_interval(writer: Writer, value: Any) -> Any:
    return [writer.written(value.left), writer.written(value.right), value.closed]


def _read_interval(reader: Reader, content: Any) -> Any:
    left, right, closed = content
    return pd.Interval(reader.read(left), reader.read(right), closed)


def _write_categorical(writer: Writer, value: pd.Categorical) -> Any:
    return {"codes": writer.written(value.codes), "dtype": writer.written(value.dtype)}


def _read_categorical(reader: Reader, content: Any) -> Any:
    return pd.Categorical.from_codes(
        reader.read(content["codes"]), dtype=reader.read(content["dtype"])
    )


def _write_times(writer: Writer, value: Any) -> Any:
    zone = getattr(value.dtype, "tz", None)
    moments = value.tz_convert("UTC").tz_localize(None) if zone is not None else value
    return {"array": writer.aside(np.asarray(moments)), "zone": _write_zone(zone)}


def _read_times(reader: Reader, content: Any) -> Any:
    moments = pd.array(reader.arrays[content["array"]])
    zone = content["zone"]
    return moments if zone is None else moments.tz_localize("UTC").tz_convert(zone)


def _write_periods(writer: Writer, value: Any) -> Any:
    return {"array": writer.aside(value.asi8), "dtype": str(value.dtype)}


def _read_periods(reader: Reader, content: Any) -> Any:
    dtype = pd.api.types.pandas_dtype(content["dtype"])
    return pd.arrays.PeriodArray(reader.arrays[content["array"]], dtype=dtype)


def _write_intervals(writer: Writer, value: Any) -> Any:
    return {"sides": writer.each([value.left, value.right]), "closed": value.closed}


def _read_intervals(reader: Reader, content: Any) -> Any:
    left, right = reader.read(content["sides"])
    return pd.arrays.IntervalArray.from_arrays(left, right, closed=content["closed"])


def _write_masked(writer: Writer, value: Any) -> Any:
    numbers = value.to_numpy(dtype=value.dtype.numpy_dtype, na_value=0)
    held = [writer.aside(numbers), writer.aside(np.asarray(value.isna()))]
    return {"arrays": held, "dtype": str(value.dtype)}


def _read_masked(reader: Reader, content: Any) -> Any:
    numbers, missing = (reader.arrays[name] for name in content["arrays"])
    return type(pd.array([], dtype=content["dtype"]))(numbers, missing)


def _write_strings(writer: Writer, value: Any) -> Any:
    texts = [text if isinstance(text, str) else None for text in value]
    return {"texts": writer.each(texts), "dtype": writer.written(value.dtype)}


def _read_strings(reader: Reader, content: Any) -> Any:
    return pd.array(reader.read(content["texts"]), dtype=reader.read(content["dtype"]))


def _values(value: Any) -> Any:
    """The array of a series or an index: numpy's, where it is one."""
    plain = isinstance(value.dtype, np.dtype) and value.dtype.kind not in "mM"
    return value.to_numpy() if plain else value.array


def _write_index(writer: Writer, value: pd.Index) -> Any:
    held = {"values": writer.written(_values(value)), "name": writer.written(value.name)}
    if isinstance(value, (pd.DatetimeIndex, pd.TimedeltaIndex)) and value.freq is not None:
        held["freq"] = value.freqstr
    return held


def _read_index(reader: Reader, content: Any) -> Any:
    values = reader.read(content["values"])
    index = pd.Index(values, dtype=values.dtype, name=reader.read(content["name"]))
    if "freq" in content:
        index.freq = content["freq"]
    return index


def _write_range(writer: Writer, value: pd.RangeIndex) -> Any:
    return [value.start, value.stop, value.step, writer.written(value.name)]


def _read_range(reader: Reader, content: Any) -> Any:
    start, stop, step, name = content
    return pd.RangeIndex(start, stop, step, name=reader.read(name))


def _write_levels(writer: Writer, value: pd.MultiIndex) -> Any:
    return {
        "levels": writer.each(value.levels),
        "codes": [writer.aside(np.asarray(codes)) for codes in value.codes],
        "names": writer.each(value.names),
    }


def _read_levels(reader: Reader, content: Any) -> Any:
    return pd.MultiIndex(
        levels=reader.read(content["levels"]),
        codes=[reader.arrays[name] for name in content["codes"]],
        names=reader.read(content["names"]),
    )


def _bare(value: Any) -> None:
    """Refuses what pandas lets people add to a table or a column."""
    if value.attrs or not value.flags.allows_duplicate_labels:
        raise NotPlain("a table with attributes of its own")


def _write_series(writer: Writer, value: pd.Series) -> Any:
    _bare(value)
    return {
        "values": writer.written(_values(value)),
        "index": writer.written(value.index),
        "name": writer.written(value.name),
    }


def _read_series(reader: Reader, content: Any) -> Any:
    return _column(
        reader.read(content["values"]),
        reader.read(content["index"]),
        reader.read(content["name"]),
    )


def _column(values: Any, index: Any, name: Any = None) -> Any:
    return pd.Series(values, index=index, name=name, dtype=values.dtype)


def _write_frame(writer: Writer, value: pd.DataFrame) -> Any:
    _bare(value)
    columns = [value.iloc[:, at] for at in range(value.shape[1])]
    return {
        "values": [writer.written(_values(column)) for column in columns],
        "index": writer.written(value.index),
        "columns": writer.written(value.columns),
    }


def _read_frame(reader: Reader, content: Any) -> Any:
    index = reader.read(content["index"])
    columns = enumerate(reader.read(content["values"]))
    frame = pd.DataFrame({at: _column(values, index) for at, values in columns}, index=index)
    frame.columns = reader.read(content["columns"])
    return frame


KINDS: dict[str, Kind] = {
    "float": Kind(lambda _, value: value, lambda _, content: float(content)),
    "tuple": Kind(Writer.each, lambda reader, content: tuple(map(reader.read, content))),
    "set": Kind(
        lambda writer, value: writer.each(sorted(value, key=repr)),
        lambda reader, content: set(map(reader.read, content)),
    ),
    "frozenset": Kind(
        lambda writer, value: writer.each(sorted(value, key=repr)),
        lambda reader, content: frozenset(map(reader.read, content)),
    ),
    "dict": Kind(_pairs, lambda reader, content: dict(_read_pairs(reader, content))),
    "OrderedDict": Kind(_pairs, lambda reader, content: OrderedDict(_read_pairs(reader, content))),
    "Counter": Kind(_pairs, lambda reader, content: Counter(dict(_read_pairs(reader, content)))),
    "defaultdict": Kind(_write_defaults, _read_defaults),
    "bytes": Kind(
        lambda _, value: base64.b64encode(value).decode(),
        lambda _, content: base64.b64decode(content),
    ),
    "complex": Kind(
        lambda writer, value: writer.each([value.real, value.imag]),
        lambda reader, content: complex(*reader.read(content)),
    ),
    "range": Kind(
        lambda _, value: [value.start, value.stop, value.step],
        lambda _, content: range(*content),
    ),
    "slice": Kind(
        lambda writer, value: writer.each([value.start, value.stop, value.step]),
        lambda reader, content: slice(*reader.read(content)),
    ),
    "decimal": Kind(lambda _, value: str(value), lambda _, content: decimal.Decimal(content)),
    "date": Kind(
        lambda _, value: value.isoformat(),
        lambda _, content: dt.date.fromisoformat(content),
    ),
    "datetime": Kind(_write_time, lambda _, content: dt.datetime.fromisoformat(content)),
    "timedelta": Kind(
        lambda _, value: [value.days, value.seconds, value.microseconds],
        lambda _, content: dt.timedelta(*content),
    ),
    "type": Kind(lambda _, value: _type_name(value), lambda _, content: _type(content)),
    "number": Kind(_write_number, _read_number),
    "array": Kind(
        lambda writer, value: writer.aside(value), lambda reader, content: reader.arrays[content]
    ),
    "objects": Kind(_write_objects, _read_objects),
    "dtype": Kind(lambda _, value: value.str, lambda _, content: np.dtype(content)),
    "pandas_dtype": Kind(
        lambda _, value: str(value), lambda _, content: pd.api.types.pandas_dtype(content)
    ),
    "categories": Kind(_write_categories, _read_categories),
    "string": Kind(_write_string, _read_string),
    "NaT": Kind(lambda _, value: None, lambda _, content: pd.NaT),
    "NA": Kind(lambda _, value: None, lambda _, content: pd.NA),
    "timestamp": Kind(_write_timestamp, _read_timestamp),
    "span": Kind(_write_span, _read_span),
    "interval": Kind(_write_interval, _read_interval),
    "categorical": Kind(_write_categorical, _read_categorical),
    "times": Kind(_write_times, _read_times),
    "periods": Kind(_write_periods, _read_periods),
    "intervals": Kind(_write_intervals, _read_intervals),
    "masked": Kind(_write_masked, _read_masked),
    "strings": Kind(_write_strings, _read_strings),
    "index": Kind(_write_index, _read_index),
    "range_index": Kind(_write_range, _read_range),
    "multi_index": Kind(_write_levels, _read_levels),
    "series": Kind(_write_series, _read_series),
    "frame": Kind(_write_frame, _read_frame),
}
#: Kinds of exactly these types: what is derived from one may be more than it.
_EXACT: dict[type, str] = {
    tuple: "tuple",
    set: "set",
    frozenset: "frozenset",
    dict: "dict",
    OrderedDict: "OrderedDict",
    Counter: "Counter",
    defaultdict: "defaultdict",
    bytes: "bytes",
    complex: "complex",
    range: "range",
    slice: "slice",
    decimal.Decimal: "decimal",
    dt.date: "date",
    dt.datetime: "datetime",
    dt.timedelta: "timedelta",
    type(pd.NaT): "NaT",
    type(pd.NA): "NA",
    pd.Timestamp: "timestamp",
    pd.Timedelta: "span",
    pd.Interval: "interval",
    pd.CategoricalDtype: "categories",
    pd.StringDtype: "string",
    pd.Categorical: "categorical",
    pd.RangeIndex: "range_index",
    pd.MultiIndex: "multi_index",
    pd.Series: "series",
    pd.DataFrame: "frame",
}
