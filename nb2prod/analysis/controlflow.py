"""What is known of control flow before a program runs: loops that are entered, tests that hold,
patterns that match, handlers that catch a NameError.
"""

from __future__ import annotations

import ast

from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.scopes import BUILTINS

_NAME_ERROR_CATCHERS = frozenset("NameError UnboundLocalError Exception BaseException".split())


def is_nonempty(iterable: ast.expr, names: ProgramNames) -> bool:
    """Whether iterating gives at least one item."""
    match iterable:
        case ast.Name(id=name) if name in names.constants:
            return is_nonempty(names.constants[name], names)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return any(not isinstance(item, ast.Starred) for item in items)
        case ast.Dict(keys=keys):
            return any(key is not None for key in keys)
        case ast.Constant(value=str(text)):
            return bool(text)
        case ast.Call(func=ast.Name(id="range"), args=args) if "range" not in names.bound:
            numbers = [_number(argument, names) for argument in args]
            known = [number for number in numbers if number is not None]
            return len(known) == len(args) and bool(_range(known))
        case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "sorted"), args=[inner, *_]):
            return is_nonempty(inner, names)
        case _:
            return False


def _number(node: ast.expr, names: ProgramNames) -> int | None:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case ast.Name(id=name) if name in names.constants:
            return _number(names.constants[name], names)
        case _:
            return None


def _range(numbers: list[int]) -> range:
    return range(*numbers) if 1 <= len(numbers) <= 3 and (numbers + [1, 1, 1])[2] else range(0)


def always_true(test: ast.expr) -> bool:
    """Whether a test is known to hold: a notebook runs as `__main__`."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value=value)]
        ):
            return bool(value == "__main__")
        case _:
            return False


def is_irrefutable(pattern: ast.pattern) -> bool:
    """Whether a pattern matches every value."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return is_irrefutable(inner)
        case ast.MatchOr(patterns=patterns):
            return any(is_irrefutable(option) for option in patterns)
        case _:
            return False


def catches_name_error(handler: ast.ExceptHandler) -> bool:
    """Whether a handler may see that a name is not bound."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    # A class that is no builtin may be any exception; a builtin one is known by its name.
    return any(
        not isinstance(kind, ast.Name) or kind.id in _NAME_ERROR_CATCHERS or kind.id not in BUILTINS
        for kind in types
    )
