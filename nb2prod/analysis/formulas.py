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
    text = next((keyword.value for keyword in node.keywords if keyword.arg == "formula"), None)
    if text is None:
        if not node.args or isinstance(node.args[0], ast.Starred) or not (by_library or by_method):
            return None
        text = node.args[0]
    if isinstance(text, ast.Name):
        text = names.constants.get(text.id, text)
    known = string_of(text) if isinstance(text, ast.Constant) else None
    # The pieces of a computed text are anywhere: each word of any text may be part of it.
    found = names.formulated if known is None else frozenset(identifiers_in(known))
    return found & names.bound
