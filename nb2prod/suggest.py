"""Proposes a role for each cell, with a reason that a person understands.

Three steps, each with its table: what a call tells about its statement (`_METHODS`, `_PATHS`), what the
strongest sign of a cell tells about the cell (`_JOBS`), and what the flow of values adds: whether a
later step uses what the cell computes, and which one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from nb2prod.analysis.code import Code, analyse, effects_of, import_origins
from nb2prod.analysis.effects import Effect, Kind
from nb2prod.analysis.events import UNBOUND
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.program import Program, Source, Statement, read_program
from nb2prod.analysis.scopes import is_literal
from nb2prod.notebook import Notebook
from nb2prod.roles import Role, role_at


@dataclass(frozen=True, slots=True)
class Split:
    """A line of a cell from which on it does another job."""

    line: int
    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The role that a cell seems to have, and where it does a second job."""

    cell: int
    role: Role
    reason: str
    splits: tuple[Split, ...] = ()
    #: It has this role already; only the splits are new.
    tagged: bool = False


class _Sign(IntEnum):
    """What a statement does, from the weakest to the strongest evidence."""

    SHOW = 0
    IMPORT = 1
    OPTION = 2
    SEED = 3
    DEFINE = 4
    LITERAL = 5
    COMPUTE = 6
    CLEAN = 7
    COLUMNS = 8
    BUILD = 9
    TRANSFORM = 10
    SPLIT = 11
    LOAD = 12
    WRITE = 13
    PREDICT = 14
    SCORE = 15
    VALIDATE = 16
    UPDATE = 17
    FIT_WITH = 18
    FIT = 19


@dataclass(frozen=True, slots=True)
class _Clue:
    sign: _Sign
    #: The name that gave it away.
    what: str


#: One reason for each sign.
_REASONS: Mapping[_Sign, str] = {
    _Sign.SHOW: "only shows values or draws",
    _Sign.IMPORT: "only imports",
    _Sign.OPTION: "sets options (`{what}`)",
    _Sign.SEED: "seeds the random state (`{what}`)",
    _Sign.DEFINE: "defines `{what}`",
    _Sign.LITERAL: "holds only literals that a caller may want to override (`{what}`)",
    _Sign.COMPUTE: "computes `{what}`",
    _Sign.CLEAN: "cleans or reshapes data with `{what}`",
    _Sign.COLUMNS: "sets columns or items of `{what}`",
    _Sign.BUILD: "sets up `{what}`",
    _Sign.TRANSFORM: "turns data into features with `{what}`",
    _Sign.SPLIT: "splits the data with `{what}`",
    _Sign.LOAD: "reads data with `{what}`",
    _Sign.WRITE: "writes results with `{what}`",
    _Sign.PREDICT: "calls `.{what}` on a model",
    _Sign.SCORE: "computes a measure of success (`{what}`)",
    _Sign.VALIDATE: "measures an estimator with `{what}`",
    _Sign.UPDATE: "updates `{what}` in a training loop",
    _Sign.FIT_WITH: "fits a model with `{what}`",
    _Sign.FIT: "calls `.{what}` on an estimator",
}

#: The job of a statement with one of these signs.
_JOBS: Mapping[_Sign, Role] = {
    _Sign.FIT: Role.TRAIN,
    _Sign.FIT_WITH: Role.TRAIN,
    _Sign.UPDATE: Role.TRAIN,
    _Sign.VALIDATE: Role.EVALUATE,
    _Sign.SCORE: Role.EVALUATE,
    _Sign.PREDICT: Role.PREDICT,
}

