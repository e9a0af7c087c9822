"""Which variables may hold the predictions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nb2prod.analysis.predictions import gives_prediction
from nb2prod.plan.package import PackagePlan

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def candidates(plan: PackagePlan) -> tuple[str, ...]:
    """Variables that may hold the predictions, the likeliest first."""
    return tuple(dict.fromkeys([*likeliest(plan), *tables(plan)]))


def likeliest(plan: PackagePlan) -> tuple[str, ...]:
    """Variables of the predict stages, the last first: those that follow from what predicts, where any do."""
    if plan.settings.prediction:
        return (plan.settings.prediction,)
    predicting = [
        n for stage in plan.stages if stage.role.value == "predict" for n in stage.statements
    ]
    binds, following = plan.code.binds_at(), _following(plan)
    last: dict[str, int] = {}
    for number in sorted(predicting, reverse=True):
        for name in sorted(binds.get(number, ())):
            last.setdefault(name, number)
    return tuple(n for n, number in last.items() if n in following[number]) or tuple(last)


def _following(plan: PackagePlan) -> list[frozenset[str]]:
    """The variables that follow from what predicts, after each statement."""
    code, functions = plan.code, _predicting_functions(plan)
    binds = code.binds_at()
    known: frozenset[str] = frozenset()
    #: The columns of tables that follow from it, where the tables themselves do not.
    columns: dict[str, set[str]] = {}
    found: list[frozenset[str]] = []
    for number, statement in enumerate(code.statements):
        node, bound = statement.node, binds.get(number, frozenset())
        is_code = isinstance(node, _DEFINITIONS)
        follows = not is_code and (_predicts(node, functions) or _reads(node, known, columns))
        match node:
            case ast.Assign(targets=[ast.Subscript(ast.Name(id=table), ast.Constant(str(column)))]):
                if follows and table not in known:
                    columns.setdefault(table, set()).add(column)
            case _:
                columns = {table: named for table, named in columns.items() if table not in bound}
                changed = bound | code.facts[number].mutates
                known = known | changed if follows else known - bound
        found.append(known)
    return found


def _reads(node: ast.AST, known: frozenset[str], columns: Mapping[str, set[str]]) -> bool:
    """Whether a statement reads any of these variables, or more of tables than columns that are none of these."""
    pending = [node]
    while pending:
        node = pending.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found = name in known or name in columns
            case ast.Subscript(ast.Name(id=table), ast.Constant(column)) if table in columns:
                found = column in columns[table]
            case ast.Call(func=ast.Attribute(ast.Name(id=table))) if table in columns:
                found = True  # a method may look at all of them
            case ast.Attribute(ast.Name(id=table), column) if table in columns:
                found = column in columns[table]
            case _:
                pending += ast.iter_child_nodes(node)
                continue
        if found:
            return True
    return False


def tables(plan: PackagePlan) -> tuple[str, ...]:
    """Those that may hold several values a row: what is computed by a call that predicts, the last first."""
    if plan.settings.prediction:
        return (plan.settings.prediction,)
    functions, statements = _predicting_functions(plan), plan.code.statements[::-1]
    return tuple(dict.fromkeys(n for s in statements for n in _predicted(s.node, functions)))


def _predicting_functions(plan: PackagePlan) -> set[str]:
    return {
        statement.node.name
        for statement in plan.code.statements
        if isinstance(statement.node, ast.FunctionDef) and gives_prediction(statement.node)
    }


def _predicted(node: ast.stmt, functions: set[str]) -> Iterator[str]:
    """The variables to which a statement, or one inside it, binds or adds predictions."""
    if isinstance(node, _DEFINITIONS):
        return
    for part in ast.walk(node):
        if not isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign):
            continue
        if _predicts(part, functions):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            several = [e for t in targets for e in getattr(t, "elts", [t])]
            yield from (t.id for t in several if isinstance(t, ast.Name))


def _predicts(node: ast.AST, functions: set[str]) -> bool:
    """Whether a statement calls what predicts, or one of the functions."""
    return any(
        isinstance(n, ast.Attribute)
        and n.attr.startswith(("predict", "decision_function"))
        or isinstance(n, ast.Name)
        and n.id in functions
        for n in ast.walk(node)
    )
