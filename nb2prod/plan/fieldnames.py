"""Names for the fields of the fitted state, from the expressions that they come from."""

from __future__ import annotations

import ast

from nb2prod.analysis.scopes import BUILTINS
from nb2prod.plan.naming import fresh, slug

#: Calls that give the same in another form.
_SEQUENCES = ("set", "list", "sorted", "tuple", "frozenset")


def numbered(wanted: str, taken: set[str]) -> str:
    """The name with the first number that makes it free."""
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def words(text: str, last: str = "") -> str:
    """A name for what an expression gives: the columns in it, and what is done to them."""
    tree = ast.parse(f"({text})", mode="eval")
    match tree.body:
        case ast.Call(func=ast.Name(id=name), args=[given], keywords=[]) if name in _SEQUENCES:
            return words(ast.unparse(given), last)
    columns = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    done = last
    if not done:
        match tree.body:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="fit")):
                done = owner  # a method that gives its object
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                done = name
            case ast.Subscript(value=ast.Call(func=ast.Attribute(attr=name))):
                done = name
            case ast.Attribute(attr=name):
                done = name
            case _:
                done = "value"
    done = slug("".join(f"_{c}" if c.isupper() else c for c in done).replace("_", " "))
    name = slug(" ".join([*columns[:2], done.replace("_", " ")])) or "value"
    return fresh(name, BUILTINS)


def grouped_words(text: str) -> str:
    """A name for what groups have in common: their columns, and what is computed."""
    call = ast.parse(f"({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    done = next(iter(call.args), None)
    match done:
        case ast.Constant(value=str(word)) | ast.Attribute(attr=word):
            return words(ast.unparse(call.func), f"by_group_{word}")
        case _:
            return words(ast.unparse(call.func), "by_group")
