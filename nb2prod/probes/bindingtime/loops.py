"""Loops, round by round."""

from __future__ import annotations

import ast
from typing import Any, Callable, Collection, Iterable, Iterator, Optional, Sequence

from .facts import ALWAYS, BOTH, FITTED, LAYOUT, NUMBER, ROWS, TRAINING, Value
from .rows import is_lazy
from .run import Run
from .stores import Stores
from .syntax import binds, folds_of, is_fold_loop, name_of, names_in, place
from .wholes import Wholes


class Left(Exception):
    """A round of a loop that ends early, at this statement."""

    def __init__(self, node: ast.stmt) -> None:
        super().__init__()
        self.node = node


class Loops(object):
    """Runs loops over all rows and over few.

    ``value`` gives an expression, ``inner`` runs a statement in a loop.
    """

    def __init__(
        self,
        run: Run,
        stores: Stores,
        wholes: Wholes,
        value: Callable[[ast.expr], Value],
        inner: Callable[[ast.stmt], None],
    ) -> None:
        self._run, self._stores, self._wholes = run, stores, wholes
        self._value, self._inner = value, inner

    def over(self, node: ast.For) -> None:
        if any(map(self._is_used_up, names_in(node.iter))):
            self._wholes.ran(node)
            return
        items = self._columns(self._value(node.iter))
        table = _table_of(node.target, items)
        if items.is_partial and items.computed:  # some are nothing where rows are served
            self._wholes.ran(node)
            return
        if table is not None:
            self._over_tables(node, self.served(items), table)
            return
        if items.kind in (ROWS, TRAINING) or self._counts(node.iter):
            if is_fold_loop(node):
                self._over_folds(node, items)
            else:
                self._wholes.ran(node)
            return
        self._run.record.does(BOTH)
        self._run.expect_fitted([items])
        several = list(items.full)
        lost = [
            item for item in several if isinstance(node.target, ast.Name) and self._is_lost(item)
        ]
        if lost:
            name = names_in(node.target).pop()
            self._run.record.edit("skipped", place(node.target), number=name, values=lost)
        self._run.rounds.append(_key(node.target, several) or _number(node))
        kind = ALWAYS if items.kind == LAYOUT else items.kind
        rounds = (self._run.shared(node.target, item, kind) for item in several)
        with self._run.decided(items):
            self._rounds(node, rounds, lost)
        self._run.rounds.pop()

    def _columns(self, items: Value) -> Value:
        """The names that a loop over a table goes through: few rows have those of all rows."""
        run = self._run
        if items.kind != ROWS or not run.alignment.is_frame(items.full):
            return items
        names = [*items.full.columns]
        subs = [[*getattr(sub, "columns", names)] for sub in items.subs]
        known = [name for name in names if name not in run.absent]
        if any([name for name in sub if name not in run.absent] != known for sub in subs):
            return items
        return Value(items.node, names, subs, LAYOUT if run.is_open(items.table.rows) else ALWAYS)

    def _is_used_up(self, name: str) -> bool:
        """Whether a variable of training gives its items once: by the loop, not by a look at them."""
        fact = self._run.facts.get(name)
        return fact is not None and fact.kind == TRAINING and is_lazy(self._run.spaces[0].get(name))

    def _counts(self, several: ast.expr) -> bool:
        """Whether a loop goes through as many numbers as there are rows."""
        if not isinstance(several, ast.Call) or name_of(several.func) != "range":
            return False
        counts = map(self._value, several.args)
        return any(count.kind == ROWS for count in counts)

    def _is_lost(self, item: Any) -> bool:
        """Whether it names the target, which rows that are served do not have."""
        absent = self._run.absent
        return type(item) is str and item in absent and absent[item].statement < 0

    def _over_folds(self, node: ast.For, items: Value) -> None:
        """A loop over folds: what each of them trained is looked up, by its number."""
        run, several = self._run, list(items.full)
        key = _key(node.target, several)
        self._run.record.does(BOTH)
        run.record.edit("folds", place(folds_of(node)), number=key)
        run.rounds.append(key or _number(node))
        self._rounds(node, (self._fold(node, item) for item in several))
        run.rounds.pop()

    def _fold(self, node: ast.For, item: Any) -> Value:
        """The numbers of rows, and the fold's own."""
        run = self._run
        if type(item) is not tuple:
            if type(item) is int:
                return run.shared(node.target, item, ALWAYS)
            return run.nowhere(
                node.target, item, run.why(node.iter, "tells rows of training apart")
            )
        parts = [self._fold(node, part) for part in item]
        value = Value(node.target, item, [item] * len(run.choices), TRAINING, parts=parts)
        value.computed = True
        return value

    def _rounds(self, node: Any, items: Iterable[Value], lost: Collection[Any] = ()) -> None:
        """A loop, round by round; what those of the ``lost`` items do, says nothing of serving."""
        run = self._run
        for value in items:
            if isinstance(node, ast.For):
                kinds, deciding = [*run.record.kinds], run.deciding
                run.deciding = 0
                self._stores.store(node.target, value)
                run.record.kinds, run.deciding = kinds, deciding  # when it runs, is known
            noted = run.records
            if type(value.full) is str and value.full in lost:
                run.records = {}
            try:
                for inner in node.body:
                    self._inner(inner)
            except Left as left:
                if isinstance(left.node, ast.Break):
                    return
            finally:
                run.records = noted
        for inner in node.orelse:
            self._inner(inner)

    def during(self, node: ast.While) -> None:
        names = sorted(n for n in names_in(node) if binds(node, n))
        held = [(n, self._run.spaces[0].get(n)) for n in names if n in self._run.facts]
        test = self._value(node.test)
        if test.kind in (ROWS, TRAINING) or test.kind == FITTED and test.fresh:
            self._wholes.ran(node)
            return
        self._run.record.does(BOTH)
        self._run.rounds.append(next((n for n, value in held if type(value) in (int, str)), ""))
        with self._run.decided(test):
            self._rounds(node, self._tests(node, test))
        self._run.rounds.pop()

    def _tests(self, node: ast.While, test: Value) -> Iterator[Value]:
        """The test of a loop, as long as it says yes."""
        while test.full:
            yield test
            test = self._value(node.test)

    def leave(self, node: Any) -> None:
        self._run.record.does(BOTH)
        raise Left(node)

    def served(self, value: Value) -> Value:
        """A list of tables of which some are there in training only."""
        if not value.is_partial or value.computed:
            return value
        served = value.served
        if isinstance(value.node, (ast.List, ast.Tuple)):
            self._run.record.edit("items", place(value.node), items=[place(p.node) for p in served])
        subs = [[part.subs[n] for part in served] for n in range(len(self._run.choices))]
        first = served[0]
        return Value(value.node, value.full, subs, ROWS, first.rows, first.table, parts=value.parts)

    def _over_tables(self, node: ast.For, items: Value, target: ast.Name) -> None:
        """A loop over tables; what it does to those that only training has, says nothing of serving."""
        run = self._run
        for part in items.parts:
            value = Value(target, part.full, part.subs, part.kind, part.rows, None, part.why,
                          origin=part.origin, bulk=part.bulk)  # fmt: skip
            if isinstance(node.target, ast.Tuple):
                value.parts, value.computed = part.parts, True
                number = node.target.elts.index(target)
                part = part.parts[number]
            self._stores.store(node.target, value)
            run.record.kinds = [BOTH]  # the tables that it leaves out say nothing of it
            noted = run.records
            if part.kind != ROWS:
                run.records = {}
            for inner in node.body:
                self._inner(inner)
            run.records = noted
            aliases = [n for n in run.aliases(part.full) if n != target.id]
            fact = run.facts[target.id]
            if part.kind == ROWS and fact.why is not None and target.id in run.aliases(part.full):
                for name in aliases:
                    run.lose(name, run.facts[name].rows, fact.why)
            self._stores.look_again(node, aliases)
        if items.parts[-1].kind != ROWS and self._fits(node):
            self._wholes.lost(node, run.why(node.target, "is fitted in each of several tables"))

    def _fits(self, node: ast.For) -> bool:
        """Whether something inside a loop is fitted."""
        first, last = node.lineno, node.end_lineno or node.lineno
        applied = {"choice", "drop", "present", "parts", "items"}
        return any(
            number == self._run.number and first <= line <= last
            for (number, line, _), record in self._run.records.items()
            if {edit["kind"] for edit in record.edits} - applied
        )


