"""Values that are bound to variables, columns, items and attributes."""

from __future__ import annotations

import ast
import operator
from typing import Any, Callable, List, Optional, Sequence

from .expressions import Expressions
from .facts import ALWAYS, BOTH, FITTED, LAYOUT, ROWS, SERVED, TRAINING, Failed, Value, Why
from .layout import Layout
from .rows import Rows, copied
from .run import Run
from .syntax import module_of, names_in, place, root

Put = Callable[[Any, Any, Any], None]


class Stores(object):
    """Binds over all rows and over few, and says what became of the tables that this changed."""

    def __init__(self, run: Run, expressions: Expressions) -> None:
        self._run, self._expressions = run, expressions
        self._rows, self._layout = Rows(run), Layout(run)

    def store(self, target: ast.AST, value: Value) -> None:
        """Binds whatever may stand to the left of an equals sign."""
        if isinstance(target, ast.Name):
            value = self._layout.bound(value, target.id)
            self._run.bind(target.id, value)
            self._run.when(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, value)
        elif isinstance(target, ast.Starred):
            self.store(target.value, value)
        elif isinstance(target, ast.Subscript):
            key = self._expressions.value(target.slice)
            self._put(target, target.value, key, value, operator.setitem)
        elif isinstance(target, ast.Attribute):
            name = self._run.shared(target, target.attr, ALWAYS)
            self._put(target, target.value, name, value, setattr)

    # ------------------------------------------------------------------ several variables
    def unpack(self, target: Any, value: Value) -> None:
        """Binds several variables."""
        items = [*value.parts] or self._items(value)
        if any(isinstance(inner, ast.Starred) for inner in target.elts):
            items = self._gathered(target, value, items)
            value.parts = items if value.parts else value.parts
        for inner, part in zip(target.elts, items):
            self.store(inner, part)
            name = root(inner) if isinstance(inner, (ast.Subscript, ast.Attribute)) else None
            if name in self._run.facts and self._run.facts[name].kind in (FITTED, TRAINING):
                self._run.record.edit("unbound", place(inner))
                if isinstance(value.node, (ast.Tuple, ast.List)):
                    self._run.record.edit("absent", place(part.node))
        if value.computed:
            self._computed(target, value)
            return
        kinds = {part.kind for part in value.parts}
        literal = isinstance(value.node, (ast.Tuple, ast.List))
        served = bool(kinds & {*SERVED})
        apart = TRAINING in kinds or any(part.bulk for part in value.parts)
        if served and (apart or not literal):
            self._serve_parts(target, value, literal=literal)

    def _gathered(self, target: Any, value: Value, items: List[Value]) -> List[Value]:
        """Items of which several come together in a list, as a star among the variables says."""
        at = next(n for n, inner in enumerate(target.elts) if isinstance(inner, ast.Starred))
        end = len(items) - (len(target.elts) - at - 1)
        several, run, node = items[at:end], self._run, value.node
        full = [item.full for item in several]
        kind = several[0].kind if several else ALWAYS
        if kind in (ROWS, TRAINING) or any(item.kind != kind or item.bulk for item in several):
            whole = run.nowhere(node, full, run.why(node, "can't be followed row by row"))
        else:
            subs = [[item.subs[n] for item in several] for n in range(len(run.choices))]
            whole = Value(node, full, subs, kind, fresh=any(item.fresh for item in several))
        return [*items[:at], whole, *items[end:]]

    def _computed(self, target: Any, value: Value) -> None:
        """Several values of which those that are fitted are looked up wherever rows are served."""
        run = self._run
        for inner, part in zip(target.elts, value.parts):
            if part.kind not in SERVED:
                run.trained.update(names_in(inner))
        run.record.kinds = [BOTH]

    def _items(self, value: Value) -> List[Value]:
        """The items of a value that is one for all rows."""
        kind, why = value.kind, value.why
        if kind == LAYOUT:
            several = zip(value.full, *value.subs)
            return [Value(value.node, item, subs, kind) for item, *subs in several]
        if kind == ROWS:
            kind = TRAINING
        if kind == TRAINING and why is None:
            why = self._run.why(value.node, "can't be followed row by row")
        return [
            self._run.shared(value.node, item, kind, why=why, fresh=value.fresh)
            for item in value.full
        ]

    def _serve_parts(self, target: Any, value: Value, *, literal: bool) -> None:
        """Notes what each of several variables is where rows are served."""
        if value.is_partial and isinstance(value.node, ast.Name):  # which has these alone
            places = {part: number for number, part in enumerate(value.served)}
            numbers = {
                inner.id: places[part]
                for inner, part in zip(target.elts, value.parts)
                if isinstance(inner, ast.Name) and part in places
            }
            at = place(value.node)
            self._run.record.edit("parts", at, served=dict.fromkeys(numbers, at), numbers=numbers)
            return
        served = {
            inner.id: place(part.node if literal else part.table.node)
            for inner, part in zip(target.elts, value.parts)
            if isinstance(inner, ast.Name) and part.kind in SERVED
        }
        whole = place(value.node)
        if served and whole not in served.values():
            self._run.record.edit("parts", whole, served=served)

    # ------------------------------------------------------------------ items and attributes
    def _put(
        self, target: ast.AST, base_node: ast.expr, key: Value, value: Value, put: Put
    ) -> None:
        """``base[key] = value``, or an attribute."""
        base = self._expressions.value(base_node)
        if not self._may_name(base, key) or value.kind != ROWS:
            if self._layout.keeps(target, base_node, [key, value]):
                base = self._expressions.value(base_node)
        self._run.mutate(base_node)
        put(base.full, key.full, value.full)
        if isinstance(base_node, ast.Name) and value.kind == ROWS and self._may_name(base, key):
            self._begin_fields(base_node.id, base)
            self._run.expect_fitted([value])
            self._put_field(base_node.id, base, key, value, put)
            return
        if base.kind in (ALWAYS, FITTED):
            self._kept(target, base_node, base, {key.kind, value.kind}, value.why)
            return
        self._run.expect_fitted([key, value])
        key = self._present(target, base_node, base, key)
        if base.fields and isinstance(base_node, ast.Name) and value.kind != TRAINING:
            self._put_field(base_node.id, base, key, value, put)
            return
        if base.kind == LAYOUT and ROWS in (key.kind, value.kind):
            self._run.become(base_node, TRAINING, self._run.why(target, "keeps rows"))
            self._run.record.does(TRAINING)
            return
        if base.kind == TRAINING or TRAINING in (value.kind, key.kind):
            if (
                key.kind == ROWS == base.kind
                and self._run.depth == 1
                and self._as_a_whole(base_node)
            ):
                return
            why = base.why or value.why or key.why or self._run.why(target, "can't be followed")
            self._lost(base_node, base, key, why)
            return
        each = _put_in_each(base, key, value, put)
        failed = self._run.failure(each, base.table.rows)
        if failed is not None:
            self._lost(base_node, base, key, self._run.why_failed(target, failed))
        else:
            self._spoil(base_node, each)
            if isinstance(key.full, str):
                self._run.absent.pop(key.full, None)
                self._derive(key.full, value)
            self._run.record.does(BOTH)

    def _derive(self, name: str, value: Value) -> None:
        """Notes from which raw columns a column is computed."""
        derived = self._run.derived
        derived[name] = value.origin.union(*(derived.get(of, ()) for of in value.origin))

    def _present(self, target: ast.AST, base_node: ast.expr, base: Value, key: Value) -> Value:
        """Of several columns that are set those that are there where rows are served, too."""
        absent, names = self._run.absent, key.full
        if base.kind != ROWS or type(names) is not list or not isinstance(target, ast.Subscript):
            return key
        kept = [name for name in names if not (name in absent and absent[name].statement < 0)]
        if len(kept) in (0, len(names)) or not self._run.alignment.is_frame(base.full):
            return key
        self._run.record.edit("stored", place(target.slice), of=place(base_node))
        return self._run.shared(key.node, kept, key.kind)

    def _spoil(self, base_node: ast.expr, each: Sequence[Optional[Failed]]) -> None:
        """Choices with rows that are left out elsewhere have no table once one of these can't be served."""
        name = root(base_node)
        for space, failed in zip(self._run.spaces[1:], each):
            if name in space and failed is not None:
                space[name] = failed

    def _may_name(self, base: Value, key: Value) -> bool:
        """Whether a dict gets rows by their names, and holds nothing that is there in training only."""
        plain = (
            type(base.full) is dict
            and key.kind in (ALWAYS, FITTED)
            and type(key.full) in (str, int)
        )
        return plain and (base.kind == ALWAYS or bool(base.fields))

    def _begin_fields(self, name: str, base: Value) -> None:
        """From here on each choice of rows has a dict of its own."""
        run = self._run
        if base.kind == ALWAYS:
            base.subs = [dict(sub) for sub in base.subs]
            for space, sub in zip(run.spaces[1:], base.subs):
                space[name] = sub
            run.facts[name] = run.facts[name]._replace(kind=ROWS)
            run.record.binds.setdefault(name, ROWS)

    def _put_field(self, name: str, base: Value, key: Value, value: Value, put: Put) -> None:
        """Another attribute of a dataset that holds rows in its attributes."""
        _put_in_each(base, key, value, put)
        fact = self._run.facts[name]
        fields = {**fact.fields, key.full: value}
        rows = value.rows if type(base.full) is dict else fact.rows
        self._run.facts[name] = fact._replace(fields=fields, rows=rows)
        self._run.record.does(BOTH)

    def _kept(
        self, target: ast.AST, node: ast.expr, base: Value, kinds: Any, why: Optional[Why]
    ) -> None:
        """Something that is not of the rows keeps a value."""
        if kinds & {TRAINING, ROWS}:
            self._run.become(node, TRAINING, why or self._run.why(target, "keeps rows"))
            self._run.record.does(TRAINING)
        elif kinds & {FITTED, LAYOUT}:
            self._run.become(node, FITTED)
            self._run.record.does(TRAINING)
        else:
            self._run.record.does(BOTH if base.kind == ALWAYS else TRAINING)

    def _lost(self, node: ast.expr, base: Value, key: Value, why: Why) -> None:
        """Columns that are there in training only; or, where it isn't columns, the whole table."""
        names = key.full if isinstance(key.full, list) else [key.full]
        columns = base.kind == ROWS and self._run.alignment.is_frame(base.full)
        if columns and all(isinstance(name, str) for name in names):
            for name in names:
                self._run.absent[name] = why
                for sub in base.subs:
                    if name in getattr(sub, "columns", ()):
                        del sub[name]
        else:
            self._run.become(node, TRAINING, why)
        self._run.record.does(TRAINING, why)

    def _as_a_whole(self, base_node: ast.expr) -> bool:
        """Whether a statement that sets some rows from some rows gives few rows what they have among all."""
        run, name = self._run, root(base_node)
        if name is None or run.facts[name].rows is None:
            return False
        code = compile(module_of(run.node), "<notebook>", "exec")
        before = [space[name] for space in run.spaces[1:]]
        for space in run.spaces[1:]:
            space[name] = copied(space[name])
        failed = run.each(lambda n: exec(code, run.spaces[n + 1]))
        subs = [space[name] for space in run.spaces[1:]]
        full = run.spaces[0][name]
        if run.failure(failed, run.facts[name].rows) is None and (
            self._rows.verified(full, run.facts[name].rows, subs) is not False
        ):
            run.record.edits.clear()
            run.record.does(BOTH)
            return True
        for space, held in zip(run.spaces[1:], before):
            space[name] = held
        return False

    # ------------------------------------------------------------------ afterwards
    def settle(self, node: ast.stmt) -> None:
        """Looks again at the tables that a statement may have changed in place."""
        changed = isinstance(node, (ast.Expr, ast.AugAssign, ast.Delete)) or (
            isinstance(node, ast.Assign) and not all(isinstance(t, ast.Name) for t in node.targets)
        )
        if changed:
            self.look_again(node, sorted(names_in(node)))

    def look_again(self, node: ast.stmt, names: Sequence[str]) -> None:
        """Looks again at tables, whether few rows still have what they have among all."""
        for name in names:
            fact = self._run.facts.get(name)
            if fact is None or fact.kind != ROWS or fact.rows is None:
                continue
            full, *subs = [space.get(name) for space in self._run.spaces]
            count = self._run.alignment.height(full)
            if count is None:
                continue
            if count != len(fact.rows) or self._rows.verified(full, fact.rows, subs) is False:
                why = self._run.why(node, "gives a row another value where it stands among others")
                self._run.facts[name] = fact._replace(kind=TRAINING, why=why)
                self._run.record.binds.setdefault(name, TRAINING)
                self._run.record.does(TRAINING, why)


def _put_in_each(base: Value, key: Value, value: Value, put: Put) -> List[Optional[Failed]]:
    """What went wrong with few rows."""
    failed: List[Optional[Failed]] = []
    for sub, name, item in zip(base.subs, key.subs, value.subs):
        if isinstance(item, Failed):
            failed.append(item)
            continue
        try:
            put(sub, name, item)
            failed.append(None)
        except Exception as error:  # noqa: BLE001 - the notebook's own code, on few rows
            failed.append(Failed(error))
    return failed
