"""What modules beside the notebook keep: each is loaded once in a process, for all runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nb2prod.analysis.calls import root
from nb2prod.analysis.code import Code
from nb2prod.analysis.origins import dotted, imported
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.modules import LocalModule

#: Methods that change what they are called on.
_MUTATORS = frozenset(
    """
    append appendleft extend insert remove pop popleft popitem clear sort reverse update add discard
    setdefault fit fit_transform partial_fit fill put resize shuffle register
    """.split()
)
#: What these make changes with each call of a method.
_GENERATORS = frozenset("default_rng RandomState Random Generator count cycle iter".split())


def rebound_globals(local: Mapping[str, LocalModule]) -> frozenset[str]:
    """Globals that functions of the copied modules bind."""
    return frozenset(
        name
        for module in local.values()
        for node in ast.walk(ast.parse(module.source))
        if isinstance(node, ast.Global)
        for name in node.names
    )


def kept_between_runs(
    code: Code, local: Mapping[str, LocalModule], origins: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """A warning for each variable of a copied module that a run may leave changed."""
    for name, module in local.items():
        variables = dict.fromkeys(_changed_inside(ast.parse(module.source)))
        variables |= dict.fromkeys(_changed_by(code, name, origins))
        user = next(
            (
                statement
                for statement in code.statements
                for binding in imported(statement.node)
                if name in (binding.module, binding.path)
            ),
            None,
        )
        for variable in variables:
            yield diagnostic(
                "NB309",
                f"`{variable}` of `{module.path}` can change, and a second run() then finds it changed",
                cell=user.cell.number if user else None,
                cell_id=user.cell.id if user else None,
                line=user.line if user else None,
            )


def _changed_by(code: Code, module: str, origins: Mapping[str, str]) -> Iterator[str]:
    """Variables of a module that the notebook's own code changes."""
    for statement in code.statements:
        for node in ast.walk(statement.node):
            for changed in _changed(node):
                path = dotted(changed, origins) or ""
                if path.startswith(f"{module}."):
                    yield path[len(module) + 1 :].partition(".")[0]


def _changed_inside(tree: ast.Module) -> Iterator[str]:
    """Variables of a module that its functions change."""
    generators = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if _last(node.value.func) in _GENERATORS
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    bound = {
        node.id
        for statement in tree.body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    functions = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    )
    for function in functions:
        own = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
        shared: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                shared.update(node.names)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
        yield from sorted(shared)
        for node in ast.walk(function):
            for changed in _changed(node):
                if isinstance(changed, ast.Name) and changed.id in bound - own:
                    yield changed.id
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in generators:
                    yield name
                case ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=name)]):
                    yield from {name} & generators
                case _:
                    pass


def _changed(node: ast.AST) -> Iterator[ast.expr]:
    """What a node's own operation changes in place."""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            yield from (node, root(node))
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            yield root(value) if not isinstance(value, ast.Attribute) else value
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _MUTATORS:
            yield value
        case ast.Call(func=ast.Name(id="setattr"), args=[base, ast.Constant(value=str(name)), *_]):
            yield ast.Attribute(value=base, attr=name, ctx=ast.Load())
        case _:
            return


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
