"""Literals: expressions whose values are written out."""

from __future__ import annotations

import ast


def is_literal(node: ast.expr) -> bool:
    """Numbers, text, None, booleans, and tuples, lists, sets and dicts of them."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return all(is_literal(item) for item in items)
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_literal(key) for key in keys) and all(
                is_literal(value) for value in values
            )
        case _:
            return False


def is_false(node: ast.expr) -> bool:
    """The literal ``False``."""
    return isinstance(node, ast.Constant) and node.value is False


def string_of(node: ast.expr) -> str | None:
    """The text of a string or of the literal parts of an f-string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) for part in values if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = (string_of(left), string_of(right))
            return None if parts == (None, None) else " ".join(part or "" for part in parts)
        case _:
            return None
