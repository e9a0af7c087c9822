"""What to run of a notebook, and where to look: its pieces of one role, with the stage boundaries."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from nb2prod.analysis.program import Source, Statement
from nb2prod.plan.package import PackagePlan


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of lines of one cell that have one role, as the kernel is to run them."""

    cell: int
    cell_id: str
    #: Where it starts in its cell, from 1.
    line: int
    source: str
    #: Where each line of the source stands in its cell.
    lines: tuple[int, ...]
    #: The stages that end with it: the function and the names of its results.
    boundaries: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def below(self, count: int) -> int:
        """The line of its cell that is that far below its first statement.

        Kernels count from there: IPython drops the empty lines that a cell begins with.
        """
        texts = [text.strip() for text in self.source.split("\n")]
        first = next((n for n, text in enumerate(texts) if text and text[0] != "#"), 0)
        return self.lines[min(first + count, len(self.lines) - 1)]


def pieces(plan: PackagePlan) -> tuple[Piece, ...]:
    """The tagged program in notebook order, with what is taken over from untagged cells."""
    last: dict[tuple[int, int], list[tuple[str, tuple[str, ...]]]] = {}
    for stage in plan.stages:
        end = max(
            (plan.code.statements[number] for number in stage.statements),
            key=lambda statement: statement.index,
        )
        names = tuple(n for n in stage.interface.outputs if n not in plan.storage.state)
        last.setdefault(_place(end), []).append((stage.function, names))
    found: list[Piece] = []
    for source in plan.sources:
        found += _of_cell(source, plan)
    return tuple(replace(p, boundaries=tuple(last.get((p.cell, p.line), ()))) for p in found)


def _of_cell(source: Source, plan: PackagePlan) -> list[Piece]:
    taken = [
        statement
        for statement in plan.code.statements
        if statement.cell.number == source.cell.number and not _is_shipped(statement)
    ]
    lines = (source.python if source.shown else source.cell.source).split("\n")
    starts = [span.line for span in source.spans]
    found: list[Piece] = []
    for span, end in zip(source.spans, [*starts[1:], len(lines) + 1], strict=True):
        if span.role is not None and span.role.shipped:
            text = "\n".join(lines[span.line - 1 : end - 1])
            own = tuple(range(span.line, end))
            found.append(Piece(source.cell.number, source.cell.id, span.line, text, own))
    if not found and taken:
        texts = [ast.unparse(statement.node) for statement in taken]
        own = tuple(
            statement.line
            for statement, text in zip(taken, texts, strict=True)
            for _ in text.split("\n")
        )
        found.append(Piece(source.cell.number, source.cell.id, 1, "\n".join(texts), own))
    return found


def _is_shipped(statement: Statement) -> bool:
    """Whether its own lines have a role; else it was taken over."""
    spans = [span for span in statement.source.spans if span.line <= statement.line]
    return bool(spans) and spans[-1].role is not None and spans[-1].role.shipped


def _place(statement: Statement) -> tuple[int, int]:
    """The piece that holds a statement: its cell, and the line where the piece starts."""
    spans = [span.line for span in statement.source.spans if span.line <= statement.line]
    return statement.cell.number, spans[-1] if spans else 1
