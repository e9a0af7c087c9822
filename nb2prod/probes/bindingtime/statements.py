"""Statements: which of them run where rows are served, and which in training only."""

from __future__ import annotations

import ast
import contextlib
from typing import Any, Callable, Dict, List, Sequence

from .expressions import Expressions, Unfollowed
from .facts import ALWAYS, BOTH, FITTED, LAYOUT, ROWS, SERVED, TRAINING, Fact, Failed, Record, Value
from .functions import Functions, Inside, Returned
from .judgement import Judgement
from .layout import Layout
from .loops import Left, Loops
from .methods import READING
from .operators import BINARY, IN_PLACE
from .rows import copied
from .run import Run
from .stores import Stores
from .syntax import (
    loaded,
    module_of,
    name_of,
    names_in,
    place,
    read_in,
    root,
    variable,
    without_inplace,
)
from .wholes import Wholes

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_LEAVING = (ast.Break, ast.Continue, ast.Return)
_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try)


class Statements(object):
    """Runs statements over all rows and over few."""

    def __init__(
        self, run: Run, judgement: Judgement, expressions: Expressions, functions: Functions
    ) -> None:
        self._run, self._judgement = run, judgement
        self._expressions, self._functions = expressions, functions
        self._layout, self._stores = Layout(run), Stores(run, expressions)
        self._wholes = Wholes(run)
        self._loops = loops = Loops(run, self._stores, self._wholes, expressions.value, self.ran)
        self._kinds: Dict[type, Callable[[Any], None]] = {
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Expr: self._expression,
            ast.If: self._if,
            ast.For: loops.over,
            ast.While: loops.during,
            ast.Break: loops.leave,
            ast.Continue: loops.leave,
            ast.With: self._with,
            ast.Try: self._try,
            ast.Pass: lambda _: run.record.does(BOTH),
            ast.Assert: self._assert,
            ast.Delete: self._delete,
            ast.Return: self._return,
            **dict.fromkeys(_DEFINITIONS, self._definition),
        }

    def ran(self, node: ast.stmt) -> None:
        """Runs one statement, perhaps inside another one."""
        run, outer = self._run, self._run.record
        at = (run.number, node.lineno, node.col_offset)
        inner = run.record = run.records.setdefault(at, Record(run.rounds))
        run.depth += 1
        before, inner.kinds, deciding = inner.kinds, [], run.deciding
        try:
            self._kinds.get(type(node), self._wholes.ran)(node)
            if isinstance(node, (ast.For, ast.While)):
                run.deciding = deciding
            if not isinstance(node, (*_DEFINITIONS, *_BLOCKS)):  # each of a block's was looked at
                self._stores.settle(node)
                self._note_trained(inner)
        finally:
            inner.kinds = before + [kind for kind in inner.kinds if kind not in before]
            run.depth -= 1
            run.record = outer
            outer.includes(inner)

    def _note_trained(self, record: Record) -> None:
        """Notes which variables a statement in a block changed where it trains, and not where it serves."""
        run, bound = self._run, set(record.binds) - set(record.mutates)
        if BOTH not in record.kinds:
            run.trained.update(record.binds, record.mutates)
            return
        run.trained.difference_update(bound)
        run.trained.update(n for n in record.mutates if run.facts.get(n, Fact(ROWS)).kind == FITTED)

    def _does(self, kind: str, why: Any = None) -> None:
        self._run.record.does(kind, why)

    def _value(self, node: Any) -> Value:
        return self._expressions.value(node)

    # ------------------------------------------------------------------ assignments
    def _assign(self, node: ast.Assign) -> None:
        if self._renames(node):
            return
        value = self._value(node.value)
        if value.is_partial and isinstance(node.targets[0], ast.Name):
            value = self._loops.served(value)
        for target in node.targets:
            self._stores.store(target, value)
        names = all(isinstance(t, (ast.Name, ast.Tuple, ast.List)) for t in node.targets)
        plain = names and not value.parts and not value.bulk
        if self._run.depth > 1 and value.kind == FITTED and plain:
            # Where it may run again, each time has a state of its own.
            self._run.expect_fitted([value])
            self._run.record.kinds = [BOTH]

    def _renames(self, node: ast.Assign) -> bool:
        """``df.columns = ...``, which may follow from the names before: each table has its own."""
        target, run = node.targets[0], self._run
        if not isinstance(target, ast.Attribute) or target.attr != "columns" or node.targets[1:]:
            return False
        base = self._value(target.value)
        if base.kind != ROWS or not run.alignment.is_frame(base.full):
            return False
        for name in sorted(names_in(node.value) & run.facts.keys()):
            run.variable(variable(name, node))
        code = compile(ast.Expression(body=node.value), "<notebook>", "eval")
        names = list(eval(code, run.spaces[0]))
        subs = run.each(lambda n: list(eval(code, run.spaces[n + 1])))
        if not all(_fits(mine, sub) for mine, sub in zip(subs, base.subs)):
            return False
        for old, new in zip(list(base.full.columns), names):
            if old in run.absent:
                run.absent[new] = run.absent[old]
        for table, mine in zip([base.full, *base.subs], [names, *subs]):
            if not isinstance(table, Failed):
                table.columns = mine
        run.mutate(target.value)
        self._does(BOTH)
        return True

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._stores.store(node.target, self._value(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        kids = [self._value(loaded(node.target)), self._value(node.value)]
        compute: Any = IN_PLACE.get(type(node.op), BINARY[type(node.op)])
        if kids[0].kind == ROWS and not isinstance(node.target, ast.Name):
            compute = BINARY[type(node.op)]
        value = self._judgement.made(node, kids, lambda _, values: compute(*values))
        if value.kind == FITTED and kids[0].kind in (ROWS, TRAINING):
            why = self._run.why(node, "can't be followed row by row")
            value = self._run.nowhere(node, value.full, why)
        served = isinstance(node.target, ast.Name) and node.target.id not in self._run.trained
        if self._run.deciding and value.kind == FITTED:
            value = self._decided(node, value, kids)
        self._stores.store(node.target, value)
        if self._run.depth > 1 and value.kind == FITTED and served:
            self._run.expect_fitted(kids[1:])
            self._run.record.kinds = [BOTH]

    def _decided(self, node: ast.AugAssign, value: Value, kids: Sequence[Value]) -> Value:
        """What a variable becomes from something fitted, where columns decide whether it does."""
        if kids[0].kind == FITTED:  # which is kept, and would change with each row
            return self._run.nowhere(node, value.full, self._run.by_columns(node))
        self._run.expect_fitted(kids[1:])
        return self._run.shared(node, value.full, ALWAYS)

    # ------------------------------------------------------------------ calls for their effects
    def _expression(self, node: ast.Expr) -> None:
        run, call = self._run, node.value
        changing = without_inplace(call)
        if changing is not None:
            name, functional = changing
            value = self._value(functional)
            run.bind(name, value)
            run.when(value)
            return
        tables = sorted(n for n in names_in(call) if run.facts.get(n, Fact(ALWAYS)).kind == ROWS)
        before = {name: [copied(space[name]) for space in run.spaces[1:]] for name in tables}
        value = self._value(call)
        changed = [name for name in tables if not self._is_unchanged(name, before[name])]
        for name in changed:
            run.record.mutate(name)
        if isinstance(call, ast.Call) and name_of(call.func) != "print":
            self._may_change(call, tables)
        if value.kind in SERVED or changed:
            self._does(BOTH)
        else:
            self._does(TRAINING, value.why)

    def _is_unchanged(self, name: str, before: Sequence[Any]) -> bool:
        """Whether a call left the few rows as they were."""
        a = self._run.alignment
        now = [space.get(name) for space in self._run.spaces[1:]]
        return all(a.height(one) is None or a.same(one, other) for one, other in zip(before, now))

    def _may_change(self, call: ast.Call, tables: Sequence[str]) -> None:
        """What a call is given, and whose method it is, may be changed by it."""
        if not name_of(call.func).startswith(READING):
            for part in [*call.args, *(k.value for k in call.keywords)]:
                if isinstance(part, ast.Name) and part.id not in tables:
                    self._run.mutate(part)
        if isinstance(call.func, ast.Attribute) and root(call.func) not in tables:
            self._run.mutate(call.func.value)
            self._keeps(call, call.func.value)

    def _keeps(self, call: ast.Call, owner: ast.expr) -> None:
        """An object of the notebook's that is given rows: whether it keeps something, nobody knows."""
        run, name = self._run, root(owner)
        if name is None or name not in run.facts or run.facts[name].kind != ALWAYS:
            return
        given = {n for part in [*call.args, *call.keywords] for n in names_in(part)}
        kinds = {run.facts[n].kind for n in given if n in run.facts}
        if kinds & {ROWS, TRAINING, FITTED} and not run.is_code(name):
            run.become(owner, FITTED)

    # ------------------------------------------------------------------ blocks
    def _if(self, node: ast.If) -> None:
        test = self._value(node.test)
        self._does(BOTH)
        self._run.expect_fitted([test])
        chosen = node.body if test.full else node.orelse
        if test.kind in (ROWS, TRAINING):
            why = self._run.why(node, "decides by the rows what runs")
            self._wholes.lost(node, test.why if test.why and test.why.lasting else why)
        with self._run.decided(test):
            for inner in chosen:
                self.ran(inner)
        # Whether what follows runs at all, as long as the loop or the function does.
        leaves = any(isinstance(part, _LEAVING) for part in ast.walk(node))
        self._run.deciding += test.kind == LAYOUT and leaves

    def _try(self, node: ast.Try) -> None:
        """The way that the run took: rows that are served take no other one."""
        run = self._run
        way: List[ast.stmt] = []
        self._does(BOTH)
        rest = node.orelse
        try:
            for inner in node.body:
                self.ran(inner)
                way.append(inner)
        except (Inside, Returned, Unfollowed, Left):
            raise
        except Exception as error:  # noqa: BLE001 - whatever the notebook says it expects
            rest = self._handling(node, error)
        for inner in [*rest, *node.finalbody]:
            way.append(inner)
            self.ran(inner)
        taken = [(inner.lineno, inner.col_offset) for inner in way]
        if run.record.way not in (None, taken):
            run.record.does(TRAINING, run.why(node, "takes another way in another round"))
        run.record.way = taken

    def _handling(self, node: ast.Try, error: Exception) -> List[ast.stmt]:
        """What handles an error; raises it where nothing does."""
        for handler in node.handlers:
            wanted = BaseException if handler.type is None else self._value(handler.type).full
            if isinstance(error, wanted):
                if handler.name and any(handler.name in names_in(n) for n in handler.body):
                    raise Unfollowed("`except` that looks at the error can't be followed", handler)
                return handler.body
        raise error

    def _with(self, node: ast.With) -> None:
        run = self._run
        managers = [self._value(item.context_expr) for item in node.items]
        kinds = {manager.kind for manager in managers}
        plain = all(isinstance(inner, (ast.Assign, ast.Expr)) for inner in node.body)
        if not kinds <= {ALWAYS, FITTED} or FITTED in kinds and not plain:
            self._wholes.ran(node)
            return
        # A file is not there where rows are served.
        self._does(TRAINING if FITTED in kinds else BOTH)
        with contextlib.ExitStack() as stack:
            for item, manager in zip(node.items, managers):
                held = stack.enter_context(manager.full)
                entered = run.shared(item.context_expr, held, manager.kind)
                if item.optional_vars is not None:
                    self._stores.store(item.optional_vars, entered)
            for inner in node.body:
                self.ran(inner)

    # ------------------------------------------------------------------ other statements
    def _return(self, node: ast.Return) -> None:
        nothing = self._run.shared(node, None, ALWAYS)
        value = self._value(node.value) if node.value is not None else nothing
        if isinstance(node.value, (ast.Tuple, ast.List)) and any(
            p.kind == ROWS for p in value.parts
        ):
            value = self._several_returned(value)
        self._run.expect_fitted([value])
        self._does(BOTH)
        raise Returned(value)

    def _several_returned(self, value: Value) -> Value:
        """A tuple or a list that a function gives: what only training has, is missing where rows are served."""
        run, parts = self._run, value.parts
        run.expect_fitted([part for part in parts if part.fresh and not part.bulk])
        for part in parts:
            if part.kind == TRAINING or part.bulk:
                run.record.edit("absent", place(part.node))
        subs = [type(value.full)(part.subs[n] for part in parts) for n in range(len(run.choices))]
        first = next(part for part in parts if part.kind == ROWS)
        found = Value(value.node, value.full, subs, ROWS, first.rows, first.table, parts=parts)
        found.computed = True
        return found

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._run.unbind(target.id)
                self._does(BOTH)
            elif isinstance(target, ast.Subscript):
                self._delete_column(target)

    def _delete_column(self, target: ast.Subscript) -> None:
        base, key = self._value(target.value), self._value(target.slice)
        if self._layout.keeps(target, target.value, [key]):
            base = self._value(target.value)
        self._run.mutate(target.value)
        del base.full[key.full]
        present = base.kind in SERVED and not (base.kind == ROWS and key.full in self._run.absent)
        for sub, name in zip(base.subs, key.subs) if present else ():
            held = sub is not base.full and not isinstance(sub, Failed)
            if held and (type(sub) is list or name in getattr(sub, "columns", sub)):
                del sub[name]
        self._does(BOTH if present else TRAINING)

    def _assert(self, node: ast.Assert) -> None:
        """A check of the notebook's data, which says nothing of single rows."""
        for name in sorted(names_in(node) & self._run.facts.keys()):
            self._run.variable(variable(name, node))
        exec(compile(module_of(node), "<notebook>", "exec"), self._run.spaces[0])
        self._does(TRAINING)

    def _definition(self, node: Any) -> None:
        """A definition or an import: in each space for itself, so that each sees its own variables."""
        code = compile(module_of(node), "<notebook>", "exec")
        for space in self._run.spaces:
            exec(code, space)
        defined = isinstance(node, (ast.FunctionDef, ast.ClassDef))
        imported = [] if defined else [alias for alias in node.names if alias.name != "*"]
        names = [alias.asname or alias.name.partition(".")[0] for alias in imported]
        for name in [node.name] if defined else names:
            self._run.facts[name] = Fact(ALWAYS)
            self._run.record.binds[name] = ALWAYS
        self._does(BOTH)
        for name in read_in(node) if defined else ():
            self._run.record.reads.setdefault(name, ALWAYS)
        if isinstance(node, ast.FunctionDef):
            self._functions.define(node)


def _fits(names: Any, table: Any) -> bool:
    """Whether a table has as many columns as there are names."""
    if isinstance(table, Failed):
        return True
    return not isinstance(names, Failed) and len(names) == table.shape[1]
