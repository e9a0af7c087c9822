"""Calls that look variables up by the names in a string: queries and evaluated expressions."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.analysis.literals import string_of
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import Scope
from nb2prod.analysis.strings import at_names, identifiers_in

#: Functions that look names up in the frame that calls them.
_EVALUATORS = frozenset("pandas.eval numexpr.evaluate".split())
_EVALUATING_MODULES = frozenset("pd pandas ne numexpr".split())
#: What `DataFrame.query` and `DataFrame.eval` take beside the text; other methods of the name differ.
_QUERY_OPTIONS = frozenset("inplace engine parser target level resolvers".split())


@dataclass(frozen=True, slots=True)
class Query:
    """A call such as ``df.query("a > @limit")``."""

    #: Every variable that the string names.
    names: tuple[str, ...]
    #: In a function, comprehension or class: there only that scope's own variables are found.
    inner: bool
    #: The text is known; else these are all the globals that it may name.
    known: bool = True


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a call with a string looks up by name."""

    #: Every variable that the string names, or may name.
    names: frozenset[str]
    #: Those that are sure to be read.
    sure: frozenset[str]
    #: Those that are only read where the call stands, not with the variable that holds the text.
    fresh: frozenset[str]
    #: The text is known.
    known: bool
    #: The text may name any variable at all.
    anything: bool


def lookup(node: ast.Call, names: ProgramNames, scope: Scope) -> Lookup | None:
    """The variables that a query or an evaluated expression names; None for other calls."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else None
    path = dotted(node.func, names.imports)
    from_frame = path in _EVALUATORS or (
        method in ("eval", "evaluate")
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in _EVALUATING_MODULES
    )
    if not node.args or not (from_frame or method in ("query", "eval", "evaluate")):
        return None
    text = string_of(node.args[0])
    known = _is_known(node.args[0], names)
    if text is None and isinstance(node.args[0], ast.Name):
        held = names.constants.get(node.args[0].id)
        text = string_of(held) if held is not None else None
        known = text is not None
    spelled = frozenset(identifiers_in(text or "") if from_frame else at_names(text or ""))
    if from_frame:
        spelled &= names.bound
    unknown = not known and (from_frame or _is_query(node, method))
    possible: frozenset[str] = frozenset()
    if unknown:
        possible = (names.worded if from_frame else names.queried) - spelled
        possible = frozenset(filter(scope.sees_global, possible))
    # Where a variable holds the text, reading it has read what the text names.
    in_variable = isinstance(node.args[0], ast.Name) and not from_frame
    return Lookup(
        names=spelled | possible,
        sure=frozenset() if from_frame else spelled,
        fresh=possible if in_variable else spelled | possible,
        known=known,
        anything=unknown and names.computed and not from_frame,
    )


def _is_query(node: ast.Call, method: str | None) -> bool:
    """Whether a method with a text that is not known can be a query, judged by its form."""
    options = {keyword.arg for keyword in node.keywords}
    return method != "evaluate" and len(node.args) == 1 and options <= _QUERY_OPTIONS


def _is_known(node: ast.expr, names: ProgramNames) -> bool:
    """Whether a text is written out, but for values in it that are no text themselves."""
    match node:
        case ast.Constant():
            return True
        case ast.JoinedStr(values=parts):
            return all(
                isinstance(part, ast.Constant)
                or isinstance(part, ast.FormattedValue)
                and (part.format_spec is not None or _is_number(part.value, names))
                for part in parts
            )
        case _:
            return False


def _is_number(node: ast.expr, names: ProgramNames) -> bool:
    match node:
        case ast.Name(id=name):
            node = names.constants.get(name, node)
        case _:
            pass
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)
