"""Indentation of Python's text that leaves the lines inside strings as they are."""

from __future__ import annotations

import ast

from nb2prod.plan.celltext import inside_strings


def indented(text: str, by: int = 4) -> str:
    """Statements further to the right."""
    inside = inside_strings(ast.parse(text))
    return "\n".join(
        line if not line.strip() or number in inside else " " * by + line
        for number, line in enumerate(text.split("\n"), start=1)
    )
