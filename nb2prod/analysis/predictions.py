"""A prediction that no variable holds gets one, so that `predict` can serve it.

``accuracy_score(y_test, model.predict(X_test))`` is all that many notebooks do with their model. Where no
variable holds a prediction, the last cell that computes one is rewritten as its author could have written
it, line for line:

    mse = mean_squared_error(y, model.predict(X))
    predictions = model.predict(X); mse = mean_squared_error(y, predictions)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from nb2prod.analysis.calls import called
from nb2prod.analysis.lifting import append, lift, says, segment
from nb2prod.analysis.rowbyrow import widest
from nb2prod.analysis.shown import PREDICTING, is_one, is_prediction_call, metric

#: What is made of predictions is no prediction any more.
_USING = {"DataFrame", "concat", "print", "display", "to_csv"}
#: What only looks at its arguments.
_QUIET = {
    "sqrt", "format", "round", "len", "transform", "arange", "linspace", "array", "asarray", "ravel",
    "reshape", "range", "list", "zip", "enumerate",
}  # fmt: skip
#: What makes one value of all of them, unless it is told an axis.
_SUMMING = {"mean", "sum"}
#: What predicts in rounds, perhaps row by row.
_ROUNDS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def holds_prediction(node: ast.stmt) -> bool:
    """Whether a statement, or one inside it, binds predictions to a variable, and not that of one row alone."""
    values = (v for n in ast.walk(node) if isinstance(n, ast.stmt) for _, v in _bindings(n))
    return any(_is_prediction(value, ones=False) for value in values)


def predicted_names(node: ast.stmt) -> set[str]:
    """The variables to which a statement, or one inside it, binds predictions."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    return {name for n in ast.walk(node) if isinstance(n, ast.stmt) for name in _bound(n)}


