"""The writer: grows a program chunk by chunk and knows which names hold what.

A production is a function that writes one construct. It puts lines, and where it says `yield` the
scheduler sets it aside and goes on with it later, usually in another cell of another role, while
other productions write between. Names of a `Kind` belong to all productions: they are never
deleted and never change their kind, so anyone may read, rebind, mutate and capture them. Names
from `fresh` belong to the production alone, until it ends.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random

from .notebooks import Cell

Steps = Iterator[None]
Write = Callable[["Writer"], Steps | None]


class NotHereError(Exception):
    """A production can't be written into this program; another one is drawn."""


class Kind(Enum):
    """What a shared name holds."""

    INT = auto()
    STR = auto()
    LIST = auto()
    DICT = auto()
    FUNC = auto()
    """A function of one int that returns an int; it may have effects."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


ORDINARY = words(
    "alpha beta delta theta total score limit width height rate rows items table cfg acc"
    " best last step size bias weights offset margin factor level budget price cost share"
    " ratio counts seen queue stack names scores data left right upper lower first second"
    " third answer base bonus cutoff depth extra final grid half hits inner jobs keep kept"
    " label lines losses mark memo middle noise old pairs part pick probe quota raw seeds"
    " slot span spare start target temp threshold top units val values wanted zone tally"
    " window _tmp _cache _hidden Größe größe π résumé"
)
HOSTILE = words(
    "train predict run preprocess evaluate state pipeline main logger results result"
    " parameters params log_ logging annotations NamedTuple asyncio subprocess self cls"
    " preprocessing setup stage mapping builtins _state namespace args kwargs value name_"
    " code shell sentinel MISSING unbound UNBOUND outputs inputs model fit convert stages"
    " cells notebook cli typing dataclass Results State Any run_ train_ state_ contextlib"
    " __version__ _run lambda_ shlex warnings types inspect TypeVar cast Mapping Sequence"
    " Callable TYPE_CHECKING __all__ _namespace scope module package tests data_ output"
)
CLASSES = words(
    "Box Model Scaler Node Gate Meter Store Tracker Shape Point Agent Buffer Ledger Config"
    " State Results Stage Parameters Pipeline Train Run Namespace Unbound Predict"
)
ROLES = (
    "setup",
    "preprocessing",
    "preprocessing",
    "train",
    "train",
    "evaluate",
    "predict",
    "predict",
)
HEADINGS = (
    "## Train",
    "## Run",
    "# Predict",
    "### State",
    "## 1. Load the data!",
    "## class",
    "## Pipeline",
    "## import this",
    "## Préparation",
    "Some text without heading",
    "## train",
    "## 42",
    "## Main",
    "## Parameters",
    "## `rows`",
    "## Quotes \"and\" \\ backslash '''",
    "## Trailing \\",
)


@dataclass(slots=True)
class OpenCell:
    """The cell that is being written."""

    role: str
    magic: str | None = None
    lines: list[str] = field(default_factory=list)


class Writer:
    """The program so far, and its symbolic environment."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.cells: list[Cell] = []
        self.cell = OpenCell(rng.choice(("setup", "setup", *ROLES)))
        self.future = rng.random() < 0.15
        self.functions: list[str] = []
        """Shared functions, oldest first: one calls only older ones, so no call is endless."""
        self.closing = False
        """Whether the cell ends after this chunk."""
        self._chunk: list[str] = []
        self._movable = True
        self._kinds: dict[str, Kind] = {}
        self._taken: set[str] = set()
        self._own: list[str] = []
        self._retired: list[str] = []
        self._shadowed: set[str] = set()

    # ------------------------------------------------------------------ text

    def put(self, text: str, *, movable: bool = True) -> None:
        """Adds statements to the chunk; `movable` says that they may be indented."""
        self._chunk += textwrap.dedent(text).strip("\n").splitlines()
        self._movable = self._movable and movable

    def drop_chunk(self) -> None:
        """Forgets the chunk."""
        self._chunk, self._movable = [], True

    def end_chunk(self) -> None:
        """Moves the chunk into the cell, now and then inside a compound statement."""
        chunk, movable = self._chunk, self._movable
        self._chunk, self._movable = [], True
        if chunk and movable and self.rng.random() < 0.12:
            head, tail = self.rng.choice(self._frames())
            chunk = [head, *(f"    {line}" if line else line for line in chunk), *tail]
        self.cell.lines += chunk

    def _frames(self) -> list[tuple[str, list[str]]]:
        a, once = self.number(calls=()), self.rng.choice(("_", "once"))
        return [
            ("if True:", []),
            (f"if {a} is not None:", []),
            ('if __name__ == "__main__":', []),
            (f"for {once} in range(1):", []),
            (f"for {once} in [{a}]:", ["else:", "    pass"]),
            ("while True:", ["    break"]),
            ("try:", ["finally:", "    pass"]),
            ("try:", ["except ZeroDivisionError as problem:", "    pass"]),
            (f"if {a} == {a} + 1:\n    pass\nelse:", []),
        ]

    # ----------------------------------------------------------------- cells

    def new_cell(self, role: str | None = None, magic: str | None = None) -> None:
        """Ends the open cell and opens another one; `magic` is its first line."""
        self.end_chunk()
        self._finish()
        same = (
            self.cell.role if self.rng.random() < 0.3 and self.cell.role != "parameters" else None
        )
        self.cell = OpenCell(role or same or self.rng.choice(ROLES), magic)
        self._movable = False

    def plain_cell(self) -> None:
        """Makes sure that no cell magic stands above what comes, and no cell of literals."""
        if self.cell.magic is not None or self.cell.role == "parameters":
            self.new_cell()

    def close_cell(self) -> None:
        """Makes this chunk the last one of its cell."""
        self.closing = True

    def switch_role(self) -> None:
        """Starts another role by a marker line in the open cell."""
        self.plain_cell()
        self.put(f"# nb2prod: {self.rng.choice(ROLES)}", movable=False)

    def aside(self, text: str, *, helper: bool) -> None:
        """Adds an untagged cell before the open one."""
        tag = None if helper or self.rng.random() < 0.7 else "skip"
        source = "\n".join(textwrap.dedent(text).strip("\n").splitlines())
        self.cells.append(Cell(source, tag, tag, helper, self._heading()))

    def finish(self) -> tuple[Cell, ...]:
        """Ends the program."""
        self.end_chunk()
        self._finish()
        return tuple(self.cells)

    def _finish(self) -> None:
        cell = self.cell
        if not cell.lines and self.rng.random() < 0.7:
            return
        lines, tag, spelling = list(cell.lines), cell.role, self.rng.random()
        if cell.role == "setup" and spelling < 0.2:
            tag = "imports"
        elif spelling > 0.85:
            tag = f"nb2prod:{cell.role}"
        if cell.magic is not None:
            lines.insert(0, cell.magic)
        elif self.rng.random() < 0.1:
            lines.insert(0, f"# nb2prod: {cell.role}")
            self.cells.append(Cell("\n".join(lines), cell.role, None, heading=self._heading()))
            return
        self.cells.append(Cell("\n".join(lines), cell.role, tag, heading=self._heading()))

    def _heading(self) -> str | None:
        return self.rng.choice(HEADINGS) if self.rng.random() < 0.2 else None

    # ----------------------------------------------------------------- names

    def fresh(self) -> str:
        """A name of the production's own: new, or left over by one that has ended."""
        if self._retired and self.rng.random() < 0.15:
            name = self._retired.pop(self.rng.randrange(len(self._retired)))
        else:
            pool = HOSTILE if self.rng.random() < 0.18 else ORDINARY
            name = self.new(self.rng.choice(pool))
        self._own.append(name)
        return name

    def fresh_class(self) -> str:
        """A name for a class."""
        return self.new(self.rng.choice(CLASSES))

    def new(self, stem: str) -> str:
        """The stem, or the stem with a number, never used before."""
        name, number = stem, 2
        while name in self._taken:
            name, number = f"{stem}{number}", number + 1
        self._taken.add(name)
        return name

    def bind(self, name: str, kind: Kind) -> str:
        """Gives a name to all productions; from now on it always holds this kind."""
        self._kinds[name] = kind
        if kind is Kind.FUNC and name not in self.functions:
            self.functions.append(name)
        self.keep(name)
        return name

    def keep(self, *names: str) -> None:
        """Says that the names must not be taken over when the production ends."""
        self._own = [name for name in self._own if name not in names]

    def swap_own(self, own: list[str]) -> list[str]:
        """Sets the names that belong to the running production; returns the former ones."""
        former, self._own = self._own, own
        return former

    def retire(self, names: list[str]) -> None:
        """Takes back the names of a production that has ended."""
        self._retired += names

    def bound(self, kind: Kind) -> list[str]:
        """The shared names of this kind."""
        return [name for name, known in self._kinds.items() if known is kind]

    def some(self, kind: Kind) -> str:
        """A shared name that holds this kind here; written first where there is none."""
        known = self.bound(kind)
        if known and self.rng.random() < 0.85:
            return self.rng.choice(known[-6:] if self.rng.random() < 0.6 else known)
        name = self.fresh()
        if kind is Kind.FUNC:
            self.put(f"def {name}(x):\n    return {self.number(extra=('x',))}")
        else:
            self.put(f"{name} = {self.literal(kind)}")
        return self.bind(name, kind)

    def two(self, kind: Kind) -> tuple[str, str]:
        """Two shared names, the same one now and then."""
        return self.some(kind), self.some(kind)

    def target(self, kind: Kind) -> str:
        """A name to bind: a shared one, or a new one. Call it after the value was written."""
        known = self.bound(kind)
        if known and self.rng.random() < 0.6:
            return self.rng.choice(known)
        return self.bind(self.fresh(), kind)

    def shadow(self, *builtins: str) -> str:
        """Takes one of these builtins' names for the program, each once."""
        free = [builtin for builtin in builtins if builtin not in self._shadowed]
        if not free:
            raise NotHereError
        self._shadowed.add(builtin := self.rng.choice(free))
        return builtin

    # ----------------------------------------------------------- expressions

    def literal(self, kind: Kind) -> str:
        """A literal of this kind."""
        r = self.rng
        if kind is Kind.INT:
            return str(r.randint(-3, 12))
        if kind is Kind.STR:
            return repr(
                r.choice(("red", "green", "blue", "a b", "it's", "", "x{y}", "é", "%d", "$v"))
            )
        if kind is Kind.LIST:
            return repr([r.randint(-3, 9) for _ in range(r.randint(1, 4))])
        assert kind is Kind.DICT
        return repr({key: r.randint(-3, 9) for key in r.sample("pqr", r.randint(1, 3))})

    def number(
        self,
        depth: int = 2,
        *,
        calls: Sequence[str] | None = None,
        extra: Sequence[str] = (),
    ) -> str:
        """An int expression; it reads shared names and `extra`, calls the functions `calls`."""
        r, functions = self.rng, self.functions if calls is None else calls
        ints, lists, dicts = (
            [*extra, *extra, *self.bound(Kind.INT)],
            self.bound(Kind.LIST),
            self.bound(Kind.DICT),
        )
        if depth == 0 or r.random() < 0.3:
            return r.choice(ints) if ints and r.random() < 0.75 else self.literal(Kind.INT)

        def part() -> str:
            return self.number(depth - 1, calls=functions, extra=extra)

        forms = [
            lambda: f"({part()} + {part()})",
            lambda: f"({part()} - {part()})",
            lambda: f"({part()} * {part()} % 101)",
            lambda: f"({part()} if {part()} > {part()} else {part()})",
            lambda: f"int({part()} < {part()})",
        ]
        if lists:
            some = r.choice(lists)
            forms += [
                lambda: f"len({some})",
                lambda: f"sum({some})",
                lambda: f"sum(v * {part()} for v in {some}) % 997",
                lambda: f"len([v for v in {some} if v > {part()}])",
            ]
        if dicts:
            table = r.choice(dicts)
            forms += [
                lambda: f"{table}.get('p', {part()})",
                lambda: f"sum({table}.values())",
            ]
        if functions:
            call = r.choice(functions)
            forms += [lambda: f"{call}({part()})"] * 3
        return r.choice(forms)()

    def older(self, name: str) -> list[str]:
        """The functions that one of this name may call."""
        return (
            self.functions[: self.functions.index(name)]
            if name in self.functions
            else list(self.functions)
        )
