"""Reaching definitions: for every read, which bindings it may see.

One forward pass over the events of the program's statements in their order. Sets of definitions
are joined where control flow meets; a loop's body is entered with everything that it may bind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nb2prod.analysis.events import (
    UNBOUND,
    Bind,
    Block,
    Branch,
    Closure,
    Create,
    DefId,
    Event,
    Jump,
    Loop,
    Read,
    Try,
    Unbind,
    walk,
)

Reach: TypeAlias = frozenset[DefId]
NOTHING: Reach = frozenset((UNBOUND,))


@dataclass(frozen=True, slots=True)
class Use:
    """A read, or the making of a closure that reads, with the bindings that reach it."""

    statement: int
    read: Read
    reach: Reach


@dataclass(frozen=True, slots=True)
class Capture:
    """A closure where it is made, with what reaches each name that it reads."""

    statement: int
    closure: Closure
    reach: Mapping[str, Reach]


@dataclass(frozen=True, slots=True)
class Flow:
    """The reaching definitions of one program; statements are numbered in running order."""

    uses: tuple[Use, ...]
    captures: tuple[Capture, ...]
    #: Each binding with its statement.
    defs: Mapping[DefId, tuple[int, Bind]]
    #: Each deletion's statement, by name.
    deletes: Mapping[str, tuple[int, ...]]
    #: How a name's reach changes: statements and, beside them, the reach after each.
    _changes: Mapping[str, tuple[Sequence[int], Sequence[Reach]]]

    def before(self, statement: int, name: str) -> Reach:
        """What ``name`` may be bound to just before a statement."""
        if name not in self._changes:
            return NOTHING
        statements, reaches = self._changes[name]
        at = bisect_right(statements, statement - 1)
        return reaches[at - 1] if at else NOTHING

    def statement_of(self, definition: DefId) -> int:
        """The statement that holds a binding; -1 for "not bound"."""
        return self.defs[definition][0] if definition in self.defs else -1


def reaching(blocks: Iterable[Block]) -> Flow:
    """The flow of a program given as the blocks of its statements."""
    work = _Work()
    for number, block in enumerate(blocks):
        work.statement = number
        work.run(block)
        work.settle()
    return Flow(
        uses=tuple(work.uses),
        captures=tuple(work.captures),
        defs=work.defs,
        deletes={name: tuple(numbers) for name, numbers in work.deletes.items()},
        _changes=work.changes,
    )


_Layer: TypeAlias = dict[str, Reach]


@dataclass(slots=True)
class _LoopFrame:
    base: int
    breaks: list[_Layer]
    continues: list[_Layer]


class _Work:
    """Layers of bindings: the program's own at the bottom, one more for each open branch."""

    def __init__(self) -> None:
        self.statement = 0
        self.uses: list[Use] = []
        self.captures: list[Capture] = []
        self.defs: dict[DefId, tuple[int, Bind]] = {}
        self.deletes: dict[str, list[int]] = {}
        self.changes: dict[str, tuple[list[int], list[Reach]]] = {}
        self._layers: list[_Layer] = [{}]
        self._touched: set[str] = set()
        self._dead = False
        self._loops: list[_LoopFrame] = []

    def settle(self) -> None:
        """Records what the statement changed; one that always raises changes nothing more."""
        self._dead = False
        for name in self._touched:
            statements, reaches = self.changes.setdefault(name, ([], []))
            statements.append(self.statement)
            reaches.append(self._layers[0][name])
        self._touched = set()

    def run(self, block: Block) -> None:
        for event in block:
            self._step(event)

    def _step(self, event: Event) -> None:
        match event:
            case Read(name=name):
                self.uses.append(Use(self.statement, event, self._lookup(name)))
            case Bind(name=name, id=id_):
                self.defs[id_] = (self.statement, event)
                self._set(name, frozenset((id_,)))
            case Unbind(name=name):
                self.deletes.setdefault(name, []).append(self.statement)
                self._set(name, NOTHING)
            case Create(closure=closure):
                reach = {name: self._lookup(name) for name in {*closure.reads, *closure.writes}}
                self.captures.append(Capture(self.statement, closure, reach))
            case Branch(arms=arms):
                self._merge([self._branch(arm) for arm in arms])
            case Loop():
                self._loop(event)
            case Try():
                self._try(event)
            case Jump(kind=kind):
                self._jump(kind)

    # ------------------------------------------------------------------ layers
    def _lookup(self, name: str) -> Reach:
        for layer in reversed(self._layers):
            if name in layer:
                return layer[name]
        return NOTHING

    def _set(self, name: str, reach: Reach) -> None:
        self._layers[-1][name] = reach
        if len(self._layers) == 1:
            self._touched.add(name)

    def _branch(self, block: Block, entry: _Layer | None = None) -> _Layer | None:
        """What a block binds, run from here; None where it never ends normally."""
        self._layers.append(dict(entry or {}))
        dead, self._dead = self._dead, False
        self.run(block)
        layer = self._layers.pop()
        ended = None if self._dead else layer
        self._dead = dead
        return ended

    def _merge(self, ends: Sequence[_Layer | None]) -> None:
        """Goes on from wherever one of the ends goes on."""
        alive = [end for end in ends if end is not None]
        if not alive:
            self._dead = True
            return
        for name in sorted({name for end in alive for name in end}):
            outside = self._lookup(name)
            self._set(name, frozenset().union(*(end.get(name, outside) for end in alive)))

    def _since(self, base: int) -> _Layer:
        """Everything bound in the layers above ``base``."""
        flat: _Layer = {}
        for layer in self._layers[base:]:
            flat.update(layer)
        return flat

    def _anything_of(self, block: Block) -> _Layer:
        """Names that a block may bind, with what reaches them if it is left anywhere."""
        may: dict[str, set[DefId]] = {}
        for event in walk(block):
            match event:
                case Bind(name=name, id=id_):
                    may.setdefault(name, set()).add(id_)
                case Unbind(name=name):
                    may.setdefault(name, set()).add(UNBOUND)
                case _:
                    pass
        return {name: self._lookup(name) | ids for name, ids in may.items()}

    # ------------------------------------------------------------------ control flow
    def _loop(self, loop: Loop) -> None:
        entry = self._anything_of(loop.body)
        frame = _LoopFrame(len(self._layers), [], [])
        self._loops.append(frame)
        end = self._branch(loop.body, entry)
        self._loops.pop()
        rounds = [end, *frame.continues]
        if loop.endless:
            self._merge(frame.breaks)
            return
        skipped: list[_Layer] = [] if loop.entered else [{}]
        if loop.orelse:
            self._layers.append({})
            dead, self._dead = self._dead, False
            self._merge([*rounds, *skipped])
            self.run(loop.orelse)
            after = None if self._dead else self._layers.pop()
            if self._dead:
                self._layers.pop()
            self._dead = dead
            self._merge([after, *frame.breaks])
        else:
            self._merge([*rounds, *skipped, *frame.breaks])

    def _try(self, statement: Try) -> None:
        partly = self._anything_of(statement.body)
        normal = self._branch(statement.body + statement.orelse)
        ends = [normal, *(self._branch(handler, partly) for handler in statement.handlers)]
        if statement.final:
            whole = statement.body + statement.orelse + sum(statement.handlers, ())
            bound = self._branch(statement.final, self._anything_of(whole))
            self._merge(ends)
            if bound is None:
                self._dead = True
                return
            finals = {
                event.name for event in walk(statement.final) if isinstance(event, Bind | Unbind)
            }
            for name in finals:
                self._set(name, bound[name])
        else:
            self._merge(ends)

    def _jump(self, kind: str) -> None:
        if kind in ("break", "continue") and self._loops:
            frame = self._loops[-1]
            target = frame.breaks if kind == "break" else frame.continues
            target.append(self._since(frame.base))
        self._dead = True
