"""The concrete syntax of the notebook's cells, statement by statement, comments included."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from nb2prod.analysis.program import Source
from nb2prod.diagnostics import diagnostic
from nb2prod.notebook import NotebookError

_MARKER = re.compile(r"#\s*nb2prod:")
Line = cst.SimpleStatementLine | cst.BaseCompoundStatement


@dataclass(frozen=True, slots=True)
class CellSyntax:
    """One cell: its statements in the order of its `ast` body, each on lines of its own."""

    statements: tuple[Line, ...]
    #: Comments behind the last statement.
    footer: tuple[cst.EmptyLine, ...]
    _module: cst.Module
    _ascii: bool
    _lines: tuple[str, ...]

    def positions(self) -> Mapping[cst.CSTNode, CodeRange]:
        """Where every node stands; costly, so only asked for where something is rewritten."""
        wrapper = MetadataWrapper(self._module, unsafe_skip_copy=True)
        return wrapper.resolve(PositionProvider)

    def place(self, place: tuple[int, int]) -> tuple[int, int]:
        """A place that `ast` counts in bytes, in characters."""
        if self._ascii:
            return place
        line, column = place
        return line, len(self._lines[line - 1].encode()[:column].decode())


def cell_syntax(source: Source) -> CellSyntax:
    """Parses a cell that `ast` has parsed before."""
    try:
        module = cst.parse_module(source.python)
    except cst.ParserSyntaxError as error:
        cell, line = source.cell, error.raw_line
        message = "Python reads this cell, but its layout can't be taken over"
        hint = "Write the statement in another way, without parentheses around a target."
        raise NotebookError(
            diagnostic("NB201", message, hint=hint, cell=cell.number, cell_id=cell.id, line=line)
        ) from None
    statements: list[Line] = []
    for number, node in enumerate(module.body):
        lines: list[Line] = (
            _small_lines(node) if isinstance(node, cst.SimpleStatementLine) else [node]
        )
        if number == 0:
            header = [line for line in module.header if not _is_coding(line)]
            lines[0] = lines[0].with_changes(leading_lines=[*header, *lines[0].leading_lines])
        statements += lines
    footer = module.footer if module.body else [*module.header, *module.footer]
    return CellSyntax(
        tuple(statements),
        tuple(comments(footer)),
        module,
        source.python.isascii(),
        tuple(source.python.split("\n")),
    )


def comments(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Lines without role markers, and without blank ones around them."""
    kept = [line for line in lines if not (line.comment and _MARKER.match(line.comment.value))]
    while kept and kept[0].comment is None:
        kept.pop(0)
    while kept and kept[-1].comment is None:
        kept.pop()
    return kept


def leading(node: Line) -> list[cst.EmptyLine]:
    """The comment lines above a statement."""
    return comments(node.leading_lines)


def detached(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Of the lines above a statement, the comments that a blank line sets apart from it."""
    return comments(lines[: _last_blank(lines) + 1])


def attached(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Of the lines above a statement, the comments directly above it."""
    return comments(lines[_last_blank(lines) + 1 :])


def _last_blank(lines: Sequence[cst.EmptyLine]) -> int:
    return max((n for n, line in enumerate(lines) if line.comment is None), default=-1)


def _small_lines(line: cst.SimpleStatementLine) -> list[Line]:
    """``a = 1; b = 2`` as two lines."""
    if len(line.body) == 1:
        return [_without_semicolon(line, line.body[0])]
    lines: list[Line] = []
    for number, small in enumerate(line.body):
        first, last = number == 0, number == len(line.body) - 1
        alone = _without_semicolon(line, small)
        lines.append(
            alone.with_changes(
                leading_lines=line.leading_lines if first else (),
                trailing_whitespace=line.trailing_whitespace if last else cst.TrailingWhitespace(),
            )
        )
    return lines


def _without_semicolon(
    line: cst.SimpleStatementLine, small: cst.BaseSmallStatement
) -> cst.SimpleStatementLine:
    if isinstance(small.semicolon, cst.MaybeSentinel):
        return line.with_changes(body=[small]) if len(line.body) > 1 else line
    # Only the statement node is new; its children stay, and so do their positions.
    return line.with_changes(body=[small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])


def _is_coding(line: cst.EmptyLine) -> bool:
    return bool(line.comment and re.match(r"#.*coding[:=]|#!", line.comment.value))
