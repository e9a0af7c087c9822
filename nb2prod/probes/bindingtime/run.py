"""The program while it runs: its variables over all rows and over few, and what was noted so far."""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
import types
from typing import (
    Any,
    Callable,
    Collection,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from .draws import Draws
from .facts import ALWAYS, BOTH, FITTED, LAYOUT, ROWS, TRAINING, Fact, Failed, Record, Value, Why
from .methods import OF_COLUMNS
from .sources import Source
from .syntax import asks_columns_alone, names_in, place, root

#: Where an expression stands: its statement, and its place in that one's cell.
Spot = Tuple[int, Tuple[int, ...]]

_SEVERAL = (list, tuple, dict)
_CODE = (types.ModuleType, types.FunctionType, type)
#: Values that nothing changes in place, and that many variables share.
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
#: How deep objects are looked for in lists of lists, and in how many of each.
_DEEP, _MANY = 3, 1000


class Expanded(NamedTuple):
    """A call that makes values columns, and the raw rows that they are of."""

    spot: Spot
    rows: Any


class Run(object):
    """All that changes while statements run.

    ``choices`` are raw rows by position; the first one is the batch, the others single rows.
    """

    def __init__(
        self,
        alignment: Any,
        choices: Sequence[Sequence[int]],
        source: Optional[Source],
        target: Sequence[str],
        opened: Collection[Spot] = (),
    ) -> None:
        self.alignment = alignment
        self.choices = [list(choice) for choice in choices]
        #: The calls whose tables get columns for new values, too.
        self.open = frozenset(opened)
        #: The expression that gives the raw rows, and these.
        self.source = source
        self.raw: Any = None
        #: How the notebook has them, built from a table.
        self.form: Dict[str, Any] = {}
        #: The attributes of a dataset that are read.
        self.fields: Set[str] = set()
        #: Columns that only training has, with the reason.
        self.absent: Dict[Any, Why] = {n: Why("needs the target `%s`" % n, -1, 0) for n in target}
        #: The raw columns that columns were computed from, where it is one.
        self.derived: Dict[str, Any] = {}
        #: The variables over all rows, and those over each choice.
        self.spaces: List[Dict[str, Any]] = [
            {"__name__": "__main__", "__builtins__": builtins, "display": _nothing}
            for _ in range(len(self.choices) + 1)
        ]
        self.globals = self.spaces[0]
        self.facts: Dict[str, Fact] = {}
        self.records: Dict[Tuple[int, int, int], Record] = {}
        #: How many rows there are where there are rows.
        self.heights: Set[int] = set()
        #: What models were fitted to: the second argument, the first, and the statement.
        self.fitted_to: List[Tuple[Value, Value, int]] = []
        #: The statements in which something was fitted to rows of another file.
        self.fitted_elsewhere: List[int] = []
        #: What was fitted, by its identity, and to how many rows.
        self.fitted_rows: Dict[int, Tuple[Any, Optional[int]]] = {}
        #: What was fitted: by which statement, to which rows, at what, and whether their target was known.
        self.learned: List[Tuple[Record, Any, Why, bool]] = []
        self.expanded: List[Expanded] = []
        #: The variables whose values were written to files, by path.
        self.saved: Dict[str, str] = {}
        #: Calls of the notebook's functions that could tell more if they were followed inside.
        self.unfollowed: List[Spot] = []
        #: Whether a function was followed inside for rows of another file that it gets, too.
        self.gets_both = False
        #: Whether something was fitted to rows, and to what is none.
        self.fits_rows = self.fits_otherwise = False
        #: Tables and datasets that were read or made, and arrays of rows: each where it was.
        self.tables: List[Spot] = []
        self.arrays: List[Spot] = []
        #: Those of the tables that are made of nothing that was read or fitted.
        self.anew: List[Spot] = []
        #: The statement that runs: its number, its cell, the outermost node, and what is known of it.
        self.number, self.text, self.node = 0, "", ast.Pass()  # type: Tuple[int, str, ast.stmt]
        self.record = Record([])
        self.rounds: List[str] = []
        self.depth = 0
        #: How many conditions and loops around it follow from columns that may be others where rows are served.
        self.deciding = 0
        #: Variables that the statement changed so far where it trains, and not where it serves.
        self.trained: Set[str] = set()
        #: Variables that the statement bound so far.
        self.bound: Set[str] = set()
        #: Variables with rows of another file that few rows were computed from.
        self.needed: Set[str] = set()

    # ------------------------------------------------------------------ values
    def shared(self, node: ast.AST, value: Any, kind: str, **more: Any) -> Value:
        """A value that is the same whatever the rows are."""
        return Value(node, value, [value] * len(self.choices), kind, **more)

    def nowhere(self, node: ast.AST, full: Any, why: Optional[Why], **more: Any) -> Value:
        """A value that is there in training only."""
        return Value(node, full, [None] * len(self.choices), TRAINING, why=why, **more)

    def each(self, compute: Callable[[int], Any]) -> List[Any]:
        """Something for each choice of rows, without drawing from random generators."""
        before = Draws(self.globals)
        found: List[Any] = []
        for number in range(len(self.choices)):
            try:
                found.append(compute(number))
            except Exception as error:  # noqa: BLE001 - the notebook's own code, on few rows
                found.append(Failed(error))
        before.undo()
        return found

    def served(self) -> List[Any]:
        """The choices of the raw rows, numbered as rows are that come to be served."""
        given = self.raw.drop(columns=[name for name in self.absent if name in self.raw.columns])
        return [given.iloc[choice].reset_index(drop=True) for choice in self.choices]

    def failure(self, subs: Sequence[Any], rows: Any) -> Optional[BaseException]:
        """Why something can't be computed over few rows, all of which are among these."""
        for choice, sub in zip(self.choices, subs):
            if isinstance(sub, Failed) and self.is_whole(choice, rows):
                return sub.error
        return None

    def is_whole(self, choice: Sequence[int], rows: Any) -> bool:
        """Whether a table still has all rows of a choice: nobody knows what others would be worth."""
        return rows is None or set(choice) <= set(rows.tolist())

    def beside(self, kids: Sequence[Value], compute: Callable[[int, List[Any]], Any]) -> List[Any]:
        """What an expression gives over each choice, from its parts over that choice."""
        return self.each(lambda n: compute(n + 1, [kid.subs[n] for kid in kids]))

    # ------------------------------------------------------------------ variables
    def is_open(self, rows: Any) -> bool:
        """Whether a table with these rows may have other columns where rows are served."""
        made = [e.rows for e in self.expanded if e.spot in self.open] if rows is not None else []
        return any(bool(sys.modules["numpy"].isin(rows, known).all()) for known in made)

    def is_code(self, name: str) -> bool:
        """Whether a variable is a module, a function or a class."""
        return isinstance(self.spaces[0].get(name), _CODE)

    def variable(self, node: ast.Name) -> Value:
        """A variable that is read."""
        name = node.id
        if name not in self.spaces[0]:
            return self.shared(node, getattr(builtins, name), ALWAYS)
        fact = self.facts.get(name, Fact(ALWAYS))
        self.record.reads[name] = fact.kind
        if name not in self.bound:
            self.record.enters.setdefault(name, fact.kind)
        full, subs = self._held(name)
        if not _is_as_written(full, fact):
            return self.nowhere(node, full, self.why(node, "holds other rows than it began with"))
        value = Value(node, full, subs, fact.kind, fact.rows, None, fact.why, False, fact.origin,
                      fact.parts, bulk=fact.bulk)  # fmt: skip
        value.fields, value.computed = fact.fields, fact.computed
        if type(full) is dict and value.fields:
            value.table = next(iter(value.fields.values())).table
        if value.parts and fact.kind == ROWS:
            value.table = next((p.table for p in value.parts if p.kind == ROWS), value)
        if fact.kind == ALWAYS and isinstance(full, types.FunctionType):
            self._read_inside(value)
        return value

    def _held(self, name: str) -> Tuple[Any, List[Any]]:
        return self.spaces[0][name], [space.get(name) for space in self.spaces[1:]]

    def _read_inside(self, value: Value) -> None:
        """A function is of the rows that it reads itself."""
        for name in self._read_by(value.full, set()):
            fact = self.facts[name]
            self.record.reads[name] = fact.kind
            if fact.kind == LAYOUT and value.kind == ALWAYS:
                value.kind = LAYOUT
            if fact.kind in (ALWAYS, FITTED, LAYOUT):
                continue
            full, subs = self._held(name)
            value.kind, value.rows, value.why = fact.kind, fact.rows, fact.why
            value.table = Value(value.node, full, subs, fact.kind, fact.rows, why=fact.why)

    def _read_by(self, function: Any, seen: Set[Any]) -> Iterator[str]:
        """The variables that a function of the notebook reads, and those whom it calls."""
        if function.__globals__ is not self.globals or function in seen:
            return
        seen.add(function)
        pending = [function.__code__]
        while pending:
            code = pending.pop()
            pending += [c for c in code.co_consts if isinstance(c, types.CodeType)]
            for name in code.co_names:
                if name in self.facts and name in self.spaces[0]:
                    yield name
                    held = self.spaces[0][name]
                    if isinstance(held, types.FunctionType):
                        for inner in self._read_by(held, seen):
                            yield inner

    def bind(self, name: str, value: Value) -> None:
        """Binds a variable over all rows and over each choice."""
        for space, item in zip(self.spaces, [value.full, *value.subs]):
            space[name] = item
        self.facts[name] = Fact(
            value.kind, value.rows, value.why, value.origin, value.parts, value.bulk, value.fields,
            value.computed,
        )  # fmt: skip
        self.record.binds[name] = value.kind
        self.bound.add(name)

    def unbind(self, name: str) -> None:
        """Removes a variable."""
        for space in self.spaces:
            space.pop(name, None)
        self.facts.pop(name, None)
        self.record.binds[name] = ALWAYS

    def become(self, node: ast.expr, kind: str, why: Optional[Why] = None) -> None:
        """A variable is of another kind once it keeps something."""
        name = root(node)
        if name is None or name not in self.facts or self.facts[name].kind == TRAINING:
            return
        if (
            self.facts[name].kind == LAYOUT
        ):  # what it is where rows are served, training does not know
            kind, why = TRAINING, (why or self.by_columns(node))._replace(lasting=True)
        self._set_kind(name, kind, why)
        self.mutate(node)
        for holder in self.aliases(self.spaces[0][name]) if kind == FITTED else ():
            if self.facts[holder].kind == ALWAYS:
                self._set_kind(holder, kind, why)

    def _set_kind(self, name: str, kind: str, why: Optional[Why]) -> None:
        self.facts[name] = self.facts[name]._replace(kind=kind, why=why)
        if kind == FITTED:
            self.trained.add(name)
            for space in self.spaces[1:]:
                space[name] = self.spaces[0][name]
        self.record.binds.setdefault(name, kind)

    def lose(self, name: str, rows: Any, why: Why) -> None:
        """A variable is there in training only from here on."""
        self.facts[name] = Fact(TRAINING, rows, why)
        self.record.binds[name] = TRAINING

    def mutate(self, node: ast.expr) -> None:
        """Notes the variables whose value is changed in place: all that hold this one."""
        name = root(node)
        if name is None or isinstance(self.spaces[0].get(name), _PLAIN):
            return
        if name in self.facts and not self.is_code(name):
            for alias in [name, *self.aliases(self.spaces[0].get(name))]:
                self.record.mutate(alias)

    def aliases(self, value: Any) -> List[str]:
        """The variables that hold an object, alone or among others."""
        if isinstance(value, _PLAIN):  # nobody can change it in place
            return []
        return [name for name in self.facts if _holds(self.spaces[0].get(name), value)]

    # ------------------------------------------------------------------ notes
    @contextlib.contextmanager
    def decided(self, value: Value) -> Iterator[None]:
        """What runs here, runs because of a value."""
        by_columns = value.kind == LAYOUT
        self.deciding += by_columns
        try:
            yield
        finally:
            self.deciding -= by_columns

    def when(self, value: Value) -> None:
        """A statement runs when its value is needed."""
        if value.kind in (TRAINING, FITTED):
            self.record.does(TRAINING, value.why)
        else:
            self.record.does(BOTH)

    def expect_fitted(self, kids: Sequence[Value]) -> None:
        """Notes the parts of a row's expression that are fitted here."""
        for kid in kids:
            if kid.kind != FITTED:
                continue
            if kid.bulk and not kid.fresh:
                self.needed |= names_in(kid.node)
            if kid.kids:  # slices, methods and scopes have parts, but no text of their own
                self.expect_fitted(kid.kids)
            elif kid.fresh or self.trained & names_in(kid.node):
                self.record.edit("fitted", place(kid.node))

    def learn(self, node: ast.AST, of_rows: Sequence[Value]) -> None:
        """Notes the rows that something is fitted to, where it is more than their columns.

        Where tables may get other columns, these count, too: what follows from them has come so far as that.
        """
        rows = next((k.table.rows for k in of_rows if k.table.rows is not None), None)
        is_open = any(self.is_open(value.table.rows) for value in of_rows)
        if rows is not None and (is_open or not _asks_columns(node, of_rows)):
            targets = {name for name, why in self.absent.items() if why.statement < 0}
            knows = any(not targets.isdisjoint(value.origin) for value in of_rows)
            self.learned.append((self.record, rows, self.why(node, ""), knows))

    def why(self, node: ast.AST, said: str) -> Why:
        """A reason that begins with the text of an expression."""
        text = ast.get_source_segment(self.text, node) or type(node).__name__
        text = " ".join(text.split())
        text = text[:80] + ("..." if text[80:] else "")
        return Why("`%s` %s" % (text, said), self.number, getattr(node, "lineno", 0))

    def by_columns(self, node: ast.AST) -> Why:
        """Why training can't know something, nor what follows from it: rows that are served may have other columns."""
        why = self.why(node, "follows from the columns of the rows that are predicted")
        return why._replace(lasting=True)

    def why_failed(self, node: ast.AST, error: BaseException) -> Why:
        """Why few rows could not compute something: a column that they lack, or what was raised."""
        told = str(error)
        for name, why in self.absent.items():
            if "- %s" % name in told.split("\n"):  # as scikit-learn lists what a table lacks
                return why if why.statement >= 0 else self.why(node, why.text)
            if repr(name) in told or why.statement >= 0 and str(name) in told:
                return why
        said = told.split("\n")[0][:80]
        return self.why(node, "fails on few rows: %s: %s" % (type(error).__name__, said))


def _asks_columns(node: ast.AST, of_rows: Sequence[Value]) -> bool:
    """Whether an expression asks its tables for nothing but their columns and the types of these."""
    if isinstance(node, ast.Attribute) and node.attr in OF_COLUMNS:
        return True
    names = {kid.node.id for kid in of_rows if isinstance(kid.node, ast.Name)}
    return asks_columns_alone(node, names)


def _is_as_written(full: Any, fact: Fact) -> bool:
    """Whether a list or a dict has the items that are known of it."""
    if type(full) is list and fact.parts:
        same = all(item is part.full for item, part in zip(full, fact.parts))
        return same and len(full) == len(fact.parts)
    if type(full) is dict:
        return all(full.get(name) is field.full for name, field in fact.fields.items())
    return True


def _holds(held: Any, value: Any, deep: int = _DEEP) -> bool:
    """Whether something is an object or holds it, alone or among others."""
    if held is value:
        return True
    if type(held) not in _SEVERAL or not deep or len(held) > _MANY:
        return False
    several: Any = held.values() if type(held) is dict else held
    return any(_holds(item, value, deep - 1) for item in several)


def _nothing(*_: Any, **__: Any) -> None:
    """Stands for IPython's `display`."""
