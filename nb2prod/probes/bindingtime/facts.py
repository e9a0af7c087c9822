"""What is known of values, variables and statements."""

from __future__ import annotations

import ast
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

#: When a value exists: whatever the rows are, with each row, once it was trained, only where it trains.
ALWAYS, ROWS, FITTED, TRAINING = "always", "rows", "fitted", "training"
#: With the columns that rows have where they are served: it may be another one there.
LAYOUT = "layout"
#: Those that are there where rows are served, without being kept.
SERVED = (ALWAYS, LAYOUT, ROWS)
#: A statement runs where it trains, or also where it serves.
BOTH = "both"
#: Begins what stands for the number of a round, where no variable of the loop tells rounds apart.
NUMBER = "#"


class Why(NamedTuple):
    """Why a value can't be had for single rows, and where that began."""

    text: str
    statement: int
    line: int
    #: What follows from it, be it only a number, can't be had either.
    lasting: bool = False


class Failed(NamedTuple):
    """What some rows alone could not compute."""

    error: BaseException


class Value(object):
    """A value over all rows, and beside it over each choice of a few."""

    def __init__(
        self,
        node: ast.AST,
        full: Any,
        subs: List[Any],
        kind: str,
        rows: Any = None,
        table: Optional[Value] = None,
        why: Optional[Why] = None,
        fresh: bool = False,
        origin: Any = frozenset(),
        parts: Sequence[Value] = (),
        kids: Sequence[Value] = (),
        bulk: bool = False,
    ) -> None:
        self.node, self.full, self.subs, self.kind = node, full, subs, kind
        #: The raw row of each of its rows, -1 where that is none.
        self.rows = rows
        #: What has the rows, where it is only a view or a method of that.
        self.table = table or self
        self.why = why
        #: Computed from rows in this very statement.
        self.fresh = fresh
        #: The raw columns that it comes from, where it is a column.
        self.origin = origin
        #: Its items, where these are rows each for itself.
        self.parts = parts
        #: Its attributes, where it is a dataset that holds rows in them.
        self.fields: Dict[str, Value] = {}
        #: Its items are computed where rows are served, too.
        self.computed = False
        #: What a view or a method of rows was made from.
        self.kids = kids
        #: Rows of another table than the raw one: not to be kept for rows that are served.
        self.bulk = bulk

    @property
    def is_partial(self) -> bool:
        """Whether it holds rows that are served, and others that are not."""
        kinds = {part.kind for part in self.parts}
        return ROWS in kinds and bool(kinds & {TRAINING, FITTED})

    @property
    def served(self) -> List[Value]:
        """Those of its items that are there where rows are served."""
        return [part for part in self.parts if part.kind == ROWS]


class Fact(NamedTuple):
    """What is known of a variable."""

    kind: str
    rows: Any = None
    why: Optional[Why] = None
    origin: Any = frozenset()
    parts: Any = ()
    bulk: bool = False
    fields: Dict[str, Value] = {}
    computed: bool = False


class Record(object):
    """What is known of a statement."""

    def __init__(self, rounds: Sequence[str]) -> None:
        #: When it runs.
        self.kinds: List[str] = []
        #: Variables that it binds and reads, each with when its value exists.
        self.binds: Dict[str, str] = {}
        self.reads: Dict[str, str] = {}
        #: Those that it reads before it binds them.
        self.enters: Dict[str, str] = {}
        #: Variables whose values it changes in place.
        self.mutates: List[str] = []
        #: The random generators that it draws from, or seeds.
        self.draws: List[str] = []
        #: What becomes of its expressions where rows are served.
        self.edits: List[Dict[str, Any]] = []
        self.why: Optional[Why] = None
        #: The statements that ran, where not all that are in it do: line and column of each.
        self.way: Optional[List[Tuple[int, int]]] = None
        #: The loop variables around it.
        self.rounds = list(rounds)
        #: What it fits to rows that the model was not trained on: text, statement, line, and the statement
        #: that trained the model.
        self.apart: Optional[Tuple[str, int, int, int]] = None

    def does(self, kind: str, why: Optional[Why] = None) -> None:
        """Notes when the statement runs."""
        if kind not in self.kinds:
            self.kinds.append(kind)
        if why is not None:
            self.why = why

    def mutate(self, name: str) -> None:
        """Notes a variable whose value is changed in place."""
        if name not in self.mutates:
            self.mutates.append(name)

    def edit(self, kind: str, at: Tuple[int, ...], **more: Any) -> None:
        """Notes what becomes of an expression where rows are served."""
        self.edits.append(dict(more, kind=kind, at=at))

    def includes(self, inner: Record) -> None:
        """Takes over what a statement in this one does to variables."""
        self.reads.update(inner.reads)
        for name, kind in inner.enters.items():
            self.enters.setdefault(name, kind)
        self.binds.update(inner.binds)
        for name in inner.mutates:
            self.mutate(name)

    def told(self) -> Dict[str, Any]:
        """All of it in plain values."""
        kept = set(self.binds) <= set(self.mutates) and self.why is None and not self.edits
        # What keeps a value in something that later rounds fit, keeps it where it trains.
        kinds = [TRAINING] if kept and TRAINING in self.kinds else self.kinds
        return {**vars(self), "kinds": kinds, "binds": _told(self.binds), "reads": _told(self.reads),
                "enters": _told(self.enters)}  # fmt: skip


def _told(kinds: Dict[str, str]) -> Dict[str, str]:
    """What columns decide is computed with the rows, wherever these are."""
    return {name: ROWS if kind == LAYOUT else kind for name, kind in kinds.items()}
