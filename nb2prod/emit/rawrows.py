"""How the notebook reads its raw rows, for a command line that reads others like them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb2prod.analysis.code import literals
from nb2prod.analysis.literals import is_literal
from nb2prod.plan.celltext import span_of
from nb2prod.plan.chain import Serving
from nb2prod.plan.package import PackagePlan

#: Options that choose rows or columns, which callers do for themselves, or that change no value.
_LEFT_OUT = frozenset(
    """
    filepath_or_buffer usecols nrows low_memory memory_map verbose storage_options
    on_bad_lines error_bad_lines warn_bad_lines
    """.split()
)
#: Options that have no meaning for rows that are read in chunks.
_WHOLE = frozenset("converters date_parser skipfooter chunksize iterator".split())
#: Types that are written by name; a template writes them as text, which means the same.
_TYPES = frozenset("str int float bool object".split())
_NUMPY_TYPES = frozenset(
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 bool_ str_ object_".split()
)


@dataclass(frozen=True, slots=True)
class RawRows:
    """The call that reads them."""

    #: The options of text files, by name.
    options: Mapping[str, Any]
    #: Those that only the notebook's own code can give.
    code: tuple[str, ...]
    #: The parameter that names the file.
    path: str | None


def raw_rows(plan: PackagePlan, serving: Serving) -> RawRows:
    """How they are read; where that is no text file, as pandas reads one by default."""
    number, span = serving.source
    tree = serving.code.statements[number].source.tree
    assert tree is not None
    call = next((n for n in ast.walk(tree) if isinstance(n, ast.Call) and span_of(n) == span), None)
    if call is None:
        return RawRows({}, (), None)
    given = call.args[0] if call.args else _keyword(call, "filepath_or_buffer")
    parameters = {parameter.name for parameter in plan.parameters}
    path = given.id if isinstance(given, ast.Name) and given.id in parameters else None
    function = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if function not in ("read_csv", "read_table"):
        return RawRows({}, (), path)
    known = dict(literals(plan.code))
    options: dict[str, Any] = {"sep": "\t"} if function == "read_table" else {}
    code: list[str] = [] if len(call.args) < 2 else ["arguments"]
    for keyword in call.keywords:
        name = keyword.arg or "options"
        value = _value(keyword.value, known)
        if name in _LEFT_OUT:
            continue
        if value is None or name in _WHOLE:
            code.append(name)
        else:
            options[name] = value[0]
    return RawRows(options, tuple(code), path)


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


def _value(node: ast.expr, known: Mapping[str, ast.expr]) -> tuple[Any] | None:
    """The value of an option that is written out, in a tuple of its own; types by their names."""
    match node:
        case ast.Name(id=word) if word in known:
            return _value(known[word], {})
        case ast.Name(id=word) if word in _TYPES:
            return (word,)
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=word) if word in _NUMPY_TYPES:
            return (word.rstrip("_"),)
        case ast.Dict(keys=keys, values=values):
            found = {}
            for key, value in zip(keys, values, strict=True):
                name = _value(key, known) if key is not None else None
                kind = _value(value, known)
                if name is None or kind is None:
                    return None
                found[name[0]] = kind[0]
            return (found,)
        case _ if is_literal(node):
            return (ast.literal_eval(node),)
        case _:
            return None
