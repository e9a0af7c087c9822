"""Calls that look the words of a formula up in the frame that calls them, as patsy does."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.analysis.literals import string_of
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.strings import identifiers_in

_LIBRARIES = frozenset("patsy formulaic".split())


@dataclass(frozen=True, slots=True)
class Formula:
    """A call such as ``smf.ols("y ~ log(x)", data)`` that does not stand in the module's own frame."""

    #: The globals that the text may name.
    names: tuple[str, ...]


def named_in_formula(node: ast.Call, names: ProgramNames) -> frozenset[str] | None:
    """The variables that the formula of a call may name; None for calls without one."""
    path = dotted(node.func, names.imports) or ""
    root, *inner = path.split(".")
    by_library = root in _LIBRARIES or root == "statsmodels" and "formula" in inner
    by_method = isinstance(node.func, ast.Attribute) and node.func.attr == "from_formula"
    text = formula_argument(node)
    if text is None or not (by_library or by_method or _is_given_by_name(node)):
        return None
    if isinstance(text, ast.Name):
        text = names.constants.get(text.id, text)
    known = string_of(text) if isinstance(text, ast.Constant) else None
    # The pieces of a computed text are anywhere: each word of any text may be part of it.
    found = names.formulated if known is None else frozenset(identifiers_in(known))
    return found & names.bound


def formula_argument(node: ast.Call) -> ast.expr | None:
    """The argument that holds the formula: the one of that name, or the first."""
    for keyword in node.keywords:
        if keyword.arg == "formula":
            return keyword.value
    return node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None


def _is_given_by_name(node: ast.Call) -> bool:
    return any(keyword.arg == "formula" for keyword in node.keywords)
