"""Types of parameters, from the notebook's literals."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2prod.plan.stages import Parameter

#: Types of parameters that need no import to be named.
SCALARS = frozenset(("int", "float", "str", "bool"))


def parameter_type(parameter: Parameter, any_: str = "Any") -> str:
    """The type of a parameter's default, as an annotation."""
    return _type(parameter.default, any_)


def _type(literal: ast.expr | None, any_: str) -> str:
    match literal:
        case ast.Constant(value=bool() | int() | float() | str() | bytes() as value):
            return type(value).__name__
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            kind = _type(operand, any_)
            return {"bool": "int"}.get(kind, kind)
        case ast.List(elts=items):
            return f"list[{_common(items, any_)}]"
        case ast.Dict(keys=keys, values=values):
            return f"dict[{_common(keys, any_)}, {_common(values, any_)}]"
        case ast.Set(elts=items):
            return f"set[{_common(items, any_)}]"
        case ast.Tuple(elts=items):
            return f"tuple[{_common(items, any_)}, ...]"
        case _:
            return any_


def _common(literals: Sequence[ast.expr | None], any_: str) -> str:
    """The type that all of them have; ``float`` may be an ``int``, as type checkers have it."""
    kinds = {_type(literal, any_) for literal in literals}
    if kinds == {"int", "float"}:
        return "float"
    return kinds.pop() if len(kinds) == 1 else any_
