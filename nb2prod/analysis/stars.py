"""Star imports: where they bind what.

The standard library is the same for everyone who runs this, and a module beside the notebook can be
read: there the names are known, and the import becomes one of the names used. What another library
exports is known only where the package runs. Names that nothing else binds are left to the star
import, at the top of a module; for a name that means something already, the line goes on with a
question to the library:

    from numpy import *; import numpy as numpy_; e = numpy_.e if "e" in getattr(numpy_, ...) else e
"""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

#: The public names of a module, or None where they are not known.
Exports: TypeAlias = Callable[[str], frozenset[str] | None]

#: Modules of the standard library that do something when they are imported.
_LOUD = frozenset("antigravity this __main__ idlelib turtle turtledemo tkinter".split())


_BUILTINS = frozenset(dir(builtins))
_NUMERIC = frozenset("abs all any bool bytes complex divmod max min pow round sum".split())
#: Builtins that a library's public names hide; one that is not listed may hide any.
_HIDDEN_BY = {
    **dict.fromkeys("numpy pylab scipy".split(), _NUMERIC),
    "torch": _NUMERIC | {"range", "float", "int", "chr", "split", "type"},
    "pandas": frozenset(("eval",)),
    **dict.fromkeys("sklearn matplotlib seaborn statsmodels plotly IPython imblearn".split(), frozenset()),
}  # fmt: skip
#: Libraries whose public names are their own: no modules, nothing that is imported elsewhere too.
_TIDY = frozenset("sklearn seaborn pandas statsmodels plotly IPython imblearn".split())


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


# ---------------------------------------------------------------------- libraries
def hides_nothing(module: str) -> bool:
    """Whether a star import of a library is known to leave builtins and other imports alone."""
    root = module.partition(".")[0]
    return root in _TIDY and not _HIDDEN_BY.get(root)


def replaceable(
    module: str, before: Sequence[ast.stmt], after: Sequence[ast.stmt], outputs: Collection[str]
) -> tuple[str, ...]:
    """Names that mean something before a library's star import, and matter after it.

    The statements ``before`` and ``after`` it are those of the tagged program.
    """
    root = module.partition(".")[0]
    bound, imported, read, late = set[str](), set[str](), set[str](), set[str]()
    for statement in before:
        names = imported if isinstance(statement, ast.Import | ast.ImportFrom) else bound
        names |= _bound(statement)
        read |= _mentioned(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                late |= _mentioned(node)  # may run after the import
    again = set[str]().union(*map(_bound, after))
    found = bound & _live(bound, after, late, outputs)
    # A name that is bound anew later on is a variable: a star at the top of a module would not reach it.
    found |= _live(imported & (again if root in _TIDY else again | read), after, late, outputs)
    found |= unbound_before(before, after)
    # A module's star import holds for all of it, so that earlier reads of a builtin count too.
    found |= (read - bound - imported) & _HIDDEN_BY.get(root, _BUILTINS)
    return tuple(sorted(name for name in found if not name.startswith("_")))


def unbound_before(before: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> set[str]:
    """Names that nothing binds before a star import, and that are read after it before something does."""
    known = set[str]().union(*map(_bound, before))
    waiting = set[str]().union(*map(_bound, after)) - known
    found: set[str] = set()
    for statement in after:
        bound = _bound(statement)
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found |= waiting & _mentioned(statement) - bound
        waiting -= bound | found
    return found


def _live(
    names: set[str], after: Sequence[ast.stmt], late: set[str], outputs: Collection[str]
) -> set[str]:
    """Those of the names that are read before a statement binds them anew, or at the end.

    Functions made before may read the names in ``late`` whenever they are called.
    """
    live = names & late
    waiting = names - live
    for statement in after:
        read = _mentioned(statement)
        live |= waiting & read
        waiting -= read
        if isinstance(statement, ast.Assign | ast.Import | ast.ImportFrom | ast.FunctionDef):
            waiting -= _bound(statement)
    return live | waiting.intersection(outputs)


def with_replacements(
    line: str, node: ast.ImportFrom, names: Sequence[str], alias: str, unbound: Collection[str] = ()
) -> str:
    """A line of a cell on which a star import is followed by what it may replace; ``unbound`` is bound first."""
    assert node.end_col_offset is not None
    text = line.encode()
    asks = [f"import {node.module} as {alias}", *(f"{name} = None" for name in sorted(unbound))]
    asks += [
        f'{name} = {alias}.{name} if "{name}" in getattr({alias}, "__all__", vars({alias})) else {name}'
        for name in names
    ]
    head, tail = text[: node.end_col_offset], text[node.end_col_offset :]
    return head.decode() + "; " + "; ".join(asks) + tail.decode()


def replaced_name(node: ast.stmt) -> str | None:
    """The name that a statement made by `with_replacements` takes from a library, or None."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.IfExp(
                body=ast.Attribute(attr=attr),
                test=ast.Compare(comparators=[ast.Call(func=ast.Name(id="getattr"))]),
                orelse=ast.Name(id=other),
            ),
        ) if name == attr == other:
            return name
        case _:
            return None


def _bound(statement: ast.stmt) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case _:
                pass
    return names


def _mentioned(node: ast.AST) -> set[str]:
    """Names that are read, those in strings (queries, formulas) included."""
    names: set[str] = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                names.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Constant(value=str(text)) if len(text) < 200:
                names.update(re.findall(r"[^\W\d]\w*", text))
            case _:
                pass
    return names
