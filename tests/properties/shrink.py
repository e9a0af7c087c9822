"""Makes a failing program small: parts go while the notebook runs and the failure stays."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from .capture import is_plain
from .notebooks import Cell, Program
from .reference import NotebookError, run_notebook

Fails = Callable[[Program], bool]


def shrink(program: Program, fails: Fails) -> Program:
    """A program that fails as well, from which no cell, no statement and no line can be taken."""
    while True:
        start, before = 0, program
        while found := _first(program, fails, start):
            start, program = found
        if program is before:
            return program


def _first(program: Program, fails: Fails, start: int) -> tuple[int, Program] | None:
    """The first smaller program that fails, from this place in the list of candidates on."""
    for place, candidate in enumerate(_changed(program)):
        if place >= start:
            smaller = _runnable(candidate)
            if smaller is not None and fails(smaller):
                return place, smaller
    return None


def _changed(program: Program) -> Iterator[Program]:
    return (
        smaller
        for smaller in _smaller(program)
        if smaller.cells != program.cells or smaller.outputs != program.outputs
    )


def _runnable(program: Program) -> Program | None:
    """The program with the outputs that it still has; `None` when it doesn't run as a notebook."""
    try:
        names = run_notebook(program.cells)
    except NotebookError:
        return None
    outputs = tuple(name for name in program.outputs if name in names and is_plain(names[name]))
    return replace(program, outputs=outputs) if outputs else None


def _smaller(program: Program) -> Iterator[Program]:
    if len(program.outputs) > 1:
        for size in (len(program.outputs) // 2 or 1, 1):
            for start in range(0, len(program.outputs), size):
                left = program.outputs[:start] + program.outputs[start + size :]
                if left:
                    yield replace(program, outputs=left)
    cells = program.cells
    for size in (8, 4, 2, 1):
        for start in range(0, len(cells), size):
            yield replace(program, cells=cells[:start] + cells[start + size :])
    for index, cell in enumerate(cells):
        for source in _shorter(cell.source):
            yield replace(program, cells=_with(cells, index, replace(cell, source=source)))
        if cell.heading is not None:
            yield replace(program, cells=_with(cells, index, replace(cell, heading=None)))
        if cell.tag is not None and cell.tag != cell.role:
            yield replace(program, cells=_with(cells, index, replace(cell, tag=cell.role)))
    for index, (one, two) in enumerate(pairwise(cells)):
        if (
            one.role == two.role
            and one.tag is not None
            and two.tag is not None
            and one.helper == two.helper
        ):
            joined = replace(one, source=f"{one.source}\n{two.source}")
            yield replace(program, cells=(*cells[:index], joined, *cells[index + 2 :]))


def _with(cells: tuple[Cell, ...], index: int, cell: Cell) -> tuple[Cell, ...]:
    return (*cells[:index], cell, *cells[index + 1 :])


def _shorter(source: str) -> Iterator[str]:
    """The cell without a statement or a line, without a block's frame, with a plainer value."""
    lines, tree = source.split("\n"), _parsed(source)
    nodes = list(ast.walk(tree))
    spans = {(n, n + 1) for n in range(len(lines))}
    spans |= {
        _lines(n) for n in nodes if isinstance(n, (ast.stmt, ast.ExceptHandler, ast.match_case))
    }
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        yield "\n".join(lines[:start] + lines[end:])
    for node in nodes:
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and body:
            (start, end), (first, last) = (
                _lines(node),
                (
                    _lines(body[0])[0],
                    _lines(body[-1])[1],
                ),
            )
            indent = body[0].col_offset - node.col_offset
            inner = [line[indent:] for line in lines[first:last]]
            yield "\n".join(lines[:start] + inner + lines[end:])
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.Return, ast.Expr)) and node.value is not None:
            yield from (_put(lines, node.value, plain) for plain in ("1", "[1]"))
        if isinstance(node, (ast.BinOp, ast.Call, ast.IfExp, ast.Compare)):
            yield from (_put(lines, node, part) for part in ast.iter_child_nodes(node))


def _parsed(source: str) -> ast.Module:
    """The cell's tree, with `pass` for magics and shell lines; an empty one where that fails."""
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", source))
    except SyntaxError:
        return ast.Module([], [])


_MAGIC = re.compile(r"^([ \t]*)(?:[%!?].*|[\w, ]+= *[%!].*|\S+\?)$", re.MULTILINE)


def _put(lines: list[str], old: ast.expr, new: str | ast.AST) -> str:
    """The text with another expression at this place; the same text where that is too much."""
    text = new if isinstance(new, str) else ast.unparse(new)
    line, end = old.lineno - 1, (old.end_lineno or old.lineno) - 1
    head = lines[line].encode()[: old.col_offset].decode()
    tail = lines[end].encode()[old.end_col_offset or 0 :].decode()
    put = head + text + tail
    worth = len(put) < len("\n".join(lines[line : end + 1]))
    return "\n".join([*lines[:line], put, *lines[end + 1 :]] if worth else lines)


def _lines(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> tuple[int, int]:
    """The lines that a statement, handler or case takes, from 0, the end excluded."""
    start = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    end = node.body[-1].end_lineno if isinstance(node, ast.match_case) else node.end_lineno
    decorators = getattr(node, "decorator_list", [])
    return (min([start, *(d.lineno for d in decorators)]) - 1, end or start)
