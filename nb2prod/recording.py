"""What to run of a notebook, and where to look: its pieces of one role, with the stage boundaries."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    #: Calls that may have effects, by how far below the first statement they stand, each with the
    #: variables that would show it.
    asked: Mapping[int, list[str]] = field(default_factory=dict)

    def below(self, count: int) -> int:
        """The line of its cell that is that far below its first statement.

        Kernels count from there: IPython drops the empty lines that a cell begins with.
        """
        return self.lines[min(self._first + count, len(self.lines) - 1)]

    def asking(self, calls: Mapping[int, list[str]]) -> Piece:
        """With the questions about its calls; these are by their lines in the cell."""
        places = {line: at - self._first for at, line in enumerate(self.lines)}
        return replace(self, asked={places[n]: calls[n] for n in calls if n in places})

    @property
    def _first(self) -> int:
        texts = [text.strip() for text in self.source.split("\n")]
        return next((n for n, text in enumerate(texts) if text and text[0] != "#"), 0)


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
    held: dict[int, list[Statement]] = {}
    for statement in plan.code.statements:
        held.setdefault(statement.cell.number, []).append(statement)
    found = (
        p for source in plan.sources for p in _of_cell(source, held.get(source.cell.number, []))
    )
    calls = doubtful_calls(plan)
    return tuple(
        replace(p, boundaries=tuple(last.get((p.cell, p.line), ()))).asking(calls.get(p.cell, {}))
        for p in found
    )


def doubtful_calls(plan: PackagePlan) -> dict[int, dict[int, list[str]]]:
    """Calls of the notebook's own functions whose values nobody takes, by cell and line.

    They are in the package for what else they may do; each with the variables that it may change.
    """
    reads: dict[str, set[str]] = {}
    captures = plan.code.captures()
    for number, statement in enumerate(plan.code.statements):
        if isinstance(statement.node, ast.FunctionDef):
            own = reads.setdefault(statement.node.name, set())
            for closure in captures.get(number, ()):
                own.update(closure.reads, closure.writes)
    # Of several statements in a line nobody could tell which one is meant.
    together = Counter((s.cell.number, s.line) for s in plan.code.statements)
    found: dict[int, dict[int, list[str]]] = {}
    for stage in plan.stages:
        for number in stage.statements:
            statement = plan.code.statements[number]
            match statement.node:
                case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if (
                    name in reads and together[statement.cell.number, statement.line] == 1
                ):
                    names = {n.id for n in ast.walk(statement.node) if isinstance(n, ast.Name)}
                    lines = found.setdefault(statement.cell.number, {})
                    lines[statement.line] = _reached(names, reads)
                case _:
                    pass
    return found


def _reached(names: set[str], reads: Mapping[str, set[str]]) -> list[str]:
    """The names, and what the functions among them read and write."""
    pending, reached = list(names), set[str]()
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += reads.get(name, ())
    return sorted(reached)


def _of_cell(source: Source, statements: Sequence[Statement]) -> Iterator[Piece]:
    """Its lines that have a role, and those of its statements that are taken over from the others."""
    cell = source.cell
    text = (source.python if source.shown else cell.source).split("\n")
    starts = [span.line for span in source.spans]
    for span, end in zip(source.spans, [*starts[1:], len(text) + 1], strict=True):
        if span.role is not None and span.role.shipped:
            code, lines = text[span.line - 1 : end - 1], [*range(span.line, end)]
        else:
            taken = [s for s in statements if span.line <= s.line < end]
            written = [(line, s.line) for s in taken for line in ast.unparse(s.node).split("\n")]
            code, lines = [line for line, _ in written], [at for _, at in written]
        # Kernels are not asked to run what holds nothing.
        if any(line.strip() for line in code):
            yield Piece(cell.number, cell.id, span.line, "\n".join(code), tuple(lines))


def _place(statement: Statement) -> tuple[int, int]:
    """The piece that holds a statement: its cell, and the line where the piece starts."""
    spans = [span.line for span in statement.source.spans if span.line <= statement.line]
    return statement.cell.number, spans[-1] if spans else 1
