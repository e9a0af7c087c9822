"""A notebook's statements, run with one of its tables followed as its raw rows."""

from __future__ import annotations

import ast
from typing import Any, Collection, Dict, FrozenSet, List, NamedTuple, Sequence, Tuple

#: Calls of the notebook's own functions that are followed inside.
_INSIDE = 8


class Tools(NamedTuple):
    """The modules that lie beside this package; whoever loads them hides them from the notebook."""

    bindingtime: Any
    alignment: Any
    seeds: Any
    typenames: Any
    rowchoice: Any
    capture: Any
    rowschema: Any


class Refused(Exception):
    """Why no rows can be predicted: what, and where that was seen."""

    def __init__(self, text: str, statement: int = -1, line: int = 0) -> None:
        super().__init__(text)
        self.text, self.statement, self.line = text, statement, line


class Look(NamedTuple):
    """A run with a source followed, and a variable that holds predictions of its rows."""

    run: Any
    source: Any
    name: str


class Taught(NamedTuple):
    """A run with a source followed that the model learns from, where its rows are others."""

    run: Any
    source: Any


class Program(object):
    """Runs the statements of a request, each time anew."""

    def __init__(self, request: Dict[str, Any], tools: Tools) -> None:
        self._request, self._tools = request, tools
        #: (number, text of its cell, syntax) of each statement.
        self._statements: List[Tuple[int, str, ast.stmt]] = []
        for number, text, position in request["statements"]:
            self._statements.append((number, text, ast.parse(text).body[position]))
        self.numbered = [(number, node) for number, _, node in self._statements]

    def text(self, number: int) -> str:
        """A statement on one line, as far as it goes there."""
        _, cell, node = next(s for s in self._statements if s[0] == number)
        return " ".join((ast.get_source_segment(cell, node) or "").split())[:80]

    def over(
        self, choices: Sequence[Sequence[int]], source: Any, target: Sequence[Any], name: str
    ) -> Any:
        """The program over choices of rows; once more, where it told what more is to be known."""

        def is_known(ran: Any) -> bool:
            return name in ran.facts and ran.facts[name].kind == "rows"

        both, followed = True, []  # type: bool, List[Any]
        ran = self.ran(choices, source, target, both=both)
        if ran.gets_both and not is_known(ran):  # as wholes, they may be known row by row
            both = False
            ran = self.ran(choices, source, target)
        if ran.unfollowed and not is_known(ran):
            followed = ran.unfollowed
            ran = self.ran(choices, source, target, followed)
        opened = _opened(ran)
        return self.ran(choices, source, target, followed, opened, both) if opened else ran

    def ran(
        self,
        choices: Sequence[Sequence[int]],
        source: Any,
        target: Sequence[Any],
        followed: Sequence[Any] = (),
        opened: Collection[Any] = (),
        both: bool = False,
    ) -> Any:
        """The program, on all rows and on the chosen ones; anew for each call that is followed inside."""
        inside: List[Any] = [*followed]
        for _ in range(_INSIDE):
            try:
                return self._once(choices, source, target, inside, opened, both)
            except self._tools.bindingtime.Inside as call:
                inside.append(call.args)
        return self._once(choices, source, target, inside, opened, both, asking=False)

    def _once(
        self,
        choices: Sequence[Sequence[int]],
        source: Any,
        target: Sequence[Any],
        inside: Any,
        opened: Collection[Any],
        both: bool,
        asking: bool = True,
    ) -> Any:
        self._tools.seeds.seed()
        interpreter = self._tools.bindingtime.Interpreter(
            self._tools.alignment, choices, source, target, inside, asking, opened, both
        )
        for text in self._request["imports"]:
            interpreter.imported(text)
        for number, text, node in self._statements:
            try:
                interpreter.ran(number, text, node)
            except self._tools.bindingtime.Unfollowed as error:
                raise Refused(error.args[0], number, getattr(error.args[1], "lineno", 0)) from None
            if number == self._request["until"]:
                break
        return interpreter.run


def _opened(ran: Any) -> FrozenSet[Any]:
    """The calls that make columns of the values of predicted rows, where the model knows other rows.

    The model may know values that these rows lack: where they are served, new values get columns, too, and the
    notebook chooses among them.
    """
    trained = [x.table.rows for _, x, _ in ran.fitted_to if x.table.rows is not None]
    model = {row for row in trained[-1] if row >= 0} if trained else set()
    elsewhere = not trained and ran.fitted_elsewhere
    found = [(e.spot, {*e.rows.tolist()}) for e in ran.expanded if trained or elsewhere]
    return frozenset(s for s, rows in found if (not model <= rows if trained else -1 not in rows))
