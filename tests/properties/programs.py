"""Random tagged programs: `generate(seed)` gives a notebook that runs, one for each seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from .capture import is_plain
from .grammar import FUTURE, PRODUCTIONS, Production
from .notebooks import Cell, Program
from .reference import NotebookError, run_notebook
from .writer import NotHereError, Writer


@dataclass(slots=True)
class Running:
    """A production that has begun, the names that it owns, and what it has still to write."""

    steps: Iterator[None]
    own: list[str] = field(default_factory=list)


def generate(seed: int) -> Program:
    """The program of this seed. Drafts that don't run as a notebook are drawn again."""
    for attempt in count():
        rng = Random(f"{seed}/{attempt}")
        cells, labels = draft(rng)
        try:
            names = run_notebook(cells)
        except NotebookError:
            continue
        outputs = tuple(name for name, value in names.items() if is_plain(value))
        if rng.random() < 0.25:
            outputs = tuple(name for name in outputs if rng.random() < 0.4) or outputs
        if outputs:
            return Program(seed, cells, outputs, labels)
    raise AssertionError


def draft(rng: Random) -> tuple[tuple[Cell, ...], frozenset[str]]:
    """Cells that may run or not, and the labels of the constructs in them."""
    w, labels, waiting = Writer(rng), set[str](), list[Running]()
    weights = [production.weight for production in PRODUCTIONS]
    goal = rng.randint(5, 17)

    def begin(production: Production) -> None:
        try:
            advance(Running(production.write(w) or iter(())))
        except NotHereError:
            w.drop_chunk()
        else:
            labels.add(production.label)

    def advance(running: Running) -> None:
        w.swap_own(running.own)
        ended = next(running.steps, w) is w
        running.own = w.swap_own([])
        w.end_chunk()
        if ended:
            w.retire(running.own)
        else:
            waiting.append(running)
        if w.closing or rng.random() < 0.22:
            w.new_cell()
            w.closing = False

    if w.future:
        begin(FUTURE)
    while len(w.cells) < goal * 0.75:
        if waiting and rng.random() < 0.55:
            advance(waiting.pop(rng.randrange(len(waiting))))
        else:
            begin(rng.choices(PRODUCTIONS, weights)[0])
    while waiting:
        advance(waiting.pop(rng.randrange(len(waiting))))
    return w.finish(), frozenset(labels)