#: What a call tells, by the last part of the name that is called.
_METHODS: Mapping[str, _Sign] = {
    name: sign
    for sign, names in {
        _Sign.FIT: "fit partial_fit fit_generator fit_predict fit_regularized",
        _Sign.FIT_WITH: "train train_on_batch polyfit curve_fit auto_arima",
        _Sign.UPDATE: "backward",
        _Sign.VALIDATE: "cross_val_score cross_validate cross_val_predict permutation_test_score "
        "learning_curve validation_curve permutation_importance",
        _Sign.SCORE: "score evaluate classification_report confusion_matrix roc_curve "
        "precision_recall_curve",
        _Sign.PREDICT: "predict predict_proba predict_log_proba decision_function forecast "
        "get_forecast get_prediction predict_classes predict_generator",
        _Sign.TRANSFORM: "fit_transform transform fit_resample fit_on_texts texts_to_sequences "
        "pad_sequences to_categorical",
        _Sign.SPLIT: "train_test_split random_split",
        _Sign.LOAD: "read_csv read_excel read_parquet read_json read_sql read_sql_query read_table "
        "read_pickle read_feather read_hdf read_html loadtxt genfromtxt load_dataset imread "
        "urlretrieve fetch_openml open",
        _Sign.CLEAN: "fillna dropna drop drop_duplicates merge join replace astype rename get_dummies "
        "to_datetime to_numeric assign apply concat reset_index set_index pivot_table melt map isin "
        "interpolate ffill bfill clip cut qcut resample",
        _Sign.WRITE: "to_csv to_parquet to_pickle to_excel to_sql to_json dump save save_model savez "
        "save_weights makedirs mkdir",
        _Sign.BUILD: "compile make_pipeline make_column_transformer make_union clone",
        _Sign.OPTION: "set_option filterwarnings simplefilter set_theme set_style set_context "
        "set_palette set_printoptions basicConfig set_verbosity set_config seterr reset_defaults "
        "init_notebook_mode set_floatx set_matplotlib_formats",
        _Sign.SEED: "seed set_seed manual_seed set_random_seed seed_everything default_rng "
        "RandomState",
    }.items()
    for name in names.split()
}

#: What a call tells, by where the called object is imported from. The first that fits counts.
_PATHS: tuple[tuple[str, _Sign], ...] = (
    ("sklearn.metrics.", _Sign.SCORE),
    ("sklearn.datasets.", _Sign.LOAD),
    ("statsmodels.datasets.", _Sign.LOAD),
    ("seaborn.set", _Sign.OPTION),
    ("matplotlib.use", _Sign.OPTION),
    ("matplotlib.pyplot.style.", _Sign.OPTION),
    ("matplotlib.style.", _Sign.OPTION),
    ("os.environ.", _Sign.OPTION),
    ("sys.path.", _Sign.OPTION),
    ("numpy.load", _Sign.LOAD),
    ("pandas.read_", _Sign.LOAD),
    ("polars.read_", _Sign.LOAD),
    ("pickle.load", _Sign.LOAD),
    ("joblib.load", _Sign.LOAD),
    ("json.load", _Sign.LOAD),
)

#: Classes from here are estimators, networks or parts of them, ...
_MODEL_LIBRARIES = frozenset(
    "sklearn keras tensorflow torch xgboost lightgbm catboost statsmodels prophet imblearn".split()
)
#: ... and these turn data into features: fitting one trains no model.
_TRANSFORMERS = tuple(
    "sklearn.preprocessing. sklearn.impute. sklearn.decomposition. sklearn.feature_extraction. "
    "sklearn.feature_selection. sklearn.random_projection. sklearn.manifold. sklearn.compose. "
    "imblearn.over_sampling. imblearn.under_sampling. category_encoders.".split()
)
_TRANSFORMER_NAME = re.compile(
    r"(^|_)(scal(er)?|enc(oder)?|vec(torizer)?|imp(uter)?|pca|tfidf|le|ohe|ss|mms|mm|poly|binarizer)\d*(_|$)"
)
_MEASURE = re.compile(
    r"(^|_)(rmse|mse|mae|mape|smape|wape|rmsle|r2|auc|auroc|accuracy|acc|f1|precision|recall|logloss|"
    r"kappa|mcc|metrics?)(_|$)"
)
_MEASURING = re.compile(rf"{_MEASURE.pattern}|(^|_)(score|scores)$|_(error|loss)$")
_DRAWING = frozenset("plot hist boxplot bar barh scatter show heatmap pairplot savefig".split())
_SETTINGS = re.compile(r"rcParams|environ|\.options\b|figure_format|rcdefaults")
_OPTION_MAGICS = re.compile(
    r"^\s*[%!]\s*(matplotlib|config|load_ext|autoreload|pip|conda|pylab|env)\b|^\s*pip\s+install",
    re.M,
)

#: What the words of a heading say, where the code under it says nothing.
_HEADINGS: tuple[tuple[re.Pattern[str], Role], ...] = (
    (
        re.compile(r"preprocess|clean|feature|prepar|wrangl|load(ing)? |import(ing)? data"),
        Role.PREPROCESSING,
    ),
    (re.compile(r"\btrain(ing)?\b|\bfit(ting)?\b"), Role.TRAIN),
    (re.compile(r"evaluat|\bmetrics?\b|performance"), Role.EVALUATE),
    (re.compile(r"predict|\bforecast|inference"), Role.PREDICT),
)

