"""Which variables may hold the predictions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.predictions import gives_prediction
from nb2prod.plan.package import PackagePlan


def candidates(plan: PackagePlan) -> tuple[str, ...]:
    """Variables that may hold the predictions, the likeliest first."""
    if plan.settings.prediction:
        return (plan.settings.prediction,)
    predicting = [
        n for stage in plan.stages if stage.role.value == "predict" for n in stage.statements
    ]
    binds = plan.code.binds_at()
    names = [name for n in sorted(predicting, reverse=True) for name in sorted(binds.get(n, ()))]
    return tuple(dict.fromkeys([*names, *tables(plan)]))


def tables(plan: PackagePlan) -> tuple[str, ...]:
    """Those that may hold several values a row: what is computed by a call that predicts, the last first."""
    if plan.settings.prediction:
        return (plan.settings.prediction,)
    functions = {
        statement.node.name
        for statement in plan.code.statements
        if isinstance(statement.node, ast.FunctionDef) and gives_prediction(statement.node)
    }
    statements = plan.code.statements[::-1]
    return tuple(dict.fromkeys(n for s in statements for n in _predicted(s.node, functions)))


def _predicted(node: ast.stmt, functions: set[str]) -> Iterator[str]:
    """The variables to which a statement, or one inside it, binds or adds predictions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    for part in ast.walk(node):
        if not isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign):
            continue
        if _predicts(part, functions):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            several = [e for t in targets for e in getattr(t, "elts", [t])]
            yield from (t.id for t in several if isinstance(t, ast.Name))


def _predicts(node: ast.stmt, functions: set[str]) -> bool:
    """Whether a statement calls what predicts, or one of the functions."""
    return any(
        isinstance(n, ast.Attribute)
        and n.attr.startswith(("predict", "decision_function"))
        or isinstance(n, ast.Name)
        and n.id in functions
        for n in ast.walk(node)
    )
