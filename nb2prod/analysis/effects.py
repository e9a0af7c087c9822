"""What a statement does beside binding names: nothing, drawing a picture, or anything at all.

Only what is known to be harmless is called so; every unknown call may do anything, a draw from the
random state included.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from enum import IntEnum

from nb2prod.analysis.annotations import annotations_of, plain_annotation
from nb2prod.analysis.calls import root
from nb2prod.analysis.kinds import STABLE, Kind, Kinds, bound_values
from nb2prod.analysis.libraries import (
    ARRAY_METHODS,
    CALLED_KEYWORDS,
    CALLING,
    CONSUMING_BUILTINS,
    ESTIMATOR_METHODS,
    FRAME_METHODS,
    PANDAS_PURE,
    PURE_BUILTINS,
    TEXT_METHODS,
    TO_BUFFERS,
    WRITING_KEYWORDS,
    inspects,
    is_unsafe_in_numpy,
    writes_into,
)
from nb2prod.analysis.names import ProgramNames, bound_by
from nb2prod.analysis.plots import (
    FRAME_PLOTS,
    RANDOM_PLOTS,
    SAVERS,
    draws,
    is_plot_path,
    through_plot,
)
from nb2prod.analysis.scopes import BUILTINS, parameters_of, target_names


class Effect(IntEnum):
    """From harmless to unknown; the effect of a whole is the largest of its parts."""

    PURE = 0
    #: Draws, or shows: its only effect is on pictures.
    PLOT = 1
    UNKNOWN = 2


_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod".split()
#: Methods by which the notebook's classes give operators and builtins an effect.
_DUNDERS = frozenset(
    [f"__{prefix}{name}__" for name in _ARITHMETIC for prefix in ("", "r", "i")]
    + """
    __neg__ __pos__ __invert__ __abs__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __bool__
    __len__ __str__ __repr__ __format__ __getattr__ __getattribute__ __hash__ __iter__ __call__
    __index__ __int__ __float__ __round__ _repr_html_ _ipython_display_
    """.split()
)
#: They see a warning, or turn it into an error: then computing is more than its value.
_WARNING_WATCHERS = frozenset(
    "seterr seterrcall errstate showwarning assertWarns assertWarnsRegex warns recwarn".split()
)
#: Decorators that run nothing of the notebook.
_QUIET_DECORATORS = frozenset("property staticmethod classmethod".split())


class Effects:
    """Judges expressions and statements of one program."""

    def __init__(
        self,
        names: ProgramNames,
        known: Mapping[str, str],
        statements: Sequence[ast.stmt],
        binds: Mapping[str, int],
    ) -> None:
        self._names = names
        self._functions = {
            statement.name: statement
            for statement in statements
            if isinstance(statement, ast.FunctionDef)
            and binds.get(statement.name) == 1
            and not statement.decorator_list
        }
        self._summaries: dict[str, Effect] = {}
        self._operators = bool(_DUNDERS & names.methods)
        self._computed_attributes = bool(
            {"__getattr__", "__getattribute__", "__get__"} & names.methods
        )
        self._missing = bool({"__missing__", "__getitem__"} & names.methods) or (
            "defaultdict" in names.mentioned
        )
        self._finalizes = "__del__" in names.methods or "weakref" in names.mentioned
        self._warned = bool(_WARNING_WATCHERS & names.mentioned) or names.watches_warnings
        self._parameters: frozenset[str] = frozenset()
        #: Names that stand for something else than the notebook's variables where we judge.
        self._hidden: frozenset[str] = frozenset()
        self._kinds = Kinds(names, known, self._calls_back)
        self._kinds.settle(bound_values(statements, binds))
        self._summaries.clear()  # judged before the kinds were settled

    def kind(self, node: ast.expr) -> Kind:
        """What an expression's value is known to be."""
        return self._kinds.of(node)

    def is_plot(self, name: str) -> bool:
        """Whether a name holds a figure, axes or the like."""
        return self._kinds.of_name(name) is Kind.PLOT

    # ------------------------------------------------------------------ expressions
    def of(self, node: ast.expr | None) -> Effect:
        """What evaluating an expression does."""
        match node:
            case None | ast.Constant() | ast.Name():
                return Effect.PURE
            case ast.Lambda(args=args):
                return self._all([*args.defaults, *args.kw_defaults])
            case ast.Attribute(value=value, attr=attr):
                computed = attr in self._names.methods or self._computed_attributes
                known = self._kinds.of(value) is not Kind.UNKNOWN
                return Effect.UNKNOWN if computed and not known else self.of(value)
            case ast.Subscript(value=value, slice=index):
                safe = not self._missing or self._kinds.of(value) is not Kind.UNKNOWN
                safe &= not self._operators or self._is_plain(index)
                return max(self.of(value), self.of(index)) if safe else Effect.UNKNOWN
            case ast.Slice(lower=lower, upper=upper, step=step):
                return max(self.of(lower), self.of(upper), self.of(step))
            case ast.BinOp(left=left, right=right):
                return self._operator([left, right])
            case ast.UnaryOp(operand=operand):
                return self._operator([operand])
            case ast.BoolOp(values=values):
                return self._operator(values)
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                contained = any(isinstance(op, ast.In | ast.NotIn) for op in ops)
                if contained and not self._is_stable(comparators[-1]):
                    return Effect.UNKNOWN
                return self._operator([left, *comparators])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return max(self._operator([test]), self.of(body), self.of(orelse))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return self._all(items)
            case ast.Set(elts=items):
                return self._operator(items)
            case ast.Dict(keys=keys, values=values):
                if None in keys:
                    return Effect.UNKNOWN
                return max(self._operator([key for key in keys if key]), self._all(values))
            case ast.JoinedStr(values=values):
                return Effect.UNKNOWN if self._operators else self._all(values)
            case ast.FormattedValue(value=value):
                return self.of(value)
            case ast.Starred(value=value):
                return self.of(value) if self._is_stable(value) else Effect.UNKNOWN
            case (
                ast.ListComp(elt=elt, generators=generators)
                | ast.SetComp(elt=elt, generators=generators)
                | ast.GeneratorExp(elt=elt, generators=generators)
            ):
                return self._comprehension([elt], generators)
            case ast.DictComp(key=key, value=value, generators=generators):
                return self._comprehension([key, value], generators)
            case ast.Call():
                return self._call(node)
            case _:
                return Effect.UNKNOWN

    def _all(self, nodes: Iterable[ast.expr | None]) -> Effect:
        return max((self.of(node) for node in nodes), default=Effect.PURE)

    def _operator(self, operands: Sequence[ast.expr]) -> Effect:
        """An operator, a truth test or a hash, which classes of the notebook may define."""
        plain = not self._operators or all(map(self._is_plain, operands))
        if not plain or self._warned and not all(isinstance(o, ast.Constant) for o in operands):
            return Effect.UNKNOWN
        return self._all(operands)

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether no class of the notebook can have made the value."""
        return isinstance(node, ast.Slice | ast.Constant) or self._kinds.of(node) in STABLE

    def _comprehension(
        self, elements: Sequence[ast.expr], generators: Sequence[ast.comprehension]
    ) -> Effect:
        if any(g.is_async or not self._is_stable(g.iter) for g in generators):
            return Effect.UNKNOWN
        first, *rest = generators
        targets = set().union(*(target_names(g.target) for g in generators))
        with self._hiding(targets):
            tests = self._operator([test for g in generators for test in g.ifs])
            inside = self._all([*elements, *(g.iter for g in rest)])
        return max(tests, inside, self.of(first.iter))

    def _is_stable(self, node: ast.expr) -> bool:
        """Whether iterating over it leaves it as it was."""
        if isinstance(node, ast.Name) and node.id in self._parameters:
            return True  # the caller's arguments are judged at the call
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("zip", "enumerate", "reversed", "range"):
                return node.func.id not in self._names.bound and all(
                    map(self._is_stable, node.args)
                )
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("items", "keys", "values", "ravel", "flatten") and not node.args:
                return node.func.attr not in self._names.methods
        return self._kinds.of(node) in (*STABLE, Kind.PLOT)

    def _call(self, node: ast.Call) -> Effect:
        keywords = {keyword.arg for keyword in node.keywords}
        if self._warned or keywords & WRITING_KEYWORDS or None in keywords:
            return Effect.UNKNOWN
        inside = self._all([*node.args, *(keyword.value for keyword in node.keywords)])
        inside = max(inside, self._called_back(node))
        if inside is Effect.UNKNOWN:
            return Effect.UNKNOWN
        path = self._kinds.path(node.func)
        if path is not None:
            return max(inside, self._effect_of_path(path, node))
        match node.func:
            case ast.Name(id="display") if "display" not in self._names.bound:
                return Effect.UNKNOWN if self._operators else inside
            case ast.Name(id="type") if len(node.args) > 1:
                return Effect.UNKNOWN  # makes a class
            case ast.Name(id=name) if name in BUILTINS and name not in self._names.bound:
                plain = not self._operators or all(map(self._is_plain, node.args))
                if name in PURE_BUILTINS and plain:
                    return inside
                if name in CONSUMING_BUILTINS and plain and all(map(self._is_stable, node.args)):
                    return inside
                return Effect.UNKNOWN
            case ast.Name(id=name) if self._is_function(name):
                if all(self._is_stable(argument) or _is_path(argument) for argument in node.args):
                    return max(inside, self._summary(name))
                return Effect.UNKNOWN
            case ast.Attribute(value=ast.Constant(value=str()), attr=attr) if attr in TEXT_METHODS:
                return inside if all(map(self._is_stable, node.args)) else Effect.UNKNOWN
            case ast.Attribute(value=value, attr=attr):
                return max(inside, self.of(value), self._method(value, attr, node))
            case _:
                return Effect.UNKNOWN

    def _method(self, value: ast.expr, attr: str, node: ast.Call) -> Effect:
        if attr in self._names.methods:
            return Effect.UNKNOWN
        kind = self._kinds.of(value)
        if kind is Kind.PLOT:
            return Effect.UNKNOWN if attr in SAVERS else Effect.PLOT
        if kind is Kind.FRAME:
            if attr in TO_BUFFERS and node.args:
                return Effect.UNKNOWN
            if attr in FRAME_METHODS:
                return Effect.PURE
            if attr in FRAME_PLOTS or through_plot(value):
                return Effect.PLOT
        if kind is Kind.ARRAY and attr in ARRAY_METHODS:
            return Effect.PURE
        if kind is Kind.ESTIMATOR and attr in ESTIMATOR_METHODS:
            return Effect.PURE
        if self._computed_attributes:
            return Effect.UNKNOWN
        if inspects(attr, node):
            return Effect.PURE
        if draws(attr):
            return Effect.PLOT
        return Effect.UNKNOWN

    def _called_back(self, node: ast.Call) -> Effect:
        """What the functions among a call's arguments do, which the call may call."""
        found = Effect.PURE
        calling = isinstance(node.func, ast.Attribute) and node.func.attr in CALLING
        arguments = [(argument, calling) for argument in node.args]
        arguments += [(k.value, calling or k.arg in CALLED_KEYWORDS) for k in node.keywords]
        for argument, called in arguments:
            found = max(found, self._as_callback(argument, called))
        return found

    def _calls_back(self, node: ast.Call) -> bool:
        return self._called_back(node) is not Effect.PURE

    def _as_callback(self, node: ast.expr, called: bool) -> Effect:
        match node:
            case ast.Lambda(args=args, body=body):
                with self._hiding({argument.arg for argument in parameters_of(args)}):
                    return self.of(body)
            case ast.Name(id=name) if self._is_function(name):
                return self._summary(name)
            case ast.Name(id=name) if name in self._names.callables:
                return Effect.UNKNOWN
            case ast.Name(id=name) if (
                called and name not in BUILTINS and not self._kinds.path(node)
            ):
                return Effect.PURE if self._kinds.of(node) in STABLE else Effect.UNKNOWN
            case ast.Attribute(attr=attr) if attr in self._names.methods:
                return Effect.UNKNOWN
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
                return max((self._as_callback(item, called) for item in items), default=Effect.PURE)
            case _:
                return Effect.PURE

    def _effect_of_path(self, path: str, node: ast.Call) -> Effect:
        root = path.partition(".")[0]
        last = path.rpartition(".")[2]
        if is_plot_path(path):
            if last in SAVERS or last in RANDOM_PLOTS:
                return Effect.UNKNOWN
            return Effect.PLOT
        if root == "numpy":
            unsafe = is_unsafe_in_numpy(path) or writes_into(last, node)
            return Effect.UNKNOWN if unsafe else Effect.PURE
        if root == "pandas":
            stable = all(self._kinds.of(a) is not Kind.UNKNOWN for a in node.args) or last not in (
                "DataFrame", "Series", "Index", "concat"
            )  # fmt: skip
            return Effect.PURE if last in PANDAS_PURE and stable else Effect.UNKNOWN
        if root in ("math", "cmath") or path.startswith("sklearn.metrics."):
            sampled = any(keyword.arg == "sample_size" for keyword in node.keywords)
            unsafe = sampled or last in ("make_scorer", "fsum", "prod", "sumprod", "dist")
            return Effect.UNKNOWN if unsafe else Effect.PURE
        if path.startswith(("timeit.repeat", "timeit.Timer")):
            lambdas = [a for a in node.args if isinstance(a, ast.Lambda)]
            return self._all(function.body for function in lambdas) if lambdas else Effect.UNKNOWN
        if path.startswith("IPython.display.") or path == "IPython.core.display.HTML":
            return Effect.UNKNOWN if self._operators else Effect.PURE
        return Effect.UNKNOWN

    # ------------------------------------------------------------------ functions
    def _is_function(self, name: str) -> bool:
        """Whether a name stands for one of the notebook's own functions."""
        return name in self._functions and name not in self._hidden

    def _summary(self, name: str) -> Effect:
        """What calling one of the notebook's own functions does."""
        if name not in self._summaries:
            self._summaries[name] = Effect.UNKNOWN  # for recursion
            function = self._functions[name]
            outer, self._hidden = self._hidden, frozenset()
            with self._kinds.of_module(), self.inside(function):
                self._summaries[name] = self._body(function.body)
            self._hidden = outer
        return self._summaries[name]

    @contextmanager
    def inside(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[None]:
        """Judges as seen from a function's body, where its own names hide the notebook's."""
        parameters = {argument.arg for argument in parameters_of(function.args)}
        bound = Counter(
            name for outer in function.body for node in ast.walk(outer) for name in bound_by(node)
        )
        own = {name: times for name, times in bound.items() if name not in parameters}
        with self._hiding(parameters | bound.keys()):
            self._parameters = frozenset(parameters)
            self._kinds.settle(bound_values(function.body, own))
            yield

    @contextmanager
    def _hiding(self, names: AbstractSet[str]) -> Iterator[None]:
        """Judges where names are bound anew, to what nothing is known of."""
        outer = self._parameters, self._hidden
        self._parameters -= names
        self._hidden |= names
        with self._kinds.hiding(names):
            yield
        self._parameters, self._hidden = outer

    def _body(self, body: Sequence[ast.stmt]) -> Effect:
        return max((self.of_statement(node) for node in body), default=Effect.PURE)

    # ------------------------------------------------------------------ statements
    def of_statement(self, node: ast.stmt) -> Effect:
        """What running a statement does, apart from binding names."""
        match node:
            case ast.Expr(value=value):
                return self.of(value)
            case ast.Assign() if self._finalizes:
                return Effect.UNKNOWN  # what a name was bound to may die of it
            case ast.Assign(targets=targets, value=value):
                return max(self.of(value), *(self._target(target, value) for target in targets))
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                noted = Effect.PURE if plain_annotation(annotation) else Effect.UNKNOWN
                return max(noted, self.of(value), self._target(target, value))
            case ast.AugAssign(target=ast.Name() as target, value=value):
                scalar = self._kinds.of(target) is Kind.SCALAR
                return self._operator([target, value]) if scalar else Effect.UNKNOWN
            case ast.If(test=test, body=body, orelse=orelse):
                return max(self._operator([test]), self._body(body), self._body(orelse))
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                if not self._is_stable(iterable):
                    return Effect.UNKNOWN
                own = self._target(target, None)
                return max(own, self.of(iterable), self._body(body), self._body(orelse))
            case ast.With(items=items, body=body):
                if any(self._kinds.of(item.context_expr) is not Kind.PLOT for item in items):
                    return Effect.UNKNOWN
                return max(Effect.PLOT, self._body(body))
            case ast.Pass() | ast.Break() | ast.Continue():
                return Effect.PURE
            case ast.Return(value=value):
                return self.of(value)
            case ast.FunctionDef(decorator_list=[], args=args):
                if not all(map(plain_annotation, annotations_of(node))):
                    return Effect.UNKNOWN
                return self._all([*args.defaults, *(d for d in args.kw_defaults if d)])
            case _:
                return Effect.UNKNOWN

    def _target(self, target: ast.expr, value: ast.expr | None) -> Effect:
        match target:
            case ast.Name():
                return Effect.PURE
            case ast.Tuple(elts=items) | ast.List(elts=items):
                plain = value is None or self._kinds.of(value) is not Kind.UNKNOWN
                inner = max((self._target(item, None) for item in items), default=Effect.PURE)
                return inner if plain else Effect.UNKNOWN
            case ast.Starred(value=inner_target):
                return self._target(inner_target, value)
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                return Effect.PLOT if self._kinds.of(base) is Kind.PLOT else Effect.UNKNOWN
            case _:
                return Effect.UNKNOWN

    def class_item(self, item: ast.stmt) -> Effect:
        """What one statement of a class body does."""
        match item:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                quiet = all(
                    isinstance(decorator, ast.Name)
                    and decorator.id in _QUIET_DECORATORS - self._names.bound
                    or isinstance(decorator, ast.Attribute)
                    and decorator.attr in ("setter", "getter", "deleter")
                    for decorator in item.decorator_list
                )
                plain = all(map(plain_annotation, annotations_of(item)))
                defaults = [*item.args.defaults, *(d for d in item.args.kw_defaults if d)]
                return self._all(defaults) if quiet and plain else Effect.UNKNOWN
            case ast.Assign(value=value) | ast.AnnAssign(value=value):
                return self.of(value)
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return Effect.PURE
            case _:
                return Effect.UNKNOWN


def _is_path(node: ast.expr) -> bool:
    return isinstance(root(node), ast.Constant)