_PREPARING = frozenset(
    (_Sign.COMPUTE, _Sign.CLEAN, _Sign.COLUMNS, _Sign.TRANSFORM, _Sign.SPLIT, _Sign.LOAD)
)
_SETTING_UP = frozenset((_Sign.IMPORT, _Sign.OPTION, _Sign.SEED))
_ENDS = frozenset((Role.TRAIN, Role.EVALUATE, Role.PREDICT))


def suggestions(notebook: Notebook) -> tuple[Suggestion, ...]:
    """A role for each code cell that has none, and a split for each that does two jobs."""
    program = read_program(notebook)
    code = analyse(program.statements)
    signs = _Signs(code)
    cells = _cells(program, code, signs)
    roles = _Judge(program, code, cells).roles()
    found: list[Suggestion] = []
    for cell in cells:
        role, reason = roles[cell.number]
        splits = tuple(_splits(cell, role)) if role.shipped else ()
        if cell.role is None or splits:
            found.append(Suggestion(cell.number, role, reason, splits, cell.role is not None))
    return tuple(found)


# ---------------------------------------------------------------------- statements
class _Signs:
    """Reads the signs of statements."""

    def __init__(self, code: Code) -> None:
        self._known = import_origins(code)
        self._effects = effects_of(code)
        nodes = [statement.node for statement in code.statements]
        self._functions = {
            node.name: node
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        self._inside: dict[str, tuple[_Clue, ...]] = {}
        self._makers = _makers(nodes)

    def of(self, node: ast.stmt) -> tuple[_Clue, ...]:
        """What a statement does; at least one clue."""
        clues = tuple(dict.fromkeys(self._of(node)))
        telling = tuple(clue for clue in clues if clue.sign is not _Sign.SHOW)
        return telling or clues or (_Clue(_Sign.SHOW, ""),)

    def _of(self, node: ast.stmt) -> Iterator[_Clue]:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield _Clue(_Sign.IMPORT, "")
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield _Clue(_Sign.DEFINE, name)
            case ast.Expr(value=value):
                yield from self._expression(value)
            case ast.Assign(targets=targets, value=value):
                yield from self._assignment(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from self._assignment([target], value)
            case ast.AugAssign(target=target, value=value):
                yield from self._assignment([target], value, literals=False)
            case ast.Pass() | ast.Assert() | ast.Delete() | ast.Global() | ast.AnnAssign():
                yield _Clue(_Sign.SHOW, "")
            case _:
                yield from self._compound(node)

    def _compound(self, node: ast.stmt) -> Iterator[_Clue]:
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            yield from (_Clue(_Sign.UPDATE, name) for name in _updated(node))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self._calls(child)
        for inner in _inner(node):
            for clue in self._of(inner):
                yield _Clue(_Sign.COMPUTE, clue.what) if clue.sign is _Sign.LITERAL else clue

    def _expression(self, value: ast.expr) -> Iterator[_Clue]:
        if not self._draws(value):
            yield from self._calls(value)
            match value:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                    attr in ("append", "extend", "update", "insert", "sort", "shuffle")
                    and name not in self._known
                ):
                    yield _Clue(_Sign.COMPUTE, name)
                case ast.Call(func=function, args=[ast.Name(id=name), *_]) if (
                    isinstance(function, ast.Attribute) and function.attr == "shuffle"
                ):
                    yield _Clue(_Sign.COMPUTE, name)
                case ast.Call(keywords=keywords) if any(k.arg == "inplace" for k in keywords):
                    yield _Clue(_Sign.CLEAN, _last(value.func))
                case ast.NamedExpr(target=ast.Name(id=name)):
                    yield _Clue(_Sign.COMPUTE, name)
                case _:
                    pass
        yield _Clue(_Sign.SHOW, "")

    def _assignment(
        self, targets: Sequence[ast.expr], value: ast.expr, *, literals: bool = True
    ) -> Iterator[_Clue]:
        names = [name for target in targets for name in _names(target)]
        # Settings of a library, such as `plt.rcParams[...] = ...`.
        settings = [ast.unparse(t) for t in targets if not isinstance(t, ast.Name | ast.Tuple)]
        if settings and all(_SETTINGS.search(text) for text in settings):
            yield _Clue(_Sign.OPTION, names[0] if names else settings[0])
            return
        if self._effects.kind(value) is Kind.PLOT or self._draws(value):
            yield _Clue(_Sign.SHOW, "")
            return
        what = names[0] if names else ast.unparse(targets[0])
        if literals and is_literal(value) and not _is_empty(value) and not settings:
            yield _Clue(_Sign.LITERAL, what)
            return
        clues = tuple(self._calls(value))
        yield from clues
        measure = next((name for name in names if _MEASURE.search(name.lower())), None)
        if measure and not is_literal(value):
            yield _Clue(_Sign.SCORE, measure)
        elif settings:
            yield _Clue(_Sign.COLUMNS, what)
        elif not clues or all(clue.sign is _Sign.CLEAN for clue in clues):
            yield _Clue(_Sign.COMPUTE, what)

    def _draws(self, value: ast.expr) -> bool:
        """Whether the outermost call only draws."""
        if isinstance(value, ast.List | ast.Tuple | ast.ListComp):
            return False
        if not isinstance(value, ast.Call):
            return self._effects.of(value) is Effect.PLOT
        if self._effects.kind(value) is Kind.PLOT or self._effects.of(value) is Effect.PLOT:
            return True
        unknown = (
            dotted(value.func, self._known) is None and _last(value.func) not in self._functions
        )
        drawing = ".plot." in ast.unparse(value.func) or _last(value.func) in _DRAWING
        return unknown and drawing and isinstance(value.func, ast.Attribute)

    def _calls(self, node: ast.expr) -> Iterator[_Clue]:
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                yield from self._call(call)

    def _call(self, call: ast.Call) -> Iterator[_Clue]:
        name = _last(call.func)
        path = dotted(call.func, self._known)
        if isinstance(call.func, ast.Name) and name in self._functions:
            if _MEASURING.search(name.lower()):
                yield _Clue(_Sign.SCORE, name)
            yield from self._in_function(name)
            return
        if self._effects.kind(call) is Kind.PLOT:
            return
        if path is not None:
            sign = next((sign for prefix, sign in _PATHS if path.startswith(prefix)), None)
            if sign is not None:
                yield _Clue(sign, name)
                return
            if path.partition(".")[0] in _MODEL_LIBRARIES and name[:1].isupper():
                yield _Clue(_Sign.BUILD, name)
                return
        sign = _METHODS.get(name)
        if sign is None and path is None and re.search(r"_(score|error|loss)$", name):
            sign = _Sign.SCORE  # brought by a star import
        if sign is _Sign.FIT and self._transforms(call.func):
            sign = _Sign.TRANSFORM
        if name == "open" and isinstance(call.func, ast.Name) and _writes(call):
            sign = _Sign.WRITE
        if sign is not None and not (name == "transform" and _is_grouped(call.func)):
            yield _Clue(sign, name)

    def _in_function(self, name: str) -> tuple[_Clue, ...]:
        """The stronger signs of what one of the notebook's own functions does when called."""
        if name not in self._inside:
            self._inside[name] = ()  # for recursion
            function = self._functions[name]
            clues = [clue for node in function.body for clue in self.of(node)]
            found = [clue for clue in clues if clue.sign >= _Sign.COLUMNS]
            if any(isinstance(node, ast.Global) for node in ast.walk(function)):
                found.append(_Clue(_Sign.COMPUTE, name))
            self._inside[name] = tuple(dict.fromkeys(found))
        return self._inside[name]

    def _transforms(self, function: ast.expr) -> bool:
        """Whether ``x.fit`` fits something that turns data into features."""
        if not isinstance(function, ast.Attribute):
            return False
        owner = function.value
        made: Collection[ast.expr] = (owner,)
        if isinstance(owner, ast.Name):
            made = self._makers.get(owner.id, ())
        paths = [dotted(m.func, self._known) for m in made if isinstance(m, ast.Call)]
        if paths and all(paths):
            return all(path is not None and path.startswith(_TRANSFORMERS) for path in paths)
        return isinstance(owner, ast.Name) and bool(_TRANSFORMER_NAME.search(owner.id.lower()))


def _makers(nodes: Iterable[ast.stmt]) -> dict[str, tuple[ast.expr, ...]]:
    """The values that each name is given."""
    made: dict[str, tuple[ast.expr, ...]] = {}
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign):
                for target in inner.targets:
                    if isinstance(target, ast.Name):
                        made[target.id] = (*made.get(target.id, ()), inner.value)
    return made


