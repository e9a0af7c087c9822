"""The parts of each expression, and what it computes from them."""

from __future__ import annotations

import ast
import io
import types
from typing import Any, Callable, Dict, List, Optional, Tuple

from .facts import ALWAYS, FITTED, LAYOUT, ROWS, TRAINING, Value
from .functions import Functions
from .judgement import Judgement
from .layout import Layout
from .operators import BINARY, COMPARED, UNARY, compared
from .run import Run
from .syntax import (
    applied,
    applied_among,
    bound_in,
    counted,
    is_starred,
    name_of,
    names_in,
    owner_of,
    place,
    unwrapped,
    variable,
)

#: The parts, and the value from theirs.
Parts = Tuple[List[Value], Callable[[List[Any]], Any]]
#: Expressions with a scope or an order of evaluation of their own.
_WHOLE = (
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr,
    ast.BoolOp,
)  # fmt: skip


class Unfollowed(Exception):
    """Syntax that the interpreter does not know."""


#: Libraries that write variables to files and read them again.
_STORING = ("joblib", "pickle", "_pickle", "cloudpickle", "dill")


class Expressions(object):
    """Evaluates expressions over all rows and over few."""

    def __init__(self, run: Run, judgement: Judgement, functions: Functions) -> None:
        self._run, self._judgement, self._functions = run, judgement, functions
        self._layout = Layout(run)
        self._values: Dict[type, Callable[[Any], Value]] = {
            ast.Constant: lambda node: run.shared(node, node.value, ALWAYS),
            ast.Name: self._variable,
            ast.IfExp: self._conditional,
            ast.Call: self._call,
            ast.NamedExpr: self._named,
            ast.Subscript: self._subscript,
            ast.Attribute: self._attribute,
            ast.List: self._sequence,
            ast.Tuple: self._sequence,
        }
        self._parts: Dict[str, Callable[[Any], Parts]] = {
            "Attribute": lambda n: ([self.value(n.value)], lambda v: getattr(v[0], n.attr)),
            "Subscript": lambda n: (self._all(n.value, n.slice), lambda v: v[0][v[1]]),
            "BinOp": self._binary,
            "UnaryOp": self._unary,
            "Compare": self._comparison,
            "List": lambda n: self._display(n, list),
            "Tuple": lambda n: self._display(n, tuple),
            "Set": lambda n: self._display(n, set),
            "Dict": self._dictionary,
            "Slice": self._slice,
            "ExtSlice": lambda n: (self._all(*n.dims), tuple),  # until Python 3.8
        }

    def value(self, node: Any) -> Value:
        """The value of an expression."""
        node = unwrapped(node)
        if isinstance(node, _WHOLE):
            return self._closed(node)
        return self._values.get(type(node), self._computed)(node)

    def _variable(self, node: ast.Name) -> Value:
        value = self._run.variable(node)
        return self._judgement.given(node, value.full) or value

    def _all(self, *nodes: Any) -> List[Value]:
        return [self.value(node) for node in nodes]

    def _computed(self, node: Any) -> Value:
        """From the values of its parts."""
        kids, compute = self._parts_of(node)
        value = self._judgement.made(node, kids, lambda _, values: compute(values))
        if isinstance(node, ast.Slice):
            value.kids = kids
        return value

    def _parts_of(self, node: Any) -> Parts:
        kind = type(node).__name__
        if kind not in self._parts or isinstance(node, ast.Dict) and None in node.keys:
            raise Unfollowed("`%s` can't be followed" % kind, node)
        return self._parts[kind](node)

    # ------------------------------------------------------------------ parts
    def _binary(self, node: ast.BinOp) -> Parts:
        compute = BINARY[type(node.op)]
        return self._all(node.left, node.right), lambda values: compute(*values)

    def _unary(self, node: ast.UnaryOp) -> Parts:
        compute: Any = UNARY[type(node.op)]
        return self._all(node.operand), lambda values: compute(values[0])

    def _comparison(self, node: ast.Compare) -> Parts:
        tests = [COMPARED[type(op)] for op in node.ops]
        return self._all(node.left, *node.comparators), lambda values: compared(tests, values)

    def _display(self, node: Any, made: Callable[[List[Any]], Any]) -> Parts:
        """A list, tuple or set that is written out, other ones with a star among its items."""
        starred = [isinstance(item, ast.Starred) for item in node.elts]
        kids = self._all(*(getattr(item, "value", item) if star else item
                           for item, star in zip(node.elts, starred)))  # fmt: skip
        if not any(starred):
            return kids, made

        def compute(values: List[Any]) -> Any:
            several = [list(v) if star else [v] for v, star in zip(values, starred)]
            return made([item for items in several for item in items])

        return kids, compute

    def _dictionary(self, node: ast.Dict) -> Parts:
        count = len(node.keys)
        kids = self._all(*node.keys, *node.values)
        return kids, lambda values: dict(zip(values[:count], values[count:]))

    def _slice(self, node: ast.Slice) -> Parts:
        absent = self._run.shared(node, None, ALWAYS)
        bounds = (node.lower, node.upper, node.step)
        kids = [self.value(bound) if bound is not None else absent for bound in bounds]
        return kids, lambda values: slice(*values)

    # ------------------------------------------------------------------ expressions of their own
    def _conditional(self, node: ast.IfExp) -> Value:
        test = self.value(node.test)
        if test.kind in (ALWAYS, FITTED, LAYOUT):
            with self._run.decided(test):
                value = self._layout.bound(self.value(node.body if test.full else node.orelse))
            if value.kind == FITTED and not value.kids and not value.bulk:
                value.node = node  # which of both it is, is fitted with it
            return value
        return self._closed(node)

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self._layout.bound(self.value(node.value), node.target.id)
        self._run.bind(node.target.id, value)
        if value.kind in (FITTED, TRAINING):
            self._run.trained.add(node.target.id)
        return value

    def _sequence(self, node: Any) -> Value:
        kids, compute = self._parts_of(node)
        value = self._judgement.made(node, kids, lambda _, values: compute(values))
        starred = any(isinstance(item, ast.Starred) for item in node.elts)
        if not starred and any(kid.kind in (ROWS, TRAINING) or kid.bulk for kid in kids):
            value.parts = kids
        if any(isinstance(item, ast.Slice) for item in node.elts):
            value.kids = kids
        return value

    def _attribute(self, node: ast.Attribute) -> Value:
        base = self.value(node.value)
        if node.attr in base.fields:
            return self._field(node, base, node.attr)
        if node.attr == "index" and self._run.alignment.is_labelled(base.full):
            return self._judgement.labels(node, base)
        value = self._judgement.made(node, [base], lambda _, values: getattr(values[0], node.attr))
        if value.kind == FITTED and callable(value.full):
            value.kids = [base]
        if self._run.alignment.is_frame(base.full):
            value.origin = frozenset([node.attr])
        return value

    def _subscript(self, node: ast.Subscript) -> Value:
        table = counted(node)
        if table is not None:
            count = self._judgement.counted(node, self.value(table))
            if count is not None:
                return count
        base, key = self._all(node.value, node.slice)
        if type(key.full) in (str, int) and key.full in base.fields:
            return self._field(node, base, key.full)
        if base.computed and type(key.full) is int:
            return self._part(node, base.parts[key.full])
        if base.is_partial and type(key.full) is int and isinstance(base.node, ast.Name):
            return self._held(node, base, key.full)
        if base.parts and type(key.full) is int and base.kind == ROWS:
            if not isinstance(node.value, (ast.List, ast.Tuple)) and not base.is_partial:
                return base.parts[key.full]
        value = self._judgement.made(node, [base, key], lambda _, values: values[0][values[1]])
        is_frame = self._run.alignment.is_frame
        if isinstance(key.full, str) and is_frame(base.full) and not is_frame(value.full):
            value.origin = frozenset([key.full])
        return value

    def _part(self, node: ast.Subscript, part: Value) -> Value:
        """One of several values."""
        held = part.table if part.table is not part else None
        fresh = part.kind == FITTED
        return Value(node, part.full, part.subs, part.kind, part.rows, held, part.why, fresh,
                     bulk=part.bulk)  # fmt: skip

    def _held(self, node: ast.Subscript, base: Value, number: int) -> Value:
        """An item of a list that has fewer where rows are served."""
        part, served = base.parts[number], base.served
        if part in served and served[number : number + 1 or None] != [part]:
            self._run.record.edit("item", place(node.slice), number=served.index(part))
        return self._part(node, part)

    def _field(self, node: ast.expr, dataset: Value, name: str) -> Value:
        """A part of a dataset, where an expression names it."""
        self._run.fields.add(name)
        held = dataset.fields[name]
        return Value(node, held.full, held.subs, held.kind, held.rows, None, held.why, False,
                     held.origin)  # fmt: skip

    def _closed(self, node: ast.expr) -> Value:
        """An expression with a scope of its own, as a whole."""
        spaces = self._run.spaces
        own = bound_in(node)
        kids = [
            self._run.variable(variable(name, node))
            for name in sorted(names_in(node) - own)
            if name in self._run.facts
        ]
        kids = [kid for kid in kids if not isinstance(kid.full, types.ModuleType)]
        for kid in kids:
            kid.kids = self._each_read(node, kid)
        code = compile(ast.Expression(body=node), "<notebook>", "eval")
        if isinstance(node, ast.Lambda):
            full, *subs = [eval(code, space) for space in spaces]
            value = Value(node, full, subs, ALWAYS)
            of_rows = [kid for kid in kids if kid.kind in (ROWS, TRAINING)]
            laid_out = not of_rows and any(kid.kind == LAYOUT for kid in kids)
            if laid_out or self._layout.asks(node, of_rows):
                value.kind = LAYOUT
            elif of_rows:
                held = of_rows[-1]
                value.kind, value.rows = held.kind, held.rows
                value.table, value.why = held.table, held.why
            return value
        return self._judgement.made(node, kids, lambda n, _: eval(code, spaces[n]))

    def _each_read(self, node: ast.expr, held: Value) -> List[Value]:
        """A fitted variable at each place where an expression reads it."""
        assert isinstance(held.node, ast.Name)
        if held.kind != FITTED:
            return []
        name = held.node.id
        reads = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == name]
        columns = [
            n for n in ast.walk(node) if isinstance(n, ast.Attribute) and n.attr == "columns"
        ]
        # Of another table, columns are kept, and not the rows.
        kept = {n.value: n for n in columns if held.bulk}
        return [
            Value(kept.get(read, read), held.full, held.subs, FITTED, fresh=read in kept)
            for read in reads
        ]

    def _starred(self, node: ast.Call) -> Value:
        """A call with arguments that come in a list or in a dict."""
        given = [getattr(a, "value", a) if isinstance(a, ast.Starred) else a for a in node.args]
        kids = self._all(node.func, *given, *(k.value for k in node.keywords))

        def compute(_: int, values: List[Any]) -> Any:
            several, named = values[1 : len(given) + 1], values[len(given) + 1 :]
            arguments: List[Any] = []
            names: Dict[str, Any] = {}
            for part, value in zip(node.args, several):
                arguments += value if isinstance(part, ast.Starred) else [value]
            for keyword, value in zip(node.keywords, named):
                names.update({keyword.arg: value} if keyword.arg else value)
            return values[0](*arguments, **names)

        return self._judgement.made(node, kids, compute)

    def _call(self, node: ast.Call) -> Value:
        if is_starred(node):
            return self._starred(node)
        function = self.value(node.func)
        if function.full is len and len(node.args) == 1:
            count = self._judgement.counted(node, self.value(node.args[0]))
            if count is not None:
                return count
        kids = [function, *self._all(*node.args, *(k.value for k in node.keywords))]
        owner = owner_of(node)
        if owner is not None and self._layout.keeps(node, owner, kids[1:]):
            kids[0] = self.value(node.func)
        found = self._functions.followed(node, kids) or self._saved(node, kids)
        if found is not None:
            return found
        value = self._filling(node, kids) or self._called(node, kids)
        for name in sorted(self._functions.changed_by(node.func)):
            self._fill(node, variable(name, node), kids)
        return value

    def _fill(self, node: ast.Call, held: ast.Name, kids: List[Value]) -> None:
        """A variable that a function changes from outside."""
        run, kinds = self._run, {kid.kind for kid in kids}
        is_open = any(run.is_open(kid.table.rows) for kid in kids if kid.kind == ROWS)
        if run.deciding or LAYOUT in kinds or is_open:
            self._functions.ask(node, kids)
            run.become(held, TRAINING, run.by_columns(node))
        elif kinds & {ROWS, TRAINING, FITTED}:
            run.become(held, FITTED)
        run.mutate(held)

    def _saved(self, node: ast.Call, kids: List[Value]) -> Optional[Value]:
        """What is read from a file to which a variable was written: that variable."""
        run, given, name = self._run, node.args, name_of(node.func)
        library = str(getattr(kids[0].full, "__module__", "")).partition(".")[0]
        if library not in _STORING or not given:
            return None
        file = kids[min(len(given), 2)].full
        path = str(getattr(file, "name", file))
        if name == "dump" and len(given) > 1 and isinstance(given[0], ast.Name):
            run.saved[path] = given[0].id
        if name != "load" or run.saved.get(path) not in run.facts:
            return None
        value = run.variable(variable(run.saved[path], node))
        run.record.edit("saved", place(node), number=run.saved[path])
        return value

    def _filling(self, node: ast.Call, kids: List[Value]) -> Optional[Value]:
        """A call that fills variables outside of the function with what it learns from rows: it trains."""
        if not self._functions.changed_by(node.func) or not self._functions.fills(node, kids):
            return None
        full = applied(node, kids[0].full, [kid.full for kid in kids[1:]])
        return self._judgement.trained(node, full, kids)

    def _called(self, node: ast.Call, kids: List[Value]) -> Value:
        """What a call gives as a whole."""
        spaces = self._run.spaces
        value = self._judgement.made(
            node, kids, lambda n, values: applied_among(spaces[n], node, values[0], values[1:])
        )
        for kid in kids[1:]:
            if isinstance(kid.full, io.IOBase) and not kid.full.closed:
                kid.full.flush()  # the notebook closes it here, where no variable holds it
        if value.kind == TRAINING:
            self._functions.ask(node, kids)
        if name_of(node.func) == "pop" and len(node.args) == 1 and isinstance(kids[1].full, str):
            value.origin = frozenset([kids[1].full])
        return value
