"""The names in the mapping that `run()` gives."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from nb2prod.analysis.code import Code, effects_of
from nb2prod.analysis.effects import Effect, Effects
from nb2prod.analysis.events import UNBOUND, Place
from nb2prod.plan.stages import Run
from nb2prod.roles import Role

_ENDS = (Role.TRAIN, Role.EVALUATE, Role.PREDICT)


def last_values(code: Code) -> tuple[str, ...]:
    """What train, evaluate and predict cells bind last and no other statement reads, and what is shown."""
    effects = effects_of(code)
    end = len(code.statements)
    read: set[int] = set()
    shown: set[int] = set()
    for use in code.flow.uses:
        statement = code.statements[use.statement]
        if not _shows(statement.node, effects) and use.read.place != _receiver(statement.node):
            read |= use.reach
        elif statement.role in (Role.EVALUATE, Role.PREDICT) and _is_print(statement.node):
            shown |= use.reach
    for capture in code.flow.captures:
        for reach in capture.reach.values():
            read |= reach
    read -= shown
    names: dict[str, None] = {}
    for definition, (number, bind) in code.flow.defs.items():
        statement = code.statements[number]
        if statement.role not in _ENDS or definition in read or bind.name.startswith("_"):
            continue
        if bind.how != "assign" or isinstance(statement.node, ast.For | ast.While):
            continue
        reach = code.flow.before(end, bind.name)
        if definition in reach and UNBOUND not in reach and not effects.is_plot(bind.name):
            names[bind.name] = None
    return tuple(names)


def stale_values(whole: Code, shipped: Code) -> tuple[str, ...]:
    """Names that may cross a stage boundary, and whose last binding the slice left out.

    Nothing needs that binding but a reader of the results, who is to see the value at the end.
    """
    kept = {statement.index for statement in shipped.statements}
    roles: dict[str, set[Role | None]] = {}
    for number, bind in shipped.flow.defs.values():
        roles.setdefault(bind.name, set()).add(shipped.statements[number].role)
    crossing = {
        use.read.name
        for use in shipped.flow.uses
        if roles.get(use.read.name, set()) - {shipped.statements[use.statement].role}
    }
    end = len(whole.statements)
    return tuple(
        name
        for name in sorted(crossing)
        if any(
            whole.statements[whole.flow.statement_of(definition)].index not in kept
            for definition in whole.flow.before(end, name) - {UNBOUND}
        )
    )


def _shows(node: ast.stmt, effects: Effects) -> bool:
    """A bare expression or a print: it reads only to show."""
    if not isinstance(node, ast.Expr):
        return False
    return _is_print(node) or effects.of(node.value) <= Effect.PLOT


def _receiver(node: ast.stmt) -> Place | None:
    """Where a call whose value goes nowhere names its object: ``model.fit(X, y)``."""
    if not isinstance(node, ast.Expr):
        return None
    base: ast.expr = node.value
    while isinstance(base, ast.Call | ast.Attribute):
        base = base.func if isinstance(base, ast.Call) else base.value
    plain = isinstance(base, ast.Name) and base is not node.value
    return (base.lineno, base.col_offset) if plain else None


def _is_print(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Name() | ast.Attribute() | ast.Subscript()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="print" | "display"))):
            return True
        case _:
            return False


def crossing_values(
    code: Code, runs: Sequence[Run], inputs: Sequence[Collection[str]], elsewhere: Collection[str]
) -> tuple[str, ...]:
    """Data that crosses a stage boundary: no modules, functions, classes or figures."""
    effects = effects_of(code)
    kinds: dict[str, set[str]] = {}
    for _, bind in code.flow.defs.values():
        kinds.setdefault(bind.name, set()).add(bind.how)
    names = dict.fromkeys(name for crossing in inputs for name in crossing)
    return tuple(
        name
        for name in names
        if name not in elsewhere
        and not kinds.get(name, set()) & {"def", "class", "import"}
        and not effects.is_plot(name)
        and not name.startswith("_")
    )
