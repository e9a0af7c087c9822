"""What a call does with what it is given: uses it up, calls it, or changes it in place."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.names import ProgramNames

#: Methods that call a function they are given before they return, and then forget it.
CONSUMING_METHODS = frozenset(
    """
    apply applymap map agg aggregate transform filter assign sort_values sort pipe groupby rename
    pivot_table resample where mask sub replace combine nlargest
    """.split()
)
#: Builtins that use up an iterable, or call a key function, before they return.
_CONSUMING_BUILTINS = frozenset(
    "sorted min max sum any all list tuple set dict frozenset next len".split()
)
#: Libraries whose methods of these names keep the function, and call it later.
_LAZY_LIBRARIES = frozenset("pyspark dask polars ray vaex apache_beam ThreadPoolExecutor".split())
_MUTATORS = frozenset(
    """
    append extend insert remove pop clear sort reverse update add discard setdefault popitem fit
    fit_transform partial_fit fill put resize shuffle set_params load_state_dict compile write
    """.split()
)


def consumed(node: ast.Call, names: ProgramNames) -> list[ast.expr]:
    """Arguments that a call uses up, or calls, before it returns, and then forgets."""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    match node.func:
        case ast.Name(id=name) if name in _CONSUMING_BUILTINS - names.bound:
            # Further arguments, and every other keyword, are values that come out again.
            alone = name not in ("min", "max") or len(node.args) == 1
            keys = [word.value for word in node.keywords if word.arg == "key" and name != "dict"]
            return [*(node.args[:1] if alone else ()), *keys]
        case ast.Attribute(value=ast.Constant(value=str()), attr="join"):
            return values
        case ast.Attribute(attr=name) if name in CONSUMING_METHODS - names.methods:
            return [] if _LAZY_LIBRARIES & names.mentioned else values
        case _:
            return []


def called_by_library(node: ast.Call) -> Iterator[ast.AST]:
    """``df["x"].apply(eval)``, ``read_csv(..., converters={"x": eval})``: called far from here."""
    given: list[ast.expr] = [word.value for word in node.keywords if word.arg == "converters"]
    if isinstance(node.func, ast.Attribute) and node.func.attr in CONSUMING_METHODS:
        given += node.args
    for value in given:
        yield from [value] if isinstance(value, ast.Lambda) else ast.walk(value)


def root(node: ast.expr) -> ast.expr:
    """What an expression such as ``a.b[c]`` begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node


def mutated(node: ast.Call) -> ast.expr | None:
    """The object that a method changes in place, judged by its name or by ``inplace=True``."""
    if not isinstance(node.func, ast.Attribute):
        return None
    in_place = any(
        keyword.arg == "inplace"
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in node.keywords
    )
    return node.func.value if in_place or node.func.attr in _MUTATORS else None


def called(node: ast.Call) -> str:
    """The last name of what is called; empty where it has none."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""
