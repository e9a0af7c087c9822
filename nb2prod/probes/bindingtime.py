"""When each value of a notebook exists: always, once it was trained, or for each row.

A differential interpreter. It runs the notebook's statements on all rows, and beside that on a few of
them, and looks at each expression: one whose value for a row is the same in both belongs to the row.
What is no row is fitted: the few rows take it from all rows. What only leaves rows out, or puts them in
another order, is left out beside the few. All else is there in training only, with the reason.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import operator
import random
import sys
import types
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

ALWAYS, ROWS, FITTED, TRAINING = "always", "rows", "fitted", "training"
#: Methods that leave rows out or move them, also where these rows gave no occasion.
_ROW_CHOICES = frozenset(
    "dropna drop_duplicates query sample sort_values sort_index nlargest nsmallest truncate".split()
)
#: Methods that look at the rows around a row, also where these rows gave no occasion.
_NEIGHBOURS = frozenset(
    """
    shift diff pct_change rolling expanding ewm cumsum cumprod cummax cummin cumcount rank ffill bfill pad
    backfill interpolate asof
    """.split()
)
#: Methods that keep what they are given in their object.
_KEEPING = frozenset(
    "append extend insert add update setdefault partial_fit compile set_params pop remove".split()
)
_BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
    ast.MatMult: operator.matmul, ast.BitAnd: operator.and_, ast.BitOr: operator.or_,
    ast.BitXor: operator.xor, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
}  # fmt: skip
_IN_PLACE = {
    ast.Add: operator.iadd, ast.Sub: operator.isub, ast.Mult: operator.imul,
    ast.Div: operator.itruediv, ast.FloorDiv: operator.ifloordiv, ast.Mod: operator.imod,
    ast.Pow: operator.ipow, ast.MatMult: operator.imatmul, ast.BitAnd: operator.iand,
    ast.BitOr: operator.ior, ast.BitXor: operator.ixor,
}  # fmt: skip
_UNARY = {
    ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Invert: operator.invert,
    ast.Not: operator.not_,
}  # fmt: skip
_COMPARED = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other, ast.NotIn: lambda one, other: one not in other,
}  # fmt: skip
#: Methods of groups that give rows.
_OF_GROUPS = ("head", "tail", "nth", "sample", "filter", "apply", "transform")
#: Methods that leave what they are given as it is.
_READING = ("fit", "predict", "transform", "score")
#: What a table has whatever its rows are.
_OF_COLUMNS = ("columns", "dtypes", "dtype", "shape", "name", "size", "empty", "ndim", "index")
#: Groups and windows over rows, wherever pandas keeps them.
_WINDOWS = ("GroupBy", "Rolling", "Expanding", "ExponentialMoving", "Resampler")
_WHOLE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr)


class Why(NamedTuple):
    """Why a value can't be had for single rows, and where that began."""

    text: str
    statement: int
    line: int


class Failed(NamedTuple):
    """What some rows alone could not compute."""

    error: BaseException


class Value(object):
    """A value over all rows, and beside it over each choice of a few."""

    def __init__(
        self,
        node: ast.AST,
        full: Any,
        subs: List[Any],
        kind: str,
        rows: Any = None,
        table: Optional[Value] = None,
        why: Optional[Why] = None,
        fresh: bool = False,
        origin: Any = frozenset(),
        parts: Sequence[Value] = (),
    ) -> None:
        self.node, self.full, self.subs, self.kind = node, full, subs, kind
        #: The raw row of each of its rows, -1 where that is none.
        self.rows = rows
        #: What has the rows, where it is only a view or a method of that.
        self.table = table or self
        self.why = why
        #: Computed from rows in this very statement.
        self.fresh = fresh
        #: The raw columns that it comes from, where it is a column.
        self.origin = origin
        #: Its items, where these are rows each for itself.
        self.parts = parts


class Fact(NamedTuple):
    """What is known of a variable."""

    kind: str
    rows: Any = None
    why: Optional[Why] = None
    origin: Any = frozenset()
    parts: Any = ()


