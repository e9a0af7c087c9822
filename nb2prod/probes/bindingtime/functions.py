"""Functions of the notebook that are followed inside, because as a whole they aren't row-wise."""

from __future__ import annotations

import ast
import inspect
from typing import Any, Callable, Dict, List, Sequence, Tuple

from .facts import ALWAYS, ROWS, TRAINING, Record, Value
from .run import Run, Spot
from .syntax import place

#: What the inside of a function can't have.
_OUTER = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)
#: What a function has for itself while it runs.
_OF_A_SCOPE = ("spaces", "facts", "number", "text", "record", "rounds", "trained", "bound")


class Inside(Exception):
    """A call of the notebook's own function that is not row-wise as a whole: statement and place."""


class Returned(Exception):
    """What a function gives that is followed inside."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Functions(object):
    """The notebook's own functions, with their statements."""

    def __init__(
        self, run: Run, inside: Sequence[Spot], statement: Callable[[ast.stmt], None]
    ) -> None:
        self._run, self._statement = run, statement
        #: Calls that are followed inside.
        self._inside = set(inside)
        #: By name: the statement's number, its cell's text, its syntax.
        self._definitions: Dict[str, Tuple[int, str, ast.FunctionDef]] = {}

    def define(self, node: ast.FunctionDef) -> None:
        """Keeps a definition."""
        self._definitions[node.name] = self._run.number, self._run.text, node

    def are_inside(self, node: ast.Call) -> bool:
        """Whether this call is to be followed inside."""
        return (self._run.number, place(node)) in self._inside

    def ask(self, node: ast.Call, kids: Sequence[Value]) -> None:
        """Raises `Inside` where following inside could tell more than the call as a whole."""
        if not isinstance(node.func, ast.Name) or node.func.id not in self._definitions:
            return
        definition = self._definitions[node.func.id][2]
        kinds = {kid.kind for kid in kids}
        if self._run.depth != 1 or ROWS not in kinds or TRAINING in kinds:
            return
        if definition.decorator_list or any(isinstance(n, _OUTER) for n in ast.walk(definition)):
            return
        raise Inside(self._run.number, place(node))

    def called(self, node: ast.Call, kids: List[Value]) -> Value:
        """The statements of a function, with its own variables."""
        assert isinstance(node.func, ast.Name)
        run = self._run
        number, text, definition = self._definitions[node.func.id]
        given = self._given(node, definition, kids)
        held = dict(vars(run))
        run.trained, run.bound = set(), set()
        run.spaces, run.facts = [dict(space) for space in run.spaces], dict(run.facts)
        run.number, run.text, run.record, run.rounds = number, text, Record([]), []
        for name, value in given.items():
            run.bind(name, value)
        try:
            found = self._body(definition)
        finally:
            reads = run.record.reads
            for name in _OF_A_SCOPE:
                setattr(run, name, held[name])
        for name in reads:
            if name in run.facts and name not in given:
                run.record.reads.setdefault(name, run.facts[name].kind)
        run.record.edit("inside", place(node), statement=number)
        table = found.table if found.table is not found else None
        value = Value(node, found.full, found.subs, found.kind, found.rows, table, found.why,
                      found.fresh, found.origin, found.parts)  # fmt: skip
        value.computed = found.computed
        return value

    def _given(
        self, node: ast.Call, definition: ast.FunctionDef, kids: List[Value]
    ) -> Dict[str, Value]:
        """The arguments by the names of the parameters."""
        names = [k.arg or "" for k in node.keywords]
        count = len(node.args) + 1
        bound = inspect.signature(kids[0].full).bind(
            *kids[1:count], **dict(zip(names, kids[count:]))
        )
        bound.apply_defaults()
        return {
            name: value if isinstance(value, Value) else self._default(definition, value)
            for name, value in bound.arguments.items()
        }

    def _default(self, definition: ast.FunctionDef, value: Any) -> Value:
        return self._run.shared(definition, value, ALWAYS)

    def _body(self, definition: ast.FunctionDef) -> Value:
        try:
            for inner in definition.body:
                self._statement(inner)
        except Returned as returned:
            return returned.value
        return self._run.shared(definition, None, ALWAYS)
