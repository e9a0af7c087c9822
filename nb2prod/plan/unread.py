"""Columns that a chain writes into its tables and that nothing behind them reads."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any

from nb2prod.analysis.code import Code, effects_of, literals
from nb2prod.analysis.effects import Effect

#: Builtins that a table goes into and does not come out of.
_LOOKING = frozenset("len print type isinstance display".split())


class Unread:
    """Goes through a chain from its end, where it gives a variable, and knows which columns are read later on."""

    def __init__(self, code: Code, statements: Collection[int], given: str) -> None:
        self._code = code
        self._effects = effects_of(code)
        nodes = [code.statements[number].node for number in statements]
        #: Variables whose tables may be known elsewhere, or of which all columns may be read.
        self._whole = {given, *(name for node in nodes for name in _escaping(node))}
        self._read: dict[str, set[Any]] = {}
        self._lists = dict(literals(code))

    def is_unread(self, number: int, touched: Collection[str]) -> bool:
        """Whether all that a statement does is to write columns that nothing behind it reads."""
        match self._code.statements[number].node:
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value
            ):
                columns = self._columns(key)
            case _:
                return False
        return (
            columns is not None
            and {*touched} == {name}
            and name not in self._whole
            and columns.isdisjoint(self._read.get(name, ()))
            and self._effects.of(value) is Effect.PURE
        )

    def add(self, number: int) -> None:
        """Goes past a statement of the chain: what it reads is read."""
        for name, key in _mentions(self._code.statements[number].node):
            columns = None if key is None else self._columns(key)
            if columns is None:
                self._whole.add(name)
            else:
                self._read.setdefault(name, set()).update(columns)

    def _columns(self, key: ast.expr) -> set[Any] | None:
        """The columns that a key names, where these are written out."""
        match key:
            case ast.Constant(value=str(name)):
                return {name}
            case ast.List(elts=items) if all(isinstance(i, ast.Constant) for i in items):
                return {item.value for item in items if isinstance(item, ast.Constant)}
            case ast.Name(id=name) if name in self._lists:
                return self._columns(self._lists[name])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts = self._columns(left), self._columns(right)
                return None if parts[0] is None or parts[1] is None else parts[0] | parts[1]
            case _:
                return None


def _mentions(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Variables in a statement, each with the key of the columns that it is asked for; None: it may be any."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=key):
            yield name, key
            yield from _mentions(key)
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="loc"),
            slice=ast.Tuple(elts=[rows, key]),
        ):
            yield name, key
            yield from _mentions(rows)
            yield from _mentions(key)
        case ast.Name(id=name, ctx=ast.Load()):
            yield name, None
        case _:
            for part in ast.iter_child_nodes(node):
                yield from _mentions(part)


def _escaping(node: ast.AST) -> Iterator[str]:
    """Variables whose values a statement hands on as they are, or that functions read later on."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            yield from (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
            return
        case ast.Call(func=ast.Name(id=function), args=arguments) if function in _LOOKING:
            inner = [a for a in arguments if not isinstance(a, ast.Name)]
        case ast.Subscript(value=ast.Name(), slice=key):
            inner = [key]
        case ast.Attribute(value=ast.Name()):
            inner = []
        case ast.Name(id=name, ctx=ast.Load()):
            yield name
            return
        case _:
            inner = [*ast.iter_child_nodes(node)]  # type: ignore[list-item]
    for part in inner:
        yield from _escaping(part)
