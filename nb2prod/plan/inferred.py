"""What the settings `input`, `target` and `prediction` are without an entry, as far as the text tells.

The run of a conversion decides (`nb2prod.serving`); this is what a person sees before there is one.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.analysis.calls import called
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.predicting import candidates

#: How often a name is followed to what it was bound to.
_FAR = 20


@dataclass(frozen=True, slots=True)
class Inferred:
    """Names; empty where nothing is found."""

    #: The variable that holds the raw rows.
    input: str = ""
    #: The column that is predicted.
    target: str = ""
    #: The variable that holds the predictions.
    prediction: str = ""


def inferred(plan: PackagePlan) -> Inferred:
    """The first table that is read, the column that the last model was fitted to, the last predictions."""
    nodes = [statement.node for statement in plan.code.statements]
    found = candidates(plan)
    return Inferred(_first_read(nodes), _last_target(nodes), found[0] if found else "")


def _first_read(nodes: list[ast.stmt]) -> str:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if any(
                isinstance(part, ast.Call) and called(part).startswith("read_")
                for part in ast.walk(value)
            ):
                return name
            case _:
                pass
    return ""


def _last_target(nodes: list[ast.stmt]) -> str:
    """The column behind the second argument of the last `fit`."""
    for number in range(len(nodes) - 1, -1, -1):
        for call in ast.walk(nodes[number]):
            if isinstance(call, ast.Call) and called(call) == "fit" and len(call.args) > 1:
                return _column(call.args[1], nodes[:number])
    return ""


def _column(value: ast.expr, before: list[ast.stmt], far: int = _FAR) -> str:
    """The column that an expression is, by what its names were bound to."""
    match value:
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.Constant(value=str(name))]):
            return name
        case ast.Attribute(value=ast.Name(), attr=name) if name not in ("values", "array", "T"):
            return name
        case ast.Call(func=ast.Attribute(value=inner), args=arguments):
            nearer = [inner, *arguments]  # a method of the column, or a function of a module
        case ast.Call(args=arguments):
            nearer = arguments
        case ast.Attribute(value=inner) | ast.Subscript(value=inner):
            nearer = [inner]  # its values, or some of them
        case ast.Name(id=name) if far:
            bound = _bound(name, before)
            return _column(*bound, far - 1) if bound else ""
        case _:
            nearer = []
    return next(filter(None, (_column(part, before, far) for part in nearer)), "")


def _bound(name: str, before: list[ast.stmt]) -> tuple[ast.expr, list[ast.stmt]] | None:
    """What a name was bound to last, with the statements before that; parts of a split are its arguments."""
    for number in range(len(before) - 1, -1, -1):
        match before[number]:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return value, before[:number]
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=value):
                places = [
                    n for n, t in enumerate(names) if isinstance(t, ast.Name) and t.id == name
                ]
                if not places:
                    continue
                match value:
                    case ast.Tuple(elts=values) if len(values) == len(names):
                        return values[places[0]], before[:number]
                    case ast.Call(args=values) if len(names) == 2 * len(values):
                        return values[places[0] // 2], before[:number]
                    case _:
                        return None
            case _:
                pass
    return None
