"""Expressions that get a variable of their own, on the lines of the cell that they stand on."""

from __future__ import annotations

import ast


def segment(lines: list[bytes], node: ast.expr) -> str | None:
    """The text of an expression."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    start, end = node.col_offset, node.end_col_offset
    if last >= len(lines) or end is None:
        return None
    if first == last:
        return lines[first][start:end].decode(errors="replace")
    middle = lines[first + 1 : last]
    return b"\n".join([lines[first][start:], *middle, lines[last][:end]]).decode(errors="replace")


def says(text: str, node: ast.expr) -> bool:
    """Whether the text is that of the node: places inside f-strings are not always right."""
    try:
        return ast.dump(ast.parse(f"({text})", mode="eval").body) == ast.dump(node)
    except (SyntaxError, ValueError):
        return False


def _stands_alone(text: str) -> bool:
    """Whether an expression needs no brackets around it to go over its lines."""
    try:
        return len(ast.parse(f"x = {text}").body) == 1
    except SyntaxError:
        return False


def append(lines: list[bytes], statement: ast.stmt, text: str) -> None:
    """Puts another statement behind one, on its last line."""
    last, end = (statement.end_lineno or statement.lineno) - 1, statement.end_col_offset or 0
    lines[last] = lines[last][:end] + f"; {text}".encode() + lines[last][end:]


def lift(lines: list[bytes], statement: ast.stmt, picked: list[tuple[ast.expr, str]]) -> None:
    """Puts assignments before a statement, on its lines, and the names in their place."""
    assignments = []
    for node, name in picked:
        text = segment(lines, node) or ""
        assignments.append(f"{name} = {text if _stands_alone(text) else f'({text})'}; ")
    for node, name in reversed(picked):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        rest = lines[last][node.end_col_offset :]
        lines[first] = lines[first][: node.col_offset] + name.encode() + rest
        # The lines of the expression now stand before the statement.
        del lines[first + 1 : last + 1]
    first, start = statement.lineno - 1, statement.col_offset
    head = "".join(assignments).encode().split(b"\n")
    head[0] = lines[first][:start] + head[0]
    head[-1] += lines[first][start:]
    lines[first : first + 1] = head