def _inner(node: ast.stmt) -> Iterator[ast.stmt]:
    """The statements directly inside a compound statement."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def _updated(loop: ast.stmt) -> Iterator[str]:
    """Weights that a loop updates: ``w -= rate * gradient``, or written out."""
    for node in ast.walk(loop):
        match node:
            case ast.AugAssign(target=target, op=ast.Sub(), value=value) if _multiplies(value):
                yield from _names(target)
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.BinOp(left=ast.Name(id=left), op=ast.Sub(), right=right),
            ) if name == left and _multiplies(right):
                yield name
            case _:
                pass


def _multiplies(value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult)
        for node in ast.walk(value)
    )


def _names(target: ast.expr) -> list[str]:
    """The names that an assignment binds or changes an object of."""
    match target:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return [name for item in items for name in _names(item)]
        case ast.Starred(value=inner) | ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return _names(inner)
        case _:
            return []


def _last(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_empty(value: ast.expr) -> bool:
    """An empty container is there to be filled."""
    match value:
        case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Tuple(elts=[]):
            return True
        case _:
            return False


def _is_grouped(function: ast.expr) -> bool:
    return "groupby" in ast.unparse(function)


def _writes(call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    return any(isinstance(m, ast.Constant) and set("wax+") & set(str(m.value)) for m in modes)


# ---------------------------------------------------------------------- cells
@dataclass(frozen=True, slots=True)
class _Step:
    """A statement of a cell with its signs."""

    #: Its place in the code.
    position: int
    statement: Statement
    clues: tuple[_Clue, ...]

    @property
    def strongest(self) -> _Clue:
        return max(self.clues, key=lambda clue: clue.sign)

    @property
    def job(self) -> Role | None:
        """The job that it does for the cell's role: train, evaluate or predict."""
        role = _JOBS.get(self.strongest.sign)
        if role is Role.EVALUATE and self._is_on_training_data():
            return None
        return role

    def _is_on_training_data(self) -> bool:
        """``model.score(X_train, y_train)`` says how training went."""
        for node in ast.walk(self.statement.node):
            if isinstance(node, ast.Call) and _last(node.func) == "score" and node.args:
                return all("train" in ast.unparse(argument) for argument in node.args)
        return False


