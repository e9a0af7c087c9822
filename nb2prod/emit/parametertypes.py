"""Types of parameters, from the notebook's literals."""

from __future__ import annotations

import ast

from nb2prod.plan.stages import Parameter

#: Types of parameters that need no import to be named.
SCALARS = frozenset(("int", "float", "str", "bool"))


def parameter_type(parameter: Parameter, any_: str = "Any") -> str:
    """The type of a parameter's default, as an annotation."""
    match parameter.default:
        case ast.Constant(value=None):
            return any_
        case ast.Constant(value=value):
            return (
                type(value).__name__
                if isinstance(value, bool | int | float | str | bytes)
                else any_
            )
        case ast.UnaryOp(operand=ast.Constant(value=int() | float() as value)):
            return type(value).__name__
        case ast.List():
            return f"list[{any_}]"
        case ast.Dict():
            return f"dict[{any_}, {any_}]"
        case ast.Set():
            return f"set[{any_}]"
        case ast.Tuple():
            return f"tuple[{any_}, ...]"
        case _:
            return any_
