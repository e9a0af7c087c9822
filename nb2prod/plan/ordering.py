"""Places functions where the variables that they read exist.

A helper in a setup cell that reads what a later stage binds could only be kept with shared state.
Its definition has no effect, so it may as well run just before the first statement that can call it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nb2prod.analysis.annotations import annotations_of
from nb2prod.analysis.code import Code, reordered
from nb2prod.analysis.program import Statement
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.plan.hoisting import Hoisted, is_immutable
from nb2prod.plan.lifetimes import NEVER, Lifetime


@dataclass(frozen=True, slots=True)
class Ordered:
    """The program in its final order."""

    code: Code
    diagnostics: tuple[Diagnostic, ...]


def settled(code: Code, lives: Mapping[int, Lifetime], hoisted: Mapping[str, Hoisted]) -> Ordered:
    """The program with such definitions moved down, and a note for each."""
    moves = _moves(code, lives, hoisted)
    if not moves:
        return Ordered(code, ())
    before: dict[int, list[int]] = {}
    for number, target in sorted(moves.items()):
        before.setdefault(target, []).append(number)
    statements: list[Statement] = []
    found: list[Diagnostic] = []
    for number, statement in enumerate(code.statements):
        for moved in before.get(number, ()):
            definition = code.statements[moved]
            statements.append(replace(definition, role=statement.role))
            found.append(_note(definition, statement))
        if number not in moves:
            statements.append(statement)
    return Ordered(reordered(code, statements), tuple(found))


def _moves(
    code: Code, lives: Mapping[int, Lifetime], hoisted: Mapping[str, Hoisted]
) -> dict[int, int]:
    """Definitions to move, with the statement that they go before."""
    bound_at: dict[str, list[int]] = {}
    for at, bind in code.flow.defs.values():
        bound_at.setdefault(bind.name, []).append(at)
    moves: dict[int, int] = {}
    for capture in code.flow.captures:
        number, closure = capture.statement, capture.closure
        node = code.statements[number].node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.decorator_list:
            continue
        name = node.name
        if name in hoisted or len(bound_at.get(name, ())) != 1 or name in code.flow.deletes:
            continue
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        if annotations_of(node) or not all(is_immutable(default) for default in defaults):
            continue  # they are evaluated where the definition stands
        first = lives[closure.id].first
        if first == NEVER or first <= number + 1:
            continue
        role = code.statements[number].role
        needs_later = any(
            number < at < first and code.statements[at].role is not role
            for captured in (*closure.reads, *closure.writes)
            if captured not in hoisted
            for at in bound_at.get(captured, ())
        )
        if needs_later:
            moves[number] = first
    return moves


def _note(definition: Statement, user: Statement) -> Diagnostic:
    name = getattr(definition.node, "name", "")
    return diagnostic(
        "NB304",
        f"`{name}` is defined where cell {user.cell.number} first uses it, "
        "since it reads variables that are bound in between",
        cell=definition.cell.number,
        cell_id=definition.cell.id,
        line=definition.line,
    )