@dataclass(frozen=True, slots=True)
class _Cell:
    number: int
    source: Source
    #: The role that it has already; of its first line.
    role: Role | None
    #: The statements that have no role yet, or all of them in a tagged cell.
    steps: tuple[_Step, ...]

    @property
    def signs(self) -> frozenset[_Sign]:
        return frozenset(clue.sign for step in self.steps for clue in step.clues)

    def clue(self, signs: Collection[_Sign]) -> _Clue | None:
        """The strongest clue of some signs; of equal ones the first."""
        found = [clue for step in self.steps for clue in step.clues if clue.sign in signs]
        return max(found, key=lambda clue: clue.sign, default=None)

    @property
    def job(self) -> Role | None:
        """The strongest job of its statements."""
        jobs = [step.job for step in self.steps]
        order = (Role.TRAIN, Role.EVALUATE, Role.PREDICT)
        return next((role for role in order if role in jobs), None)


def _cells(program: Program, code: Code, signs: _Signs) -> tuple[_Cell, ...]:
    steps: dict[int, list[_Step]] = {}
    for position, statement in enumerate(code.statements):
        role = role_at(statement.source.spans, 1)
        # Imports that only translate IPython syntax say nothing about the cell.
        if statement.position >= 0 and (role or not statement.role):
            step = _Step(position, statement, signs.of(statement.node))
            steps.setdefault(statement.cell.number, []).append(step)
    return tuple(
        _Cell(
            source.cell.number,
            source,
            role_at(source.spans, 1),
            tuple(steps.get(source.cell.number, ())),
        )
        for source in program.sources
    )