def gives_prediction(node: ast.FunctionDef) -> bool:
    """Whether a function returns a prediction, perhaps by way of a variable."""
    held = {
        target.id
        for part in ast.walk(node)
        if isinstance(part, ast.Assign) and _is_prediction(part.value)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    for part in ast.walk(node):
        if isinstance(part, ast.Return) and part.value is not None:
            several = part.value.elts if isinstance(part.value, ast.Tuple) else [part.value]
            if any(_is_prediction(v) or isinstance(v, ast.Name) and v.id in held for v in several):
                return True
    return False


def predicts(python: str) -> bool:
    """Whether a cell may predict, by its text."""
    return any(f".{name}(" in python for name in PREDICTING)


def _bound(node: ast.stmt) -> list[str]:
    """The variables to which a simple statement binds predictions."""
    return [name for name, value in _bindings(node) if _is_prediction(value)]


def _bindings(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """The variables that a simple statement binds, and the values of each."""
    match node:
        case ast.Assign(targets=[ast.Name(), *_] as targets, value=value):
            several: list[tuple[ast.expr, ast.expr]] = [(target, value) for target in targets]
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            several = [*zip(names, values, strict=False)]
        case ast.AnnAssign(target=ast.Name() as name, value=ast.expr() as value):
            several = [(name, value)]
        case ast.AugAssign(target=ast.Name() as name, value=value):
            several = [(name, value)]
        case _:
            several = []
    return [(n.id, value) for n, value in several if isinstance(n, ast.Name)]


def with_variable(
    python: str,
    tree: ast.Module,
    ships: Callable[[int], bool],
    fresh: Callable[[str], str],
    *,
    ones: bool,
) -> str | None:
    """A cell whose last statement that uses predictions reads them from variables; None without one.

    Parameters
    ----------
    python, tree
        The cell and its syntax.
    ships
        Whether a line belongs to a stage.
    fresh
        Makes a name that is new to the notebook from a wish.
    ones
        Whether those count of which the cell takes that of one row.
    """
    lines = [line.encode() for line in python.split("\n")]
    for statement in reversed(tree.body):
        if not isinstance(statement, ast.Assign | ast.Expr) or not ships(statement.lineno):
            continue
        single = [] if ones else [n for n in ast.walk(statement) if isinstance(n, ast.Subscript)]
        left = {part for n in single if is_one(n) for part in ast.walk(n)}
        found = [
            node
            for node in _liftable(statement)
            if says(segment(lines, node) or "", node)
            and not isinstance(statement.value, ast.Await)
            and node not in left
        ]
        if found:
            lift(lines, statement, [(node, fresh(_wish(node))) for node in found])
            return b"\n".join(lines).decode()
    return None


def with_column(python: str, statement: ast.stmt, column: str, name: str) -> str:
    """A cell that binds a column, behind the statement that sets it, to a variable."""
    lines = [line.encode() for line in python.split("\n")]
    append(lines, statement, f"{name} = {column}")
    return b"\n".join(lines).decode()


def _is_prediction(node: ast.expr, *, ones: bool = True) -> bool:
    """Whether a value is a prediction, perhaps with something done to it; ``ones`` counts that of one row, too."""
    if isinstance(node, ast.Call) and (_is_use(node) or metric(node) is not None):
        return is_prediction_call(node)
    if isinstance(node, ast.Lambda):
        return False
    if not ones and is_one(node):
        return False
    ones = ones or isinstance(node, _ROUNDS)
    return is_prediction_call(node) or any(
        _is_prediction(part.value if isinstance(part, ast.keyword) else part, ones=ones)
        for part in ast.iter_child_nodes(node)
        if isinstance(part, ast.expr | ast.keyword)
    )


def _liftable(statement: ast.Assign | ast.Expr) -> list[ast.expr]:
    """The predictions in a statement that nothing with an effect is computed before."""
    if isinstance(statement, ast.Assign) and isinstance(
        statement.targets[0], ast.Subscript | ast.Attribute
    ):
        if _is_prediction(statement.value):
            return [statement.value]  # a column: what is done to the prediction belongs to it
    found: list[ast.expr] = []
    for node in _in_order(statement.value):
        if is_prediction_call(node):
            found.append(widest(statement.value, node))
        elif isinstance(node, ast.Call) and not _is_quiet(node):
            break
    return found


def _in_order(node: ast.expr) -> Iterator[ast.expr]:
    """The predictions and other calls in the order in which they end; not what runs later, or perhaps."""
    if isinstance(node, ast.Subscript) and is_one(node):
        yield from _in_order(node.value)
        return
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Call)
        and is_prediction_call(node)
    ):
        yield node  # a column of probabilities
        return
    if isinstance(node, ast.Call) and is_prediction_call(node):
        yield node
        return
    if isinstance(
        node,
        ast.Call | ast.Tuple | ast.List | ast.Dict | ast.BinOp | ast.JoinedStr | ast.FormattedValue
        | ast.Attribute | ast.Subscript | ast.Compare | ast.UnaryOp,
    ):  # fmt: skip
        parts = ast.iter_child_nodes(node)
        for part in parts:
            inner = part.value if isinstance(part, ast.keyword) else part
            if isinstance(inner, ast.expr):
                yield from _in_order(inner)
    elif any(isinstance(n, ast.Call | ast.NamedExpr | ast.Await) for n in ast.walk(node)):
        yield ast.Call(node, [], [])  # nobody knows
        return
    if isinstance(node, ast.Call):
        yield node


def _is_quiet(node: ast.Call) -> bool:
    """Whether a call leaves predictions as they are: metrics and what looks at values."""
    return metric(node) is not None or _is_use(node) or called(node) in _QUIET


def _is_use(node: ast.Call) -> bool:
    """Whether a call makes something else of predictions."""
    one = called(node) in _SUMMING and not any(k.arg == "axis" for k in node.keywords)
    return one or called(node) in _USING


def _wish(node: ast.expr) -> str:
    calls = (n for n in ast.walk(node) if isinstance(n, ast.Call) and is_prediction_call(n))
    return PREDICTING[next(map(called, calls), "predict")]
