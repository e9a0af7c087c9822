"""Cuts the program into stages: runs of statements of one role."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code, effects_of, reordered
from nb2prod.analysis.effects import Effect, Effects
from nb2prod.analysis.futures import is_future
from nb2prod.analysis.kinds import Kind
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.program import Statement
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.plan.hoisting import Hoisted, HoistKind
from nb2prod.plan.lifetimes import Lifetime
from nb2prod.roles import Role


@dataclass(frozen=True, slots=True)
class Parameter:
    """A literal of a `parameters` cell: a keyword argument of `run()`."""

    name: str
    statement: int
    default: ast.expr
    annotation: ast.expr | None


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal run of statements of one role, as positions in the code."""

    role: Role
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The program cut into stages; the code may have been reordered by joins."""

    code: Code
    runs: tuple[Run, ...]


def parameters_of(
    code: Code, lives: Mapping[int, Lifetime]
) -> tuple[tuple[Parameter, ...], tuple[Diagnostic, ...]]:
    """The literals that a caller may override, and why others may not be."""
    first_access: dict[str, int] = {}
    for use in code.flow.uses:
        name = use.read.name
        first_access[name] = min(use.statement, first_access.get(name, use.statement))
    for capture in code.flow.captures:
        for name in (*capture.closure.reads, *capture.closure.writes):
            first = max(lives[capture.closure.id].first, capture.statement)
            first_access[name] = min(first, first_access.get(name, first))
    binds = code.binds_at()
    bound: set[str] = set()
    found: list[Parameter] = []
    problems: list[Diagnostic] = []
    for number, statement in enumerate(code.statements):
        names = binds.get(number, frozenset())
        if statement.role is Role.PARAMETERS and names:
            parameter = _parameter(statement, number)
            free = parameter is not None and parameter.name not in bound
            if parameter and free and first_access.get(parameter.name, number + 1) > number:
                found.append(parameter)
            elif not isinstance(statement.node, ast.Import | ast.ImportFrom):
                problems.append(_not_a_parameter(statement, sorted(names)))
        bound |= names
    return tuple(found), tuple(problems)


def _parameter(statement: Statement, number: int) -> Parameter | None:
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_literal(value):
            return Parameter(name, number, value, None)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value, annotation=kind):
            return Parameter(name, number, value, kind) if is_literal(value) else None
        case _:
            return None


def _not_a_parameter(statement: Statement, names: Sequence[str]) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in names)
    return diagnostic(
        "NB305",
        f"{listed} can't be overridden by a caller",
        cell=statement.cell.number,
        cell_id=statement.cell.id,
        line=statement.line,
    )


def cut(code: Code, hoisted: Mapping[str, Hoisted], parameters: Sequence[Parameter]) -> Cut:
    """The runs of the statements that are left to stages, joined where nothing can tell."""
    outside = hoisted_statements(code, hoisted) | {p.statement for p in parameters}
    runs = _runs(code, outside)
    order = _joined(code, runs, hoisted)
    if order is None:
        return Cut(code, runs)
    joined = reordered(code, _anchored(code, order, outside))
    fresh = {code.statements[number].index for number in outside}
    return Cut(
        joined,
        _runs(joined, {n for n, s in enumerate(joined.statements) if s.index in fresh}),
    )


def _anchored(code: Code, order: Sequence[int], outside: set[int]) -> list[Statement]:
    """All statements: those of stages in ``order``, the others before the first that follows them."""
    statements: list[Statement] = []
    waiting = sorted(outside, reverse=True)
    for number in order:
        while waiting and waiting[-1] < number:
            statements.append(code.statements[waiting.pop()])
        statements.append(code.statements[number])
    return statements + [code.statements[number] for number in reversed(waiting)]


def hoisted_statements(code: Code, hoisted: Mapping[str, Hoisted]) -> set[int]:
    """Statements of which nothing is left once module-level names are taken out."""
    by_statement: dict[int, set[str]] = {}
    for entry in hoisted.values():
        for number in entry.statements:
            by_statement.setdefault(number, set()).add(entry.name)
    binds = code.binds_at()
    gone = {
        number for number, names in by_statement.items() if binds.get(number, frozenset()) <= names
    }
    for number, statement in enumerate(code.statements):
        if is_future(statement.node):
            gone.add(number)
        elif isinstance(statement.node, ast.Global):
            gone.add(number)  # says nothing at module level
    return gone


def _runs(code: Code, outside: set[int]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for number, statement in enumerate(code.statements):
        if number in outside:
            continue
        role = statement.role or Role.SETUP
        if role is Role.PARAMETERS:
            role = Role.SETUP
        if runs and runs[-1].role is role:
            runs[-1] = dataclasses.replace(runs[-1], statements=(*runs[-1].statements, number))
        else:
            runs.append(Run(role, (number,)))
    return tuple(runs)


def _joined(code: Code, runs: Sequence[Run], hoisted: Mapping[str, Hoisted]) -> list[int] | None:
    """The order of statements when later runs move up to an earlier one of their role.

    Only a run of pure statements over scalars and module-level names moves: no object that another
    statement may change, no effect, and no name that the runs between touch.
    """
    if len({run.role for run in runs}) == len(runs):
        return None
    effects = effects_of(code)
    uses: dict[int, set[str]] = {}
    for use in code.flow.uses:
        uses.setdefault(use.statement, set()).add(use.read.name)
    captured: dict[int, set[str]] = {}
    for capture in code.flow.captures:
        names = {*capture.closure.reads, *capture.closure.writes}
        captured.setdefault(capture.statement, set()).update(names)
    binds = code.binds_at()
    blocks: list[tuple[Role, list[int]]] = []
    moved = False
    for run in runs:
        home = next((i for i, (role, _) in enumerate(blocks) if role is run.role), None)
        if home is not None and home < len(blocks) - 1:
            between = [n for _, numbers in blocks[home + 1 :] for n in numbers]
            if _commutes(code, run.statements, between, effects, uses, captured, binds, hoisted):
                blocks[home][1].extend(run.statements)
                moved = True
                continue
        blocks.append((run.role, list(run.statements)))
    return [number for _, numbers in blocks for number in numbers] if moved else None


def _commutes(
    code: Code,
    moving: Sequence[int],
    between: Sequence[int],
    effects: Effects,
    uses: Mapping[int, set[str]],
    captured: Mapping[int, set[str]],
    binds: Mapping[int, frozenset[str]],
    hoisted: Mapping[str, Hoisted],
) -> bool:
    touched: set[str] = set()
    for number in between:
        touched |= uses.get(number, set()) | captured.get(number, set())
        touched |= binds.get(number, frozenset())
    own: set[str] = set()
    for number in moving:
        node = code.statements[number].node
        if effects.of_statement(node) is not Effect.PURE or captured.get(number):
            return False
        if not isinstance(node, ast.Assign):
            return False
        if binds.get(number, frozenset()) & touched:
            return False
        for name in uses.get(number, set()) - own:
            entry = hoisted.get(name)
            known = entry is not None and entry.kind is HoistKind.CONSTANT
            known |= effects.kind(ast.Name(id=name)) is Kind.SCALAR
            if not known or any(name in binds.get(n, ()) for n in between):
                return False
        own |= binds.get(number, frozenset())
    # A function made before may read what moves: then its time matters.
    return not any(own & names for names in captured.values())
