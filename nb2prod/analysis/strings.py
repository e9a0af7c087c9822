"""The names of variables that stand in strings: ``@name`` in queries, words of expressions and formulas."""

from __future__ import annotations

import ast
import re

#: Longer strings are data: no formula, and no query that the program writes out.
LONGEST_TEXT = 2000
_AT_NAME = re.compile(r"@([^\W\d]\w*)")
#: An ``@`` whose name is put in later: before a placeholder, or at the end of a piece of text.
_AT_PLACEHOLDER = re.compile(r"(?<!\w)@[%{]")
_AT_END = re.compile(r"(?<!\w)@$")
_IDENTIFIER = re.compile(r"(?<![.\w'\"])[^\W\d]\w*")


def at_names(text: str) -> list[str]:
    """The names that follow an ``@``, as in ``a > @limit``."""
    return _AT_NAME.findall(text) if "@" in text else []


def identifiers_in(text: str) -> list[str]:
    """Every word of a text that may be the name of a variable."""
    return _IDENTIFIER.findall(text)


def formula_names(text: str) -> list[str]:
    """The words of a formula, such as ``y ~ x + log(z)``; nothing in other texts."""
    return identifiers_in(text) if "~" in text and len(text) < LONGEST_TEXT else []


def is_computed(node: ast.expr) -> bool:
    """Whether a text puts the name behind an ``@`` in later."""
    match node:
        case ast.Constant(value=str(text)):
            return "@" in text and bool(_AT_PLACEHOLDER.search(text))
        case ast.JoinedStr(values=parts):
            return any(map(_ends_at, parts[:-1]))
        case ast.BinOp(left=left, op=ast.Add()):
            return _ends_at(left)
        case _:
            return False


def _ends_at(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(_AT_END.search(text))
        case _:
            return False
