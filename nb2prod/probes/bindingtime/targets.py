"""What calls say that a model learns: ``fit(X, y)``, ``OLS(y, X)``, ``ols("y ~ a + b", table)``, ``Dataset(X, label=y)``."""

from __future__ import annotations

import ast
import re
from typing import Any, List, NamedTuple, Optional, Sequence

from .facts import ROWS, Value
from .syntax import name_of, owner_of

#: What is said in which place or by which keyword: the data, and the target.
_FIT = (("X", "x"), ("y",))
_STATISTICS = (("exog",), ("endog",))
_DATASET = (("data",), ("label",))
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
        data, target = _given(node, kids, _FIT[0], 0), _given(node, kids, _FIT[1], 1)
    elif isinstance(function, type) and module.startswith("statsmodels."):
        data, target = _given(node, kids, _STATISTICS[0], 1), _given(node, kids, _STATISTICS[1], 0)
    elif name in _DATASETS:
        data, target = _given(node, kids, _DATASET[0], 0), _given(node, kids, _DATASET[1], 1)
    elif getattr(function, "__name__", "") == "from_formula":
        return _of_formula(_given(node, kids, ("formula",), 0), _given(node, kids, ("data",), 1))
    else:
        return None
    return None if data is None or target is None else Target(target, data)


def _given(
    node: ast.Call, kids: Sequence[Value], keywords: Sequence[str], place: int
) -> Optional[Value]:
    """The argument in a place, or by one of these keywords."""
    if place < len(node.args):
        return kids[1 + place]
    for number, keyword in enumerate(node.keywords, 1 + len(node.args)):
        if keyword.arg in keywords:
            return kids[number]
    return None


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