class Interpreter:
    """Runs statements on all rows of a table and on choices of them.

    ``choices`` are raw rows by position; the first one is the batch, the others single rows.
    """

    def __init__(
        self,
        alignment: Any,
        choices: Sequence[Sequence[int]],
        source: Optional[Tuple[int, Tuple[int, ...]]],
        target: Sequence[str],
        inside: Sequence[Tuple[int, Tuple[int, ...]]] = (),
    ) -> None:
        self._a = alignment
        self._choices = [list(choice) for choice in choices]
        #: Statement and place of the expression that gives the raw rows.
        self._source = source
        #: Columns that only training has, with the reason.
        self.absent: Dict[Any, Why] = {n: Why("needs the target `%s`" % n, -1, 0) for n in target}
        self.raw: Any = None
        self.spaces: List[Dict[str, Any]] = [
            {"__name__": "__main__", "__builtins__": builtins, "display": _nothing}
            for _ in range(len(self._choices) + 1)
        ]
        self.facts: Dict[str, Fact] = {}
        self.records: Dict[Tuple[int, int, int], Dict[str, Any]] = {}
        #: What a model was fitted to: the raw columns behind its second argument.
        self.fitted_to: List[Any] = []
        #: What was fitted, by the statement and the rows that it saw.
        self.learned: List[Tuple[Dict[str, Any], Any, Why]] = []
        #: Tables that were read or made, each where it first was: statement, place, rows.
        self.tables: List[Tuple[int, Tuple[int, ...], str]] = []
        self._number = 0
        self._node: ast.stmt = ast.Pass()
        self._text = ""
        self._record: Dict[str, Any] = {}
        self._rounds: List[str] = []
        self._depth = 0
        #: Calls of the notebook's own functions that are followed inside, and the definitions.
        self.inside = set(inside)
        self._definitions: Dict[str, Tuple[int, str, ast.FunctionDef]] = {}
        self._globals = self.spaces[0]
        self._heights = set()  # type: set[int]

    # ------------------------------------------------------------------ statements
    def run(self, number: int, text: str, node: ast.stmt) -> None:
        """Runs one statement of a cell whose text this is."""
        self._number, self._text, self._node = number, text, node
        self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        outer = self._record
        place = (self._number, node.lineno, node.col_offset)
        self._record = self.records.setdefault(
            place,
            _blank(self._rounds),
        )
        inner = self._record
        named = "_" + type(node).__name__.lower() + "_statement"
        method: Callable[[Any], Any] = getattr(self, named, self._whole)
        self._depth += 1
        try:
            method(node)
        finally:
            self._depth -= 1
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            self._settle(node)
        self._record = outer
        if outer:
            for key in ("reads", "binds"):
                outer[key].update(inner[key])
            outer["mutates"] += [n for n in inner["mutates"] if n not in outer["mutates"]]

    def _does(self, kind: str, why: Optional[Why] = None) -> None:
        """Notes when a statement runs."""
        if kind not in self._record["kinds"]:
            self._record["kinds"].append(kind)
        if why is not None:
            self._record["why"] = why

    def _assign_statement(self, node: ast.Assign) -> None:
        if self._renames(node):
            return
        value = self._value(node.value)
        for target in node.targets:
            self._store(target, value)
        if (
            self._depth > 1
            and value.kind == FITTED
            and all(isinstance(t, ast.Name) for t in node.targets)
        ):
            # Where it may run again, each time has a state of its own.
            self._expected_fitted(node, [value])
            self._record["kinds"] = ["both"]

    def _renames(self, node: ast.Assign) -> bool:
        """``df.columns = ...``, which may follow from the names before: each table has its own."""
        target = node.targets[0]
        if (
            not isinstance(target, ast.Attribute)
            or target.attr != "columns"
            or len(node.targets) > 1
        ):
            return False
        base = self._value(target.value)
        if base.kind != ROWS or not self._a.is_frame(base.full):
            return False
        for name in sorted({n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}):
            if name in self.facts:
                self._variable(ast.copy_location(ast.Name(id=name, ctx=ast.Load()), node))
        code = compile(ast.Expression(body=node.value), "<notebook>", "eval")
        before = list(base.full.columns)
        names = list(eval(code, self.spaces[0]))
        subs = self._each(lambda n: list(eval(code, self.spaces[n + 1])))
        fitting = all(
            not isinstance(mine, Failed) and len(mine) == sub.shape[1]
            for mine, sub in zip(subs, base.subs)
        )
        if not fitting:
            return False
        base.full.columns = names
        for sub, mine in zip(base.subs, subs):
            sub.columns = mine
        for old, new in zip(before, names):
            if old in self.absent:
                self.absent[new] = self.absent[old]
        self._mutates(target.value)
        self._does("both")
        return True

    def _return_statement(self, node: ast.Return) -> None:
        value = (
            self._value(node.value) if node.value is not None else self._shared(node, None, ALWAYS)
        )
        self._expected_fitted(node, [value])
        self._does("both")
        raise _Returned(value)

    def _annassign_statement(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._store(node.target, self._value(node.value))

    def _augassign_statement(self, node: ast.AugAssign) -> None:
        loaded = _loaded(node.target)
        kids = [self._value(loaded), self._value(node.value)]
        compute: Any = _IN_PLACE.get(type(node.op), _BINARY[type(node.op)])
        if kids[0].kind == ROWS and not isinstance(node.target, ast.Name):
            compute = _BINARY[type(node.op)]
        self._store(node.target, self._made(node, kids, lambda _, v: compute(*v)))

    def _expr_statement(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):
            functional = _without_inplace(call)
            if functional is not None:
                assert isinstance(call.func, ast.Attribute)
                target = call.func.value
                assert isinstance(target, ast.Name)
                value = self._value(functional)
                self._bind(target.id, value)
                self._when(value)
                return
        names = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
        tables = sorted(n for n in names if self.facts.get(n, Fact(ALWAYS)).kind == ROWS)
        before = {name: [_copied(space[name]) for space in self.spaces[1:]] for name in tables}
        value = self._value(call)
        changed = [name for name in tables if not self._is_unchanged(name, before[name])]
        self._record["mutates"] += [n for n in changed if n not in self._record["mutates"]]
        if isinstance(call, ast.Call) and not (
            isinstance(call.func, ast.Name) and call.func.id == "print"
        ):
            if not _name(call.func).startswith(_READING):
                for part in [*call.args, *(k.value for k in call.keywords)]:
                    if isinstance(part, ast.Name) and part.id not in tables:
                        self._mutates(part)
            if isinstance(call.func, ast.Attribute) and _root(call.func) not in tables:
                self._mutates(call.func.value)
                self._keeps(call)
        if value.kind in (ALWAYS, ROWS) or changed:
            self._does("both")
        else:
            self._does("training", value.why)

    def _is_unchanged(self, name: str, before: Sequence[Any]) -> bool:
        """Whether a call left the few rows as they were."""
        return all(
            self._a.height(one) is None or self._a.same(one, space.get(name))
            for one, space in zip(before, self.spaces[1:])
        )

    def _keeps(self, call: ast.Call) -> None:
        """An object of the notebook's that is given rows: whether it keeps something, nobody knows."""
        assert isinstance(call.func, ast.Attribute)
        name = _root(call.func.value)
        given = {
            n.id
            for a in [*call.args, *call.keywords]
            for n in ast.walk(a)
            if isinstance(n, ast.Name)
        }
        kinds = {self.facts[n].kind for n in given if n in self.facts}
        if name is None or name not in self.facts or self.facts[name].kind != ALWAYS:
            return
        if isinstance(self.spaces[0][name], (types.ModuleType, types.FunctionType, type)):
            return
        if kinds & {ROWS, TRAINING, FITTED}:
            self._becomes(call.func.value, FITTED, None)

    def _if_statement(self, node: ast.If) -> None:
        test = self._value(node.test)
        self._does("both")
        self._expected_fitted(node, [test])
        chosen = node.body if test.full else node.orelse
        if test.kind in (ROWS, TRAINING):
            self._lost(node, self._why(node, "decides by the rows what runs"))
        for inner in chosen:
            self._statement(inner)

    def _for_statement(self, node: ast.For) -> None:
        items = self._value(node.iter)
        if items.kind in (ROWS, TRAINING) or node.orelse or not isinstance(node.target, ast.Name):
            if items.kind == ALWAYS or items.kind == FITTED:
                return self._loop(node, items)
            return self._whole(node)
        self._loop(node, items)
        return None

    def _loop(self, node: ast.For, items: Value) -> None:
        self._does("both")
        self._expected_fitted(node, [items])
        if any(isinstance(n, (ast.Break, ast.Continue)) for n in ast.walk(node)) or node.orelse:
            return self._whole(node)
        named = node.target.id if isinstance(node.target, ast.Name) else ""
        self._rounds.append(named)
        for item in items.full:
            kind = items.kind
            value = Value(node.target, item, [item] * len(self._choices), kind)
            if isinstance(node.target, ast.Name):
                self._bind(node.target.id, value)
            else:
                self._unpack(node.target, value)
            for inner in node.body:
                self._statement(inner)
        self._rounds.pop()
        return None

    def _with_statement(self, node: ast.With) -> None:
        managers = [self._value(item.context_expr) for item in node.items]
        if any(m.kind != ALWAYS for m in managers) or any(i.optional_vars for i in node.items):
            return self._whole(node)
        self._does("both")
        for manager in managers:
            manager.full.__enter__()
        for inner in node.body:
            self._statement(inner)
        for manager in reversed(managers):
            manager.full.__exit__(None, None, None)
        return None

    def _pass_statement(self, node: ast.Pass) -> None:
        self._does("both")

    def _delete_statement(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                for space in self.spaces:
                    space.pop(target.id, None)
                self.facts.pop(target.id, None)
                self._record["binds"][target.id] = ALWAYS
                self._does("both")
            elif isinstance(target, ast.Subscript):
                base, key = self._value(target.value), self._value(target.slice)
                self._mutates(target.value)
                del base.full[key.full]
                present = base.kind == ROWS and key.full not in self.absent
                if present:
                    for sub, name in zip(base.subs, key.subs):
                        del sub[name]
                self._does("both" if present else "training")

    def _functiondef_statement(self, node: ast.FunctionDef) -> None:
        self._definition(node)
        self._definitions[node.name] = self._number, self._text, node

    def _classdef_statement(self, node: ast.ClassDef) -> None:
        self._definition(node)

    def _import_statement(self, node: ast.Import) -> None:
        self._definition(node)

    def _importfrom_statement(self, node: ast.ImportFrom) -> None:
        self._definition(node)

    def _definition(self, node: ast.stmt) -> None:
        """A definition or an import: in each space for itself, so that each sees its own variables."""
        code = compile(ast.Module(body=[node], type_ignores=[]), "<notebook>", "exec")
        for space in self.spaces:
            exec(code, space)
        names = [node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else []
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [(a.asname or a.name.partition(".")[0]) for a in node.names if a.name != "*"]
        for name in names:
            self.facts[name] = Fact(ALWAYS)
            self._record["binds"][name] = ALWAYS
        self._does("both")
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            for name in _free_names(node):
                self._record["reads"].setdefault(name, ALWAYS)

    def _whole(self, node: ast.stmt) -> None:
        """A statement that is only run on all rows: what it binds from rows is there in training only."""
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        known = [self.facts[name] for name in sorted(names) if name in self.facts]
        for name in names & self.facts.keys():
            self._record["reads"][name] = self.facts[name].kind
        module = ast.Module(body=[node], type_ignores=[])
        exec(compile(module, "<notebook>", "exec"), self.spaces[0])
        if not any(fact.kind in (ROWS, TRAINING) for fact in known):
            kind = FITTED if any(fact.kind == FITTED for fact in known) else ALWAYS
            for name in names & self.spaces[0].keys() - {"__builtins__"}:
                if _is_bound(node, name):
                    full = self.spaces[0][name]
                    self._bind(name, Value(node, full, [full] * len(self._choices), kind))
            self._does("both" if kind == ALWAYS else "training")
            return
        self._lost(node, self._why(node, "can't be followed row by row"))

    def _lost(self, node: ast.stmt, why: Why) -> None:
        """What a statement binds or may change is there in training only from here on."""
        for name in sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)}):
            bound = _is_bound(node, name)
            fact = self.facts.get(name)
            held = self.spaces[0].get(name)
            code = isinstance(held, (types.ModuleType, types.FunctionType, type))
            if not bound and fact is not None and fact.kind == ALWAYS and not code:
                self._becomes(ast.Name(id=name, ctx=ast.Load()), FITTED, None)
            elif bound and self._a.height(held) not in self._heights and not _is_view(held):
                self._bind(name, self._shared(node, held, FITTED))
            elif bound or fact is not None and fact.kind == ROWS:
                self.facts[name] = Fact(TRAINING, fact.rows if fact else None, why)
                self._record["binds"][name] = TRAINING
        self._does("training", why)

    # ------------------------------------------------------------------ binding
    def _when(self, value: Value) -> None:
        """A statement runs when its value is needed."""
        if value.kind in (ALWAYS, ROWS):
            self._does("both")
        else:
            self._does("training", value.why)

    def _bind(self, name: str, value: Value) -> None:
        for space, item in zip(self.spaces, [value.full, *value.subs]):
            space[name] = item
        self.facts[name] = Fact(value.kind, value.rows, value.why, value.origin, value.parts)
        self._record["binds"][name] = value.kind

    def _store(self, target: ast.AST, value: Value) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, value)
            self._when(value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value)
        elif isinstance(target, ast.Subscript):
            self._put(target, target.value, self._value(target.slice), value, operator.setitem)
        elif isinstance(target, ast.Attribute):
            name = Value(target, target.attr, [target.attr] * len(self._choices), ALWAYS)
            self._put(target, target.value, name, value, setattr)

    def _unpack(self, target: Any, value: Value) -> None:
        parts = list(value.parts)
        if not parts:
            items = list(value.full)
            kind = TRAINING if value.kind == ROWS else value.kind
            why = value.why or (
                self._why(value.node, "can't be followed row by row") if kind == TRAINING else None
            )
            parts = [
                Value(
                    value.node, item, [item] * len(self._choices), kind, why=why, fresh=value.fresh
                )
                for item in items
            ]
        for inner, part in zip(target.elts, parts):
            self._store(inner, part)
        kinds = {part.kind for part in value.parts}
        literal = isinstance(value.node, (ast.Tuple, ast.List))
        if TRAINING not in kinds or not kinds & {ROWS, ALWAYS}:
            if literal or not kinds & {ROWS, ALWAYS}:
                return
        served = {
            inner.id: _place(part.node if literal else part.table.node)
            for inner, part in zip(target.elts, parts)
            if isinstance(inner, ast.Name) and part.kind in (ROWS, ALWAYS)
        }
        if served and all(place != _place(value.node) for place in served.values()):
            self._record["edits"].append(
                {"kind": "parts", "at": _place(value.node), "served": served}
            )

    def _put(
        self,
        target: ast.AST,
        base_node: ast.expr,
        key: Value,
        value: Value,
        put: Callable[[Any, Any, Any], None],
    ) -> None:
        """``base[key] = value``, or an attribute."""
        base = self._value(base_node)
        self._mutates(base_node)
        put(base.full, key.full, value.full)
        if base.kind in (ALWAYS, FITTED):
            if TRAINING in (value.kind, key.kind) or ROWS in (value.kind, key.kind):
                self._becomes(base_node, TRAINING, value.why or self._why(target, "keeps rows"))
                self._does("training")
            elif FITTED in (value.kind, key.kind):
                self._becomes(base_node, FITTED, None)
                self._does("training")
            else:
                self._does("both" if base.kind == ALWAYS else "training")
            return
        self._expected_fitted(target, [key, value])
        if base.kind == ROWS and value.kind == TRAINING and key.kind == ROWS and self._depth == 1:
            if self._as_a_whole(base_node):
                return
        if base.kind == ROWS and TRAINING not in (value.kind, key.kind):
            failed = None
            for sub, name, item in zip(base.subs, key.subs, value.subs):
                try:
                    put(sub, name, item)
                except Exception as error:  # noqa: BLE001 - the notebook's own code, on few rows
                    failed = error
            if failed is None:
                self._does("both")
                return
            why = self._why_failed(target, failed)
        else:
            why = base.why or value.why or key.why or self._why(target, "can't be followed")
        names = key.full if isinstance(key.full, list) else [key.full]
        if (
            base.kind == ROWS
            and self._a.is_frame(base.full)
            and all(isinstance(n, str) for n in names)
        ):
            for name in names:
                self.absent[name] = why
                for sub in base.subs:
                    if name in getattr(sub, "columns", ()):
                        del sub[name]
            self._does("training", why)
        else:
            self._becomes(base_node, TRAINING, why)
            self._does("training", why)

    def _as_a_whole(self, base_node: ast.expr) -> bool:
        """Whether a statement that sets some rows from some rows gives few rows what they have among all."""
        name = _root(base_node)
        if name is None or self.facts[name].rows is None:
            return False
        node = ast.Module(body=[self._node], type_ignores=[])
        code = compile(node, "<notebook>", "exec")
        before = [space[name] for space in self.spaces[1:]]
        for space in self.spaces[1:]:
            space[name] = space[name].copy()
        failed = self._each(lambda n: exec(code, self.spaces[n + 1]))
        subs = [space[name] for space in self.spaces[1:]]
        full = self.spaces[0][name]
        if not any(isinstance(f, Failed) for f in failed) and (
            self._verified(full, self.facts[name].rows, subs) is not False
        ):
            self._record["edits"].clear()
            self._does("both")
            return True
        for space, held in zip(self.spaces[1:], before):
            space[name] = held
        return False

    def _becomes(self, node: ast.expr, kind: str, why: Optional[Why]) -> None:
        """A variable is of another kind once it keeps something."""
        name = _root(node)
        if name is not None and name in self.facts:
            fact = self.facts[name]
            if fact.kind == TRAINING:
                return
            self.facts[name] = fact._replace(kind=kind, why=why)
            full = self.spaces[0][name]
            if kind == FITTED:
                for space in self.spaces[1:]:
                    space[name] = full
            self._record["binds"].setdefault(name, kind)
            self._mutates(node)

    def _mutates(self, node: ast.expr) -> None:
        name = _root(node)
        if name is not None and name in self.facts and name not in self._record["mutates"]:
            if not isinstance(
                self.spaces[0].get(name), (types.ModuleType, type, types.FunctionType)
            ):
                self._record["mutates"].append(name)

    def _settle(self, node: ast.stmt) -> None:
        """Looks again at the tables that a statement may have changed in place."""
        if isinstance(node, (ast.For, ast.If, ast.With)):
            return  # each of their statements was looked at
        changed = isinstance(node, (ast.Expr, ast.AugAssign, ast.Delete)) or (
            isinstance(node, ast.Assign) and not all(isinstance(t, ast.Name) for t in node.targets)
        )
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} if changed else set()
        for name in sorted(names):
            fact = self.facts.get(name)
            if fact is None or fact.kind != ROWS or fact.rows is None:
                continue
            full = self.spaces[0].get(name)
            count = self._a.height(full)
            if count is None:
                continue
            subs = [space.get(name) for space in self.spaces[1:]]
            if count != len(fact.rows) or self._verified(full, fact.rows, subs) is False:
                why = self._why(node, "gives a row another value where it stands among others")
                self.facts[name] = fact._replace(kind=TRAINING, why=why)
                self._record["binds"].setdefault(name, TRAINING)
                self._does("training", why)

    # ------------------------------------------------------------------ expressions
    def _value(self, node: Any) -> Value:
        if isinstance(node, ast.Index):  # until Python 3.8
            return self._value(node.value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant):
            return self._shared(node, node.value, ALWAYS)
        if isinstance(node, ast.Name):
            return self._variable(node)
        if isinstance(node, _WHOLE):
            return self._closed(node)
        if isinstance(node, ast.IfExp):
            test = self._value(node.test)
            if test.kind in (ALWAYS, FITTED):
                return self._value(node.body if test.full else node.orelse)
            return self._closed(node)
        if isinstance(node, ast.BoolOp):
            return self._closed(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.NamedExpr):
            value = self._value(node.value)
            self._bind(node.target.id, value)
            return value
        counted = _counted(node)
        if counted is not None:
            table = self._value(counted)
            if (
                table.kind == ROWS
                and table.rows is not None
                and self._a.height(table.full) is not None
            ):
                return self._count(node, table)
        kids, compute = self._kids(node)
        if isinstance(node, ast.Subscript) and kids[0].parts and type(kids[1].full) is int:
            if kids[0].kind == ROWS and not isinstance(node.value, (ast.List, ast.Tuple)):
                return kids[0].parts[kids[1].full]
        value = self._made(node, kids, lambda _, v: compute(v))
        if isinstance(node, (ast.List, ast.Tuple)):
            value.parts = kids if any(k.kind in (ROWS, TRAINING) for k in kids) else ()
        if (
            isinstance(node, ast.Subscript)
            and isinstance(kids[1].full, str)
            and self._a.is_frame(kids[0].full)
            and not self._a.is_frame(value.full)
        ) or (isinstance(node, ast.Attribute) and self._a.is_frame(kids[0].full)):
            name = node.attr if isinstance(node, ast.Attribute) else kids[1].full
            value.origin = frozenset([name])
        return value

    def _kids(self, node: Any) -> Tuple[List[Value], Callable[[List[Any]], Any]]:
        one = self._value
        if isinstance(node, ast.Attribute):
            return [one(node.value)], lambda v: getattr(v[0], node.attr)
        if isinstance(node, ast.Subscript):
            return [one(node.value), one(node.slice)], lambda v: v[0][v[1]]
        if isinstance(node, ast.BinOp):
            compute = _BINARY[type(node.op)]
            return [one(node.left), one(node.right)], lambda v: compute(*v)
        if isinstance(node, ast.UnaryOp):
            unary: Any = _UNARY[type(node.op)]
            return [one(node.operand)], lambda v: unary(v[0])
        if isinstance(node, ast.Compare):
            tests = [_COMPARED[type(op)] for op in node.ops]
            return [one(node.left), *map(one, node.comparators)], lambda v: _chain(tests, v)
        if isinstance(node, ast.List):
            return list(map(one, node.elts)), list
        if isinstance(node, ast.Tuple):
            return list(map(one, node.elts)), tuple
        if isinstance(node, ast.Set):
            return list(map(one, node.elts)), set
        if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
            count = len(node.keys)
            kids = [*map(one, node.keys), *map(one, node.values)]
            return kids, lambda v: dict(zip(v[:count], v[count:]))
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            kids = [one(p) if p is not None else self._shared(node, None, ALWAYS) for p in parts]
            return kids, lambda v: slice(*v)
        if type(node).__name__ == "ExtSlice":  # until Python 3.8
            return list(map(one, node.dims)), tuple
        raise Unfollowed("`%s` can't be followed" % type(node).__name__, node)

    def _shared(self, node: ast.AST, value: Any, kind: str) -> Value:
        return Value(node, value, [value] * len(self._choices), kind)

    def _variable(self, node: ast.Name) -> Value:
        name = node.id
        if name not in self.spaces[0]:
            return self._shared(node, getattr(builtins, name), ALWAYS)
        fact = self.facts.get(name, Fact(ALWAYS))
        self._record["reads"][name] = fact.kind
        full = self.spaces[0][name]
        subs = [space.get(name) for space in self.spaces[1:]]
        kind, rows = fact.kind, fact.rows
        table = None
        if kind == ALWAYS and isinstance(full, types.FunctionType):
            for read in self._read_by(full, set()):
                inner = self.facts[read]
                self._record["reads"][read] = inner.kind
                if inner.kind in (ROWS, TRAINING):
                    kind, rows = inner.kind, inner.rows
                    table = Value(node, self.spaces[0][read], [s.get(read) for s in self.spaces[1:]],
                                  inner.kind, inner.rows, why=inner.why)  # fmt: skip
                    fact = fact._replace(why=inner.why)
        return Value(node, full, subs, kind, rows, table, fact.why, False, fact.origin, fact.parts)

    def _read_by(self, function: Any, seen: Any) -> Iterator[str]:
        """The variables that a function of the notebook reads, and those whom it calls."""
        if function.__globals__ is not self._globals or function in seen:
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

    def _closed(self, node: ast.expr) -> Value:
        """An expression with a scope of its own, as a whole."""
        names = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        kids = [self._variable(ast.copy_location(ast.Name(id=n, ctx=ast.Load()), node))
                for n in names if n in self.facts]  # fmt: skip
        code = compile(ast.Expression(body=node), "<notebook>", "eval")
        kids = [k for k in kids if not isinstance(k.full, types.ModuleType)]
        if isinstance(node, ast.Lambda):
            value = Value(node, *self._in_each(code), kind=ALWAYS)
            for kid in kids:
                if kid.kind in (ROWS, TRAINING):
                    value.kind, value.rows, value.table, value.why = (
                        kid.kind,
                        kid.rows,
                        kid.table,
                        kid.why,
                    )
            return value
        return self._made(node, kids, lambda n, _: eval(code, self.spaces[n]))

    def _is_simple(self, node: ast.Call, kids: List[Value]) -> bool:
        """Whether a call is one of the notebook's own functions, on rows, that can be followed inside."""
        if not isinstance(node.func, ast.Name) or node.func.id not in self._definitions:
            return False
        definition = self._definitions[node.func.id][2]
        outer = (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await)
        return (
            self._depth == 1
            and any(kid.kind == ROWS for kid in kids)
            and not any(kid.kind == TRAINING for kid in kids)
            and not definition.decorator_list
            and not any(isinstance(n, outer) for n in ast.walk(definition))
        )

    def _followed_inside(self, node: ast.Call, kids: List[Value]) -> Value:
        """The statements of a function of the notebook, with its own variables."""
        assert isinstance(node.func, ast.Name)
        names = [k.arg or "" for k in node.keywords]
        given = inspect.signature(kids[0].full).bind(
            *kids[1 : len(node.args) + 1], **dict(zip(names, kids[len(node.args) + 1 :]))
        )
        given.apply_defaults()
        held = self.spaces, self.facts, self._number, self._text, self._record, self._rounds
        number, text, definition = self._definitions[node.func.id]
        self.spaces, self.facts = [dict(space) for space in self.spaces], dict(self.facts)
        self._number, self._text, self._rounds = number, text, []
        self._record = _blank([])
        for name, value in given.arguments.items():
            if not isinstance(value, Value):
                value = self._shared(definition, value, ALWAYS)
            self._bind(name, value)
        found = self._shared(node, None, ALWAYS)
        try:
            for inner in definition.body:
                self._statement(inner)
        except _Returned as returned:
            found = returned.value
        finally:
            reads = self._record["reads"]
            self.spaces, self.facts, self._number, self._text, self._record, self._rounds = held
        own = {argument.arg for argument in definition.args.args}
        for name in reads:
            if name in self.facts and name not in own:
                self._record["reads"].setdefault(name, self.facts[name].kind)
        self._record["edits"].append({"kind": "inside", "at": _place(node), "statement": number})
        table = found.table if found.table is not found else None
        return Value(node, found.full, found.subs, found.kind, found.rows, table, found.why,
                     found.fresh, found.origin, found.parts)  # fmt: skip

    def _count(self, node: ast.expr, table: Value) -> Value:
        """How many rows there are: each choice of them has its own number."""
        counts = [self._a.height(sub) for sub in table.subs]
        return Value(node, self._a.height(table.full), counts, ROWS, table.rows, table)

    def _in_each(self, code: Any) -> Tuple[Any, List[Any]]:
        found = [eval(code, space) for space in self.spaces]
        return found[0], found[1:]

    def _call(self, node: ast.Call) -> Value:
        if any(isinstance(a, ast.Starred) for a in node.args) or any(
            not k.arg for k in node.keywords
        ):
            return self._closed(node)
        function = self._value(node.func)
        if function.full is len and len(node.args) == 1:
            table = self._value(node.args[0])
            if (
                table.kind == ROWS
                and table.rows is not None
                and self._a.height(table.full) is not None
            ):
                return self._count(node, table)
        kids = [function, *map(self._value, node.args)]
        kids += [self._value(keyword.value) for keyword in node.keywords]
        count, names = len(node.args), [k.arg for k in node.keywords]

        if (self._number, _place(node)) in self.inside:
            return self._followed_inside(node, kids)

        def compute(_: int, v: List[Any]) -> Any:
            return v[0](*v[1 : count + 1], **dict(zip(names, v[count + 1 :])))  # type: ignore[arg-type]

        value = self._made(node, kids, compute)
        if value.kind == TRAINING and self._is_simple(node, kids):
            raise Inside(self._number, _place(node))
        if _name(node.func) == "pop" and count == 1 and isinstance(kids[1].full, str):
            value.origin = frozenset([kids[1].full])
        return value

    # ------------------------------------------------------------------ the judgement
    def _made(
        self, node: Any, kids: List[Value], compute: Callable[[int, List[Any]], Any]
    ) -> Value:
        """The value of an expression from those of its parts, over all rows and over few."""
        full = compute(0, [kid.full for kid in kids])
        if self._source == (self._number, _place(node)) and self.raw is None:
            return self._given(node, full)
        if self._a.is_frame(full) and not any(k.kind in (ROWS, TRAINING) for k in kids):
            read = isinstance(node, ast.Call) and _name(node.func).startswith("read_")
            self.tables.append((self._number, _place(node), "read" if read else "made"))
        of_rows = [kid for kid in kids if kid.kind in (ROWS, TRAINING)]
        method = _name(node.func) if isinstance(node, ast.Call) else ""
        owner = (
            node.func.value
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            else None
        )
        if not of_rows:
            return self._without_rows(node, full, kids, method, owner)
        if method.startswith("fit") and len(kids) > 2 and owner is not None:
            self.fitted_to.append((kids[2], kids[1]))
        keeps = method.startswith("fit") or method in _KEEPING
        if owner is not None and keeps and kids[0].kind not in (ROWS, TRAINING):
            self._becomes(owner, FITTED, None)
            if not method.startswith("fit") and method != "partial_fit" and method != "compile":
                self._becomes(owner, TRAINING, self._why(node, "keeps rows"))
            if method not in ("fit_transform",):
                if self._a.height(full) in self._heights:
                    return self._training(
                        node, full, of_rows, self._why(node, "has no value for new rows")
                    )
                return self._fresh(node, full, of_rows)
        whole = all(kid.kind == ROWS for kid in of_rows)
        if whole and owner is not None and _looks_around(node) and kids[0].kind == ROWS:
            said = self._why(node, "looks at the rows around a row")
            value = self._training(node, full, of_rows, said)
            value.table = kids[0].table if self._a.height(full) is None else value
            return value
        chooses = (
            method in _ROW_CHOICES or isinstance(node, ast.Subscript) and _is_mask(kids[1].full)
        )
        subs: Optional[List[Any]] = None
        if _is_concat(node, kids):
            found = self._concatenated(node, full, kids)
            if found is not None:
                return found
        count = self._a.height(full)
        if count is None:
            return self._no_rows(node, full, kids, of_rows, compute, whole)
        for kid in of_rows:
            found = self._chosen(node, full, kid, chooses=chooses)
            if found is not None:
                return found
        if whole and not keeps:
            subs = self._beside(kids, compute)
            found = self._rowwise(node, full, subs, of_rows, kids)
            if found is not None:
                return found
        if whole:
            found = self._special(node, full, kids, of_rows, compute, method)
            if found is not None:
                return found
        heights = [len(kid.table.rows) for kid in of_rows if kid.table.rows is not None]
        if count in heights or not whole and count in self._heights:
            why = next((kid.why for kid in of_rows if kid.why is not None), None)
            if why is None and subs is not None:
                error = next((s.error for s in subs if isinstance(s, Failed)), None)
                why = self._why_failed(node, error) if error is not None else None
            return self._training(
                node,
                full,
                of_rows,
                why or self._why(node, "gives a row another value where it stands among others"),
            )
        grouped = "GroupBy" in type(getattr(kids[0].full, "__self__", None)).__name__
        aggregated = grouped and method not in _OF_GROUPS
        if (
            not aggregated
            and self._a.is_labelled(full)
            and any(self._holds_some(full, kid) for kid in of_rows)
        ):
            return self._training(node, full, of_rows, self._why(node, "holds some of the rows"))
        return self._fresh(node, full, of_rows)

    def _holds_some(self, full: Any, kid: Value) -> bool:
        """Whether its labels are those of rows."""
        mine, theirs = self._a.labels(full), self._a.labels(kid.table.full)
        if theirs is None or not theirs.is_unique or mine.name != theirs.name or not len(mine):
            return False
        return bool((theirs.get_indexer(mine) >= 0).all())

    def _given(self, node: ast.expr, full: Any) -> Value:
        """The raw rows."""
        numpy = sys.modules["numpy"]
        self.raw = full.copy()
        given = full.drop(columns=[name for name in self.absent if name in full.columns])
        subs = [given.iloc[choice].copy() for choice in self._choices]
        self._heights.add(len(full))
        return Value(node, full, subs, ROWS, numpy.arange(len(full)))

    def _without_rows(
        self, node: Any, full: Any, kids: List[Value], method: str, owner: Optional[ast.expr]
    ) -> Value:
        kind = FITTED if any(kid.kind == FITTED for kid in kids) else ALWAYS
        if owner is not None and (method.startswith("fit") or method in _KEEPING):
            self._mutates(owner)
            if kind == FITTED and kids[0].kind == ALWAYS:
                self._becomes(owner, FITTED, None)
        fresh = any(kid.fresh for kid in kids)
        count = self._a.height(full)
        if kind == ALWAYS and method.startswith("read_"):
            kind, fresh = FITTED, True  # another file, which is not there when rows come
        elif kind == FITTED and fresh and count in self._heights and not _is_scalar_list(full):
            return self._training(node, full, kids, self._why(node, "holds the rows themselves"))
        return Value(node, full, [full] * len(self._choices), kind, fresh=fresh)

    def _no_rows(
        self,
        node: Any,
        full: Any,
        kids: List[Value],
        of_rows: List[Value],
        compute: Callable[[int, List[Any]], Any],
        whole: bool,
    ) -> Value:
        """A value that is no rows: a view or method of some, several of them, or what is fitted."""
        table = of_rows[0].table
        if _is_view(full):
            if not whole:
                value = self._training(
                    node, full, of_rows, next((k.why for k in of_rows if k.why), None)
                )
                value.table = next((k.table for k in of_rows if k.table.rows is not None), table)
                return value
            subs = self._beside(kids, compute)
            error = next((s.error for s in subs if isinstance(s, Failed)), None)
            if error is not None:
                return self._training(node, full, of_rows, self._why_failed(node, error))
            self._expected_fitted(node, kids)
            return Value(node, full, subs, ROWS, table.rows, table, origin=of_rows[0].origin)
        if type(full) in (tuple, list) and any(self._a.height(item) is not None for item in full):
            if isinstance(node, (ast.List, ast.Tuple)):
                subs = self._beside(kids, compute) if whole else [None] * len(self._choices)
                return Value(node, full, subs, ROWS if whole else TRAINING, table.rows, table,
                             next((k.why for k in of_rows if k.why), None))  # fmt: skip
            if whole and isinstance(node, ast.Call) and _name(node.func) == "factorize":
                found = self._factorized(node, full, kids, of_rows)
                if found is not None:
                    return found
            return self._several(node, full, of_rows)
        if whole and isinstance(node, ast.Call):
            self._beside(kids, compute)  # it may change its rows in place
        return self._fresh(node, full, of_rows)

    def _several(self, node: Any, full: Any, of_rows: List[Value]) -> Value:
        """Several values, such as those of a split: each one may be a choice of rows."""
        tables = []
        for kid in of_rows:
            tables += [k for k in kid.parts if k.rows is not None] or [kid.table]
        parts = []
        for item in full:
            part = None
            for table in tables:
                part = self._chosen(node, item, table, noted=False)
                if part is not None:
                    break
            if (
                part is None
                and self._a.height(item) is not None
                and any(self._a.height(item) == len(t.rows) for t in tables if t.rows is not None)
            ):
                part = self._training(
                    node, item, of_rows, self._why(node, "has no value for new rows")
                )
            parts.append(part or self._fresh(node, item, of_rows))
        kinds = {part.kind for part in parts}
        kind = ROWS if ROWS in kinds else TRAINING if TRAINING in kinds else FITTED
        return Value(node, full, [None] * len(self._choices), kind, None, None,
                     next((p.why for p in parts if p.why), None), parts=parts)  # fmt: skip

    def _chosen(
        self, node: Any, full: Any, kid: Value, *, chooses: bool = False, noted: bool = True
    ) -> Optional[Value]:
        """Whether it holds rows of another value, unchanged: some of them, or in another order."""
        table = kid.table
        if table.rows is None or type(full) is not type(table.full) or isinstance(node, ast.Name):
            return None
        if _columns(self._a, full) != _columns(self._a, table.full):
            return None
        places = {row: n for n, row in enumerate(table.rows.tolist())}
        for rows in self._a.followed(full, table.full, table.rows):
            if not chooses and rows.shape == table.rows.shape and (rows == table.rows).all():
                continue
            positions = [places[row] for row in rows.tolist()]
            if not self._a.same(self._a.taken(table.full, positions), full):
                continue
            present = any(row in set(rows.tolist()) for choice in self._choices for row in choice)
            self._heights.add(len(rows))
            if table.kind == TRAINING or self._choices and not present:
                why = table.why or self._why(node, "holds none of the rows that are predicted")
                return Value(node, full, [None] * len(self._choices), TRAINING, rows, None, why,
                             origin=table.origin)  # fmt: skip
            if noted:
                self._record["edits"].append(
                    {"kind": "choice", "at": _place(node), "of": _place(table.node)}
                )
                return Value(
                    node, full, [_copied(s) for s in table.subs], ROWS, rows, origin=table.origin
                )
            value = Value(
                node, full, [_copied(s) for s in table.subs], ROWS, rows, origin=table.origin
            )
            value.table = Value(table.node, full, value.subs, ROWS, rows)
            return value
        return None

    def _concatenated(self, node: Any, full: Any, kids: List[Value]) -> Optional[Value]:
        """Tables below each other: the rows of each, and for new rows only theirs."""
        numpy = sys.modules["numpy"]
        parts = kids[1].parts or ()
        if not parts or sum(self._a.height(p.full) or 0 for p in parts) != self._a.height(full):
            return None
        rows = numpy.concatenate([
            p.rows if p.rows is not None else numpy.full(self._a.height(p.full), -1) for p in parts
        ])  # fmt: skip
        serving = [p for p in parts if p.kind == ROWS]
        if len(serving) != 1:
            return None
        columns = _columns(self._a, full)
        subs = []
        for sub in serving[0].subs:
            if self._a.is_frame(sub):
                sub = sub.reindex(columns=[c for c in columns if c not in self.absent])
            subs.append(sub)
        if self._verified(full, rows, subs) is False:
            return None
        self._record["edits"].append(
            {"kind": "choice", "at": _place(node), "of": _place(serving[0].node)}
        )
        self._heights.add(len(rows))
        return Value(node, full, subs, ROWS, rows)

    def _rowwise(
        self, node: Any, full: Any, subs: List[Any], of_rows: List[Value], kids: List[Value]
    ) -> Optional[Value]:
        """Whether each row has the value that it has alone."""
        best = None
        for kid in of_rows:
            if kid.table.rows is None:
                continue
            for rows in self._a.followed(full, kid.table.full, kid.table.rows):
                if not self._choices:
                    if len(rows) != len(kid.table.rows):
                        continue  # who is to say without rows beside it
                    if best is not None and not self._resembles(full, kid.table, rows):
                        continue
                    if best is None or self._resembles(full, kid.table, rows):
                        best = (kid, rows)
                elif self._verified(full, rows, subs):
                    best = (kid, rows)
                    break
            if best is not None and self._choices:
                break
        if best is None:
            return None
        self._expected_fitted(node, kids)
        self._heights.add(len(best[1]))
        return Value(node, full, subs, ROWS, best[1], origin=best[0].origin)

    def _resembles(self, full: Any, table: Value, rows: Any) -> bool:
        if type(full) is not type(table.full) or _columns(self._a, full) != _columns(
            self._a, table.full
        ):
            return False
        places = {row: n for n, row in enumerate(table.rows.tolist())}
        return bool(
            self._a.same(self._a.taken(table.full, [places[r] for r in rows.tolist()]), full)
        )

    def _special(
        self,
        node: Any,
        full: Any,
        kids: List[Value],
        of_rows: List[Value],
        compute: Callable[[int, List[Any]], Any],
        method: str,
    ) -> Optional[Value]:
        """Calls that are known to fit and to apply at once, or to need a column that is not there."""
        if isinstance(node, ast.Subscript):
            return self._present(node, full, kids, of_rows)
        if not isinstance(node, ast.Call):
            return None
        data = next((k for k in kids[1:] if k.kind == ROWS), None)
        pandas = sys.modules.get("pandas")
        edit: Dict[str, Any] = {"at": _place(node)}
        count, names = len(node.args), [k.arg for k in node.keywords]

        def called(function: Any, v: List[Any], **more: Any) -> Any:
            return function(*v[1 : count + 1], **dict(zip(names, v[count + 1 :]), **more))  # type: ignore[arg-type]

        if method == "fit_transform" and data is not None and kids[0].kind != ROWS:
            assert isinstance(node.func, ast.Attribute)
            estimator: Any = getattr(kids[0].full, "__self__", None)
            if not hasattr(estimator, "transform"):
                return None
            subs = self._each(lambda n: estimator.transform(data.subs[n]))
            self._learns(node, [data])
            edit.update(kind="fit_transform", owner=_place(node.func.value), of=_place(data.node))
        elif method == "drop" and kids[0].kind == ROWS:
            subs = self._each(
                lambda n: called(kids[0].subs[n], [k.subs[n] for k in kids], errors="ignore")
            )
            edit.update(kind="drop")
        elif (
            method == "get_dummies"
            and pandas is not None
            and kids[0].full is pandas.get_dummies
            and data is kids[1]
        ):
            columns = next(
                (kids[1 + count + n].full for n, name in enumerate(names) if name == "columns"),
                None,
            )
            known = categories(data.full, columns)
            subs = self._each(
                lambda n: called(
                    pandas.get_dummies,
                    [None, with_categories(data.subs[n], known), *(k.subs[n] for k in kids[2:])],
                )
            )
            place = next((_place(k.value) for k in node.keywords if k.arg == "columns"), None)
            edit.update(kind="dummies", of=_place(data.node), columns=place)
        elif method == "astype" and kids[0].kind == ROWS and str(kids[-1].full) == "category":
            subs = self._each(lambda n: kids[0].subs[n](full.dtype))
            edit.update(kind="dtype", argument=_place(kids[-1].node))
        elif (
            method in ("cut", "qcut") and pandas is not None and data is kids[1] and count == 2
            and kids[0].full in (pandas.cut, pandas.qcut)
        ):  # fmt: skip
            bins = called(kids[0].full, [k.full for k in kids], retbins=True)[1]
            more = {"include_lowest": True} if method == "qcut" else {}
            subs = self._each(
                lambda n: called(
                    pandas.cut, [None, data.subs[n], bins, *(k.subs[n] for k in kids[3:])], **more
                )
            )
            edit.update(kind="bins", of=_place(data.node), argument=_place(node.args[1]), method=method,
                        function=_place(node.func))  # fmt: skip
        else:
            return None
        found = self._rowwise(node, full, subs, of_rows, kids)
        if found is not None:
            self._record["edits"].append(edit)
        return found

    def _present(
        self, node: ast.Subscript, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """Columns of which some are only there in training, because they are the target's."""
        base, key = kids
        names = list(key.full) if isinstance(key.full, list) or hasattr(key.full, "tolist") else []
        lost = [self.absent[n] for n in names if isinstance(n, str) and n in self.absent]
        if (
            not lost
            or len(lost) == len(names)
            or any(why.statement >= 0 for why in lost)
            or not self._a.is_frame(base.full)
        ):
            return None
        kept = [name for name in names if name not in self.absent]
        found = self._rowwise(node, full, self._each(lambda n: base.subs[n][kept]), of_rows, kids)
        if found is not None:
            self._record["edits"].append(
                {
                    "kind": "present",
                    "at": _place(node),
                    "of": _place(base.node),
                    "argument": _place(key.node),
                }
            )
        return found

    def _factorized(
        self, node: Any, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """`pandas.factorize`: its codes belong to the rows, the values behind them are fitted."""
        data = of_rows[0].table
        if type(full) is not tuple or len(full) != 2 or not hasattr(full[1], "get_indexer"):
            return None
        subs = self._each(lambda n: full[1].get_indexer(data.subs[n]))
        codes = self._rowwise(node, full[0], subs, of_rows, kids)
        if codes is None:
            return None
        self._record["edits"].append({"kind": "codes", "at": _place(node), "of": _place(data.node)})
        parts = [codes, self._shared(node, full[1], FITTED)]
        return Value(
            node, full, [(sub, full[1]) for sub in subs], ROWS, codes.rows, codes, parts=parts
        )

    # ------------------------------------------------------------------ outcomes
    def _fresh(self, node: ast.AST, full: Any, of_rows: Sequence[Value]) -> Value:
        """Fitted: the few rows take what all rows gave."""
        self._learns(node, of_rows)
        return Value(node, full, [full] * len(self._choices), FITTED, fresh=True)

    def _learns(self, node: ast.AST, of_rows: Sequence[Value]) -> None:
        """Notes the rows that something is fitted to, where it is more than their columns."""
        rows = next((k.table.rows for k in of_rows if k.table.rows is not None), None)
        if rows is not None and not (isinstance(node, ast.Attribute) and node.attr in _OF_COLUMNS):
            self.learned.append((self._record, rows, self._why(node, "")))

    def _training(self, node: Any, full: Any, of_rows: List[Value], why: Optional[Why]) -> Value:
        count = self._a.height(full)
        rows = next(
            (
                k.table.rows
                for k in of_rows
                if k.table.rows is not None and len(k.table.rows) == count
            ),
            None,
        )
        origin: Any = frozenset().union(*(k.origin for k in of_rows))
        return Value(
            node, full, [None] * len(self._choices), TRAINING, rows, None, why, origin=origin
        )

    def _expected_fitted(self, node: Any, kids: Sequence[Value]) -> None:
        """Notes the parts of a row's expression that are fitted here."""
        for kid in kids:
            if kid.kind == FITTED and kid.fresh:
                self._record["edits"].append({"kind": "fitted", "at": _place(kid.node)})

    def _beside(self, kids: List[Value], compute: Callable[[int, List[Any]], Any]) -> List[Any]:
        return self._each(lambda n: compute(n + 1, [kid.subs[n] for kid in kids]))

    def _each(self, compute: Callable[[int], Any]) -> List[Any]:
        """Something for each choice of rows, without drawing from the random states."""
        numpy = sys.modules["numpy"]
        states = random.getstate(), numpy.random.get_state()
        found: List[Any] = []
        for number in range(len(self._choices)):
            try:
                found.append(compute(number))
            except Exception as error:  # noqa: BLE001 - the notebook's own code, on few rows
                found.append(Failed(error))
        random.setstate(states[0])
        numpy.random.set_state(states[1])
        return found

    def _verified(self, full: Any, rows: Any, subs: List[Any]) -> Optional[bool]:
        """Whether the few rows have the values that they have among all; None where none of them is here."""
        places = {row: n for n, row in enumerate(rows.tolist())}
        seen = None
        for choice, sub in zip(self._choices, subs):
            if isinstance(sub, Failed) or self._a.height(sub) != len(choice):
                return False
            here = [n for n, row in enumerate(choice) if row in places]
            if not here:
                continue
            mine = self._a.taken(full, [places[choice[n]] for n in here])
            if not self._a.same(mine, self._a.taken(sub, here), self.absent):
                return False
            seen = True
        return seen

    def _why(self, node: Any, said: str) -> Why:
        text = ast.get_source_segment(self._text, node) or type(node).__name__
        text = " ".join(text.split())
        return Why(
            "`%s` %s" % (text[:80] + ("..." if text[80:] else ""), said), self._number, node.lineno
        )

    def _why_failed(self, node: Any, error: BaseException) -> Why:
        told = str(error)
        for name, why in self.absent.items():
            if repr(name) in told or why.statement >= 0 and str(name) in told:
                return why
        return self._why(
            node, "fails on few rows: %s: %s" % (type(error).__name__, told.split("\n")[0][:80])
        )


class Inside(Exception):
    """A call of the notebook's own function that is not row-wise as a whole: statement and place."""


class _Returned(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Unfollowed(Exception):
    """Syntax that the interpreter does not know."""


# ---------------------------------------------------------------------- what generated packages do too
def categories(data: Any, columns: Any = None) -> Dict[Any, Any]:
    """The categories of the columns that `pandas.get_dummies` would expand; of a single one under None."""
    pandas = sys.modules["pandas"]
    if not hasattr(data, "columns"):
        return {None: pandas.Categorical(data).categories}
    if columns is None:
        columns = data.select_dtypes(include=["object", "category", "string"]).columns
    return {name: pandas.Categorical(data[name]).categories for name in columns}


def with_categories(data: Any, known: Dict[Any, Any]) -> Any:
    """The same data, its columns with the categories that were known in training."""
    pandas = sys.modules["pandas"]
    kinds = {name: pandas.CategoricalDtype(values) for name, values in known.items()}
    if not hasattr(data, "columns"):
        return data.astype(kinds[None])
    return data.astype({name: kind for name, kind in kinds.items() if name in data.columns})


# ---------------------------------------------------------------------- syntax
def _blank(rounds: Sequence[str]) -> Dict[str, Any]:
    """The record of a statement that has not run yet."""
    return {"kinds": [], "binds": {}, "mutates": [], "reads": {}, "edits": [], "why": None,
            "rounds": list(rounds)}  # fmt: skip


def _nothing(*_: Any, **__: Any) -> None:
    """Stands for IPython's `display`."""


def _chain(tests: Sequence[Callable[[Any, Any], Any]], values: Sequence[Any]) -> Any:
    found = True
    for test, one, other in zip(tests, values, values[1:]):
        found = test(one, other)
        if len(tests) > 1 and not found:
            return found
    return found


def _place(node: Any) -> Tuple[int, ...]:
    if isinstance(node, ast.Index):
        node = node.value  # type: ignore[attr-defined]
    return (
        getattr(node, "lineno", 0),
        getattr(node, "col_offset", 0),
        getattr(node, "end_lineno", 0) or 0,
        getattr(node, "end_col_offset", 0) or 0,
    )


def _looks_around(node: ast.Call) -> bool:
    """Whether a method is known to look at other rows; along the columns it does not."""
    across = [k.value for k in node.keywords if k.arg == "axis"]
    if any(isinstance(axis, ast.Constant) and axis.value in (1, "columns") for axis in across):
        return False
    filled = any(k.arg == "method" for k in node.keywords) and _name(node.func) == "fillna"
    return filled or _name(node.func) in _NEIGHBOURS


def _is_mask(value: Any) -> bool:
    return str(getattr(value, "dtype", "")) in ("bool", "boolean")


def _counted(node: Any) -> Optional[ast.expr]:
    """What `x.shape[0]` counts."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        index = node.slice.value if isinstance(node.slice, ast.Index) else node.slice  # type: ignore[attr-defined]
        if node.value.attr == "shape" and isinstance(index, ast.Constant) and index.value == 0:
            return node.value.value
    return None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _root(node: ast.expr) -> Optional[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _loaded(target: Any) -> Any:
    """A target as an expression that is read."""
    kinds = {ast.Name: {"id"}, ast.Attribute: {"value", "attr"}, ast.Subscript: {"value", "slice"}}
    fields = {name: getattr(target, name) for name in kinds[type(target)]}
    return ast.copy_location(type(target)(ctx=ast.Load(), **fields), target)


def _without_inplace(call: ast.Call) -> Optional[ast.Call]:
    """``x.f(inplace=True)`` as ``x.f()``, for a variable."""
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return None
    kept = [k for k in call.keywords if k.arg != "inplace"]
    given = [k.value for k in call.keywords if k.arg == "inplace"]
    if len(given) != 1 or not isinstance(given[0], ast.Constant) or given[0].value is not True:
        return None
    return ast.copy_location(ast.Call(func=call.func, args=call.args, keywords=kept), call)


def _is_bound(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for n in ast.walk(node)
    )


def _free_names(node: ast.AST) -> List[str]:
    return sorted(
        {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    )


def _is_concat(node: Any, kids: List[Value]) -> bool:
    if not isinstance(node, ast.Call) or _name(node.func) != "concat" or len(kids) < 2:
        return False
    return not any(
        k.arg == "axis"
        and not (isinstance(k.value, ast.Constant) and k.value.value in (0, "index"))
        for k in node.keywords
    )


def _is_view(value: Any) -> bool:
    """A method or an accessor of rows, a group or a window over them."""
    if callable(value) and not isinstance(value, type) and not hasattr(value, "fit"):
        return True
    kind = type(value)
    if any(word in kind.__name__ for word in _WINDOWS):
        return True
    return kind.__module__.startswith("pandas.core") and not hasattr(value, "dtype")


def _columns(alignment: Any, value: Any) -> Any:
    return list(value.columns) if alignment.is_frame(value) else getattr(value, "shape", (0,))[1:]


def _copied(value: Any) -> Any:
    return value.copy() if hasattr(value, "copy") else value


def _is_scalar_list(value: Any) -> bool:
    return type(value) in (list, tuple, str)
