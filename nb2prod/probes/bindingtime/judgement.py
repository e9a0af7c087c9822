"""When the value of an expression exists, from the values of its parts."""

from __future__ import annotations

import ast
import sys
from typing import Any, Callable, List, Optional, Sequence

from .datasets import Apart, Form, built, feature_names, is_dataset, is_matrix, taken_apart, written
from .facts import ALWAYS, FITTED, ROWS, TRAINING, Value, Why
from .layout import Layout
from .methods import (
    CHOOSING,
    FITTING_AND_APPLYING,
    KEEPING,
    OF_GROUPS,
    READING_FILES,
    RENAMING,
    chooses_rows,
    looks_around,
)
from .replays import Replays
from .rows import Rows, is_lazy, is_mask, is_view
from .run import Run
from .syntax import method_of, owner_of, place
from .targets import target_of

Compute = Callable[[int, List[Any]], Any]


class Judgement(object):
    """Computes expressions over all rows and over few, and says what they are."""

    def __init__(self, run: Run, value: Callable[[ast.expr], Value]) -> None:
        self._run, self._a = run, run.alignment
        self._rows, self._layout = Rows(run), Layout(run)
        self._replays = Replays(run, self._rows, value)

    def made(self, node: Any, kids: List[Value], compute: Compute) -> Value:
        """The value of an expression from those of its parts."""
        full = compute(0, [kid.full for kid in kids])
        given = self.given(node, full)
        if given is not None:
            return given
        of_rows = [kid for kid in kids if kid.kind in (ROWS, TRAINING)]
        laid_out = self._layout.found(node, full, kids, of_rows, compute)
        if laid_out is not None:
            return laid_out
        if not of_rows:
            if self._a.is_frame(full) or isinstance(node, ast.Call) and is_dataset(full):
                self._run.tables.append((self._run.number, place(node)))
                if all(kid.kind == ALWAYS for kid in kids):
                    self._run.anew.append((self._run.number, place(node)))
            elif is_matrix(full) and not isinstance(node, ast.Name):
                self._run.arrays.append((self._run.number, place(node)))
            elif written(full, ()) is not None and all(kid.kind == ALWAYS for kid in kids):
                self._run.anew.append((self._run.number, place(node)))
            return self._without_rows(node, full, kids)
        told = target_of(node, kids)
        if told is not None:
            self._run.fitted_to.append((*told, self._run.number))
        value = (
            self._kept(node, full, kids, of_rows)
            or self._around(node, full, kids, of_rows)
            or self._rows.concatenated(node, full, kids)
            or self._no_rows(node, full, kids, of_rows, compute)
            or self._of_rows(node, full, kids, of_rows, compute)
        )
        return self._layout.settled(value, kids)

    def given(self, node: ast.expr, full: Any) -> Optional[Value]:
        """The raw rows, or the target that is split with them, where this expression stands for these."""
        run, source = self._run, self._run.source
        if source is None or source.number != run.number:
            return None
        if source.split:
            return self._split(node, source.split)
        if run.raw is not None or source.place != place(node):
            return None
        apart = taken_apart(full) or self._written(full)
        if apart is not None and source.rows is not None:
            apart = Apart(source.rows, apart.form)
            full = built(apart.table.copy(), apart.form)
        return None if apart is None else self._given(node, full, apart)

    def _written(self, full: Any) -> Optional[Apart]:
        """Numbers that are written out, in the columns that something was fitted to."""
        held = [*self._run.globals.values()]
        table = written(full, [*map(feature_names, held)])
        return None if table is None else Apart(table, {"kind": "table", "array": True})

    def _split(self, node: ast.expr, names: Sequence[str]) -> Optional[Value]:
        """One of the variables that are split, given with its rows."""
        run = self._run
        if not isinstance(node, ast.Name) or node.id not in names:
            return None
        held = tuple(run.globals[name] for name in names)
        full = held if len(held) > 1 else held[0]
        apart = Apart(run.raw, run.form) if run.raw is not None else taken_apart(full)
        if apart is None:
            return None
        value = self._given(node, full, apart)
        if len(held) > 1:
            value = value.parts[names.index(node.id)]
            value.node = node
        return value

    def trained(self, node: ast.expr, full: Any, kids: List[Value]) -> Value:
        """What a call gives that learns from its rows, and keeps that outside of itself."""
        of_rows = [kid for kid in kids if kid.kind in (ROWS, TRAINING)]
        self._run.learn(node, of_rows)
        return self._training(
            node, full, of_rows, self._why(node, "fills variables with what it learns")
        )

    def counted(self, node: ast.expr, table: Value) -> Optional[Value]:
        """How many rows there are: each choice of them has its own number."""
        if table.kind != ROWS or table.rows is None or self._a.height(table.full) is None:
            return None
        counts = [self._a.height(sub) for sub in table.subs]
        return Value(node, self._a.height(table.full), counts, ROWS, table.rows, table)

    def labels(self, node: ast.expr, table: Value) -> Value:
        """The labels of rows: each choice of them has its own; what is made of them, is looked at."""
        if table.kind != ROWS or table.rows is None:
            return self.made(node, [table], lambda _, values: values[0].index)
        subs = [getattr(sub, "index", None) for sub in table.subs]
        return Value(node, table.full.index, subs, ROWS, table.rows)

    def _given(self, node: ast.expr, full: Any, apart: Apart) -> Value:
        """The raw rows."""
        run = self._run
        run.raw, run.form = apart.table.copy(), apart.form
        run.heights.add(len(run.raw))
        return self._formed(node, full, run.served(), apart.form)

    def _formed(self, node: ast.expr, full: Any, tables: List[Any], form: Form) -> Value:
        """Raw rows, or a part of them, as the notebook has them."""
        run, kind = self._run, form["kind"]
        if kind == "constant":
            return run.shared(node, full, ALWAYS)
        value = Value(node, full, [built(table, form) for table in tables], ROWS)
        if kind == "tuple":
            parts = zip(full, form["items"])
            value.parts = [self._formed(node, item, tables, part) for item, part in parts]
        elif kind == "wrapped":
            fields = form["fields"].items()
            value.fields = {n: self._formed(node, full[n], tables, part) for n, part in fields}
        else:
            value.rows = sys.modules["numpy"].arange(len(run.raw))
            columns = form.get("columns", ())
            if columns and all(name in run.absent for name in columns):
                value.kind, value.why = TRAINING, run.absent[columns[0]]
            value.origin = frozenset(columns)
        return value

    def _without_rows(self, node: Any, full: Any, kids: List[Value]) -> Value:
        method, owner = method_of(node), owner_of(node)
        kind = FITTED if any(kid.kind == FITTED for kid in kids) else ALWAYS
        if owner is not None and (method.startswith("fit") or method in KEEPING):
            self._run.mutate(owner)
            if method.startswith("fit"):  # once, and not for each row
                if any(kid.bulk for kid in kids[1:]):
                    self._run.fitted_elsewhere.append(self._run.number)
                self._run.fits_rows |= kind == FITTED  # a model that was given rows before
                self._run.fits_otherwise |= kind == ALWAYS
                kind = FITTED
            if kind == FITTED and kids[0].kind == ALWAYS:
                self._run.become(owner, FITTED)
        fresh = any(kid.fresh for kid in kids) or method.startswith("fit")
        bulk = next((kid.table for kid in kids if kid.bulk), None)
        if kind == ALWAYS and (method.startswith("read_") or method in READING_FILES):
            # Another file, which is not there when rows come.
            return self._run.shared(node, full, FITTED, fresh=True, bulk=self._a.is_frame(full))
        if bulk is not None:
            if is_view(full) or isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.Slice)):
                return self._run.shared(node, full, FITTED, fresh=fresh, bulk=True, table=bulk)
            if self._rows.holds_rows(full, bulk):
                return self._run.shared(node, full, FITTED, fresh=fresh, bulk=True)
            return self._run.shared(node, full, FITTED, fresh=True, table=bulk)
        if kind == FITTED and self._is_of_each_row(node, full, kids):
            why = self._why(node, "has a value for each row that it was fitted to")
            return self._run.nowhere(node, full, why)
        table = next((kid.table for kid in kids if kid.fresh), None)
        value = self._run.shared(node, full, kind, fresh=fresh, table=table)
        if kind == FITTED and is_lazy(full):  # what it goes through is kept
            value.kids = kids
        return value

    def _is_of_each_row(self, node: Any, full: Any, kids: List[Value]) -> bool:
        """Whether something that was fitted holds a value for each row of those, as labels of clusters are."""
        if type(full) in (tuple, list, str) or self._a.height(full) is None:
            return False
        fresh = [kid.table for kid in kids if kid.fresh and kid.table is not kid]
        if any(self._a.height(full) == self._a.height(table.full) for table in fresh):
            return True
        of = kids[0].full if isinstance(node, ast.Attribute) else None
        _, fitted = self._run.fitted_rows.get(id(of), (None, None))
        return fitted is not None and fitted > 1 and self._a.height(full) == fitted

    # ------------------------------------------------------------------ calls that are known by name
    def _kept(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """A method that fits its object to rows, or keeps them in it."""
        method, owner = method_of(node), owner_of(node)
        fits = method.startswith("fit")
        if owner is None or not _keeps(method, kids):
            return None
        lasting = _lasting(of_rows)
        self._run.become(owner, TRAINING if lasting else FITTED, lasting)
        self._run.fits_rows |= fits
        if fits:
            fitted = getattr(kids[0].full, "__self__", None)
            self._run.fitted_rows[id(fitted)] = fitted, self._a.height(of_rows[0].full)
        if not fits and method not in ("partial_fit", "compile"):
            self._run.become(owner, TRAINING, self._why(node, "keeps rows"))
        if method in FITTING_AND_APPLYING:
            return None
        if self._a.height(full) in self._run.heights:
            return self._training(node, full, of_rows, self._why(node, "has no value for new rows"))
        return self.fresh(node, full, of_rows)

    def _around(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """A method that looks at the rows around a row."""
        whole = all(kid.kind == ROWS for kid in of_rows)
        if not whole or owner_of(node) is None or kids[0].kind != ROWS or not looks_around(node):
            return None
        why = self._why(node, "looks at the rows around a row")
        value = self._training(node, full, of_rows, why)
        value.table = kids[0].table if self._a.height(full) is None else value
        return value

    # ------------------------------------------------------------------ rows
    def _of_rows(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value], compute: Compute
    ) -> Value:
        """Something that has rows: those of its parts, or others."""
        masked = isinstance(node, ast.Subscript) and _has_mask(kids[1])
        groups = method_of(node) == "filter" and _is_of_groups(kids)
        chooses = chooses_rows(node) or masked or groups
        for kid in of_rows if self._may_choose(node, kids) else ():
            key = kids[1].full if isinstance(node, ast.Subscript) and kid is kids[0] else None
            found = self._rows.chosen(node, full, kid, key, chooses=chooses)
            if found is not None:
                return found
        self._note_renamed(node, full, kids)
        whole = all(kid.kind == ROWS for kid in of_rows)
        subs: List[Any] = []
        if whole and not _keeps(method_of(node), kids):
            subs = self._run.beside(kids, compute)
            found = self._rows.rowwise(node, full, subs, of_rows, kids)
            if found is None and method_of(node) == "DataFrame":
                found = self._rows.partly(node, full, subs, of_rows, kids)
            if found is not None:
                return found
            across = self._rows.across(node, full, subs, of_rows, kids)
            if across is not None:
                return across
        if whole or method_of(node) in FITTING_AND_APPLYING and kids[1].kind == ROWS:
            found = self._replays.found(node, full, kids, of_rows)
            if found is not None:
                return found
        heights = [len(kid.table.rows) for kid in of_rows if kid.table.rows is not None]
        count = self._a.height(full)
        if count in heights or not whole and count in self._run.heights:
            return self._training(node, full, of_rows, self._why_not(node, of_rows, subs))
        if masked or not count or self._holds_some(node, full, kids, of_rows):
            return self._training(node, full, of_rows, self._why(node, "holds some of the rows"))
        return self.fresh(node, full, of_rows)

    def _note_renamed(self, node: Any, full: Any, kids: List[Value]) -> None:
        """A column that only training has is the same by another name."""
        absent, base = self._run.absent, kids[0].kids[0] if kids[0].kids else kids[0]
        if method_of(node) not in RENAMING or not (
            self._a.is_frame(full) and self._a.is_frame(base.full)
        ):
            return
        if len(full.columns) == len(base.full.columns):
            for old, new in zip(base.full.columns, full.columns):
                if old in absent:
                    absent.setdefault(new, absent[old])

    def _may_choose(self, node: Any, kids: List[Value]) -> bool:
        """Whether some of the rows may come out: most methods of tables compute other ones."""
        owner = getattr(kids[0].full, "__self__", None) if isinstance(node, ast.Call) else None
        return not self._a.is_labelled(owner) or method_of(node) in CHOOSING

    def _why_not(self, node: Any, of_rows: List[Value], subs: List[Any]) -> Why:
        """Why rows can't have the value alone that they have among others."""
        for kid in of_rows:
            columns = getattr(kid.table.full, "columns", ())
            for name in columns if self._a.is_frame(kid.table.full) else ():
                if name in self._run.absent and self._run.absent[name].statement >= 0:
                    return self._run.absent[name]
        known = next((kid.why for kid in of_rows if kid.why is not None), None)
        failed = self._run.failure(subs, of_rows[0].table.rows)
        if known is None and failed is not None:
            return self._run.why_failed(node, failed)
        return known or self._why(node, "gives a row another value where it stands among others")

    def _holds_some(self, node: Any, full: Any, kids: List[Value], of_rows: List[Value]) -> bool:
        """Whether it holds some of the rows, and not a value for each group of them."""
        if (
            _is_of_groups(kids)
            and method_of(node) not in OF_GROUPS
            or not self._a.is_labelled(full)
        ):
            return False
        return any(self._rows.holds_some(full, kid) for kid in of_rows)

    # ------------------------------------------------------------------ no rows
    def _no_rows(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value], compute: Compute
    ) -> Optional[Value]:
        """A value that is no rows: a view or method of some, several of them, or what is fitted."""
        whole = all(kid.kind == ROWS for kid in of_rows)
        nested = any(kid.parts and type(kid.full) in (tuple, list) for kid in of_rows)
        if isinstance(node, (ast.List, ast.Tuple)) and (nested or any(map(_is_count, of_rows))):
            return self._written_out(node, full, kids, of_rows, compute if whole else None)
        if self._a.height(full) is not None:
            return None
        if is_view(full):
            return self._view(node, full, kids, of_rows, compute if whole else None)
        if type(full) in (tuple, list) and any(self._a.height(item) is not None for item in full):
            if isinstance(node, (ast.List, ast.Tuple)):
                return self._written_out(node, full, kids, of_rows, compute if whole else None)
            found = self._replays.aligned(node, full, kids)
            found = found or (
                self._replays.factorized(node, full, kids, of_rows) if whole else None
            )
            found = found or (self._computed(node, full, kids, of_rows, compute) if whole else None)
            return found or self._several(node, full, of_rows)
        if type(full) is dict and any(self._a.height(item) is not None for item in full.values()):
            found = self._named(node, full, kids, of_rows, compute) if whole else None
            return found or self._training(node, full, of_rows, _first_why(of_rows))
        if whole and isinstance(node, ast.Call):
            self._run.beside(kids, compute)  # it may change its rows in place
            if full is None and kids[0].kind == ROWS:  # and learns nothing from them
                return self._run.shared(node, None, FITTED, fresh=True, table=of_rows[0].table)
        return self.fresh(node, full, of_rows)

    def _view(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value],
        compute: Optional[Compute],
    ) -> Value:  # fmt: skip
        """A view or a method of rows."""
        table = of_rows[0].table
        if compute is None:
            value = self._training(node, full, of_rows, _first_why(of_rows))
            value.table = next((k.table for k in of_rows if k.table.rows is not None), table)
            return value
        subs = self._run.beside(kids, compute)
        error = self._run.failure(subs, table.rows)
        if error is not None:
            value = self._training(node, full, of_rows, self._run.why_failed(node, error))
            value.table = table
            return value
        self._run.expect_fitted(kids)
        origin = of_rows[0].origin
        return Value(node, full, subs, ROWS, table.rows, table, origin=origin, kids=kids)

    def _written_out(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value],
        compute: Optional[Compute],
    ) -> Value:  # fmt: skip
        """A list or a tuple of rows that the notebook writes out."""
        table, why = of_rows[0].table, _first_why(of_rows)
        if compute is None:
            return self._run.nowhere(node, full, why, rows=table.rows, table=table)
        self._run.expect_fitted([kid for kid in kids if not kid.bulk])
        return Value(node, full, self._run.beside(kids, compute), ROWS, table.rows, table, why)

    def _computed(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value], compute: Compute
    ) -> Optional[Value]:
        """Several values of which each row has its own, and perhaps others that are no rows: fitted ones."""
        if any(kid.rows is not None and not self._run.choices for kid in of_rows) and (
            self._chosen(node, full, of_rows)
        ):
            return None
        subs = self._run.beside(kids, compute)
        if any(type(sub) is not type(full) or len(sub) != len(full) for sub in subs):
            return None
        parts: List[Value] = []
        for number, item in enumerate(full):
            items = [sub[number] for sub in subs]
            if self._a.height(item) is None and not is_view(item):
                parts.append(self._run.shared(node, item, FITTED))
                continue
            part = self._rows.rowwise(node, item, items, of_rows, kids)
            if part is None:
                return None
            parts.append(part)
        table = next((part for part in parts if part.kind == ROWS), None)
        if table is None:
            return None
        value = Value(node, full, subs, ROWS, table.rows, of_rows[0].table, parts=parts)
        value.computed = True
        return value

    def _named(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value], compute: Compute
    ) -> Optional[Value]:
        """Several values by their names, of which each row has its own."""
        subs = self._run.beside(kids, compute)
        if any(type(sub) is not dict or [*sub] != [*full] for sub in subs):
            return None
        value = Value(node, full, subs, ROWS, of_rows[0].table.rows, of_rows[0].table)
        for name, item in full.items():
            items = [sub[name] for sub in subs]
            part = self._rows.rowwise(node, item, items, of_rows, kids)
            if part is not None:
                value.fields[name] = part
            elif not isinstance(node, ast.Dict):
                return None  # what is written out, is looked at where it is used
        return value if value.fields else None

    def _chosen(self, node: Any, full: Any, of_rows: List[Value]) -> bool:
        """Whether one of several values may be a choice of rows."""
        parts = self._several(node, full, of_rows).parts
        return any(part.kind == ROWS for part in parts)

    def _several(self, node: Any, full: Any, of_rows: List[Value]) -> Value:
        """Several values, such as those of a split: each one may be a choice of rows."""
        tables: List[Value] = []
        for kid in of_rows:
            tables += [k for k in kid.parts if k.rows is not None] or [kid.table]
        parts = [self._part(node, item, tables, of_rows) for item in full]
        kinds = {part.kind for part in parts}
        kind = ROWS if ROWS in kinds else TRAINING if TRAINING in kinds else FITTED
        subs = [None] * len(self._run.choices)
        return Value(node, full, subs, kind, why=_first_why(parts), parts=parts)

    def _part(self, node: Any, item: Any, tables: List[Value], of_rows: List[Value]) -> Value:
        """One of several values."""
        for table in tables:
            found = self._rows.chosen(node, item, table, noted=False)
            if found is not None:
                return found
        heights = [len(table.rows) for table in tables if table.rows is not None]
        if self._a.height(item) in heights:
            return self._training(node, item, of_rows, self._why(node, "has no value for new rows"))
        return self.fresh(node, item, of_rows)

    # ------------------------------------------------------------------ outcomes
    def fresh(self, node: ast.AST, full: Any, of_rows: Sequence[Value]) -> Value:
        """Fitted: the few rows take what all rows gave."""
        lasting = _lasting(of_rows)
        if lasting is not None:
            return self._run.nowhere(node, full, lasting)
        self._run.learn(node, of_rows)
        return self._run.shared(node, full, FITTED, fresh=True, table=of_rows[0].table)

    def _training(
        self, node: Any, full: Any, of_rows: Sequence[Value], why: Optional[Why]
    ) -> Value:
        """There in training only, with the rows of its parts where it has as many."""
        why = _lasting(of_rows) or why
        known = (k.table.rows for k in of_rows if k.table.rows is not None)
        count = self._a.height(full)
        rows = next((rows for rows in known if len(rows) == count), None)
        origin: Any = frozenset().union(*(k.origin for k in of_rows))
        return self._run.nowhere(node, full, why, rows=rows, origin=origin)

    def _why(self, node: ast.AST, said: str) -> Why:
        return self._run.why(node, said)


def _keeps(method: str, kids: List[Value]) -> bool:
    """Whether a method keeps what it is given, and its object is no row itself."""
    keeps = method.startswith("fit") or method in KEEPING
    return keeps and kids[0].kind not in (ROWS, TRAINING)


def _is_of_groups(kids: List[Value]) -> bool:
    """Whether it is a method of groups."""
    return "GroupBy" in type(getattr(kids[0].full, "__self__", None)).__name__


def _is_count(value: Value) -> bool:
    """Whether it is how many rows there are."""
    return type(value.full) is int


def _has_mask(key: Value) -> bool:
    """Whether rows are picked by what is in them, perhaps of some columns."""
    keys = key.full if type(key.full) is tuple else [key.full]
    return key.kind in (ROWS, TRAINING) and any(map(is_mask, keys))


def _first_why(values: Sequence[Value]) -> Optional[Why]:
    return next((value.why for value in values if value.why is not None), None)


def _lasting(values: Sequence[Value]) -> Optional[Why]:
    """Why nothing that follows from these can be had."""
    return next((value.why for value in values if value.why and value.why.lasting), None)
