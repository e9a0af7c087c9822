"""Which rows a value holds, and whether each of them has the value that it has alone."""

from __future__ import annotations

import ast
import itertools
import sys
import types
from typing import Any, List, Optional, Sequence

from .facts import ROWS, TRAINING, Failed, Value
from .run import Run
from .syntax import concatenates, place

#: Groups and windows over rows, wherever pandas keeps them.
_WINDOWS = ("GroupBy", "Rolling", "Expanding", "ExponentialMoving", "Resampler")
#: Rows that come one by one, once.
_LAZY: Any = (
    map, zip, filter, enumerate, reversed, types.GeneratorType, type({}.values()), type({}.items()),
)  # fmt: skip
#: Arrays with more rows than this have columns for something else than rows.
_ACROSS = 100


class Rows(object):
    """Judges values over all rows beside those over few."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._a = run.alignment

    def verified(self, full: Any, rows: Any, subs: Sequence[Any]) -> Optional[bool]:
        """Whether the few rows have the values that they have among all; None where none of them is here."""
        places = {row: n for n, row in enumerate(rows.tolist())}
        seen = None
        for choice, sub in zip(self._run.choices, subs):
            here = [n for n, row in enumerate(choice) if row in places]
            if isinstance(sub, Failed) or self._a.height(sub) != len(choice):
                if len(here) == len(choice):
                    return False
                continue
            if not here:
                continue
            mine = self._a.taken(full, [places[choice[n]] for n in here])
            if not self._a.same(mine, self._a.taken(sub, here), self._run.absent):
                return False
            seen = True
        return seen

    def rowwise(
        self, node: ast.AST, full: Any, subs: List[Any], of_rows: List[Value], kids: List[Value]
    ) -> Optional[Value]:
        """The value, where each row has the one that it has alone."""
        whole = ((kid, self._rows_of(full, subs, kid.table)) for kid in of_rows)
        common = ((kid, self._common_rows(full, subs, kid.table, of_rows)) for kid in of_rows)
        for kid, rows in itertools.chain(whole, common):
            if rows is not None:
                self._run.expect_fitted(kids)
                self._run.heights.add(len(rows))
                return Value(node, full, subs, ROWS, rows, origin=kid.origin)
        return None

    def _common_rows(
        self, full: Any, subs: List[Any], table: Value, of_rows: Sequence[Value]
    ) -> Any:
        """The raw rows of a value that pandas made by labels: those that only some of the tables have are nobody's."""
        tables = [kid.table for kid in of_rows if self._a.is_labelled(kid.table.full)]
        held = [{*t.rows.tolist()} for t in tables if t.rows is not None]
        common = set.intersection(*held) if held else set()
        if not self._run.choices or not common or all(rows == common for rows in held):
            return None
        numpy = sys.modules["numpy"]
        for positions in self._a.followed(full, table.full):
            rows = table.rows[positions]
            rows = numpy.where(numpy.isin(rows, [*common]), rows, -1)
            if self.verified(full, rows, subs):
                return rows
        return None

    def partly(
        self, node: ast.AST, full: Any, subs: List[Any], of_rows: List[Value], kids: List[Value]
    ) -> Optional[Value]:
        """A table of which some new columns, such as labels of rows, are there in training only."""
        run = self._run
        tables = [sub for sub in subs if not isinstance(sub, Failed)]
        if not self._a.is_frame(full) or any(not self._a.is_frame(sub) for sub in tables):
            return None
        lost = []
        for name in full.columns:
            parts = [
                sub if isinstance(sub, Failed) else sub.reindex(columns=[name]) for sub in subs
            ]
            if any(name not in sub.columns for sub in tables) or all(
                self._rows_of(full[[name]], parts, kid.table) is None for kid in of_rows
            ):
                lost.append(name)
        known = {*getattr(run.raw, "columns", ())}
        if not lost or len(lost) == len(full.columns) or known & {*lost}:
            return None
        for name in lost:
            why = run.why(node, "gives a row another `%s` where it stands among others" % name)
            run.absent[name] = why
        return self.rowwise(node, full, subs, of_rows, kids)

    def across(
        self, node: ast.AST, full: Any, subs: List[Any], of_rows: List[Value], kids: List[Value]
    ) -> Optional[Value]:
        """An array with a column for each row, as arrays of several predictions are."""
        numpy = sys.modules["numpy"]
        arrays = [value for value in [full, *subs] if isinstance(value, numpy.ndarray)]
        if len(arrays) <= len(subs) or any(a.ndim != 2 or len(a) > _ACROSS for a in arrays):
            return None
        turned = [array.T for array in arrays]
        for kid in of_rows:
            rows = kid.table.rows
            if rows is None or len(rows) != len(turned[0]) or len(full) in (len(rows), 0):
                continue
            if not self._run.choices or self.verified(turned[0], rows, turned[1:]):
                self._run.expect_fitted(kids)
                found = Value(node, full, subs, ROWS, rows, kid.table)
                found.parts = [
                    Value(node, item, [sub[number] for sub in subs], ROWS, rows)
                    for number, item in enumerate(full[:_ACROSS])
                ]
                found.computed = True
                return found
        return None

    def _rows_of(self, full: Any, subs: List[Any], table: Value) -> Any:
        """The raw rows of a value that was made from a table; None where a row alone has another value."""
        if table.rows is None:
            return None
        if len(table.rows) != self._a.height(table.full):
            return None
        candidates = list(self._a.followed(full, table.full))
        if self._run.choices:
            found = (table.rows[positions] for positions in candidates)
            return next((rows for rows in found if self.verified(full, rows, subs)), None)
        # Without rows beside it nobody can say; what looks like the table's own rows is it.
        whole = [positions for positions in candidates if len(positions) == len(table.rows)]
        alike = [positions for positions in whole if self._resembles(full, table, positions)]
        best = next(iter([*alike[-1:], *whole, *candidates[-1:]]), None)
        return best if best is None else table.rows[best]

    def _resembles(self, full: Any, table: Value, positions: Any) -> bool:
        if type(full) is not type(table.full) or self._columns(full) != self._columns(table.full):
            return False
        return self._holds(full, table, positions)

    def _holds(self, full: Any, table: Value, positions: Any) -> bool:
        return bool(self._a.same(self._a.taken(table.full, positions.tolist()), full))

    def _columns(self, value: Any) -> Any:
        return list(value.columns) if self._a.is_frame(value) else getattr(value, "shape", (0,))[1:]

    # ------------------------------------------------------------------ some of the rows
    def chosen(
        self,
        node: ast.AST,
        full: Any,
        kid: Value,
        key: Any = None,
        *,
        chooses: bool = False,
        noted: bool = True,
    ) -> Optional[Value]:
        """The value, where it holds rows of another one unchanged: some of them, or in another order."""
        table = kid.table
        if table.rows is None or len(table.rows) != self._a.height(table.full):
            return None
        if isinstance(node, ast.Name) or type(full) is not type(table.full):
            return None
        if self._columns(full) != self._columns(table.full):
            return None
        known = self._picked(node, kid, key, table)
        numpy = sys.modules["numpy"]
        for positions in [known] if known is not None else self._a.followed(full, table.full):
            moved = not numpy.array_equal(positions, numpy.arange(len(table.rows)))
            if (chooses or moved) and self._holds(full, table, positions):
                return self._choice(node, full, table, table.rows[positions], noted=noted)
        return None

    def _picked(self, node: ast.AST, kid: Value, key: Any, table: Value) -> Any:
        """The positions at a slice or under a mask; None where it is neither."""
        count, numpy = self._a.height(table.full), sys.modules["numpy"]
        if not isinstance(node, ast.Subscript):
            return None
        if type(key) is slice and type(kid.full).__name__ != "_LocIndexer":
            bounds = (key.start, key.stop, key.step)
            whole = all(bound is None or hasattr(bound, "__index__") for bound in bounds)
            return numpy.arange(count)[key] if whole else None
        masks = self._a.height(key) == count and is_mask(key)
        return numpy.flatnonzero(numpy.asarray(key, dtype=bool)) if masks else None

    def _choice(self, node: ast.AST, full: Any, table: Value, rows: Any, *, noted: bool) -> Value:
        """Rows that were chosen; few rows are all of them."""
        held = set(rows.tolist())
        present = any(row in held for choice in self._run.choices for row in choice)
        self._run.heights.add(len(rows))
        if table.kind == TRAINING or self._run.choices and not present:
            why = table.why or self._run.why(node, "holds none of the rows that are predicted")
            return self._run.nowhere(node, full, why, rows=rows, origin=table.origin)
        subs = [copied(sub) for sub in table.subs]
        value = Value(node, full, subs, ROWS, rows, origin=table.origin)
        if noted:
            self._run.record.edit("choice", place(node), of=place(table.node))
        else:
            value.table = Value(table.node, full, subs, ROWS, rows)
        return value

    def holds_rows(self, full: Any, table: Value) -> bool:
        """Whether it has as many rows as a table, or some of them."""
        count = self._a.height(full)
        whole = count is not None and count == self._a.height(table.full)
        return whole or self._a.is_labelled(full) and self.holds_some(full, table)

    def holds_some(self, full: Any, kid: Value) -> bool:
        """Whether its labels are those of rows."""
        mine, theirs = self._a.labels(full), self._a.labels(kid.table.full)
        if theirs is None or not theirs.is_unique or mine.name != theirs.name or not len(mine):
            return False
        return bool((theirs.get_indexer(mine) >= 0).all())

    # ------------------------------------------------------------------ tables below each other
    def concatenated(self, node: ast.AST, full: Any, kids: List[Value]) -> Optional[Value]:
        """Tables below each other: the rows of each, and for new rows only theirs."""
        parts = kids[1].parts if concatenates(node) and len(kids) > 1 else ()
        if parts and not isinstance(kids[1].node, (ast.List, ast.Tuple)):
            return None
        if not parts or sum(self._a.height(p.full) or 0 for p in parts) != self._a.height(full):
            return None
        serving = [p for p in parts if p.kind == ROWS]
        rows = self._a.joined([(p.rows, self._a.height(p.full)) for p in parts])
        if len(serving) > 1 and not self._run.choices:  # nobody asks yet which of them are served
            return Value(node, full, [], ROWS, rows)
        if len(serving) > 1:
            batch = {*self._run.choices[0]}
            known = [p for p in serving if p.rows is not None and batch <= {*p.rows.tolist()}]
            # Rows of one table that are only put together anew are those of any of its parts.
            serving = known or [p for p in serving if self.verified(full, rows, p.subs)][:1]
        if len(serving) != 1:
            return None
        subs = [copied(sub) for sub in serving[0].subs]
        if self._a.is_frame(full):
            why = self._run.why(serving[0].node, "lacks columns that other tables have")
            for name in full.columns.difference(serving[0].full.columns):
                self._run.absent.setdefault(name, why)
        if self.verified(full, rows, subs) is False:
            return None
        self._run.record.edit("choice", place(node), of=place(serving[0].node))
        self._run.heights.add(len(rows))
        return Value(node, full, subs, ROWS, rows)


def is_view(value: Any) -> bool:
    """A method or an accessor of rows, a group or a window over them."""
    if callable(value) and not isinstance(value, type) and not hasattr(value, "fit"):
        return True
    kind = type(value)
    if is_lazy(value):
        return True
    if any(word in kind.__name__ for word in _WINDOWS):
        return True
    return kind.__module__.startswith("pandas.core") and not hasattr(value, "dtype")


def is_lazy(value: Any) -> bool:
    """Whether it gives its items one by one, perhaps only once."""
    return isinstance(value, _LAZY)


def is_mask(value: Any) -> bool:
    """Whether it says of each row yes or no."""
    return str(getattr(value, "dtype", "")) in ("bool", "boolean")


def copied(value: Any) -> Any:
    """The same rows, so that changes in place stay apart."""
    return value.copy() if hasattr(value, "copy") else value
