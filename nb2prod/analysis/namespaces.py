"""The roads to the namespace as a whole: ``globals()``, ``eval``, frames, the module `__main__`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from nb2prod.analysis.events import Place
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import Scope

_NAMESPACE_CALLS = frozenset("globals locals vars dir eval exec get_ipython".split())
#: Those that reach for the namespace of whoever calls them, even where they are only passed on.
_NAMESPACE_VALUES = frozenset("globals locals eval exec get_ipython".split())
_FRAME_NAMESPACES = frozenset("__globals__ f_globals f_locals".split())
#: Functions that look names up in the module `__main__`, and how many arguments tell them not to.
_MAIN_READERS = {
    "unittest.main": 9,
    "unittest.TestProgram": 9,
    "doctest.testmod": 1,
    "cProfile.run": 9,
    "profile.run": 9,
}
_MAIN_IMPORT = re.compile(r"\b(from|import)\s+__main__\b")


@dataclass(frozen=True, slots=True)
class NamespaceCall:
    """An expression that reaches for the namespace as a whole."""

    #: The kind of access, for the mend: the function called, or the attribute.
    function: str
    place: Place
    #: The expression as the notebook writes it.
    text: str


def namespace_call(function: str, node: ast.expr) -> NamespaceCall:
    """An access at an expression, whose text is cut short."""
    text = ast.unparse(node)
    text = text if len(text) < 60 else text[:57] + "..."
    return NamespaceCall(function, (node.lineno, node.col_offset), text)


def import_of_main(node: ast.Import | ast.ImportFrom) -> NamespaceCall:
    """An access by an import of the module `__main__`."""
    return NamespaceCall("__main__", (node.lineno, node.col_offset), ast.unparse(node))


def by_call(node: ast.Call, names: ProgramNames, scope: Scope) -> str | None:
    """The builtin by which a call reaches for the namespace."""
    name = _builtin(node.func, _NAMESPACE_CALLS, names, scope)
    if name is None:
        return None
    arguments = len(node.args) + len(node.keywords)
    if name in ("locals", "vars", "dir") and (arguments or scope.has_own_namespace()):
        return None
    if name in ("eval", "exec") and arguments > 1:
        return None
    return name


def by_value(node: ast.expr, names: ProgramNames, scope: Scope) -> str | None:
    """The builtin that an expression names, which would look into its caller's namespace."""
    return _builtin(node, _NAMESPACE_VALUES, names, scope)


def by_attribute(node: ast.Attribute | ast.Subscript, names: ProgramNames) -> str | None:
    """The attribute of a frame or function that holds the namespace, or `__main__`."""
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr in _FRAME_NAMESPACES else None
    if dotted(node.value, names.imports) == "sys.modules":
        match node.slice:
            case ast.Name(id="__name__") | ast.Constant(value="__main__"):
                return "__main__"
            case _:
                pass
    return None


def by_library(node: ast.Call, names: ProgramNames) -> str | None:
    """The library whose function looks names up in `__main__`."""
    path = dotted(node.func, names.imports)
    if path in _MAIN_READERS and len(node.args) < _MAIN_READERS[path]:
        if not any(keyword.arg in ("module", "m") for keyword in node.keywords):
            return path.partition(".")[0]
    return None


def imports_main(text: str) -> bool:
    """Whether code in a string imports the module `__main__`."""
    return bool(_MAIN_IMPORT.search(text))


def _builtin(
    node: ast.expr, wanted: frozenset[str], names: ProgramNames, scope: Scope
) -> str | None:
    """Which of the builtins an expression names, also as an attribute of `builtins`."""
    word = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    if word not in wanted and word not in names.imports:
        return None  # nearly always
    path = dotted(node, names.imports) or ""
    found = ""
    match node:
        case _ if path.endswith(".get_ipython"):
            found = "get_ipython"
        case ast.Name() | ast.Attribute() if path.startswith("builtins."):
            found = path.removeprefix("builtins.")
        case ast.Name(id=name) if name not in names.bound and scope.sees_global(name):
            found = name
        case ast.Attribute(value=ast.Name(id="__builtins__" | "__builtin__"), attr=name):
            found = name
        case _:
            pass
    return found if found in wanted else None