class _Values:
    """Which cell uses what another one computes."""

    def __init__(self, code: Code, cells: Sequence[_Cell]) -> None:
        self._gives: dict[int, set[int]] = {}
        self._users: dict[int, set[int]] = {}
        self._imports: dict[int, set[int]] = {}
        self._viewers: dict[int, set[int]] = {}
        self._reading: set[int] = set()
        showing = {
            step.position
            for cell in cells
            for step in cell.steps
            if step.strongest.sign is _Sign.SHOW
        }
        number_of = [statement.cell.number for statement in code.statements]
        flow = code.flow
        by_name: dict[str, set[int]] = {}
        for definition, (at, bind) in flow.defs.items():
            held = self._imports if bind.how == "import" else self._gives
            held.setdefault(number_of[at], set()).add(definition)
            if bind.how != "import":
                by_name.setdefault(bind.name, set()).add(definition)
        for at, facts in enumerate(code.facts):
            changed = facts.mutates | _shuffled(code.statements[at].node)
            for name in changed:
                self._gives.setdefault(number_of[at], set()).update(flow.before(at, name))
        for use in flow.uses:
            number = number_of[use.statement]
            if use.statement not in showing:
                self._note(number, use.reach)
            else:
                for definition in use.reach:
                    self._viewers.setdefault(definition, set()).add(number)
        for capture in flow.captures:
            own = self._gives.get(number_of[capture.statement], set())
            for name, reach in capture.reach.items():
                if any(flow.defs[d][1].how == "assign" for d in reach - own - {UNBOUND}):
                    self._reading.add(number_of[capture.statement])
                late = UNBOUND in reach
                self._note(
                    number_of[capture.statement], by_name.get(name, set()) if late else reach
                )

    def _note(self, cell: int, definitions: Iterable[int]) -> None:
        for definition in definitions:
            self._users.setdefault(definition, set()).add(cell)

    def users(self, cell: int) -> set[int]:
        """Cells that read what a cell binds or changes, other than to show it."""
        return self._using(cell, self._gives.get(cell, set()))

    def is_viewed(self, cell: int) -> bool:
        """Whether any other cell reads what a cell binds, and be it to show it."""
        given = self._gives.get(cell, set()) - {UNBOUND}
        viewers = set().union(*(self._viewers.get(definition, set()) for definition in given))
        return bool(self.users(cell) | viewers - {cell})

    def reads_data(self, cell: int) -> bool:
        """Whether functions of a cell read variables of other cells."""
        return cell in self._reading

    def users_of_imports(self, cell: int) -> set[int]:
        """Cells that use what a cell imports, other than to show something."""
        return self._using(cell, self._imports.get(cell, set()))

    def _using(self, cell: int, given: set[int]) -> set[int]:
        users = (self._users.get(definition, set()) for definition in given - {UNBOUND})
        return set().union(*users) - {cell}


def _shuffled(node: ast.stmt) -> frozenset[str]:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="shuffle"), args=[ast.Name(id=name)])):
            return frozenset((name,))
        case _:
            return frozenset()


