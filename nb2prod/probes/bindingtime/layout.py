"""The columns of tables that may get others where they are served, and what follows from them.

``set(learned.columns) - set(served.columns)`` says which columns rows lack: another row may bring one of them.
"""

from __future__ import annotations

import ast
from typing import Any, Callable, List, Optional, Sequence

from .facts import ROWS, Value
from .rows import is_view
from .run import Run
from .syntax import SCOPED, asked_for_columns, asks_columns_alone, method_of, owner_of


class Layout(object):
    """Knows expressions that ask tables for nothing but their columns."""

    def __init__(self, run: Run) -> None:
        self._run, self._a = run, run.alignment

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
        if not run.open or not all(self._is_asked(node, kid) for kid in of_rows):
            return None
        if any(kid.bulk and not all(read.fresh for read in kid.kids or [kid]) for kid in kids):
            return None
        changing = full is None and kids[0].layout
        if full is None and not changing:  # what is only printed
            return None
        subs = run.beside(kids, compute)
        if not is_view(full) and not all(self._is_same(full, sub) for sub in subs):
            return None
        run.expect_fitted(kids)
        owner = owner_of(node)
        if changing and owner is not None:
            run.mutate(owner)
        value = Value(node, full, subs, ROWS, kids=kids)
        value.layout = True
        return value

    def _is_asked(self, node: ast.AST, kid: Value) -> bool:
        """Whether an expression asks one of its parts for columns."""
        if kid.layout or kid.kind != ROWS:
            return kid.layout
        if not self._a.is_frame(kid.full):
            table = getattr(kid.full, "__self__", None)
            return method_of(node) == "keys" and bool(self._a.is_frame(table))
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
        if isinstance(full, (slice, dict)):
            return bool(full == sub)
        return bool(self._a.same(full, sub))


def _is_among(item: Any, names: Any) -> bool:
    return type(item) is str and item in names
