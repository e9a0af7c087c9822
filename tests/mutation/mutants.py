"""Small mistakes in code: one change each, at every place where it can be made."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_BINARY: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.Div(), ast.Div: ast.Mult(),
    ast.FloorDiv: ast.Mult(), ast.Mod: ast.Mult(), ast.Pow: ast.Mult(),
    ast.BitAnd: ast.BitOr(), ast.BitOr: ast.BitAnd(),
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.GtE(), ast.GtE: ast.Lt(), ast.Gt: ast.LtE(), ast.LtE: ast.Gt(), ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(), ast.In: ast.NotIn(), ast.NotIn: ast.In(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one mistake."""

    line: int
    mistake: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of the functions of a module; docstrings, logging and signatures stay."""
    tree = ast.parse(source)
    for number, node in enumerate(_places(tree)):
        changed = copy.deepcopy(tree)
        twin = list(_places(changed))[number]
        mistake = _mistaken(twin)
        if mistake is not None:
            text = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(getattr(node, "lineno", 0), mistake, text)


def _places(tree: ast.Module) -> Iterator[ast.AST]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                if not _is_quiet(statement):
                    yield from ast.walk(statement)


def _is_quiet(statement: ast.stmt) -> bool:
    """Docstrings and log records are no values."""
    if isinstance(statement, ast.FunctionDef):
        return True  # walked on its own
    return isinstance(statement, ast.Expr) and (
        isinstance(statement.value, ast.Constant) or "logger" in ast.unparse(statement)
    )


def _mistaken(node: ast.AST) -> str | None:
    """Makes a mistake at a node; None where there is none to make."""
    match node:
        case ast.BinOp(op=op) if type(op) in _BINARY:
            node.op = _BINARY[type(op)]
            return "operator"
        case ast.Compare(ops=[op, *_]) if type(op) in _COMPARED:
            node.ops[0] = _COMPARED[type(op)]
            return "comparison"
        case ast.BoolOp(op=op):
            node.op = ast.Or() if isinstance(op, ast.And) else ast.And()
            return "and/or"
        case ast.UnaryOp(op=ast.USub()):
            node.op = ast.UAdd()
            return "sign"
        case ast.Constant(value=bool() as value):
            node.value = not value
            return "truth"
        case ast.Constant(value=int() | float() as value):
            node.value = value + 1
            return "number"
        case ast.Constant(value=str() as value) if value:
            node.value = value + "_"
            return "text"
        case ast.Call(keywords=[_, *rest]):
            node.keywords = rest
            return "option left out"
        case ast.If(test=test):
            node.test = ast.UnaryOp(ast.Not(), test)
            return "condition"
        case _:
            return None
