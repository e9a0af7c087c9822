"""The interpreter as a whole."""

from __future__ import annotations

import ast
from typing import Any, Collection, Optional, Sequence

from .draws import Draws
from .expressions import Expressions
from .facts import Record, Value
from .functions import Functions
from .judgement import Judgement
from .run import Run, Spot
from .sources import Source
from .statements import Statements


class Interpreter(object):
    """Runs statements on all rows of a table and on choices of them.

    ``choices`` are raw rows by position, ``source`` is the expression that gives the raw rows, ``target``
    names their columns that only training has, ``inside`` the calls that are followed inside, and ``opened``
    those that make columns of values, of new ones, too. ``both`` follows functions inside that get rows of
    another file together with those.
    """

    def __init__(
        self,
        alignment: Any,
        choices: Sequence[Sequence[int]],
        source: Optional[Source],
        target: Sequence[str],
        inside: Sequence[Spot] = (),
        asking: bool = True,
        opened: Collection[Spot] = (),
        both: bool = False,
    ) -> None:
        self.run = Run(alignment, choices, source, target, opened)
        judgement = Judgement(self.run, self._value)
        functions = Functions(self.run, inside, self._inner, asking=asking, both=both)
        self._expressions = Expressions(self.run, judgement, functions)
        self._statements = Statements(self.run, judgement, self._expressions, functions)

    def ran(self, number: int, text: str, node: ast.stmt) -> None:
        """Runs one statement of a cell whose text this is."""
        self.run.number, self.run.text, self.run.node = number, text, node
        self.run.record, self.run.trained, self.run.bound = Record([]), set(), set()
        before = Draws(self.run.globals)
        self._statements.ran(node)
        record = self.run.records[number, node.lineno, node.col_offset]
        record.draws = list(Draws(self.run.globals).since(before))

    def imported(self, text: str) -> None:
        """Runs an import that no statement of the package needs; one that is cut short here may."""
        for space in self.run.spaces:
            exec(text, space)

    def _value(self, node: ast.expr) -> Value:
        """An expression inside a function that is written out."""
        return self._expressions.value(node)

    def _inner(self, node: ast.stmt) -> None:
        """A statement of a function's body."""
        self._statements.ran(node)
