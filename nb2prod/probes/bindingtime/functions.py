"""Functions of the notebook that are followed inside, because as a whole they aren't row-wise."""

from __future__ import annotations

import ast
import inspect
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from .draws import Draws
from .facts import ALWAYS, FITTED, LAYOUT, ROWS, TRAINING, Record, Value
from .methods import KEEPING
from .moments import Moment
from .rows import copied
from .run import Run, Spot
from .syntax import applied, name_of, names_in, place, root

#: What the inside of a function can't have.
_OUTER = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)
#: What a function has for itself while it runs.
_OF_A_SCOPE = (
    "spaces", "facts", "number", "text", "record", "rounds", "trained", "bound", "needed", "deciding",
)  # fmt: skip


class Inside(Exception):
    """A call of the notebook's own function that is not row-wise as a whole: statement and place."""


class Returned(Exception):
    """What a function gives that is followed inside."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Call(NamedTuple):
    """A call of a function, with its arguments."""

    node: ast.Call
    name: str
    given: List[Value]


class Functions(object):
    """The notebook's own functions, with their statements."""

    def __init__(
        self,
        run: Run,
        inside: Sequence[Spot],
        statement: Callable[[ast.stmt], None],
        *,
        asking: bool,
        both: bool,
    ) -> None:
        self._run, self._statement = run, statement
        #: Whether those are followed inside that get rows of another file together with the rows.
        self._both = both
        #: Whether there is time to follow further calls inside.
        self._asking = asking
        #: Calls that are followed inside, and the functions that were found to need it.
        self._inside = set(inside)
        self._needing: Set[str] = set()
        #: The functions that run.
        self._running: List[str] = []
        #: By name: the statement's number, its cell's text, its syntax.
        self._definitions: Dict[str, Tuple[int, str, ast.FunctionDef]] = {}
        #: By name: what a function may change outside of it.
        self._outside: Dict[str, Set[str]] = {}

    def define(self, node: ast.FunctionDef) -> None:
        """Keeps a definition."""
        self._definitions[node.name] = self._run.number, self._run.text, node
        self._outside.clear()

    def followed(self, node: ast.Call, kids: List[Value]) -> Optional[Value]:
        """What a call gives that is to be followed inside; None where it is not."""
        call = self._call(node, kids)
        if call is None:
            return None
        asked = (self._run.number, place(node)) in self._inside or self._reads(call.name)
        both = self._both and any(value.bulk for value in call.given)
        self._run.gets_both |= both
        if asked or both:
            self._needing.add(call.name)
        return self._called(call) if call.name in self._needing else None

    def changed_by(self, function: ast.expr) -> Set[str]:
        """The variables outside of it that a function of the notebook may change, itself or by others."""
        name = getattr(function, "id", "")
        if name not in self._definitions:
            return set()
        if name not in self._outside:
            self._outside[name] = self._changed(name, set())
        run = self._run
        return {n for n in self._outside[name] if n in run.facts and not run.is_code(n)}

    def _changed(self, name: str, seen: Set[str]) -> Set[str]:
        if name not in self._definitions or name in seen:
            return set()
        seen.add(name)
        definition = self._definitions[name][2]
        calls = [part for part in ast.walk(definition) if isinstance(part, ast.Call)]
        found = changed_outside(definition)
        return found.union(*(self._changed(name_of(call.func), seen) for call in calls))

    def fills(self, node: ast.Call, kids: List[Value]) -> bool:
        """Whether a call on rows changes variables outside of the function: tried out, and taken back."""
        run, call = self._run, self._call(node, kids)
        if call is None or not run.choices:
            return False
        held = [run.globals[n] for n in self.changed_by(node.func)]
        before, moments = Draws(run.globals), [Moment(value) for value in held]
        given = [copied(value.full) for value in call.given]
        try:
            applied(call.node, run.globals[call.name], given)
        except Exception:  # noqa: BLE001 - the notebook's own code, which is run again
            return False
        finally:
            before.undo()
            changed = [moment.undo() for moment in moments]
        if any(changed):
            run.unfollowed.append((run.number, place(node)))
        return any(changed)

    def _reads(self, name: str) -> bool:
        """Whether it is the function that reads the raw rows."""
        source = self._run.source
        return source is not None and self._definitions[name][0] == source.number

    def ask(self, node: ast.Call, kids: List[Value]) -> None:
        """Raises `Inside` where following inside could tell more than the call as a whole."""
        if self._asking and self._call(node, kids) is not None:
            raise Inside(self._run.number, place(node))

    def _call(self, node: ast.Call, kids: List[Value]) -> Optional[_Call]:
        """A call of the notebook's own function on rows, perhaps by way of `pipe`."""
        function, given = node.func, kids[1:]
        if name_of(function) == "pipe" and isinstance(function, ast.Attribute) and kids[0].kids:
            function, given = node.args[0] if node.args else function, [kids[0].kids[0], *given[1:]]
        if not isinstance(function, ast.Name) or function.id not in self._definitions:
            return None
        kinds = {kid.kind for kid in given}
        if function.id in self._running or ROWS not in kinds and not self._reads(function.id):
            return None
        definition = self._definitions[function.id][2]
        if definition.decorator_list or any(isinstance(n, _OUTER) for n in ast.walk(definition)):
            return None
        call = _Call(node, function.id, given)
        return None if self._gathers(call, definition.args) else call

    def _called(self, call: _Call) -> Value:
        """The statements of a function, with its own variables."""
        run, node = self._run, call.node
        number, text, definition = self._definitions[call.name]
        given = self._given(call, definition)
        apart = dict(_apart(given))
        held = dict(vars(run))
        run.trained, run.bound, run.needed = set(), set(), set()
        run.spaces, run.facts = [dict(space) for space in run.spaces], dict(run.facts)
        run.number, run.text, run.record, run.rounds = number, text, Record([]), [*apart]
        self._running.append(call.name)
        for name, value in given.items():
            run.bind(name, value)
        try:
            found = self._body(definition)
        finally:
            reads, mutates, local = run.record.reads, run.record.mutates, run.bound
            needed, spaces = run.needed, run.spaces
            become = {n: f for n, f in run.facts.items() if n in held["facts"] and n not in local}
            self._running.pop()
            for name in _OF_A_SCOPE:
                setattr(run, name, held[name])
        for name, fact in become.items():
            if fact.kind == LAYOUT != run.facts[name].kind:
                run.facts[name] = fact
                run.record.binds.setdefault(name, LAYOUT)
                for space, inner in zip(run.spaces, spaces):
                    space[name] = inner[name]
            if fact.kind == FITTED != run.facts[name].kind:
                run.facts[name] = fact
                run.record.binds.setdefault(name, FITTED)
                run.trained.add(name)
        for name in mutates:
            if name in run.facts and name not in local:
                run.record.mutate(name)
        for name in reads:
            if name in run.facts and name not in given:
                run.record.reads.setdefault(name, run.facts[name].kind)
        here = [held["number"], *place(node)]
        self._mark(number, definition, here, [*apart.values()])
        run.record.edit("inside", place(node), statement=number)
        run.expect_fitted([value for value in given.values() if not value.bulk])
        for name, value in given.items():
            if value.kind == TRAINING or value.bulk and name not in needed:
                run.record.edit("absent", place(value.node))
            elif value.bulk:
                run.needed |= names_in(value.node)
        table = found.table if found.table is not found else None
        value = Value(node, found.full, found.subs, found.kind, found.rows, table, found.why,
                      found.fresh, found.origin, found.parts)  # fmt: skip
        value.computed = found.computed
        return value

    def _mark(
        self, number: int, definition: ast.FunctionDef, call: List[int], key: List[str]
    ) -> None:
        """Notes by which call, and with which arguments, the edits inside a function were made."""
        last = definition.end_lineno or definition.lineno
        for (at, line, _), record in self._run.records.items():
            if at == number and definition.lineno <= line <= last:
                for edit in record.edits:
                    edit.setdefault("call", call)
                    edit.setdefault("key", key)

    def _given(self, call: _Call, definition: ast.FunctionDef) -> Dict[str, Value]:
        """The arguments by the names of the parameters."""
        return {
            name: value if isinstance(value, Value) else self._default(definition, value)
            for name, value in self._bound(call).items()
        }

    def _bound(self, call: _Call) -> Dict[str, Any]:
        """What each parameter gets, defaults among them."""
        signature = inspect.signature(self._run.globals[call.name])
        bound = applied(call.node, signature.bind, call.given)
        bound.apply_defaults()
        return dict(bound.arguments)

    def _gathers(self, call: _Call, parameters: ast.arguments) -> bool:
        """Whether several arguments come together in one variable."""
        several = [p.arg for p in (parameters.vararg, parameters.kwarg) if p is not None]
        bound = self._bound(call) if several else {}
        return any(bound.get(name) for name in several)

    def _default(self, definition: ast.FunctionDef, value: Any) -> Value:
        return self._run.shared(definition, value, ALWAYS)

    def _body(self, definition: ast.FunctionDef) -> Value:
        try:
            for inner in definition.body:
                self._statement(inner)
        except Returned as returned:
            return returned.value
        return self._run.shared(definition, None, ALWAYS)


def changed_outside(definition: ast.FunctionDef) -> Set[str]:
    """The variables that are none of its own, and of which a function sets items or calls what changes them."""
    given = definition.args
    own = {a.arg for a in [*given.posonlyargs, *given.args, *given.kwonlyargs]}
    found: Set[str] = set()
    for part in ast.walk(definition):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            own.add(part.id)
        elif isinstance(part, (ast.Subscript, ast.Attribute)) and not isinstance(
            part.ctx, ast.Load
        ):
            found.add(root(part) or "")
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if part.func.attr.startswith("fit") or part.func.attr in KEEPING:
                found.add(root(part.func.value) or "")
    return found - own


def _apart(given: Dict[str, Value]) -> Iterator[Tuple[str, str]]:
    """What tells one call from another: plain arguments, and the names of columns."""
    for name, value in given.items():
        column = getattr(value.full, "name", None)
        full = value.full
        if value.kind == ALWAYS and type(full) in (str, int):
            yield name, repr(full)
        elif value.kind == ALWAYS and type(full) is list and all(type(i) is str for i in full):
            yield "tuple(%s)" % name, repr(full)
        elif value.kind == ROWS and type(column) is str:
            yield "%s.name" % name, repr(column)
