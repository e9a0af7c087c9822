"""Star imports whose names are known before the run become imports of the names used.

The standard library is the same for everyone who runs this, and a module beside the notebook can be
read. What another library exports is known only where the package runs.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from typing import TypeAlias

#: The public names of a module, or None where they are not known.
Exports: TypeAlias = Callable[[str], frozenset[str] | None]

#: Modules of the standard library that do something when they are imported.
_LOUD = frozenset("antigravity this __main__ idlelib turtle turtledemo tkinter".split())


def standard_exports(module: str) -> frozenset[str] | None:
    """The public names of a module of the standard library."""
    if module.partition(".")[0] not in sys.stdlib_module_names or module in _LOUD:
        return None
    try:
        found = importlib.import_module(module)
    except ImportError:
        return None
    listed = getattr(found, "__all__", None)
    if listed is not None:
        return frozenset(listed)
    return frozenset(name for name in vars(found) if not name.startswith("_"))


def is_star(node: ast.stmt) -> bool:
    """Whether a statement is ``from module import *``."""
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def spelled_out(python: str, exports: Exports, words: frozenset[str]) -> str:
    """A cell whose star imports of known modules name what is used; lines stay where they are."""
    if "*" not in python or "import" not in python:
        return python
    try:
        tree = ast.parse(python)
    except (SyntaxError, ValueError, RecursionError):
        return python
    lines = python.split("\n")
    stars = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and is_star(node)]
    for node in sorted(stars, key=lambda star: (star.lineno, star.col_offset), reverse=True):
        assert isinstance(node, ast.ImportFrom)
        public = None if node.level or node.module is None else exports(node.module)
        if public is None or node.end_lineno != node.lineno or node.end_col_offset is None:
            continue
        used = ", ".join(sorted(public & words))
        # Where nothing of it is named, the module is still loaded.
        text = f"from {node.module} import {used}" if used else f"import {node.module}"
        line = lines[node.lineno - 1].encode()
        new = line[: node.col_offset] + text.encode() + line[node.end_col_offset :]
        lines[node.lineno - 1] = new.decode()
    return "\n".join(lines)
