"""What one statement does to the notebook's global names, written down name by name."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from nb2prod.analysis.events import (
    Bind,
    Block,
    Closure,
    Create,
    Event,
    Place,
    Read,
    Unbind,
)
from nb2prod.analysis.formulas import Formula
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.namespaces import NamespaceCall
from nb2prod.analysis.queries import Query
from nb2prod.analysis.scopes import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Facts:
    """What one statement does, apart from where it stands."""

    events: Block
    #: Every place where a global name stands as an identifier of its own (an `ast.Name`).
    names: Mapping[Place, str]
    #: Bindings that are no `ast.Name`: (line, name) of defs, imports, handlers, case captures.
    bindings: frozenset[tuple[int, str]]
    #: Names whose object is changed in place.
    mutates: frozenset[str]
    #: Places in class bodies that read a global which the class body binds too, later on ...
    class_reads: frozenset[tuple[str, Place]]
    #: ... or perhaps earlier.
    mixed_class_reads: frozenset[tuple[str, Place]]
    namespace_calls: tuple[NamespaceCall, ...]
    awaits: bool
    #: Names that are read other than to be called at once: their values may go anywhere.
    escapes: frozenset[str]
    #: Names that a nested function declares global although a function around it binds them.
    bypassed: frozenset[str]
    #: Calls whose query string names globals, by the place where they end.
    queries: Mapping[Place, Query]
    #: Calls in functions and comprehensions whose formula may name globals, by where they end.
    formulas: Mapping[Place, Formula]


@dataclass(slots=True)
class _Draft:
    """A closure being read."""

    binder: str | None
    reads: dict[str, list[Place]] = field(default_factory=dict)
    writes: dict[str, list[Place]] = field(default_factory=dict)
    deletes: set[str] = field(default_factory=set)
    soft: set[str] = field(default_factory=set)
    lingers: bool = False


class Recorder:
    """Resolves names in the scope that it is in; those that are global become events and facts."""

    def __init__(
        self, program: ProgramNames, ids: Iterator[int], string_names: dict[str, frozenset[str]]
    ) -> None:
        self.program = program
        self.scope = Scope(ScopeKind.MODULE)
        self._ids = ids
        self._string_names = string_names
        self._out: list[Event] = []
        self._draft: _Draft | None = None
        self._guarded = False
        self._depth = 0
        self._names: dict[Place, str] = {}
        self._bindings: set[tuple[int, str]] = set()
        self._mutates: set[str] = set()
        self._class_reads: set[tuple[str, Place]] = set()
        self._mixed: set[tuple[str, Place]] = set()
        self._namespace: list[NamespaceCall] = []
        self._queries: dict[Place, Query] = {}
        self._formulas: dict[Place, Formula] = {}
        self._loads: set[Place] = set()
        self._called: set[Place] = set()
        self._called_elsewhere: set[ast.AST] = set()
        self._bypassed: set[str] = set()
        self._awaits = False

    def facts(self) -> Facts:
        """All that was recorded."""
        return Facts(
            events=tuple(self._out),
            names=self._names,
            bindings=frozenset(self._bindings),
            mutates=frozenset(self._mutates),
            class_reads=frozenset(self._class_reads),
            mixed_class_reads=frozenset(self._mixed),
            namespace_calls=tuple(self._namespace),
            awaits=self._awaits,
            escapes=frozenset(self._names[place] for place in self._loads - self._called),
            bypassed=frozenset(self._bypassed),
            queries=self._queries,
            formulas=self._formulas,
        )

    # ------------------------------------------------------------------ where it is
    def new_scope(self, kind: ScopeKind, class_name: str | None = None) -> Scope:
        """An empty scope inside the present one."""
        return Scope(kind, self.scope, depth=self._depth, class_name=class_name)

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """Names belong to another scope."""
        outer, self.scope = self.scope, scope
        yield
        self.scope = outer

    @contextmanager
    def guarded(self, by_handler: bool) -> Iterator[None]:
        """In a `try`, whose handlers may see a NameError."""
        outer, self._guarded = self._guarded, self._guarded or by_handler
        yield
        self._guarded = outer

    @contextmanager
    def collecting(self, *, conditional: bool = True) -> Iterator[list[Event]]:
        """Events go into a block of their own."""
        outer, block = self._out, []  # type: tuple[list[Event], list[Event]]
        self._out = block
        self._depth += conditional
        yield block
        self._depth -= conditional
        self._out = outer

    @contextmanager
    def closure(self, binder: str | None) -> Iterator[None]:
        """What is read here belongs to a closure; nested ones to the outermost."""
        if self._draft is not None:
            self._draft.lingers = True
            yield
            return
        self._draft = draft = _Draft(binder)
        guarded, self._guarded = self._guarded, False
        yield
        self._draft, self._guarded = None, guarded
        self.emit(
            Create(
                Closure(
                    id=next(self._ids),
                    binder=draft.binder,
                    reads={name: tuple(places) for name, places in draft.reads.items()},
                    writes={name: tuple(places) for name, places in draft.writes.items()},
                    deletes=frozenset(draft.deletes),
                    soft=frozenset(draft.soft),
                    lingers=draft.lingers,
                )
            )
        )

    @property
    def immediate(self) -> bool:
        """What is read here runs as the statement does, and is in no closure."""
        return self._draft is None

    # ------------------------------------------------------------------ names
    def load(self, name: str, place: Place) -> None:
        """A name is read, with the names in the string that it may hold."""
        name = self.scope.mangled(name)
        scope = self.scope.resolve(name)
        if scope.kind is ScopeKind.CLASS:
            if name in scope.assigned:
                return
            reads = self._mixed if name in scope.maybe else self._class_reads
            reads.add((name, place))
        elif scope.kind is not ScopeKind.MODULE:
            return
        self._names[place] = name
        self._loads.add(place)
        self.global_read(name, place)
        for soft in sorted(self._string_names.get(name, ())):
            self.soft_read(soft, place)

    def global_read(self, name: str, place: Place) -> None:
        """A name is read that is known to be global."""
        if self._draft is not None:
            self._draft.reads.setdefault(name, []).append(place)
        else:
            self.emit(Read(name, place, self._guarded, certain=self._depth == 0))

    def soft_read(self, name: str, place: Place) -> None:
        """A name stands in a string: perhaps it is read."""
        if name not in self.program.bound or not self.scope.sees_global(name):
            return
        if self._draft is not None:
            self._draft.soft.add(name)
            self._draft.reads.setdefault(name, [])
        else:
            self.emit(Read(name, place, self._guarded, soft=True, certain=False))

    def store(self, name: str, place: Place, how: str, *, identifier: bool = True) -> None:
        """A binding; ``identifier`` tells whether an `ast.Name` stands at the place."""
        name = self.scope.mangled(name)
        scope = self.scope.resolve(name)
        if scope.kind is ScopeKind.CLASS:
            certain = self._depth == scope.depth
            (scope.assigned if certain else scope.maybe).add(name)
        if scope.kind is not ScopeKind.MODULE:
            return
        if identifier:
            self._names[place] = name
        else:
            self._bindings.add((place[0], name))
        if self._draft is not None:
            self._draft.writes.setdefault(name, []).append(place)
        else:
            if self.scope.kind is ScopeKind.CLASS:
                how = "global"
            self.emit(Bind(next(self._ids), name, place, how))

    def delete(self, name: str, place: Place, *, identifier: bool = True) -> None:
        """A name is unbound; ``identifier`` as for a binding."""
        name = self.scope.mangled(name)
        scope = self.scope.resolve(name)
        if scope.kind is ScopeKind.CLASS:
            scope.assigned.discard(name)
            scope.maybe.add(name)
        if scope.kind is not ScopeKind.MODULE:
            return
        if identifier:
            self._names[place] = name
        if self._draft is not None:
            self._draft.deletes.add(name)
        else:
            if identifier:  # a name has to be bound to be deleted
                certain = self._depth == 0
                self.emit(Read(name, place, self._guarded, certain=certain, deleted=True))
            self.emit(Unbind(name, place))

    def declare(self, name: str, place: Place) -> None:
        """A name stands in an annotation without a value: neither read nor bound."""
        if self.scope.sees_global(self.scope.mangled(name)):
            self._names[place] = name

    def mutate(self, target: ast.expr) -> None:
        """An object is changed in place."""
        while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
            target = target.value
        if isinstance(target, ast.Name) and self._draft is None:
            name = self.scope.mangled(target.id)
            if self.scope.sees_global(name):
                self._mutates.add(name)

    def hold(self, name: str, named: Iterable[str]) -> None:
        """A variable holds a string with these names in it."""
        if bound := self.program.bound.intersection(named):
            self._string_names[name] = self._string_names.get(name, frozenset()) | bound

    # ------------------------------------------------------------------ other facts
    def emit(self, event: Event) -> None:
        """An event happens, unless it is in a closure."""
        if self._draft is None:
            self._out.append(event)

    def call(self, places: Iterable[Place]) -> None:
        """The names at these places are only called: their values go nowhere."""
        self._called.update(places)

    def call_elsewhere(self, functions: Iterable[ast.AST]) -> None:
        """These are no values: the call is judged as a whole, or a library makes it far from here."""
        self._called_elsewhere.update(functions)

    def is_called_elsewhere(self, function: ast.AST) -> bool:
        """Whether a function that is named here is no value."""
        return function in self._called_elsewhere

    def bypass(self, names: Iterable[str]) -> None:
        """A function declares names global that a function around it binds."""
        self._bypassed.update(names)

    def suspend(self) -> None:
        """An `await`."""
        self._awaits |= self._draft is None

    def linger(self) -> None:
        """A `yield`, or a body that awaits: a call leaves code behind."""
        if self._draft is not None:
            self._draft.lingers = True

    def reach(self, access: NamespaceCall) -> None:
        """The namespace as a whole is reached for."""
        self._namespace.append(access)

    def query(self, end: Place, query: Query) -> None:
        """A query that names globals; calls of one chain start at one place, but end at others."""
        self._queries[end] = query

    def formula(self, end: Place, formula: Formula) -> None:
        """A formula that may name globals, in a frame that is not the module's."""
        self._formulas[end] = formula
