"""What is done to predictions value by value, as it stands in the syntax: the result are predictions, too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

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


def last_column(
    statement: ast.Assign | ast.Expr, predictions: Sequence[ast.expr], later: Sequence[ast.stmt]
) -> ast.Assign | None:
    """The last statement that sets a column to what follows value by value from predictions in a table.

    ``statement`` puts the ``predictions`` into the table; None where no later one does more to them.
    """
    held, found = {*_columns(statement, predictions)}, None
    for following in later:
        if not isinstance(following, ast.Assign) or len(following.targets) != 1:
            continue
        target = _column(following.targets[0])
        reads = (n for n in ast.walk(following.value) if isinstance(n, ast.expr))
        if any(_column(n) in held and widest(following.value, n) is following.value for n in reads):
            if target is None:
                return None  # a variable holds them
            held.add(target)
            found = following
    return found


def _columns(
    statement: ast.Assign | ast.Expr, predictions: Sequence[ast.expr]
) -> Iterator[tuple[str, str]]:
    """The columns of tables, by variable and name, into which a statement puts predictions."""
    if not isinstance(statement, ast.Assign):
        return
    for target in statement.targets:
        column = _column(target)
        if column is not None:
            yield column
        elif isinstance(target, ast.Name):
            for name, value in _named(statement.value):
                if any(part in predictions for part in ast.walk(value)):
                    yield target.id, name


def _named(value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """The columns that a table is made of, as far as they are written out."""
    for part in ast.walk(value):
        if isinstance(part, ast.Dict):
            for key, item in zip(part.keys, part.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, item
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "assign":
            yield from ((k.arg, k.value) for k in part.keywords if k.arg)


def _column(node: ast.AST) -> tuple[str, str] | None:
    """A column of a table, by variable and name."""
    match node:
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(name))):
            return table, name
        case ast.Attribute(value=ast.Name(id=table), attr=name):
            return table, name
        case _:
            return None
