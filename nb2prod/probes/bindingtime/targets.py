"""What calls say that a model learns: ``fit(X, y)``, ``OLS(y, X)``, ``ols("y ~ a + b", table)``, ``Dataset(X, label=y)``."""

from __future__ import annotations

import ast
import re
from typing import Any, List, NamedTuple, Optional, Sequence

from .facts import ROWS, Value
from .syntax import name_of, number_of, owner_of

#: Classes of gradient boosting libraries that hold rows with their target.
_DATASETS = ("Dataset", "DMatrix", "QuantileDMatrix", "Pool")


class Target(NamedTuple):
    """What is learned, and from what."""

    target: Value
    data: Value


def target_of(node: Any, kids: Sequence[Value]) -> Optional[Target]:
    """What a call tells, from the values of its function and its arguments; None where it is no such call."""
    if not isinstance(node, ast.Call):
        return None
    function, name = kids[0].full, name_of(node.func)
    module = str(getattr(function, "__module__", ""))
    if name.startswith("fit") and owner_of(node) is not None:
        data, target = _given(node, kids, 0, "X", "x"), _given(node, kids, 1, "y")
    elif isinstance(function, type) and module.startswith("statsmodels."):
        data, target = _given(node, kids, 1, "exog"), _given(node, kids, 0, "endog")
    elif name in _DATASETS:
        data, target = _given(node, kids, 0, "data"), _given(node, kids, 1, "label")
    elif getattr(function, "__name__", "") == "from_formula":
        return _of_formula(_given(node, kids, 0, "formula"), _given(node, kids, 1, "data"))
    else:
        return None
    return None if data is None or target is None else Target(target, data)


def _given(node: ast.Call, kids: Sequence[Value], position: int, *names: str) -> Optional[Value]:
    """The argument in a position, or with one of these names."""
    number = number_of(node, position, *names)
    return None if number is None else kids[number]


def _of_formula(formula: Optional[Value], table: Optional[Value]) -> Optional[Target]:
    """The columns on either side of a formula."""
    if formula is None or table is None or type(formula.full) is not str:
        return None
    if table.kind != ROWS or not hasattr(table.full, "columns"):
        return None
    left, tilde, right = formula.full.partition("~")
    target, features = _columns(left, table), _columns(right, table)
    if not tilde or not target:
        return None
    return Target(_part(table, target[0], target), _part(table, features, ()))


def _columns(side: str, table: Value) -> List[str]:
    names = re.findall(r"\w+", side)
    return [name for name in table.full.columns if name in names]


def _part(table: Value, columns: Any, origin: Sequence[str]) -> Value:
    rows = table.table.rows
    return Value(table.node, table.full[columns], [], ROWS, rows, table, origin=frozenset(origin))
