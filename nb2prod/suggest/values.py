"""The values that flow between cells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from nb2prod.analysis.code import Code
from nb2prod.analysis.events import UNBOUND
from nb2prod.suggest.cells import Cell
from nb2prod.suggest.signs import Sign


class Values:
    """Which cell uses what another one computes."""

    def __init__(self, code: Code, cells: Sequence[Cell]) -> None:
        self._gives: dict[int, set[int]] = {}
        self._users: dict[int, set[int]] = {}
        self._imports: dict[int, set[int]] = {}
        self._viewers: dict[int, set[int]] = {}
        self._reading: set[int] = set()
        showing = {
            step.position
            for cell in cells
            for step in cell.steps
            if step.strongest.sign is Sign.SHOW
        }
        number_of = [statement.cell.number for statement in code.statements]
        flow = code.flow
        by_name: dict[str, set[int]] = {}
        for definition, (at, bind) in flow.defs.items():
            held = self._imports if bind.how == "import" else self._gives
            held.setdefault(number_of[at], set()).add(definition)
            if bind.how != "import":
                by_name.setdefault(bind.name, set()).add(definition)
        for at, facts in enumerate(code.facts):
            changed = facts.mutates | _shuffled(code.statements[at].node)
            for name in changed:
                self._gives.setdefault(number_of[at], set()).update(flow.before(at, name))
        for use in flow.uses:
            number = number_of[use.statement]
            if use.statement not in showing:
                self._note(number, use.reach)
            else:
                for definition in use.reach:
                    self._viewers.setdefault(definition, set()).add(number)
        for capture in flow.captures:
            own = self._gives.get(number_of[capture.statement], set())
            for name, reach in capture.reach.items():
                if any(flow.defs[d][1].how == "assign" for d in reach - own - {UNBOUND}):
                    self._reading.add(number_of[capture.statement])
                late = UNBOUND in reach
                self._note(
                    number_of[capture.statement], by_name.get(name, set()) if late else reach
                )

    def _note(self, cell: int, definitions: Iterable[int]) -> None:
        for definition in definitions:
            self._users.setdefault(definition, set()).add(cell)

    def users(self, cell: int) -> set[int]:
        """Cells that read what a cell binds or changes, other than to show it."""
        return self._using(cell, self._gives.get(cell, set()))

    def is_viewed(self, cell: int) -> bool:
        """Whether any other cell reads what a cell binds, and be it to show it."""
        given = self._gives.get(cell, set()) - {UNBOUND}
        viewers = set().union(*(self._viewers.get(definition, set()) for definition in given))
        return bool(self.users(cell) | viewers - {cell})

    def reads_data(self, cell: int) -> bool:
        """Whether functions of a cell read variables of other cells."""
        return cell in self._reading

    def users_of_imports(self, cell: int) -> set[int]:
        """Cells that use what a cell imports, other than to show something."""
        return self._using(cell, self._imports.get(cell, set()))

    def _using(self, cell: int, given: set[int]) -> set[int]:
        users = (self._users.get(definition, set()) for definition in given - {UNBOUND})
        return set().union(*users) - {cell}


def _shuffled(node: ast.stmt) -> frozenset[str]:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="shuffle"), args=[ast.Name(id=name)])):
            return frozenset((name,))
        case _:
            return frozenset()
