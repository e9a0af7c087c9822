"""What follows from the columns of tables that may get others where they are served.

``set(learned.columns) - set(served.columns)`` says which columns rows lack: another row may bring one of them. Such
values, and what is kept where they decide, are computed with each choice of rows; nothing of them is remembered.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, List, Optional, Sequence

from .facts import ALWAYS, FITTED, LAYOUT, ROWS, TRAINING, Value
from .methods import KEEPING
from .rows import Rows, copied, is_lazy, is_view
from .run import Run
from .syntax import SCOPED, asked_for_columns, asks_columns_alone, method_of, owner_of

_CONTAINERS = (list, dict, set)
#: Methods of these that only look.
_READING = frozenset(
    """
    copy count difference get index intersection isdisjoint issubset issuperset items keys symmetric_difference union
    values
    """.split()
)
#: What nobody can change in place.
_FIXED = (bool, int, float, complex, str, bytes, tuple, frozenset, type, type(None))


class Layout(object):
    """Knows expressions that ask tables for nothing but their columns, and what becomes of their values."""

    def __init__(self, run: Run) -> None:
        self._run, self._a, self._rows = run, run.alignment, Rows(run)

    def found(
        self,
        node: ast.AST,
        full: Any,
        kids: Sequence[Value],
        of_rows: Sequence[Value],
        compute: Callable[[int, List[Any]], Any],
    ) -> Optional[Value]:
        """A value that is the same for all rows that are here, and is computed wherever rows are served."""
        run = self._run
        laid_out = any(kid.kind == LAYOUT for kid in kids)
        if not (laid_out or self.asks(node, of_rows)):
            return None
        if not all(self._is_asked(node, kid) for kid in of_rows):
            return None
        changed = owner_of(node) if kids[0].kind == LAYOUT else None
        if full is None and changed is None:  # what is only printed
            return run.shared(node, None, FITTED)
        if any(kid.bulk and not all(read.fresh for read in kid.kids or [kid]) for kid in kids):
            return self._of_others(node, full, next(kid.table for kid in kids if kid.bulk))
        subs = run.beside(kids, compute)
        if not is_view(full) and not all(self._is_same(full, sub) for sub in subs):
            return run.nowhere(node, full, run.by_columns(node))
        run.expect_fitted(kids)
        if changed is not None:
            run.mutate(changed)
        return Value(node, full, subs, LAYOUT, kids=kids)

    def _of_others(self, node: ast.AST, full: Any, table: Value) -> Value:
        """Rows to learn from, with the columns that there are where it trains; nothing else is kept of these."""
        if self._rows.holds_rows(full, table):
            return self._run.shared(node, full, FITTED, bulk=True, table=table)
        return self._run.nowhere(node, full, self._run.by_columns(node))

    def settled(self, value: Value, kids: Sequence[Value]) -> Value:
        """A value from rows: nothing is kept of what follows from columns, too."""
        run, tables = self._run, [kid for kid in kids if kid.kind == ROWS and self._is_table(kid)]
        laid_out = any(kid.kind == LAYOUT for kid in kids)
        by_columns = laid_out or any(run.is_open(kid.table.rows) for kid in tables)
        kept = value.kind == FITTED and value.full is not None and by_columns
        if kept or laid_out and is_lazy(value.full):
            return run.nowhere(value.node, value.full, run.by_columns(value.node))
        return value

    def _is_table(self, value: Value) -> bool:
        """Whether it is a table with its columns, or a method of one."""
        return bool(self._a.is_frame(getattr(value.full, "__self__", value.full)))

    def bound(self, value: Value, name: str = "") -> Value:
        """A value, perhaps of a variable, where columns decide whether it is that one."""
        run, full = self._run, value.full
        if not run.deciding or value.bulk or value.kind not in (ALWAYS, FITTED):
            return value
        known = run.facts.get(name)
        kept = known is not None and known.kind == FITTED  # as it is where this is not bound
        if kept or not isinstance(full, _FIXED) and not hasattr(full, "copy"):
            return run.nowhere(value.node, full, run.by_columns(value.node))
        run.expect_fitted([value])
        return Value(value.node, full, [copied(full) for _ in run.choices], LAYOUT)

    def keeps(self, node: ast.AST, owner: ast.expr, given: Sequence[Value]) -> bool:
        """Whether an object of the notebook's is another one for each choice of rows from here on.

        Columns decide whether ``node`` changes it, or what it is given.
        """
        run, name = self._run, owner.id if isinstance(owner, ast.Name) else ""
        of_rows = [value for value in given if value.kind in (ROWS, TRAINING)]
        laid_out = any(value.kind == LAYOUT for value in given) or self.asks(node, of_rows)
        if not (run.deciding or laid_out):
            return False
        fact = run.facts.get(name)
        if fact is None or fact.bulk or fact.kind not in (ALWAYS, FITTED) or run.is_code(name):
            return False
        held = run.spaces[0][name]
        if fact.kind == ALWAYS and type(held) in _CONTAINERS:
            for space in run.spaces[1:]:
                space[name] = copied(held)
            run.facts[name] = fact._replace(kind=LAYOUT)
            run.record.binds.setdefault(name, LAYOUT)
            return True
        method = method_of(node)
        if not method or method in KEEPING or type(held) in _CONTAINERS and method not in _READING:
            run.become(owner, TRAINING, run.by_columns(node))
        return False

    def asks(self, node: ast.AST, of_rows: Sequence[Value]) -> bool:
        """Whether an expression asks tables for columns, and nothing else, that may be others for other rows."""
        is_open = any(self._run.is_open(kid.table.rows) for kid in of_rows)
        return is_open and all(self._is_asked(node, kid) for kid in of_rows)

    def _is_asked(self, node: ast.AST, kid: Value) -> bool:
        """Whether an expression asks one of its parts for columns."""
        if kid.kind != ROWS:
            return False
        if not self._a.is_frame(kid.full):
            return method_of(node) == "keys" and self._is_table(kid)
        if not isinstance(node, SCOPED):
            return kid.node in asked_for_columns(node)
        return isinstance(kid.node, ast.Name) and asks_columns_alone(node, [kid.node.id])

    def _is_same(self, full: Any, sub: Any) -> bool:
        """Whether few rows have what all have, but for columns that only training has."""
        absent = self._run.absent
        if type(full) is not type(sub):
            return False
        if isinstance(full, (set, frozenset)):
            return bool(full - absent.keys() == sub - absent.keys())
        if isinstance(full, (list, tuple)) or type(full).__name__ == "Index":
            kept = [[i for i in several if not _is_among(i, absent)] for several in (full, sub)]
            return len(kept[0]) == len(kept[1]) and all(map(self._is_same, *kept))
        if isinstance(full, dict):
            return [*full] == [*sub] and all(map(self._is_same, full.values(), sub.values()))
        if isinstance(full, slice):
            return bool(full == sub)
        return bool(self._a.same(full, sub))


def _is_among(item: Any, names: Any) -> bool:
    return type(item) is str and item in names
