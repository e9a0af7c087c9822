"""How far a conversion is, for whoever waits for it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


class Phase(enum.Enum):
    """What a conversion does, in the order in which it does it; it may record and prove again."""

    READING = "reading"
    #: The notebook runs.
    RECORDING = "recording"
    #: The package runs, and both are compared.
    PROVING = "proving"
    #: From here on the package gets to its place as a whole.
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Step:
    """Where a conversion is."""

    phase: Phase
    #: How many pieces of cells have run, and of how many; no pieces where none run.
    done: int = 0
    total: int = 0
    #: The cell that runs, by its number.
    cell: int | None = None


#: Is told every step before it is taken.
Progress: TypeAlias = Callable[[Step], None]


def unwatched(step: Step) -> None:
    """Progress that nobody looks at."""
