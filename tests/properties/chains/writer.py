"""What a chain's productions write with: cells, frames, and what is in the frames' columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from enum import Enum, auto
from random import Random
from typing import TypeAlias


class Kind(Enum):
    """What a column holds."""

    NUMBER = auto()
    #: Numbers of which some are missing.
    GAPS = auto()
    FLAG = auto()
    TEXT = auto()
    #: Text of which some is missing.
    HOLES = auto()
    #: Dates as text, and as datetimes.
    DATE = auto()
    WHEN = auto()
    CATEGORY = auto()


NUMERIC = (Kind.NUMBER, Kind.FLAG)
GROUPS = ("city", "plan")


class NotHereError(Exception):
    """The production needs something that the chain doesn't have here."""


class Writer:
    """A chain in the making."""

    def __init__(self, rng: Random, columns: dict[str, Kind], target: str) -> None:
        self.rng, self.columns, self.target = rng, columns, target
        #: The tables that steps apply to; what is fitted, is fitted to the first.
        self.frames: list[str] = ["df"]
        #: Whether rows may still be left out or moved: the target is in the table.
        self.whole = True
        #: Whether the target is a column of the frames.
        self.holds_target = True
        self.role = "preprocessing"
        self.cells: list[tuple[str, list[str]]] = []
        self.imports: set[str] = set()
        #: Columns that no model may have: they come from other rows.
        self.unservable: set[str] = set()
        #: Columns that are chosen for the model, a variable, where a step did that.
        self.chosen: str | None = None
        self._taken = {*columns, "df", "X", "y", "model", "p"}

    # ------------------------------------------------------------------ text
    def put(self, text: str) -> None:
        """Adds statements to the open cell, or to a new one."""
        if not self.cells or self.cells[-1][0] != self.role or self.rng.random() < 0.15:
            self.cells.append((self.role, []))
        self.cells[-1][1].append(textwrap.dedent(text).strip("\n"))

    def each(self, text: str, **words: object) -> None:
        """The statements for each of the frames, which they call ``T``."""
        for frame in self.frames:
            self.put(_with(text, T=frame, F=self.fitting, **words))

    def once(self, text: str, **words: object) -> None:
        """The statements once; ``F`` is the frame that is fitted to."""
        self.put(_with(text, T=self.fitting, F=self.fitting, **words))

    @property
    def fitting(self) -> str:
        """The frame that everything is fitted to."""
        return self.frames[0]

    def need(self, *lines: str) -> None:
        """Imports of the first cell."""
        self.imports.update(lines)

    def fresh(self, stem: str) -> str:
        """A name that is new."""
        name, number = stem, 2
        while name in self._taken:
            name, number = f"{stem}{number}", number + 1
        self._taken.add(name)
        return name

    def either(self, *texts: str) -> str:
        """One of several ways to say it."""
        return self.rng.choice(texts)

    # ------------------------------------------------------------------ columns
    def known(self, *kinds: Kind) -> list[str]:
        """The columns of these kinds."""
        return [name for name, kind in self.columns.items() if kind in kinds]

    def some(self, *kinds: Kind) -> str:
        """A column of one of these kinds."""
        known = self.known(*kinds)
        if not known:
            raise NotHereError
        return self.rng.choice(known)

    def several(self, *kinds: Kind, least: int = 1, most: int = 3) -> list[str]:
        """Some columns of these kinds."""
        known = self.known(*kinds)
        if len(known) < least:
            raise NotHereError
        return self.rng.sample(known, min(len(known), self.rng.randint(least, most)))

    def column(self, stem: str, kind: Kind) -> str:
        """A new column."""
        name = self.fresh(stem)
        self.columns[name] = kind
        return name

    def over(self, name: str, kind: Kind, stem: str) -> str:
        """The same column again, or a new one."""
        if self.rng.random() < 0.5:
            self.columns[name] = kind
            return name
        return self.column(stem, kind)

    def drop(self, names: Sequence[str]) -> None:
        """Columns that are no longer there."""
        for name in names:
            self.columns.pop(name, None)


Write: TypeAlias = Callable[[Writer], None]


def _with(text: str, **words: object) -> str:
    """The text with words in place of capitals between bars: ``|T|``."""
    for name, word in words.items():
        text = text.replace(f"|{name}|", str(word))
    return text
