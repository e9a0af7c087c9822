"""A role for each cell: what it does, and whether and where its values are used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.code import Code
from nb2prod.analysis.events import UNBOUND
from nb2prod.notebook import Notebook
from nb2prod.roles import Role
from nb2prod.suggest.cells import Cell
from nb2prod.suggest.headings import headings_of
from nb2prod.suggest.signs import JOBS, PREPARING, REASONS, SETTING_UP, Clue, Sign, said
from nb2prod.suggest.values import Values

_OPTION_MAGICS = re.compile(
    r"^\s*[%!]\s*(matplotlib|config|load_ext|autoreload|pip|conda|pylab|env)\b|^\s*pip\s+install",
    re.M,
)
_ENDS = frozenset((Role.TRAIN, Role.EVALUATE, Role.PREDICT))


def roles_of(notebook: Notebook, code: Code, cells: Sequence[Cell]) -> dict[int, tuple[Role, str]]:
    """A role with its reason for each cell, by its number."""
    return _Judge(notebook, code, cells).roles()


class _Judge:
    """Decides for each cell, from the last to the first: what a cell is for shows later on."""

    def __init__(self, notebook: Notebook, code: Code, cells: Sequence[Cell]) -> None:
        self._cells = cells
        self._values = Values(code, cells)
        self._binds = code.binds()
        self._headings = headings_of(notebook)
        self._jobs = {cell.job for cell in cells} - {None}
        self._listed = _listed(notebook, code)
        self._after_model = self._reads_a_model()
        self._roles: dict[int, tuple[Role, str]] = {}

    def roles(self) -> dict[int, tuple[Role, str]]:
        """A role with its reason for each cell."""
        for cell in reversed(self._cells):
            if cell.role is not None:
                self._roles[cell.number] = cell.role, f"is tagged `{cell.role.value}`"
            else:
                self._roles[cell.number] = self._plain(cell) or self._working(cell)
        return self._roles

    # ------------------------------------------------------------------ cells that tell themselves
    def _plain(self, cell: Cell) -> tuple[Role, str] | None:
        signs = cell.signs
        if cell.source.tree is None:
            return Role.SKIP, "is no valid Python"
        if not cell.steps:
            if _OPTION_MAGICS.search(cell.source.cell.source):
                return Role.SETUP, "sets up the notebook with IPython commands"
            return Role.SKIP, "holds no Python code that does anything"
        if signs <= {Sign.SHOW}:
            return Role.SKIP, REASONS[Sign.SHOW]
        if signs == {Sign.IMPORT, Sign.SHOW} and not self._values.users_of_imports(cell.number):
            return Role.SKIP, REASONS[Sign.SHOW]
        if signs <= SETTING_UP | {Sign.SHOW, Sign.LITERAL} and signs & SETTING_UP:
            clue = cell.clue(SETTING_UP)
            only = clue is not None and clue.sign is Sign.IMPORT and Sign.LITERAL in signs
            return Role.SETUP, "imports, and sets constants" if only else said(clue)
        if signs <= {Sign.LITERAL, Sign.SHOW} and self._overridable(cell):
            return Role.PARAMETERS, said(cell.clue((Sign.LITERAL,)))
        if signs <= SETTING_UP | {Sign.DEFINE, Sign.SHOW, Sign.LITERAL} and Sign.DEFINE in signs:
            return self._definitions(cell)
        return None

    def _overridable(self, cell: Cell) -> bool:
        """Whether its names are constants by their spelling, or numbers and text bound once."""
        for step in cell.steps:
            match step.statement.node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    scalar = not isinstance(value, ast.List | ast.Dict | ast.Set | ast.Tuple)
                    if self._binds[name] > 1 or not (name.isupper() or scalar):
                        return False
                case ast.Assign():
                    return False
                case _:
                    pass
        return True

    def _definitions(self, cell: Cell) -> tuple[Role, str]:
        """Helpers go where they are used, if that is one stage."""
        clue = cell.clue((Sign.DEFINE,))
        users = self._live_users(cell)
        roles = {self._roles[number][0] for number in users}
        if len(roles) == 1 and not cell.signs & SETTING_UP:
            (role,) = roles
            return role, f"{said(clue)}, which only {role.value} cells use"
        if users and self._values.reads_data(cell.number):
            role = self._roles[min(users)][0]
            return role, f"{said(clue)}, which reads data and is first used in cell {min(users)}"
        return Role.SETUP, f"{said(clue)}, a helper of several stages" if users else said(clue)

    # ------------------------------------------------------------------ cells that work
    def _working(self, cell: Cell) -> tuple[Role, str]:
        users = self._live_users(cell)
        job = cell.job
        clue = cell.clue(JOBS) if job else None
        # Trying estimators out to choose one for a later cell belongs to training.
        trying = clue is not None and clue.sign is Sign.VALIDATE and Sign.BUILD in cell.signs
        if trying and any(self._roles[number][0] is Role.TRAIN for number in users):
            return Role.TRAIN, f"{said(clue)}, and a later cell trains with the outcome"
        seen = job is not Role.PREDICT and self._values.is_viewed(cell.number)
        seen |= cell.number in self._listed
        if job and (users or seen or not self._superseded(cell, job, trying=trying)):
            return job, said(next(c for c in self._telling(cell, job)))
        if job:
            return Role.SKIP, f"{said(clue)}, but no later cell uses the outcome"
        if not users:
            return self._unused(cell)
        first = min(users)
        role = self._roles[first][0]
        if Sign.BUILD in cell.signs and not cell.signs & PREPARING - {Sign.COMPUTE}:
            return role, f"{said(cell.clue((Sign.BUILD,)))} for cell {first}"
        fresh = cell.signs & {Sign.LOAD, Sign.SPLIT, Sign.TRANSFORM}
        if cell.number in self._after_model and role in (Role.EVALUATE, Role.PREDICT) and not fresh:
            return role, f"{said(cell.clue(PREPARING))} from a model, for cell {first}"
        told = self._told(cell)
        if told is not None:
            return told
        clue = cell.clue(PREPARING | {Sign.WRITE, Sign.LITERAL})
        if clue is not None and clue.sign in (Sign.LITERAL, Sign.COMPUTE):
            return Role.PREPROCESSING, f"computes `{clue.what}`, which cell {first} uses"
        return Role.PREPROCESSING, said(clue)

    def _telling(self, cell: Cell, job: Role) -> Iterator[Clue]:
        return (step.strongest for step in cell.steps if step.job is job)

    def _superseded(self, cell: Cell, job: Role, *, trying: bool) -> bool:
        """Whether a cell of whose outcome nothing is used was an attempt before the real one."""
        if job is Role.TRAIN or trying:
            later = [c for c in self._cells if c.number > cell.number and self._is(c, Role.TRAIN)]
            return any(self._live_users(c) for c in later)
        if job is Role.PREDICT:
            keeps = [c for c in self._cells if c is not cell and self._keeps_predictions(c)]
            if not self._keeps_predictions(cell):
                return bool(keeps)
            return any(c.number > cell.number and self._is(c, Role.PREDICT) for c in keeps)
        return False

    def _is(self, cell: Cell, role: Role) -> bool:
        return self._roles[cell.number][0] is role

    def _keeps_predictions(self, cell: Cell) -> bool:
        if cell.role is not None:
            return cell.role is Role.PREDICT
        return cell.job is Role.PREDICT and any(
            step.job is Role.PREDICT and not isinstance(step.statement.node, ast.Expr | ast.For)
            or isinstance(step.statement.node, ast.For) and self._values.users(cell.number)
            for step in cell.steps
        )  # fmt: skip

    def _unused(self, cell: Cell) -> tuple[Role, str]:
        told = self._told(cell)
        modelled = cell.number in self._after_model
        if cell.number in self._listed:
            role = Role.EVALUATE if modelled else Role.PREPROCESSING
            return told or (role, f"computes `{self._listed[cell.number]}`, which `outputs` lists")
        written = cell.clue((Sign.WRITE,))
        if written is not None:
            only = cell.signs <= {Sign.WRITE, Sign.SHOW} | SETTING_UP
            if only and written.what in ("mkdir", "makedirs"):
                return Role.SETUP, "makes folders"
            return Role.PREDICT if modelled else Role.PREPROCESSING, said(written)
        if told is not None and told[0] not in self._jobs and told[0] in _ENDS:
            return told
        if not self._jobs:
            return told or (
                Role.PREPROCESSING,
                said(cell.clue(PREPARING | {Sign.LITERAL, Sign.BUILD})),
            )
        return Role.SKIP, "no later step uses what it computes"

    def _told(self, cell: Cell) -> tuple[Role, str] | None:
        """What the heading says, where the code only computes something."""
        heading, role = self._headings.get(cell.number, ("", None))
        weak = SETTING_UP | {Sign.COMPUTE, Sign.LITERAL, Sign.SHOW, Sign.DEFINE}
        if role is None:
            return None
        if role not in self._jobs:
            weak |= {Sign.CLEAN, Sign.COLUMNS}  # no cell shows that it does this job
        if not cell.signs <= weak:
            return None
        return role, f"stands below the heading “{heading}”"

    # ------------------------------------------------------------------ the flow of values
    def _live_users(self, cell: Cell) -> set[int]:
        """Later cells of the package that use its values."""
        return {
            number
            for number in self._values.users(cell.number)
            if number in self._roles and self._roles[number][0].shipped
        }

    def _reads_a_model(self) -> set[int]:
        """Cells that use, over however many steps, what a training cell computes."""
        trained = [c.number for c in self._cells if Role.TRAIN in (c.job, c.role)]
        found: set[int] = set()
        pending = trained
        while pending:
            number = pending.pop()
            fresh = {user for user in self._values.users(number) if user > number} - found
            found |= fresh
            pending += fresh
        return found


def _listed(notebook: Notebook, code: Code) -> dict[int, str]:
    """Cells that bind the values of `metadata.nb2prod.outputs`, each with the first name."""
    found: dict[int, str] = {}
    for name in notebook.settings.outputs:
        for definition in code.flow.before(len(code.statements), name) - {UNBOUND}:
            number = code.statements[code.flow.statement_of(definition)].cell.number
            found.setdefault(number, name)
    return found