class _Judge:
    """Decides for each cell, from the last to the first: what a cell is for shows later on."""

    def __init__(self, program: Program, code: Code, cells: Sequence[_Cell]) -> None:
        self._cells = cells
        self._values = _Values(code, cells)
        self._binds = code.binds()
        self._headings = _headings(program.notebook)
        self._jobs = {cell.job for cell in cells} - {None}
        self._listed = _listed(program.notebook, code)
        self._after_model = self._reads_a_model()
        self._roles: dict[int, tuple[Role, str]] = {}

    def roles(self) -> dict[int, tuple[Role, str]]:
        """A role with its reason for each cell."""
        for cell in reversed(self._cells):
            if cell.role is not None:
                self._roles[cell.number] = cell.role, f"is tagged `{cell.role.value}`"
            else:
                self._roles[cell.number] = self._plain(cell) or self._working(cell)
        return self._roles

    # ------------------------------------------------------------------ cells that tell themselves
    def _plain(self, cell: _Cell) -> tuple[Role, str] | None:
        signs = cell.signs
        if cell.source.tree is None:
            return Role.SKIP, "is no valid Python"
        if not cell.steps:
            if _OPTION_MAGICS.search(cell.source.cell.source):
                return Role.SETUP, "sets up the notebook with IPython commands"
            return Role.SKIP, "holds no Python code that does anything"
        if signs <= {_Sign.SHOW}:
            return Role.SKIP, _REASONS[_Sign.SHOW]
        if signs == {_Sign.IMPORT, _Sign.SHOW} and not self._values.users_of_imports(cell.number):
            return Role.SKIP, _REASONS[_Sign.SHOW]
        if signs <= _SETTING_UP | {_Sign.SHOW, _Sign.LITERAL} and signs & _SETTING_UP:
            clue = cell.clue(_SETTING_UP)
            only = clue is not None and clue.sign is _Sign.IMPORT and _Sign.LITERAL in signs
            return Role.SETUP, "imports, and sets constants" if only else _said(clue)
        if signs <= {_Sign.LITERAL, _Sign.SHOW} and self._overridable(cell):
            return Role.PARAMETERS, _said(cell.clue((_Sign.LITERAL,)))
        if (
            signs <= _SETTING_UP | {_Sign.DEFINE, _Sign.SHOW, _Sign.LITERAL}
            and _Sign.DEFINE in signs
        ):
            return self._definitions(cell)
        return None

    def _overridable(self, cell: _Cell) -> bool:
        """Whether its names are constants by their spelling, or numbers and text bound once."""
        for step in cell.steps:
            match step.statement.node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    scalar = not isinstance(value, ast.List | ast.Dict | ast.Set | ast.Tuple)
                    if self._binds[name] > 1 or not (name.isupper() or scalar):
                        return False
                case ast.Assign():
                    return False
                case _:
                    pass
        return True

    def _definitions(self, cell: _Cell) -> tuple[Role, str]:
        """Helpers go where they are used, if that is one stage."""
        clue = cell.clue((_Sign.DEFINE,))
        users = self._live_users(cell)
        roles = {self._roles[number][0] for number in users}
        if len(roles) == 1 and not cell.signs & _SETTING_UP:
            (role,) = roles
            return role, f"{_said(clue)}, which only {role.value} cells use"
        if users and self._values.reads_data(cell.number):
            role = self._roles[min(users)][0]
            return role, f"{_said(clue)}, which reads data and is first used in cell {min(users)}"
        return Role.SETUP, f"{_said(clue)}, a helper of several stages" if users else _said(clue)

    # ------------------------------------------------------------------ cells that work
    def _working(self, cell: _Cell) -> tuple[Role, str]:
        users = self._live_users(cell)
        job = cell.job
        clue = cell.clue(_JOBS) if job else None
        # Trying estimators out to choose one for a later cell belongs to training.
        trying = clue is not None and clue.sign is _Sign.VALIDATE and _Sign.BUILD in cell.signs
        if trying and any(self._roles[number][0] is Role.TRAIN for number in users):
            return Role.TRAIN, f"{_said(clue)}, and a later cell trains with the outcome"
        seen = job is not Role.PREDICT and self._values.is_viewed(cell.number)
        seen |= cell.number in self._listed
        if job and (users or seen or not self._superseded(cell, job, trying=trying)):
            return job, _said(next(c for c in self._telling(cell, job)))
        if job:
            return Role.SKIP, f"{_said(clue)}, but no later cell uses the outcome"
        if not users:
            return self._unused(cell)
        first = min(users)
        role = self._roles[first][0]
        if _Sign.BUILD in cell.signs and not cell.signs & _PREPARING - {_Sign.COMPUTE}:
            return role, f"{_said(cell.clue((_Sign.BUILD,)))} for cell {first}"
        fresh = cell.signs & {_Sign.LOAD, _Sign.SPLIT, _Sign.TRANSFORM}
        if cell.number in self._after_model and role in (Role.EVALUATE, Role.PREDICT) and not fresh:
            return role, f"{_said(cell.clue(_PREPARING))} from a model, for cell {first}"
        told = self._told(cell)
        if told is not None:
            return told
        clue = cell.clue(_PREPARING | {_Sign.WRITE, _Sign.LITERAL})
        if clue is not None and clue.sign in (_Sign.LITERAL, _Sign.COMPUTE):
            return Role.PREPROCESSING, f"computes `{clue.what}`, which cell {first} uses"
        return Role.PREPROCESSING, _said(clue)

    def _telling(self, cell: _Cell, job: Role) -> Iterator[_Clue]:
        return (step.strongest for step in cell.steps if step.job is job)

    def _superseded(self, cell: _Cell, job: Role, *, trying: bool) -> bool:
        """Whether a cell of whose outcome nothing is used was an attempt before the real one."""
        if job is Role.TRAIN or trying:
            later = [c for c in self._cells if c.number > cell.number and self._is(c, Role.TRAIN)]
            return any(self._live_users(c) for c in later)
        if job is Role.PREDICT:
            keeps = [c for c in self._cells if c is not cell and self._keeps_predictions(c)]
            if not self._keeps_predictions(cell):
                return bool(keeps)
            return any(c.number > cell.number and self._is(c, Role.PREDICT) for c in keeps)
        return False

    def _is(self, cell: _Cell, role: Role) -> bool:
        return self._roles[cell.number][0] is role

    def _keeps_predictions(self, cell: _Cell) -> bool:
        if cell.role is not None:
            return cell.role is Role.PREDICT
        return cell.job is Role.PREDICT and any(
            step.job is Role.PREDICT and not isinstance(step.statement.node, ast.Expr | ast.For)
            or isinstance(step.statement.node, ast.For) and self._values.users(cell.number)
            for step in cell.steps
        )  # fmt: skip

    def _unused(self, cell: _Cell) -> tuple[Role, str]:
        told = self._told(cell)
        modelled = cell.number in self._after_model
        if cell.number in self._listed:
            role = Role.EVALUATE if modelled else Role.PREPROCESSING
            return told or (role, f"computes `{self._listed[cell.number]}`, which `outputs` lists")
        written = cell.clue((_Sign.WRITE,))
        if written is not None:
            only = cell.signs <= {_Sign.WRITE, _Sign.SHOW} | _SETTING_UP
            if only and written.what in ("mkdir", "makedirs"):
                return Role.SETUP, "makes folders"
            return Role.PREDICT if modelled else Role.PREPROCESSING, _said(written)
        if told is not None and told[0] not in self._jobs and told[0] in _ENDS:
            return told
        if not self._jobs:
            return told or (
                Role.PREPROCESSING,
                _said(cell.clue(_PREPARING | {_Sign.LITERAL, _Sign.BUILD})),
            )
        return Role.SKIP, "no later step uses what it computes"

    def _told(self, cell: _Cell) -> tuple[Role, str] | None:
        """What the heading says, where the code only computes something."""
        heading, role = self._headings.get(cell.number, ("", None))
        weak = _SETTING_UP | {_Sign.COMPUTE, _Sign.LITERAL, _Sign.SHOW, _Sign.DEFINE}
        if role is None:
            return None
        if role not in self._jobs:
            weak |= {_Sign.CLEAN, _Sign.COLUMNS}  # no cell shows that it does this job
        if not cell.signs <= weak:
            return None
        return role, f"stands below the heading “{heading}”"

    # ------------------------------------------------------------------ the flow of values
    def _live_users(self, cell: _Cell) -> set[int]:
        """Later cells of the package that use its values."""
        return {
            number
            for number in self._values.users(cell.number)
            if number in self._roles and self._roles[number][0].shipped
        }

    def _reads_a_model(self) -> set[int]:
        """Cells that use, over however many steps, what a training cell computes."""
        trained = [c.number for c in self._cells if Role.TRAIN in (c.job, c.role)]
        found: set[int] = set()
        pending = trained
        while pending:
            number = pending.pop()
            fresh = {user for user in self._values.users(number) if user > number} - found
            found |= fresh
            pending += fresh
        return found


