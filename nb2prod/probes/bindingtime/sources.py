"""Expressions that may give the raw rows of a notebook, as its statements tell without being run."""

from __future__ import annotations

import ast
from typing import Any, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from .syntax import method_of, name_of, owner_of, place

#: A statement: its number, and its syntax.
Numbered = Tuple[int, ast.stmt]

_READING = frozenset(
    """
    read_csv read_table read_excel read_parquet read_json read_feather read_sql read_sql_query read_pickle
    read_fwf read_hdf
    """.split()
)
_PREDICTING = ("predict", "predict_proba", "decision_function")


class Source(NamedTuple):
    """The expression that gives the raw rows; where its statement has them in variables, these: rows and target,
    or rows alone. ``rows`` stand in for what it gives."""

    number: int
    place: Tuple[int, ...]
    split: Sequence[str] = ()
    rows: Any = None


class Predicted(NamedTuple):
    """A variable with predictions, the rows that a model predicts there, and those that it is fitted to."""

    name: str
    rows: Source
    fitted: Source


def bound(statements: Sequence[Numbered], name: str) -> Optional[Source]:
    """What is read into a variable, or else what is bound to it; None where nothing is."""
    for number, node in statements:
        if isinstance(node, ast.Assign) and name in map(_id, node.targets):
            return Source(number, place(next(_reading(node), node.value)))
    return None


def reads(statements: Sequence[Numbered]) -> List[Source]:
    """Expressions that read a table."""
    return [
        Source(number, place(call))
        for number, node in statements
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        for call in _reading(node)
    ]


def inner_reads(statements: Sequence[Numbered]) -> List[Source]:
    """Expressions in functions that read a table and do more, where such a function is called once."""
    called = [getattr(call.func, "id", "") for _, node in statements for call in _calls(node)]
    return [
        Source(number, place(call))
        for number, node in statements
        if isinstance(node, ast.FunctionDef) and called.count(node.name) == 1
        if len([part for part in node.body if not isinstance(part, ast.Expr)]) > 2
        for call in _reading(node)
    ][:1]


def splits(statements: Sequence[Numbered]) -> Iterator[Source]:
    """Variables with rows and with their target that are split into those of training and others."""
    for number, node in statements:
        for call in _calls(node) if isinstance(node, ast.Assign) else ():
            names = _variables(call.args[:2])
            if method_of(call) == "train_test_split" and len(names) == 2:
                yield _given(number, names)


def predicted(statements: Sequence[Numbered], variables: Iterable[str]) -> Iterator[Predicted]:
    """Variables with predictions for rows in a variable, by a model that is fitted to rows in variables."""
    for name in variables:
        for number, node in statements[::-1]:
            if not isinstance(node, ast.Assign) or name not in map(_id, node.targets):
                continue
            for call in _calls(node):
                rows, model = _variables(call.args[:1]), owner_of(call)
                if method_of(call) in _PREDICTING and rows and model is not None:
                    fitted = _fit([s for s in statements if s[0] < number], model, number)
                    if fitted is not None:
                        yield Predicted(name, _given(number, rows), fitted)


def _fit(before: Sequence[Numbered], model: ast.expr, number: int) -> Optional[Source]:
    """The rows and the target that a model is fitted to, where both are variables."""
    while isinstance(model, (ast.Attribute, ast.Subscript)):
        model = model.value
    if isinstance(model, ast.Call):  # it is fitted in the very expression
        return _fitted(model, number)
    for at, node in before[::-1]:
        if not isinstance(node, (ast.Assign, ast.Expr)):
            continue
        for call in _calls(node):
            owner = node.targets[0] if isinstance(node, ast.Assign) else owner_of(call)
            if method_of(call) == "fit" and _id(owner) and _id(owner) == _id(model):
                return _fitted(call, at)
    return None


def _fitted(call: ast.Call, number: int) -> Optional[Source]:
    names = _variables(call.args[:2])
    return _given(number, names) if method_of(call) == "fit" and len(names) == 2 else None


def _given(number: int, names: Sequence[ast.Name]) -> Source:
    return Source(number, place(names[0]), [name.id for name in names])


def _reading(node: ast.AST) -> Iterator[ast.Call]:
    """Calls that read a table."""
    return (call for call in _calls(node) if name_of(call.func) in _READING)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))


def _variables(arguments: Sequence[ast.expr]) -> List[ast.Name]:
    """Those of some arguments that are variables."""
    return [part for part in arguments if isinstance(part, ast.Name)]


def _id(node: Optional[ast.expr]) -> str:
    return node.id if isinstance(node, ast.Name) else ""
