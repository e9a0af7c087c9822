"""What a statement does beside binding names: nothing, drawing a picture, or anything at all.

Only what is known to be harmless is called so; every unknown call may do anything, a draw from the
random state included.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum

from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import BUILTINS, ProgramNames


class Effect(IntEnum):
    """From harmless to unknown; the effect of a whole is the largest of its parts."""

    PURE = 0
    #: Draws, or shows: its only effect is on pictures.
    PLOT = 1
    UNKNOWN = 2


class Kind(IntEnum):
    """What is known of a variable's values, where all its bindings agree."""

    UNKNOWN = 0
    FRAME = 1
    ARRAY = 2
    SEQUENCE = 3
    SCALAR = 4
    PLOT = 5
    ESTIMATOR = 6
    #: Nothing speaks against any of them yet: a name that is so far only bound from itself.
    OPEN = 7


_STABLE = (Kind.FRAME, Kind.ARRAY, Kind.SEQUENCE, Kind.SCALAR)

_PLOT_MODULES = (
    "matplotlib seaborn plotly missingno pandas.plotting bokeh altair scikitplot mpl_toolkits "
    "statsmodels.graphics yellowbrick.style pylab cufflinks sklearn.tree.plot_tree "
    "xgboost.plot_importance xgboost.plot_tree lightgbm.plot_importance lightgbm.plot_metric"
).split()
_PLOT_NAMES = frozenset(
    """
    plot_confusion_matrix plot_roc_curve plot_precision_recall_curve plot_partial_dependence
    ConfusionMatrixDisplay RocCurveDisplay PrecisionRecallDisplay DetCurveDisplay
    PredictionErrorDisplay DecisionBoundaryDisplay LearningCurveDisplay ValidationCurveDisplay
    """.split()
)
#: Plots that draw from a random state (bootstrap intervals, jitter).
_RANDOM_PLOTS = frozenset(
    """
    barplot pointplot lineplot regplot lmplot catplot factorplot relplot stripplot jointplot
    residplot tsplot bootstrap_plot
    """.split()
)
_SAVERS = frozenset(
    "savefig write_html write_image save imsave to_html to_image write_json print_figure".split()
)
#: Settings of plotting libraries that also show elsewhere.
_NOT_PLOTS = frozenset("matplotlib.use matplotlib.cbook matplotlib.mlab".split())

_PURE_BUILTINS = frozenset(
    "len isinstance issubclass type abs round int float str repr bool id callable range complex "
    "hash ord chr bin hex format divmod pow bytes".split()
)
_CONSUMING_PURE = frozenset(
    "sum min max sorted list tuple set dict frozenset any all zip enumerate reversed".split()
)