def _said(clue: _Clue | None) -> str:
    return _REASONS[clue.sign].format(what=clue.what) if clue is not None else "computes values"


def _listed(notebook: Notebook, code: Code) -> dict[int, str]:
    """Cells that bind the values of `metadata.nb2prod.outputs`, each with the first name."""
    found: dict[int, str] = {}
    for name in notebook.settings.outputs:
        for definition in code.flow.before(len(code.statements), name) - {UNBOUND}:
            number = code.statements[code.flow.statement_of(definition)].cell.number
            found.setdefault(number, name)
    return found


def _headings(notebook: Notebook) -> dict[int, tuple[str, Role | None]]:
    """The heading above each cell, with the role that its words name."""
    found: dict[int, tuple[str, Role | None]] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.kind == "markdown":
            lines = [line for line in cell.source.splitlines() if re.match(r"#{1,6}\s", line)]
            heading = lines[-1].lstrip("#").strip() if lines else heading
        else:
            text = heading.lower()
            hits = [(m.start(), role) for pattern, role in _HEADINGS if (m := pattern.search(text))]
            found[cell.number] = heading, min(hits, key=lambda hit: hit[0])[1] if hits else None
    return found


# ---------------------------------------------------------------------- splits
def _splits(cell: _Cell, role: Role) -> Iterator[Split]:
    """Where the jobs after the cell's own begin: train, then evaluate, then predict."""
    start = max((i for i, step in enumerate(cell.steps) if step.job is role), default=None)
    if start is None:
        return
    following = {Role.TRAIN: (Role.EVALUATE, Role.PREDICT), Role.EVALUATE: (Role.PREDICT,)}.get(
        role, ()
    )
    if role is Role.PREDICT and cell.role is Role.PREDICT:
        following = (Role.EVALUATE,)
    for job in following:
        at = next((i for i, s in enumerate(cell.steps) if i > start and s.job is job), None)
        if at is None:
            continue
        reason = _said(cell.steps[at].strongest)
        # The imports and predictions that it needs go with it.
        while at - 1 > start and _leads_to(cell.steps[at - 1], job):
            at -= 1
        statement = cell.steps[at].statement
        if statement.role is not job:
            yield Split(statement.line, job, reason)
        start = max(i for i, step in enumerate(cell.steps) if step.job is job)


def _leads_to(step: _Step, job: Role) -> bool:
    signs = {clue.sign for clue in step.clues}
    return signs <= {_Sign.IMPORT} or (job is Role.EVALUATE and step.job is Role.PREDICT)
