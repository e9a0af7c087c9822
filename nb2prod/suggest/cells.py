"""Cells as steps, each with its signs, and the job that they do."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from nb2prod.analysis.code import Code
from nb2prod.analysis.program import Program, Source, Statement
from nb2prod.roles import Role, role_at
from nb2prod.suggest.signs import JOBS, Clue, Sign
from nb2prod.suggest.statements import SignReader, last_name


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of a cell with its signs."""

    #: Its place in the code.
    position: int
    statement: Statement
    clues: tuple[Clue, ...]

    @property
    def strongest(self) -> Clue:
        return max(self.clues, key=lambda clue: clue.sign)

    @property
    def job(self) -> Role | None:
        """The job that it does for the cell's role: train, evaluate or predict."""
        role = JOBS.get(self.strongest.sign)
        if role is Role.EVALUATE and self._is_on_training_data():
            return None
        return role

    def _is_on_training_data(self) -> bool:
        """``model.score(X_train, y_train)`` says how training went."""
        for node in ast.walk(self.statement.node):
            if isinstance(node, ast.Call) and last_name(node.func) == "score" and node.args:
                return all("train" in ast.unparse(argument) for argument in node.args)
        return False


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell as steps."""

    number: int
    source: Source
    #: The role that it has already; of its first line.
    role: Role | None
    #: The statements that have no role yet, or all of them in a tagged cell.
    steps: tuple[Step, ...]

    @property
    def signs(self) -> frozenset[Sign]:
        return frozenset(clue.sign for step in self.steps for clue in step.clues)

    def clue(self, signs: Collection[Sign]) -> Clue | None:
        """The strongest clue of some signs; of equal ones the first."""
        found = [clue for step in self.steps for clue in step.clues if clue.sign in signs]
        return max(found, key=lambda clue: clue.sign, default=None)

    @property
    def job(self) -> Role | None:
        """The strongest job of its statements."""
        jobs = [step.job for step in self.steps]
        order = (Role.TRAIN, Role.EVALUATE, Role.PREDICT)
        return next((role for role in order if role in jobs), None)


def cells_of(program: Program, code: Code) -> tuple[Cell, ...]:
    """The code cells of a notebook."""
    signs = SignReader(code)
    steps: dict[int, list[Step]] = {}
    for position, statement in enumerate(code.statements):
        role = role_at(statement.source.spans, 1)
        # Imports that only translate IPython syntax say nothing about the cell.
        if statement.position >= 0 and (role or not statement.role):
            step = Step(position, statement, signs.of(statement.node))
            steps.setdefault(statement.cell.number, []).append(step)
    return tuple(
        Cell(
            source.cell.number,
            source,
            role_at(source.spans, 1),
            tuple(steps.get(source.cell.number, ())),
        )
        for source in program.sources
    )
