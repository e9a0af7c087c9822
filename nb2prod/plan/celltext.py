"""The text of a cell by places in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from nb2prod.analysis.program import Source
from nb2prod.plan.chain import Span


class CellText:
    """A cell's text; columns count bytes, as `ast` does."""

    def __init__(self, source: Source) -> None:
        assert source.tree is not None
        self._lines = [line.encode() for line in source.python.split("\n")]
        self._inside_strings = inside_strings(source.tree)

    def at(self, span: Span) -> str:
        """The text of a place."""
        return self.replaced(span, ())

    def replaced(self, span: Span, changes: Iterable[tuple[Span, str]]) -> str:
        """The text of a place, with other texts at places inside it; without the indentation it had."""
        parts: list[str] = []
        line, column = span[:2]
        opening = self._lines[line - 1]
        indent = len(opening) - len(opening.lstrip())
        for (first, start, last, end), text in sorted(changes):
            parts += [self._between(line, column, first, start, indent), text]
            line, column = last, end
        return "".join([*parts, self._between(line, column, span[2], span[3], indent)])

    def rest_of_line(self, span: Span) -> str:
        """What stands behind a place on its last line."""
        return self._lines[span[2] - 1][span[3] :].decode()

    def _between(self, first: int, start: int, last: int, end: int, indent: int) -> str:
        texts = []
        for number in range(first, last + 1):
            line = self._lines[number - 1][: end if number == last else None]
            if number == first:
                line = line[start:]
            elif number not in self._inside_strings:
                line = line[min(indent, len(line) - len(line.lstrip())) :]
            texts.append(line.decode())
        return "\n".join(texts)


def inside_strings(tree: ast.AST) -> frozenset[int]:
    """The lines that begin inside a string."""
    return frozenset(
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        or isinstance(node, ast.Constant)
        and isinstance(node.value, str | bytes)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    )


def span_of(node: ast.AST) -> Span:
    """Where a part of a cell stands."""
    place: Any = node
    return place.lineno, place.col_offset, place.end_lineno, place.end_col_offset


def within(inner: Span, outer: Span) -> bool:
    """Whether a place lies in another one."""
    return inner[:2] >= outer[:2] and inner[2:] <= outer[2:]
