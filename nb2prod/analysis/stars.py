"""Star imports whose names are known before the run become imports of the names used.

The standard library is the same for everyone who runs this, and a module beside the notebook can be
read. What another library exports is known only where the package runs.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import sys
from collections.abc import Mapping, Sequence

from nb2prod.analysis.program import Statement

#: Modules of the standard library that do something when they are imported.
_LOUD = frozenset("antigravity this __main__ idlelib turtle turtledemo tkinter".split())


def resolved(
    statements: Sequence[Statement], local: Mapping[str, frozenset[str]]
) -> tuple[Statement, ...]:
    """The statements with such star imports spelled out; ``local`` gives names of local modules."""
    if not any(is_star(statement.node) for statement in statements):
        return tuple(statements)
    read = {
        node.id
        for statement in statements
        for node in ast.walk(statement.node)
        if isinstance(node, ast.Name)
    }
    return tuple(_resolved(statement, local, read) for statement in statements)


def is_star(node: ast.stmt) -> bool:
    """Whether a statement is ``from module import *``."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _resolved(
    statement: Statement, local: Mapping[str, frozenset[str]], read: set[str]
) -> Statement:
    node = statement.node
    if not is_star(node) or not isinstance(node, ast.ImportFrom) or node.level:
        return statement
    module = node.module or ""
    if module in local:
        public = local[module]
    elif module.partition(".")[0] in sys.stdlib_module_names and module not in _LOUD:
        public = _public(module)
    else:
        return statement
    used = sorted(public & read)
    if not used:
        # Nothing of it is named: the module is still loaded.
        alias = ast.alias(name=module, asname=None)
        plain: ast.stmt = ast.Import(names=[ast.copy_location(alias, node)])
        return dataclasses.replace(statement, node=ast.copy_location(plain, node))
    names = [ast.copy_location(ast.alias(name=name), node) for name in used]
    spelled = ast.ImportFrom(module=module, names=names, level=0)
    return dataclasses.replace(statement, node=ast.copy_location(spelled, node))


def _public(module: str) -> frozenset[str]:
    try:
        found = importlib.import_module(module)
    except ImportError:
        return frozenset()
    listed = getattr(found, "__all__", None)
    if listed is not None:
        return frozenset(listed)
    return frozenset(name for name in vars(found) if not name.startswith("_"))