_NUMPY_UNSAFE = frozenset(
    """
    random save savez savez_compressed savetxt put place copyto fill_diagonal seterr set_printoptions
    setbufsize seterrcall tofile fromiter load loadtxt genfromtxt memmap testing putmask nditer fromfile
    vectorize apply_along_axis apply_over_axes frompyfunc piecewise fromfunction
    """.split()
)
_PANDAS_PURE = frozenset(
    """
    DataFrame Series Index concat merge get_dummies crosstab pivot_table cut qcut to_datetime
    to_numeric isnull isna notnull notna date_range melt Timestamp Timedelta MultiIndex unique
    """.split()
)
_FRAME_METHODS = frozenset(
    """
    head tail describe info value_counts nunique unique isnull isna notnull notna sum mean median std
    var min max count corr cov quantile mode idxmax idxmin copy sort_values sort_index groupby
    reset_index set_index drop dropna fillna astype round abs select_dtypes memory_usage duplicated
    drop_duplicates size first last nlargest nsmallest to_frame to_numpy tolist to_list to_dict
    isin between rename skew kurt kurtosis cumsum cumprod diff pct_change shift rank rolling
    expanding resample merge join pivot pivot_table melt stack unstack transpose T any all equals
    items keys get xs where mask clip nth agg aggregate str upper lower strip contains
    get_group ngroup cumcount autocorr to_string to_markdown to_series add sub mul div le lt ge gt eq ne
    """.split()
)
_FRAME_PLOTS = frozenset("plot hist boxplot".split())
_RESULT_NOT_FRAME = frozenset(
    "info tolist to_list to_dict to_string to_markdown keys items".split()
)
_ARRAY_METHODS = frozenset(
    """
    sum mean std var min max argmin argmax argsort copy reshape ravel flatten astype tolist round
    cumsum cumprod dot transpose squeeze any all clip item nonzero prod ptp repeat diagonal trace
    """.split()
)
#: Shown by their names alone, whatever the object is, unless the notebook has such a method.
_INSPECTIONS = frozenset(
    "head tail describe info value_counts nunique isnull isna summary2".split()
)
#: Those of them that give a table, or a column.
_TABLES = frozenset("head tail describe value_counts isnull isna".split())
_ESTIMATOR_METHODS = frozenset(
    """
    predict predict_proba predict_log_proba decision_function score transform inverse_transform
    get_params get_feature_names get_feature_names_out score_samples
    """.split()
)
_TEXT_METHODS = frozenset(
    "format join upper lower strip split replace center ljust rjust title".split()
)
_DUNDERS = frozenset(
    """
    __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __floordiv__ __mod__
    __pow__ __matmul__ __and__ __or__ __xor__ __neg__ __pos__ __invert__ __eq__ __ne__ __lt__ __le__
    __gt__ __ge__ __contains__ __bool__ __len__ __str__ __repr__ __format__ __getattr__
    __getattribute__ __hash__ __iter__ __call__ __index__ __int__ __float__
    """.split()
)
_SKLEARN_FITTED = tuple(
    "sklearn.linear_model sklearn.ensemble sklearn.tree sklearn.svm sklearn.neighbors "
    "sklearn.naive_bayes sklearn.discriminant_analysis sklearn.preprocessing "
    "sklearn.decomposition.PCA sklearn.cluster.KMeans sklearn.pipeline "
    "sklearn.model_selection.GridSearchCV sklearn.model_selection.RandomizedSearchCV".split()
)


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
        self._known = known
        self._functions = {
            statement.name: statement
            for statement in statements
            if isinstance(statement, ast.FunctionDef)
            and binds.get(statement.name) == 1
            and not statement.decorator_list
        }
        self._kinds: dict[str, Kind] = {}
        self._summaries: dict[str, Effect] = {}
        self._operators = bool(_DUNDERS & names.methods)
        self._computed_attributes = bool({"__getattr__", "__getattribute__"} & names.methods)
        self._missing = bool({"__missing__", "__getitem__"} & names.methods) or (
            "defaultdict" in names.identifiers
        )
        self._parameters: frozenset[str] = frozenset()
        self._settle(_values(statements, binds))

    # ------------------------------------------------------------------ kinds
    def kind(self, node: ast.expr) -> Kind:
        """What an expression's value is known to be."""
        match node:
            case ast.Name(id=name):
                return self._kind_of_name(name)
            case ast.Constant() | ast.JoinedStr():
                return Kind.SCALAR
            case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
                return Kind.SEQUENCE
            case ast.ListComp() | ast.DictComp() | ast.SetComp():
                return Kind.SEQUENCE
            case ast.BinOp(left=left, right=right):
                kinds = {self.kind(left), self.kind(right)}
                for kind in (Kind.FRAME, Kind.OPEN, Kind.ARRAY):
                    if kind in kinds:
                        return kind
                return kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN
            case ast.Compare(left=left):
                kind = self.kind(left)
                return kind if kind in (Kind.FRAME, Kind.ARRAY, Kind.OPEN) else Kind.UNKNOWN
            case ast.UnaryOp(operand=operand):
                return self.kind(operand)
            case ast.Subscript(value=value) | ast.Starred(value=value):
                kind = self.kind(value)
                kept = (Kind.FRAME, Kind.ARRAY, Kind.PLOT, Kind.OPEN)
                return kind if kind in kept else Kind.UNKNOWN
            case ast.Attribute(value=value):
                path = dotted(node, self._known)
                if path is not None:
                    return Kind.PLOT if self._is_plot_path(path) else Kind.UNKNOWN
                kind = self.kind(value)
                return kind if kind in (Kind.FRAME, Kind.PLOT, Kind.OPEN) else Kind.UNKNOWN
            case ast.Call():
                return self._kind_of_call(node)
            case _:
                return Kind.UNKNOWN

    def _kind_of_name(self, name: str) -> Kind:
        path = self._known.get(name)
        if path is not None:
            return Kind.PLOT if self._is_plot_path(path) else Kind.UNKNOWN
        return self._kinds.get(name, Kind.UNKNOWN)

    def _settle(self, values: Mapping[str, Sequence[ast.expr]]) -> None:
        """Finds the kinds of names from what they are bound to: the largest consistent answer.

        A name such as that of ``df = df.dropna()`` keeps the kind that its other bindings give it.
        """
        self._kinds.update(dict.fromkeys(values, Kind.OPEN))
        moved = True
        while moved:
            moved = False
            for name, found in values.items():
                kinds = {self.kind(value) for value in found} - {Kind.OPEN}
                kind = Kind.UNKNOWN if len(kinds) > 1 else next(iter(kinds), Kind.OPEN)
                # Only ever down: from open to a kind, from a kind to unknown.
                if kind is not self._kinds[name] and self._kinds[name] is not Kind.UNKNOWN:
                    self._kinds[name] = kind if self._kinds[name] is Kind.OPEN else Kind.UNKNOWN
                    moved = True
        for name in values:
            if self._kinds[name] is Kind.OPEN:
                self._kinds[name] = Kind.UNKNOWN

    def _kind_of_call(self, node: ast.Call) -> Kind:
        path = dotted(node.func, self._known)
        if path is not None:
            return _kind_of_path(path, self._is_plot_path(path))
        match node.func:
            case ast.Name(id="list" | "tuple" | "dict" | "set" | "sorted" | "range" as name):
                return Kind.UNKNOWN if name in self._names.bound else Kind.SEQUENCE
            case ast.Name(id="len" | "int" | "float" | "str" | "round" | "abs" | "bool" as name):
                return Kind.UNKNOWN if name in self._names.bound else Kind.SCALAR
            case ast.Name(id="zip" | "enumerate") if node.args:
                return Kind.UNKNOWN
            case ast.Attribute(value=value, attr=attr):
                kind = self.kind(value)
                if kind is Kind.OPEN:
                    return kind
                if kind is Kind.FRAME:
                    if attr in _FRAME_PLOTS or _through_plot(value):
                        return Kind.PLOT
                    if attr in _FRAME_METHODS:
                        return Kind.SEQUENCE if attr in _RESULT_NOT_FRAME else Kind.FRAME
                if kind is Kind.PLOT or (_draws(attr) and attr not in self._names.methods):
                    return Kind.PLOT
                if kind is Kind.ARRAY and attr in _ARRAY_METHODS:
                    return Kind.ARRAY
                if attr in _TABLES and attr not in self._names.methods:
                    return Kind.FRAME
                return Kind.UNKNOWN
            case _:
                return Kind.UNKNOWN

    def _is_plot_path(self, path: str) -> bool:
        if any(path == root or path.startswith(root + ".") for root in _NOT_PLOTS):
            return False
        if any(path == root or path.startswith(root + ".") for root in _PLOT_MODULES):
            return True
        return bool(_PLOT_NAMES & set(path.split(".")))

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
                known = self.kind(value) is not Kind.UNKNOWN
                return Effect.UNKNOWN if computed and not known else self.of(value)
            case ast.Subscript(value=value, slice=index):
                safe = not self._missing or self.kind(value) is not Kind.UNKNOWN
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
                return max(self.of(test), self.of(body), self.of(orelse))
            case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
                return self._all(items)
            case ast.Dict(keys=keys, values=values):
                return max(self._all(key for key in keys if key), self._all(values))
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
        if self._operators and not all(self.kind(o) in _STABLE for o in operands):
            return Effect.UNKNOWN
        return self._all(operands)

    def _comprehension(
        self, elements: Sequence[ast.expr], generators: Sequence[ast.comprehension]
    ) -> Effect:
        if any(g.is_async or not self._is_stable(g.iter) for g in generators):
            return Effect.UNKNOWN
        parts = [*elements, *(g.iter for g in generators), *(c for g in generators for c in g.ifs)]
        return self._all(parts)

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
        return self.kind(node) in (*_STABLE, Kind.PLOT)

    def _call(self, node: ast.Call) -> Effect:
        keywords = {keyword.arg for keyword in node.keywords}
        if "inplace" in keywords or "out" in keywords or None in keywords:
            return Effect.UNKNOWN
        inside = self._all([*node.args, *(keyword.value for keyword in node.keywords)])
        if inside is Effect.UNKNOWN:
            return Effect.UNKNOWN
        path = dotted(node.func, self._known)
        if path is not None:
            return max(inside, self._effect_of_path(path, node))
        match node.func:
            case ast.Name(id="display") if "display" not in self._names.bound:
                return inside
            case ast.Name(id=name) if name in BUILTINS and name not in self._names.bound:
                if name in _PURE_BUILTINS and not self._operators:
                    return inside
                if name in _CONSUMING_PURE and all(map(self._is_stable, node.args)):
                    return inside
                return Effect.UNKNOWN
            case ast.Name(id=name) if name in self._functions:
                if all(self._is_stable(argument) or _is_path(argument) for argument in node.args):
                    return max(inside, self._summary(name))
                return Effect.UNKNOWN
            case ast.Attribute(value=ast.Constant(value=str()), attr=attr) if attr in _TEXT_METHODS:
                return inside if all(map(self._is_stable, node.args)) else Effect.UNKNOWN
            case ast.Attribute(value=value, attr=attr):
                return max(inside, self.of(value), self._method(value, attr, node))
            case _:
                return Effect.UNKNOWN

    def _method(self, value: ast.expr, attr: str, node: ast.Call) -> Effect:
        if attr in self._names.methods:
            return Effect.UNKNOWN
        if _calls_back(node):
            return Effect.UNKNOWN
        kind = self.kind(value)
        if kind is Kind.PLOT:
            return Effect.UNKNOWN if attr in _SAVERS else Effect.PLOT
        if kind is Kind.FRAME:
            if attr in _FRAME_METHODS:
                return Effect.PURE
            if attr in _FRAME_PLOTS or _through_plot(value):
                return Effect.PLOT
        if kind is Kind.ARRAY and attr in _ARRAY_METHODS:
            return Effect.PURE
        if kind is Kind.ESTIMATOR and attr in _ESTIMATOR_METHODS:
            return Effect.PURE
        if attr in _INSPECTIONS:
            return Effect.PURE
        if _draws(attr):
            return Effect.PLOT
        return Effect.UNKNOWN

    def _effect_of_path(self, path: str, node: ast.Call) -> Effect:
        root, _, rest = path.partition(".")
        last = path.rpartition(".")[2]
        if self._is_plot_path(path):
            if last in _SAVERS or last in _RANDOM_PLOTS:
                return Effect.UNKNOWN
            return Effect.PLOT
        if _calls_back(node):
            return Effect.UNKNOWN
        if root == "numpy":
            return Effect.UNKNOWN if _NUMPY_UNSAFE & set(rest.split(".")) else Effect.PURE
        if root == "pandas":
            stable = all(self.kind(a) is not Kind.UNKNOWN for a in node.args) or last not in (
                "DataFrame", "Series", "Index", "concat"
            )  # fmt: skip
            return Effect.PURE if last in _PANDAS_PURE and stable else Effect.UNKNOWN
        if root in ("math", "cmath") or path.startswith("sklearn.metrics."):
            return Effect.UNKNOWN if last in ("make_scorer", "fsum", "prod") else Effect.PURE
        if path.startswith(("timeit.repeat", "timeit.Timer")):
            lambdas = [a for a in node.args if isinstance(a, ast.Lambda)]
            return self._all(function.body for function in lambdas) if lambdas else Effect.UNKNOWN
        if path.startswith("IPython.display.") or path == "IPython.core.display.HTML":
            return Effect.PURE
        return Effect.UNKNOWN

    # ------------------------------------------------------------------ functions
    def _summary(self, name: str) -> Effect:
        """What calling one of the notebook's own functions does."""
        if name not in self._summaries:
            self._summaries[name] = Effect.UNKNOWN  # for recursion
            function = self._functions[name]
            with self.inside(function):
                self._summaries[name] = self._body(function.body)
        return self._summaries[name]

    @contextmanager
    def inside(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[None]:
        """Judges as seen from a function's body, where its own names hide the notebook's."""
        outer = self._kinds, self._known, self._parameters
        parameters = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
        own = Counter(
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        hidden = parameters.union(own)
        locals_ = Counter({local: n for local, n in own.items() if local not in parameters})
        self._kinds = {n: k for n, k in self._kinds.items() if n not in hidden}
        self._known = {n: path for n, path in self._known.items() if n not in hidden}
        self._parameters = frozenset(parameters)
        self._settle(_values(function.body, locals_))
        yield
        self._kinds, self._known, self._parameters = outer

    def _body(self, body: Sequence[ast.stmt]) -> Effect:
        return max((self.of_statement(node) for node in body), default=Effect.PURE)

    # ------------------------------------------------------------------ statements
    def of_statement(self, node: ast.stmt) -> Effect:
        """What running a statement does, apart from binding names."""
        match node:
            case ast.Expr(value=value):
                return self.of(value)
            case ast.Assign(targets=targets, value=value):
                return max(self.of(value), *(self._target(target, value) for target in targets))
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                noted = Effect.PURE if plain_annotation(annotation) else Effect.UNKNOWN
                return max(noted, self.of(value), self._target(target, value))
            case ast.AugAssign(target=ast.Name() as target, value=value):
                scalar = self.kind(target) is Kind.SCALAR
                return self._operator([target, value]) if scalar else Effect.UNKNOWN
            case ast.If(test=test, body=body, orelse=orelse):
                return max(self.of(test), self._body(body), self._body(orelse))
            case ast.For(target=target, iter=iterable, body=body, orelse=orelse):
                if not self._is_stable(iterable):
                    return Effect.UNKNOWN
                own = self._target(target, None)
                return max(own, self.of(iterable), self._body(body), self._body(orelse))
            case ast.With(items=items, body=body):
                if any(self.kind(item.context_expr) is not Kind.PLOT for item in items):
                    return Effect.UNKNOWN
                return max(Effect.PLOT, self._body(body))
            case ast.Pass() | ast.Break() | ast.Continue():
                return Effect.PURE
            case ast.Return(value=value):
                return self.of(value)
            case ast.FunctionDef(decorator_list=[], args=args):
                return self._all([*args.defaults, *(d for d in args.kw_defaults if d)])
            case _:
                return Effect.UNKNOWN

    def _target(self, target: ast.expr, value: ast.expr | None) -> Effect:
        match target:
            case ast.Name():
                return Effect.PURE
            case ast.Tuple(elts=items) | ast.List(elts=items):
                plain = value is None or self.kind(value) is not Kind.UNKNOWN
                inner = max((self._target(item, None) for item in items), default=Effect.PURE)
                return inner if plain else Effect.UNKNOWN
            case ast.Starred(value=inner_target):
                return self._target(inner_target, value)
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                return Effect.PLOT if self.kind(base) is Kind.PLOT else Effect.UNKNOWN
            case _:
                return Effect.UNKNOWN

    def is_plot(self, name: str) -> bool:
        """Whether a name holds a figure, axes or the like."""
        return self._kind_of_name(name) is Kind.PLOT


def plain_annotation(annotation: ast.expr) -> bool:
    """Whether evaluating an annotation only looks names up."""
    return not any(
        isinstance(node, ast.Call | ast.NamedExpr | ast.Await) for node in ast.walk(annotation)
    )


def annotations_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The annotations of a function's own parameters and result."""
    arguments = node.args
    found = [
        argument.annotation
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *(a for a in (arguments.vararg, arguments.kwarg) if a),
        )
    ]
    return [annotation for annotation in (*found, node.returns) if annotation is not None]


def _kind_of_path(path: str, plots: bool) -> Kind:
    if plots:
        return Kind.PLOT
    root, _, rest = path.partition(".")
    last = path.rpartition(".")[2]
    if root == "pandas" and (last.startswith("read_") or last in _PANDAS_PURE):
        return Kind.UNKNOWN if last in ("Timestamp", "read_html", "cut", "qcut") else Kind.FRAME
    if root == "numpy" and not _NUMPY_UNSAFE & set(rest.split(".")):
        return Kind.ARRAY
    if path.startswith(_SKLEARN_FITTED) and last[:1].isupper():
        return Kind.ESTIMATOR
    return Kind.UNKNOWN


def _calls_back(node: ast.Call) -> bool:
    """Whether an argument is code: what it does when called is not looked into."""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(isinstance(value, ast.Lambda) for value in values) and not (
        isinstance(node.func, ast.Attribute) and node.func.attr in ("repeat", "Timer")
    )


def _draws(method: str) -> bool:
    """Whether libraries use a method's name for drawing and nothing else."""
    return method == "plot" or method.startswith("plot_")


def _through_plot(value: ast.expr) -> bool:
    """``df.plot.bar(...)``: an attribute of a frame's plot accessor."""
    return isinstance(value, ast.Attribute) and value.attr == "plot"


def _is_path(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Constant)


def _values(statements: Sequence[ast.stmt], binds: Mapping[str, int]) -> dict[str, list[ast.expr]]:
    """Names whose every binding is an assignment or a loop of a known form, with the values."""
    values: dict[str, list[ast.expr]] = {}

    def note(target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                values.setdefault(name, []).append(value)
            case ast.Tuple(elts=targets), ast.Tuple(elts=items) if len(targets) == len(items):
                for one, item in zip(targets, items, strict=True):
                    note(one, item)
            case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
                for one in targets:
                    note(one, ast.Subscript(value=value, slice=ast.Constant(value=0)))
            case _:
                pass

    def loop(target: ast.expr, iterable: ast.expr) -> None:
        match target, iterable:
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=args):
                for one, argument in zip(targets, args, strict=False):
                    loop(one, argument)
            case ast.Tuple(elts=[counter, item]), ast.Call(
                func=ast.Name(id="enumerate"), args=[inner, *_]
            ):
                note(counter, ast.Constant(value=0))
                loop(item, inner)
            case _:
                element = ast.Subscript(value=iterable, slice=ast.Constant(value=0))
                note(target, element)

    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        note(target, value)
                case ast.For(target=target, iter=iterable):
                    loop(target, iterable)
                case _:
                    pass
    return {name: found for name, found in values.items() if len(found) >= binds.get(name, 0)}
