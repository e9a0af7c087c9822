"""What running a statement does to the notebook's names, in evaluation order.

The grammar of the intermediate form that every flow analysis reads:

    Block   = (Event, ...)
    Event   = Read | Bind | Unbind | Create | Branch | Loop | Try | Jump

Only names of the notebook's global namespace occur. What a function does when it is called is not
part of the block: it is the `Closure` that a `Create` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

#: A place in a cell: line from 1, column from 0 in UTF-8 bytes, as the `ast` module counts.
Place: TypeAlias = tuple[int, int]
#: Identifies one `Bind` of a program; 0 stands for "not bound".
DefId: TypeAlias = int
UNBOUND: DefId = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A name is read."""

    name: str
    place: Place
    #: In a `try` whose handlers would see a NameError.
    guarded: bool = False
    #: Named in a string (a query or a formula): looked up by name, and only perhaps.
    soft: bool = False
    #: Runs whenever its statement runs.
    certain: bool = True
    #: Only to be deleted: a builtin does not count.
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Bind:
    """A name is bound. ``how`` is the construct: assign, import, def, class, global, ..."""

    id: DefId
    name: str
    place: Place
    how: str = "assign"


@dataclass(frozen=True, slots=True)
class Unbind:
    """A name is deleted."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Closure:
    """A function, lambda or generator expression: code that runs later, in the global namespace."""

    id: int
    #: The global name it is bound to where it is made, or None.
    binder: str | None
    #: Global names that it reads, with every place; soft ones are in `soft`.
    reads: Mapping[str, tuple[Place, ...]]
    writes: Mapping[str, tuple[Place, ...]]
    deletes: frozenset[str]
    #: Names in query strings and formulas inside it.
    soft: frozenset[str]
    #: Calling it may leave code behind that runs later: it yields, awaits or makes functions.
    lingers: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """A closure comes into being."""

    closure: Closure


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the arms runs."""

    arms: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """The body runs again and again."""

    body: Block
    orelse: Block
    #: It runs at least once.
    entered: bool
    #: It ends by `break` only.
    endless: bool


@dataclass(frozen=True, slots=True)
class Try:
    """Any prefix of the body may run before a handler does."""

    body: Block
    handlers: tuple[Block, ...]
    orelse: Block
    final: Block


@dataclass(frozen=True, slots=True)
class Jump:
    """Leaves the block: break, continue, or stop (raise)."""

    kind: str


Event: TypeAlias = Read | Bind | Unbind | Create | Branch | Loop | Try | Jump
Block: TypeAlias = tuple[Event, ...]


def walk(block: Block) -> Iterator[Event]:
    """Every event of the block, nested ones included, in evaluation order."""
    for event in block:
        yield event
        if isinstance(event, Branch):
            for arm in event.arms:
                yield from walk(arm)
        elif isinstance(event, Loop):
            yield from walk(event.body)
            yield from walk(event.orelse)
        elif isinstance(event, Try):
            yield from walk(event.body)
            for handler in event.handlers:
                yield from walk(handler)
            yield from walk(event.orelse)
            yield from walk(event.final)
