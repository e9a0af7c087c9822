"""Annotations: which a function has, and whether evaluating them does anything."""

from __future__ import annotations

import ast


def plain_annotation(annotation: ast.expr) -> bool:
    """Whether evaluating an annotation only looks names up."""
    return not any(
        isinstance(node, ast.Call | ast.NamedExpr | ast.Await) for node in ast.walk(annotation)
    )


def annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The annotations of a function's own parameters and result."""
    arguments = node.args
    found = [
        argument.annotation
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *(a for a in (arguments.vararg, arguments.kwarg) if a),
        )
    ]
    return [annotation for annotation in (*found, node.returns) if annotation is not None]
