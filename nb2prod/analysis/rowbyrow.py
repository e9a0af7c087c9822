"""What is done to predictions value by value, as it stands in the syntax: the result are predictions, too."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

#: Functions and methods that give a value for each value.
_EACH = frozenset(
    """
    exp expm1 log log1p log2 log10 sqrt square power round around rint floor ceil clip maximum minimum abs
    absolute where array asarray ravel flatten squeeze reshape tolist to_numpy astype Series map replace
    apply inverse_transform
    """.split()
)
#: Comparisons with a threshold; others ask whether a prediction is right.
_THRESHOLDS = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def widest(root: ast.expr, node: ast.expr) -> ast.expr:
    """The largest part of an expression that gives a value for each value of the node."""
    parents = {child: parent for parent in ast.walk(root) for child in ast.iter_child_nodes(parent)}
    while node is not root:
        parent = parents[node]
        if isinstance(parent, ast.Attribute) and parent is not root:
            parent = parents[parent]
        if not isinstance(parent, ast.expr) or not _is_each(parent, node):
            break
        node = parent
    return node


def _is_each(node: ast.expr, of: ast.expr) -> bool:
    """Whether an expression gives a value for each value of one of its parts."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            across = any(
                isinstance(k.value, ast.Constant) and k.arg == "axis" for k in node.keywords
            )
            return name in _EACH or name == "argmax" and across
        case ast.UnaryOp():
            return True
        case ast.Compare(ops=[op]):
            return isinstance(op, _THRESHOLDS)
        case ast.BinOp(left=left, op=op, right=right):
            other = right if left is of else left
            named = isinstance(other, ast.Name) and not isinstance(op, ast.Sub)
            return named or isinstance(other, ast.Constant)
        case _:
            return False


@dataclass(frozen=True, slots=True)
class LastColumn:
    """The column with what the notebook makes of its predictions."""

    #: The place of the statement that sets it, among those that were given.
    place: int
    #: The column as an expression.
    text: str
    #: Whether that statement computes the predictions itself.
    computes: bool


def last_column(
    statements: Iterable[tuple[ast.stmt, Collection[str]]], predicts: Callable[[ast.expr], bool]
) -> LastColumn | None:
    """The column that holds the predictions after all that is done to them value by value.

    None where they are in a variable in the end. Each statement comes with the variables to which it binds
    predictions, and ``predicts`` tells what computes some.
    """
    held: set[_Place] = set()
    found: LastColumn | None = None
    last: _Place | None = None
    for number, (statement, bound) in enumerate(statements):
        several: list[LastColumn] = []
        if bound:
            held.update(bound)
            found = None
            continue
        for place, text, value in _stores(statement):
            kept = [part for part in _each_of(value) if predicts(part) or _place(part) in held]
            if not kept:
                held -= {place, *(_columns_of(place, held) if _is_new(place, value) else ())}
                found = found if last != place else None
                continue
            held.add(place)
            if isinstance(place, str):
                found = None
            elif value not in kept or any(map(predicts, kept)):
                found, last = LastColumn(number, text, any(map(predicts, kept))), place
                several.append(found)
        if len(several) > 1:
            found = None  # the table is what it makes of them
    return found


#: A variable, or a column of a table by variable and name.
_Place = str | tuple[str, str]


def _stores(statement: ast.stmt) -> Iterator[tuple[_Place, str, ast.expr]]:
    """The variables and columns that a statement sets, as text, and to what."""
    match statement:
        case ast.Assign(targets=[target], value=value):
            choice = _chosen(target)
            if choice is not None:  # some of the rows, by a condition
                yield choice, f"{choice[0]}[{choice[1]!r}]", target.slice.elts[0]  # type: ignore[attr-defined]
                return
            place = _place(target)
            if place is not None:
                yield place, ast.unparse(target), value
            if isinstance(place, str):
                for name, item in _named(value):
                    yield (place, name), f"{place}[{name!r}]", item
        case ast.AugAssign(target=target, op=op, value=value):
            place = _place(target)
            if place is not None:
                yield place, ast.unparse(target), ast.BinOp(target, op, value)
        case _:
            pass


def _is_new(place: _Place, value: ast.expr) -> bool:
    """Whether a variable is bound to what does not come from what it held."""
    return not any(_place(part) == place for part in ast.walk(value))


def _columns_of(table: _Place, held: Iterable[_Place]) -> list[_Place]:
    return [place for place in held if place[0] == table and not isinstance(place, str)]


def _each_of(value: ast.expr) -> Iterator[ast.expr]:
    """The parts of an expression that it gives a value for each value of."""
    yield value
    for part in ast.iter_child_nodes(value):
        if isinstance(part, ast.expr) and _is_each(value, part):
            yield from _each_of(part)
        if isinstance(part, ast.Attribute) and _is_each(value, part.value):  # `p.round()`
            yield from _each_of(part.value)


def _place(node: ast.AST) -> _Place | None:
    """A variable, or a column of a table."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(name))):
            return table, name
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=table), attr="loc"),
            slice=ast.Tuple(elts=[ast.Slice(None, None, None), ast.Constant(value=str(name))]),
        ):
            return table, name
        case ast.Attribute(value=ast.Name(id=table), attr=name):
            return table, name
        case _:
            return None


def _chosen(node: ast.AST) -> tuple[str, str] | None:
    """A column of which a statement sets some rows, by a condition."""
    match node:
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=table), attr="loc"),
            slice=ast.Tuple(elts=[ast.Compare(), ast.Constant(value=str(name))]),
        ):
            return table, name
        case _:
            return None


def _named(value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The columns that a table is made of, as far as they are written out."""
    for part in ast.walk(value):
        if isinstance(part, ast.Dict):
            for key, item in zip(part.keys, part.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, item
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "assign":
            yield from ((k.arg, k.value) for k in part.keywords if k.arg)
