"""Results that evaluate and predict cells only show get a name.

``accuracy_score(y, p)`` as a cell's last line, or inside a ``print``, is the notebook's word on how good
the model is, but no variable holds it. Here the cell is rewritten, line for line, as its author could
have written it; everything later sees an ordinary assignment:

    print("Accuracy:", model.score(X, y))     accuracy = model.score(X, y); print("Accuracy:", accuracy)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from nb2prod.analysis.lifting import lift, says, segment

#: Methods that predict, and what their values are called.
PREDICTING = {
    "predict": "predictions",
    "predict_proba": "probabilities",
    "decision_function": "decision_values",
}
#: The same for one row.
_ONE = {
    "predict": "prediction",
    "predict_proba": "probability",
    "decision_function": "decision_value",
}
#: What common metrics are called where their own name is the function's.
_NAMES = {
    **PREDICTING,
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_log_error": "msle",
    "confusion_matrix": "confusion",
    "classification_report": "report",
    "precision_recall_fscore_support": "precision_recall_fscore",
    "predict_log_proba": "log_probabilities",
    "forecast": "forecasts",
    "score": "score",
    "evaluate": "evaluation",
    "cross_val_score": "cross_val_scores",
    "cross_validate": "cross_validation",
}
_METRIC = re.compile(r"\w+_(score|error|loss)$")
_LABEL_WORDS = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that got a name."""

    name: str
    #: Line of the cell, from 1, and the expression's text.
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class _Value:
    """An expression that is shown, with the words before it."""

    node: ast.expr
    label: str


def with_names(
    python: str,
    tree: ast.Module,
    shows: Callable[[int], bool],
    fresh: Callable[[str], str],
    wanted: Collection[str],
) -> tuple[str, tuple[Shown, ...]]:
    """A cell in which shown metrics and predictions have names, and these names.

    Parameters
    ----------
    python, tree
        The cell and its syntax.
    shows
        Whether a line belongs to an evaluate or predict stage.
    fresh
        Makes a name that is new to the notebook from a wish.
    wanted
        The only names to give to metrics; any, where it is empty.
    """
    lines = [line.encode() for line in python.split("\n")]
    found: list[Shown] = []
    lifted: list[tuple[ast.Expr, list[tuple[ast.expr, str]]]] = []
    for statement in tree.body:
        if not isinstance(statement, ast.Expr) or not shows(statement.lineno):
            continue
        trailing = statement is tree.body[-1] and not python.rstrip().endswith(";")
        picked: list[tuple[ast.expr, str]] = []
        for value in _liftable(statement.value, trailing=trailing):
            text = segment(lines, value.node)
            name = fresh(_wish(value))
            if text is None or not says(text, value.node):
                break
            if wanted and name not in wanted and metric(value.node) not in PREDICTING:
                break
            picked.append((value.node, name))
            found.append(Shown(name, value.node.lineno, ast.unparse(value.node)))
        lifted.append((statement, picked))
    for statement, picked in reversed(lifted):  # from below, so that places above stay right
        lift(lines, statement, picked)
    return b"\n".join(lines).decode(), tuple(found)


# ---------------------------------------------------------------------- what is shown
def _liftable(node: ast.expr, *, trailing: bool) -> Iterator[_Value]:
    """The shown metrics and predictions, up to the first other thing that is computed."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
        values = [value for argument in node.args for value in _values(argument, "")]
        values = _labelled(values)
    elif trailing:
        elements = node.elts if isinstance(node, ast.Tuple) else [node]
        values = [_Value(_unwrapped(element), "") for element in elements]
    else:
        return
    for value in values:
        if metric(value.node) is not None:
            yield value
        elif not isinstance(value.node, ast.Constant | ast.Name):
            return


def _values(node: ast.expr, label: str) -> Iterator[_Value]:
    """The parts of a printed argument in the order in which they are computed."""
    match node:
        case ast.JoinedStr(values=parts):
            for part in parts:
                if isinstance(part, ast.Constant):
                    label = str(part.value)
                elif isinstance(part, ast.FormattedValue):
                    yield _Value(_unwrapped(part.value), label)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            pieces = re.split(r"%[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]", text)
            elements = right.elts if isinstance(right, ast.Tuple) else [right]
            for number, element in enumerate(elements):
                label = pieces[number] if number < len(pieces) else ""
                yield _Value(_unwrapped(element), label)
        case ast.Call(
            func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format"), keywords=[]
        ):
            pieces = re.split(r"\{[^{}]*\}", text)
            for number, element in enumerate(node.args):
                label = pieces[number] if number < len(pieces) else ""
                yield _Value(_unwrapped(element), label)
        case _:
            yield _Value(_unwrapped(node), label)


def _labelled(values: Iterable[_Value]) -> list[_Value]:
    """Values of a print; a text argument is the label of what follows it."""
    labelled: list[_Value] = []
    label = ""
    for value in values:
        if isinstance(value.node, ast.Constant):
            label = str(value.node.value)
        else:
            value = _Value(value.node, value.label or label)
            label = ""
        labelled.append(value)
    return labelled


def _unwrapped(node: ast.expr) -> ast.expr:
    """Without rounding for the eye."""
    match node:
        case ast.Call(func=ast.Name(id="round" | "str" | "repr"), args=[inner, *_]):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr="round")):
            return inner
        case _:
            return node


def metric(node: ast.expr) -> str | None:
    """The function or method whose value an expression shows, if that is a metric or prediction."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if _METRIC.match(name) or name in _NAMES:
            return None if name in ("predict", "score", "evaluate", "forecast") else name
        case ast.Call(func=ast.Attribute(attr=name)) if _METRIC.match(name) or name in _NAMES:
            return name
        case ast.Call(func=ast.Attribute(attr="sqrt") | ast.Name(id="sqrt"), args=[inner]):
            inner_name = metric(inner)
            return f"root_{inner_name}" if inner_name else None
        case ast.Call(func=ast.Attribute(value=inner, attr="mean" | "std"), args=[]):
            return metric(inner)
        case ast.Subscript(value=inner):
            return metric(inner)
        case ast.BinOp(left=left, right=ast.Constant()):
            return metric(left)
        case ast.BinOp(left=ast.Constant(), right=right):
            return metric(right)
        case _:
            return None


def is_prediction_call(node: ast.expr) -> bool:
    """Whether an expression is a call that predicts, or a part of what that gives."""
    if isinstance(node, ast.Subscript):
        return is_prediction_call(node.value)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PREDICTING
    )


def is_one(node: ast.expr) -> bool:
    """Whether it is the prediction of one row, or a part of that: `model.predict(rows)[0]`."""
    match node:
        case ast.Subscript(value=ast.Call(args=[_], keywords=[]) as call, slice=key):
            first = key.elts[0] if isinstance(key, ast.Tuple) and key.elts else key
            whole = isinstance(first, ast.Constant) and type(first.value) is int
            return whole and is_prediction_call(call)
        case ast.Subscript(value=value):
            return is_one(value)
        case _:
            return False


def _wish(value: _Value) -> str:
    """A name for the value: the notebook's own words for it, or the metric's."""
    words = re.findall(r"[a-z0-9]+", value.label.lower())
    if re.search(r"[a-zA-Z]", value.label) and value.label.isascii() and len(words) <= _LABEL_WORDS:
        while words and words[0][0].isdigit():
            words.pop(0)
        if words:
            return "_".join(words)
    shown = metric(value.node) or "value"
    if is_one(value.node):
        return _ONE[shown]
    name = _NAMES.get(shown, shown)
    return name.removesuffix("_score") or name