def _table_of(target: ast.expr, items: Value) -> Optional[ast.Name]:
    """The variable of a loop over tables that holds the table, perhaps with something beside it."""
    if not items.parts or isinstance(target, ast.Name):
        return target if items.parts and isinstance(target, ast.Name) else None
    several = [part.parts for part in items.parts]
    if not isinstance(target, ast.Tuple) or any(len(s) != len(target.elts) for s in several):
        return None
    rows = (ROWS, TRAINING)
    held = {n for parts in several for n, part in enumerate(parts) if part.kind in rows}
    names = [target.elts[number] for number in held]
    return names[0] if len(names) == 1 and isinstance(names[0], ast.Name) else None


def _is_plain(value: Any) -> bool:
    """Whether it can be the key of a dict that is kept."""
    scalar = type(value).__module__ == "numpy" and getattr(value, "shape", None) == ()
    return scalar or isinstance(value, (str, int, float))


def _number(node: ast.stmt) -> str:
    """Stands for the number of a loop's round."""
    return "%s%d:%d" % (NUMBER, node.lineno, node.col_offset)


def _key(target: ast.expr, items: Sequence[Any]) -> str:
    """The variable of a loop that tells its rounds apart."""
    if isinstance(target, ast.Name):
        return target.id if all(map(_is_plain, items)) else ""
    for number, part in enumerate(getattr(target, "elts", ())):
        several = [item[number] for item in items if type(item) in (tuple, list)]
        plain = all(map(_is_plain, several))
        if isinstance(part, ast.Name) and plain and len({*several}) == len(items):
            return part.id
    return ""
