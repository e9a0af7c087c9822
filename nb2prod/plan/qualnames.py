"""Qualified names that can be seen: those of classes and functions that stay inside a stage function.

There Python calls a class ``train.<locals>.Point``, and so does the `repr` of a dataclass; in the
notebook it is ``Point``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from nb2prod.analysis.code import Code
from nb2prod.analysis.events import Place
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import BUILTINS

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def qualified_names(
    code: Code, origins: Mapping[str, str], local: Collection[str]
) -> dict[int, dict[Place, str]]:
    """By statement and place, the definitions whose name can be seen, with that name."""
    nodes = [node for statement in code.statements for node in ast.walk(statement.node)]
    if "__qualname__" in code.names.mentioned or any(map(_names_it, nodes)):
        shown = None  # whatever is defined
    else:
        roots = {name.partition(".")[0] for name in local}
        foreign = {n: path for n, path in origins.items() if path.partition(".")[0] not in roots}
        shown = _shown_classes([n for n in nodes if isinstance(n, ast.ClassDef)], foreign, code)
        if not shown:
            return {}
    return {
        number: dict(found)
        for number, statement in enumerate(code.statements)
        if (found := list(_definitions([statement.node], "", frozenset(), shown)))
    }


def _names_it(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "__qualname__" in node.value
    )


def _shown_classes(
    classes: Sequence[ast.ClassDef], foreign: Mapping[str, str], code: Code
) -> frozenset[str]:
    """Classes whose instances may show the qualified name: decorated ones, and what derives from them.

    The reprs of libraries' classes show the plain name.
    """
    own = {node.name for node in classes}

    def harmless(base: ast.expr, shown: Collection[str]) -> bool:
        if isinstance(base, ast.Subscript):
            base = base.value
        if dotted(base, foreign) is not None:
            return True
        if not isinstance(base, ast.Name):
            return False
        if base.id in own:
            return base.id not in shown
        return base.id in BUILTINS and base.id not in code.names.bound

    shown: set[str] = set()
    while True:
        more = {
            node.name
            for node in classes
            if node.decorator_list
            or not all(harmless(base, shown) for base in node.bases)
            or not all(harmless(keyword.value, shown) for keyword in node.keywords)
        }
        if more <= shown:
            return frozenset(shown)
        shown |= more


def _definitions(
    nodes: Iterable[ast.AST], prefix: str, declared: frozenset[str], shown: frozenset[str] | None
) -> Iterator[tuple[Place, str]]:
    for node in nodes:
        if not isinstance(node, _SCOPES):
            children = ast.iter_child_nodes(node)
            yield from _definitions(children, prefix, declared, shown)
            continue
        name = node.name if node.name in declared else prefix + node.name
        is_class = isinstance(node, ast.ClassDef)
        if shown is None:
            seen = is_class or not node.decorator_list  # what decorates it gives something else
        else:
            seen = is_class and node.name in shown
        if seen:
            yield (node.lineno, node.col_offset), name
        inside = f"{name}." if is_class else f"{name}.<locals>."
        yield from _definitions(node.body, inside, frozenset(_declared(node.body)), shown)


def _declared(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names of ``global`` statements in one scope."""
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from node.names
        elif not isinstance(node, _SCOPES):
            yield from _declared(ast.iter_child_nodes(node))
