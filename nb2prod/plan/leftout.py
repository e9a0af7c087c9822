"""Untagged cells that change in place what tagged cells made: the package goes on without the change."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2prod.analysis.calls import mutated, root
from nb2prod.analysis.program import Program
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.roles import Role

_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def left_out(program: Program) -> Iterator[Diagnostic]:
    """A warning for each variable that an untagged cell changes between two tagged ones.

    A cell that is to be left out on purpose says so by the role `skip`.
    """
    last_read = {
        node.id: statement.cell.number
        for statement in program.statements
        if statement.shipped
        for node in ast.walk(statement.node)
        if isinstance(node, ast.Name)
    }
    #: What tagged cells bound last.
    made = set[str]()
    told = set[tuple[int, str]]()
    for statement in program.statements:
        nodes = list(_running(statement.node))
        bound = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        cell = statement.cell
        for name, line in _changed(nodes) if statement.role is None else ():
            after = last_read.get(name, 0)
            if name in made and after > cell.number and (cell.number, name) not in told:
                told.add((cell.number, name))
                yield diagnostic(
                    "NB319",
                    f"this untagged cell changes `{name}`, which cell {after} reads:"
                    " the package goes on without the change",
                    hint=f"Tag cell {cell.number} `preprocessing`, or `skip` to leave it out on purpose.",
                    cell=cell.number,
                    cell_id=cell.id,
                    line=line,
                    mend=Role.PREPROCESSING.value,
                )
        if statement.shipped:
            made |= bound
        else:
            made -= bound


def _running(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that run with it, outside of functions."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _LATER):
            pending += ast.iter_child_nodes(node)


def _changed(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Variables whose values are changed in place, with the lines."""
    for node in nodes:
        match node:
            case (
                ast.Subscript(ctx=ast.Store() | ast.Del())
                | ast.Attribute(ctx=ast.Store() | ast.Del())
            ):
                owner = root(node)
            case ast.Call() if (receiver := mutated(node)) is not None:
                owner = root(receiver)
            case _:
                continue
        if isinstance(owner, ast.Name):
            yield owner.id, node.lineno
