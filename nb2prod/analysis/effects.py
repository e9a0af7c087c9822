"""What a statement does beside binding names: nothing, drawing a picture, or anything at all.

Only what is known to be harmless is called so; every unknown call may do anything, a draw from the
random state included.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum

from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import BUILTINS


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
#: Functions of pylab that draw; the others are numpy's, some of which draw random numbers.
_PYLAB_PLOTS = frozenset(
    """
    plot figure show hist scatter title suptitle xlabel ylabel xlim ylim xticks yticks legend subplot
    subplots axis axes grid imshow bar barh pie boxplot errorbar fill_between contour contourf text
    annotate colorbar semilogx semilogy loglog axhline axvline tight_layout subplots_adjust clf cla close
    """.split()
)
_CONSUMING_PURE = frozenset(
    "sum min max sorted list tuple set dict frozenset any all zip enumerate reversed".split()
)

#: Arguments that make a numpy function write into what it is given.
_WRITING_KEYWORDS = frozenset("out inplace copy overwrite_input buf".split())
_UNARY_UFUNCS = frozenset(
    """
    abs absolute negative positive exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sign
    floor ceil trunc rint fabs sin cos tan arcsin arccos arctan sinh cosh tanh isnan isinf isfinite
    logical_not invert conj conjugate degrees radians deg2rad rad2deg signbit
    """.split()
)
#: Functions that take three values, none of them to write into.
_TERNARY = frozenset(
    """
    where clip interp linspace logspace geomspace arange full choose select insert quantile percentile
    pad repeat moveaxis swapaxes isclose allclose histogram histogram2d searchsorted array_split split
    polyfit rollaxis trapz gradient
    """.split()
)
_NUMPY_UNSAFE = frozenset(
    """
    at put_along_axis ndarray matrix recarray chararray errstate
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
    get_group ngroup cumcount autocorr to_string to_markdown to_series sub mul div le lt ge gt eq ne
    """.split()
)
_FRAME_PLOTS = frozenset("plot hist boxplot".split())
_RESULT_NOT_FRAME = frozenset("info tolist to_list to_dict to_string to_markdown keys".split())
#: Their first argument may be a file.
_TO_BUFFERS = frozenset("info to_string to_markdown".split())
#: Arguments that are called where they are functions.
_CALLING = frozenset(
    "agg aggregate where mask rename groupby clip transform pivot_table corr".split()
)
_CALLED_KEYWORDS = frozenset("key func aggfunc metric method scoring converters".split())
#: Keywords with which a reader gives an iterator.
_READ_IN_PARTS = frozenset("chunksize iterator".split())
_ARRAY_METHODS = frozenset(
    """
    sum mean std var min max argmin argmax argsort copy reshape ravel flatten astype tolist round
    cumsum cumprod dot transpose squeeze any all clip item nonzero prod ptp repeat diagonal trace
    """.split()
)
#: Shown by their names alone, with plain arguments, unless the program has such a method.
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
_ARITHMETIC = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift divmod".split()
_DUNDERS = frozenset(
    [f"__{prefix}{name}__" for name in _ARITHMETIC for prefix in ("", "r", "i")]
    + """
    __neg__ __pos__ __invert__ __abs__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __bool__
    __len__ __str__ __repr__ __format__ __getattr__ __getattribute__ __hash__ __iter__ __call__
    __index__ __int__ __float__ __round__ _repr_html_ _ipython_display_
    """.split()
)
_FITTING = frozenset("fit transform predict score get_params".split())
#: They see a warning, or turn it into an error: then computing is more than its value.
_WARNING_WATCHERS = frozenset(
    "seterr seterrcall errstate showwarning assertWarns assertWarnsRegex warns recwarn".split()
)
#: Decorators that run nothing of the notebook.
_QUIET_DECORATORS = frozenset("property staticmethod classmethod".split())
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
        self._computed_attributes = bool(
            {"__getattr__", "__getattribute__", "__get__"} & names.methods
        )
        self._missing = bool({"__missing__", "__getitem__"} & names.methods) or (
            "defaultdict" in names.mentioned
        )
        self._own_estimators = bool(_FITTING & names.methods)
        self._finalizes = "__del__" in names.methods or "weakref" in names.mentioned
        self._warned = bool(_WARNING_WATCHERS & names.mentioned) or names.watches_warnings
        self._parameters: frozenset[str] = frozenset()
        self._settle(_values(statements, binds))
        self._summaries.clear()  # judged before the kinds were settled

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
            kind = _kind_of_path(path, self._is_plot_path(path))
            keywords = {keyword.arg for keyword in node.keywords}
            if kind is Kind.FRAME and keywords & _READ_IN_PARTS:
                return Kind.UNKNOWN
            # An estimator may call the notebook's own code.
            foreign = self._own_estimators or self._called_back(node) is not Effect.PURE
            return Kind.UNKNOWN if kind is Kind.ESTIMATOR and foreign else kind
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
                    if attr in _FRAME_METHODS and attr != "items":
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
        if path.startswith(("pylab.", "matplotlib.pylab.")):
            return path.rpartition(".")[2] in _PYLAB_PLOTS
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
        return isinstance(node, ast.Slice | ast.Constant) or self.kind(node) in _STABLE

    def _comprehension(
        self, elements: Sequence[ast.expr], generators: Sequence[ast.comprehension]
    ) -> Effect:
        if any(g.is_async or not self._is_stable(g.iter) for g in generators):
            return Effect.UNKNOWN
        tests = self._operator([test for g in generators for test in g.ifs])
        return max(tests, self._all([*elements, *(g.iter for g in generators)]))

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
        if self._warned or keywords & _WRITING_KEYWORDS or None in keywords:
            return Effect.UNKNOWN
        inside = self._all([*node.args, *(keyword.value for keyword in node.keywords)])
        inside = max(inside, self._called_back(node))
        if inside is Effect.UNKNOWN:
            return Effect.UNKNOWN
        path = dotted(node.func, self._known)
        if path is not None:
            return max(inside, self._effect_of_path(path, node))
        match node.func:
            case ast.Name(id="display") if "display" not in self._names.bound:
                return Effect.UNKNOWN if self._operators else inside
            case ast.Name(id="type") if len(node.args) > 1:
                return Effect.UNKNOWN  # makes a class
            case ast.Name(id=name) if name in BUILTINS and name not in self._names.bound:
                plain = not self._operators or all(map(self._is_plain, node.args))
                if name in _PURE_BUILTINS and plain:
                    return inside
                if name in _CONSUMING_PURE and plain and all(map(self._is_stable, node.args)):
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
        kind = self.kind(value)
        if kind is Kind.PLOT:
            return Effect.UNKNOWN if attr in _SAVERS else Effect.PLOT
        if kind is Kind.FRAME:
            if attr in _TO_BUFFERS and node.args:
                return Effect.UNKNOWN
            if attr in _FRAME_METHODS:
                return Effect.PURE
            if attr in _FRAME_PLOTS or _through_plot(value):
                return Effect.PLOT
        if kind is Kind.ARRAY and attr in _ARRAY_METHODS:
            return Effect.PURE
        if kind is Kind.ESTIMATOR and attr in _ESTIMATOR_METHODS:
            return Effect.PURE
        if self._computed_attributes:
            return Effect.UNKNOWN
        if attr in _INSPECTIONS and _plainly_asked(attr, node):
            return Effect.PURE
        if _draws(attr):
            return Effect.PLOT
        return Effect.UNKNOWN

    def _called_back(self, node: ast.Call) -> Effect:
        """What the functions among a call's arguments do, which the call may call."""
        found = Effect.PURE
        calling = isinstance(node.func, ast.Attribute) and node.func.attr in _CALLING
        arguments = [(argument, calling) for argument in node.args]
        arguments += [(k.value, calling or k.arg in _CALLED_KEYWORDS) for k in node.keywords]
        for argument, called in arguments:
            found = max(found, self._as_callback(argument, called))
        return found

    def _as_callback(self, node: ast.expr, called: bool) -> Effect:
        match node:
            case ast.Lambda(args=args, body=body):
                with self._hiding({a.arg for a in ast.walk(args) if isinstance(a, ast.arg)}):
                    return self.of(body)
            case ast.Name(id=name) if name in self._functions and name not in self._parameters:
                return self._summary(name)
            case ast.Name(id=name) if name in self._names.callables:
                return Effect.UNKNOWN
            case ast.Name(id=name) if called and name not in BUILTINS and name not in self._known:
                return Effect.PURE if self.kind(node) in _STABLE else Effect.UNKNOWN
            case ast.Attribute(attr=attr) if attr in self._names.methods:
                return Effect.UNKNOWN
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
                return max((self._as_callback(item, called) for item in items), default=Effect.PURE)
            case _:
                return Effect.PURE

    def _effect_of_path(self, path: str, node: ast.Call) -> Effect:
        root, _, rest = path.partition(".")
        last = path.rpartition(".")[2]
        if self._is_plot_path(path):
            if last in _SAVERS or last in _RANDOM_PLOTS:
                return Effect.UNKNOWN
            return Effect.PLOT
        if root == "numpy":
            unsafe = bool(_NUMPY_UNSAFE & set(rest.split("."))) or _writes_into(last, node)
            return Effect.UNKNOWN if unsafe else Effect.PURE
        if root == "pandas":
            stable = all(self.kind(a) is not Kind.UNKNOWN for a in node.args) or last not in (
                "DataFrame", "Series", "Index", "concat"
            )  # fmt: skip
            return Effect.PURE if last in _PANDAS_PURE and stable else Effect.UNKNOWN
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
        parameters = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
        own = Counter(
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        locals_ = Counter({local: n for local, n in own.items() if local not in parameters})
        with self._hiding(parameters.union(own)):
            self._parameters = frozenset(parameters)
            self._settle(_values(function.body, locals_))
            yield

    @contextmanager
    def _hiding(self, names: Collection[str]) -> Iterator[None]:
        """Judges where names are bound anew, to what nothing is known of."""
        outer = self._kinds, self._known, self._parameters
        self._kinds = {name: kind for name, kind in self._kinds.items() if name not in names}
        self._known = {name: path for name, path in self._known.items() if name not in names}
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
            case ast.Assign() if self._finalizes:
                return Effect.UNKNOWN  # what a name was bound to may die of it
            case ast.Assign(targets=targets, value=value):
                return max(self.of(value), *(self._target(target, value) for target in targets))
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                noted = Effect.PURE if plain_annotation(annotation) else Effect.UNKNOWN
                return max(noted, self.of(value), self._target(target, value))
            case ast.AugAssign(target=ast.Name() as target, value=value):
                scalar = self.kind(target) is Kind.SCALAR
                return self._operator([target, value]) if scalar else Effect.UNKNOWN
            case ast.If(test=test, body=body, orelse=orelse):
                return max(self._operator([test]), self._body(body), self._body(orelse))
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


def _writes_into(function: str, node: ast.Call) -> bool:
    """Whether a numpy function may be given an array to write into, by position."""
    given = len(node.args)
    if function in _UNARY_UFUNCS:
        return given > 1
    return given > 3 or given == 3 and function not in _TERNARY


def _plainly_asked(method: str, node: ast.Call) -> bool:
    """Whether the arguments are those of an inspection: ``head(10)``, not ``info("loaded")``."""
    if method in ("info", "isnull", "isna"):
        return not node.args and not node.keywords
    texts = (ast.Constant, ast.JoinedStr)
    if method in ("head", "tail"):
        return not any(
            isinstance(a, texts) and not isinstance(getattr(a, "value", ""), int) for a in node.args
        )
    return True


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

    pending: list[ast.AST] = list(reversed(statements))
    while pending:
        node = pending.pop()
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    note(target, value)
            case ast.For(target=target, iter=iterable):
                loop(target, iterable)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.expr():
                continue  # another scope, or no statement
            case _:
                pass
        pending.extend(ast.iter_child_nodes(node))
    return {name: found for name, found in values.items() if len(found) >= binds.get(name, 0)}
