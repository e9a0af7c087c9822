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
#: The same comparison with its bound moved: only the rows on the bound tell.
_BOUNDS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(), ast.GtE: ast.Gt(),
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
        for mistaken in (_mistaken, _bound_moved, _swapped):
            changed = copy.deepcopy(tree)
            twin = list(_places(changed))[number]
            mistake = mistaken(twin)
            if mistake is not None:
                text = ast.unparse(ast.fix_missing_locations(changed))
                yield Mutant(getattr(node, "lineno", 0), mistake, text)
    yield from _with_a_statement_less(tree)


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


def _bound_moved(node: ast.AST) -> str | None:
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in _BOUNDS:
            node.ops[0] = _BOUNDS[type(op)]
            return "bound"
        case _:
            return None


def _swapped(node: ast.AST) -> str | None:
    match node:
        case ast.Call(args=[first, second, *_]):
            node.args[:2] = [second, first]
            return "arguments swapped"
        case _:
            return None


def _with_a_statement_less(tree: ast.Module) -> Iterator[Mutant]:
    """Leaves out statements that bind no new name: without one that does, the function only crashes."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for owner in ast.walk(function):
            body = getattr(owner, "body", None)
            block: list[ast.stmt] = body if isinstance(body, list) else []
            for at, statement in enumerate(block):
                if _changes_in_place(statement) and not _is_quiet(statement):
                    block[at] = ast.Pass()
                    yield Mutant(statement.lineno, "statement left out", ast.unparse(tree))
                    block[at] = statement


def _changes_in_place(statement: ast.stmt) -> bool:
    match statement:
        case ast.AugAssign() | ast.Delete() | ast.Expr(value=ast.Call()):
            return True
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            return True
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            # A name that is made from itself: `df = df.dropna()`.
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
        case _:
            return False
