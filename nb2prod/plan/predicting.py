"""Which variables may hold the predictions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

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
    names = [
        (name, n) for n in sorted(predicting, reverse=True) for name in sorted(binds.get(n, ()))
    ]
    follow = [name for name, n in names if name in following[n]]
    return tuple(dict.fromkeys(follow or [name for name, _ in names]))


def _following(plan: PackagePlan) -> list[frozenset[str]]:
    """The variables that follow from what predicts, after each statement."""
    code, functions = plan.code, _predicting_functions(plan)
    binds, reads = code.binds_at(), defaultdict[int, set[str]](set)
    for use in code.flow.uses:
        reads[use.statement].add(use.read.name)
    known: frozenset[str] = frozenset()
    found: list[frozenset[str]] = []
    for number, statement in enumerate(code.statements):
        bound = binds.get(number, frozenset())
        if isinstance(statement.node, _DEFINITIONS):
            known -= bound
        elif _predicts(statement.node, functions) or known & reads[number]:
            known |= bound | code.facts[number].mutates
        else:
            known -= bound
        found.append(known)
    return found


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
