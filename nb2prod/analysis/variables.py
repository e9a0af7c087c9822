"""Where each global name is bound and where it is read, for readers who follow a variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from nb2prod.analysis.code import Code

#: Number of a cell, and a line of it.
Line: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with its lines, in notebook order."""

    name: str
    bindings: tuple[Line, ...]
    uses: tuple[Line, ...]


def variables(code: Code) -> tuple[Variable, ...]:
    """The names that the program binds, in the order in which it first does."""
    bound: dict[str, set[Line]] = {}
    for name, line in _bindings(code):
        bound.setdefault(name, set()).add(line)
    read: dict[str, set[Line]] = {}
    for name, line in _uses(code):
        if name in bound:
            read.setdefault(name, set()).add(line)
    return tuple(
        Variable(name, tuple(sorted(lines)), tuple(sorted(read.get(name, ()))))
        for name, lines in sorted(bound.items(), key=lambda item: (min(item[1]), item[0]))
    )


def _bindings(code: Code) -> Iterator[tuple[str, Line]]:
    for number, bind in code.flow.defs.values():
        yield bind.name, _line(code, number, bind.place[0])
    for capture in code.flow.captures:
        for name, places in capture.closure.writes.items():
            for place in places:
                yield name, _line(code, capture.statement, place[0])


def _uses(code: Code) -> Iterator[tuple[str, Line]]:
    for use in code.flow.uses:
        if not use.read.deleted:
            yield use.read.name, _line(code, use.statement, use.read.place[0])
    for capture in code.flow.captures:
        for name, places in capture.closure.reads.items():
            for place in places:
                yield name, _line(code, capture.statement, place[0])


def _line(code: Code, statement: int, line: int) -> Line:
    return code.statements[statement].cell.number, line
