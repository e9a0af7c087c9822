"""Which statements are shipped: those that an output depends on, or that may have an effect.

A backward slice over the reaching definitions. What is known to be inspection or plotting goes;
every other call stays. Inside a statement that stays, nested inspection goes too.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from nb2prod.analysis.annotations import annotations_of, plain_annotation
from nb2prod.analysis.code import Code, analyse, effects_of, import_origins
from nb2prod.analysis.effects import Effect, Effects
from nb2prod.analysis.futures import is_future
from nb2prod.analysis.origins import dotted, imported
from nb2prod.analysis.program import Statement

_Node = TypeVar("_Node", bound=ast.AST)

#: Libraries whose import does nothing that a program that never names them could notice.
_QUIET_IMPORTS = frozenset(
    """
    numpy pandas scipy sklearn matplotlib seaborn statsmodels patsy joblib tqdm plotly xgboost
    lightgbm catboost imblearn IPython ipywidgets missingno nltk requests bs4 PIL cv2 yaml dateutil
    pytz torch torchvision tensorflow keras prophet networkx sympy wordcloud
    """.split()
)


#: What tells of figures that are there, and of how they are to look.
_PICTURE_STATE = frozenset(
    "rcParams rc_params get_fignums fignum_exists get_figlabels xlim ylim xticks yticks axis".split()
)
#: Context managers that neither catch what is shown nor look at it.
_QUIET_MANAGERS = (
    "matplotlib. seaborn. pandas.option_context torch.no_grad torch.inference_mode numpy.printoptions "
    "tensorflow.device warnings.catch_warnings sklearn.config_context"
).split()


def sliced(code: Code, outputs: Iterable[str], stdlib: frozenset[str]) -> Code:
    """The program without what no output needs and nothing can notice."""
    outputs = tuple(outputs)
    plots = _plots_are_saved(code, effects_of(code), outputs)
    found, pictured = _sliced(code, outputs, stdlib, plots=plots)
    if pictured and not plots:
        # What stays looks at a picture: then everything that drew it has to stay too.
        found, _ = _sliced(code, outputs, stdlib, plots=True)
    return found


def _sliced(
    code: Code, outputs: Sequence[str], stdlib: frozenset[str], *, plots: bool
) -> tuple[Code, bool]:
    """The slice, and whether a picture is read in it; ``plots`` tells that drawing is shipped."""
    effects = effects_of(code)
    pruner = _Pruner(effects, plots, import_origins(code))
    pruned = [
        dataclasses.replace(statement, node=pruner.pruned(statement.node))
        for statement in code.statements
    ]
    if any(new.node is not old.node for new, old in zip(pruned, code.statements, strict=True)):
        code = analyse(pruned)
        effects = effects_of(code)
    limit = Effect.PURE if plots else Effect.PLOT
    keep = _needed(code, effects, outputs, limit, stdlib)
    shipped = analyse(s for number, s in enumerate(code.statements) if number in keep)
    return shipped, _reads_pictures(code, effects, keep)


def _reads_pictures(code: Code, effects: Effects, keep: set[int]) -> bool:
    """Whether a statement that stays reads a figure, axes or the like."""
    modules = import_origins(code)
    if any(
        use.statement in keep and use.read.name not in modules and effects.is_plot(use.read.name)
        for use in code.flow.uses
    ):
        return True
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in _PICTURE_STATE
        and (dotted(node, modules) or "").startswith("matplotlib.")
        for number in keep
        for node in ast.walk(code.statements[number].node)
    )


def _plots_are_saved(code: Code, effects: Effects, outputs: Sequence[str]) -> bool:
    """Whether a picture is among the program's results: then all plotting is shipped."""
    if any(effects.is_plot(name) for name in outputs):
        return True
    savers = ("savefig", "write_html", "write_image", "print_figure", "imsave")
    return any(
        isinstance(node, ast.Attribute) and node.attr in savers
        for statement in code.statements
        for node in ast.walk(statement.node)
    )


def _needed(
    code: Code, effects: Effects, outputs: Sequence[str], limit: Effect, stdlib: frozenset[str]
) -> set[int]:
    flow = code.flow
    end = len(code.statements)
    uses: dict[int, list[frozenset[int]]] = {}
    names: dict[int, set[str]] = {}
    for use in flow.uses:
        uses.setdefault(use.statement, []).append(use.reach)
    for capture in flow.captures:
        # Late binding: whatever binds the name, before or after, may be what the closure sees.
        late = names.setdefault(capture.statement, set())
        late.update(capture.closure.reads, capture.closure.writes)
    binders: dict[str, set[int]] = {}
    for at, bind in flow.defs.values():
        binders.setdefault(bind.name, set()).add(at)
    for capture in flow.captures:
        for name in capture.closure.writes:
            binders.setdefault(name, set()).add(capture.statement)
    observers = {"__init_subclass__", "__set_name__", "__subclasses__", "__new__"}
    watched = bool(observers & (code.names.methods | code.names.mentioned)) or any(
        isinstance(node, ast.ClassDef) and node.keywords
        for statement in code.statements
        for node in ast.walk(statement.node)
    )
    origins = import_origins(code)
    pending = [
        number
        for number, statement in enumerate(code.statements)
        if _has_effect(statement, effects, limit, stdlib, origins, watched=watched)
    ]
    for name in outputs:
        pending += [flow.statement_of(d) for d in flow.before(end, name)]
        pending += [c.statement for c in flow.captures if name in c.closure.writes]
    loaders = _loaders(code)
    packages = {name: path for name, path in origins.items() if name == path}
    keep: set[int] = set()
    while pending:
        number = pending.pop()
        if number < 0 or number in keep:
            continue
        keep.add(number)
        pending += [flow.statement_of(d) for reach in uses.get(number, ()) for d in reach]
        for node in ast.walk(code.statements[number].node):
            if loaders and isinstance(node, ast.Attribute):
                pending += loaders.get(dotted(node, packages) or "", ())
        for name in names.get(number, ()):
            pending += binders.get(name, ())
    # A function that writes a name counts as binding it, wherever it is read.
    return keep


def _loaders(code: Code) -> dict[str, list[int]]:
    """Which imports load a module that is named through its package: ``import a.b`` binds only ``a``."""
    found: dict[str, list[int]] = {}
    for number, statement in enumerate(code.statements):
        for binding in imported(statement.node):
            parts = {binding.module, binding.path} if not binding.level else set()
            for path in parts:
                while "." in path:
                    found.setdefault(path, []).append(number)
                    path = path.rpartition(".")[0]
    return found


def _has_effect(
    statement: Statement,
    effects: Effects,
    limit: Effect,
    stdlib: frozenset[str],
    origins: Mapping[str, str],
    *,
    watched: bool,
) -> bool:
    node = statement.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        return not _is_quiet(node, stdlib)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        return any(effects.of(default) > limit for default in defaults) or not all(
            plain_annotation(annotation) for annotation in annotations_of(node)
        )
    if isinstance(node, ast.ClassDef) and not node.decorator_list and not node.keywords:
        # A base may watch its subclasses: one of the notebook's, or of a library that nobody knows.
        known = not watched and all(_is_quiet_base(base, origins, stdlib) for base in node.bases)
        if not node.bases or known:
            return any(effects.class_item(item) is not Effect.PURE for item in node.body)
    if isinstance(node, ast.Try) and _only_imports(node, stdlib):
        return False
    return effects.of_statement(node) > limit


def _is_quiet_base(base: ast.expr, origins: Mapping[str, str], stdlib: frozenset[str]) -> bool:
    """Whether deriving from a class is not noticed: the notebook's own, or one of a known library."""
    path = dotted(base, origins)
    if path is not None:
        return path.partition(".")[0] in stdlib | _QUIET_IMPORTS
    return isinstance(base, ast.Name)


def _is_quiet(node: ast.Import | ast.ImportFrom, stdlib: frozenset[str]) -> bool:
    if isinstance(node, ast.ImportFrom) and (node.names[0].name == "*" or node.level):
        return False
    if is_future(node):
        return True
    modules = {binding.module for binding in imported(node)}
    return all(
        module.partition(".")[0] in stdlib | _QUIET_IMPORTS and "experimental" not in module
        for module in modules
    )


def _only_imports(node: ast.Try, stdlib: frozenset[str]) -> bool:
    inside = [*node.body, *(inner for handler in node.handlers for inner in handler.body)]
    return not node.orelse and not node.finalbody and all(
        _is_quiet(inner, stdlib)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        else isinstance(inner, ast.Pass)
        for inner in inside
    )  # fmt: skip


class _Pruner:
    """Removes inspection inside compound statements; a new node only where something goes.

    Where an exception may be caught, an expression that could raise one stays.
    """

    def __init__(self, effects: Effects, plots: bool, origins: Mapping[str, str]) -> None:
        self._effects = effects
        self._limit = Effect.PURE if plots else Effect.PLOT
        self._origins = origins
        self._called = False

    def pruned(self, node: ast.stmt) -> ast.stmt:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                outer, self._called = self._called, True
                with self._effects.inside(node):
                    new = self._blocks(node, ("body",))
                self._called = outer
                return new
            case ast.ClassDef(body=body):
                return _with(node, {"body": [self.pruned(inner) for inner in body]})
            case ast.For() | ast.AsyncFor() | ast.While() | ast.If():
                return self._blocks(node, ("body", "orelse"))
            case ast.With(items=items) if all(self._is_quiet(item.context_expr) for item in items):
                return self._blocks(node, ("body",))
            case ast.Try():
                # The body itself stays whole: whether something in it fails decides what runs.
                handlers = [self._blocks(handler, ("body",)) for handler in node.handlers]
                return self._blocks(_with(node, {"handlers": handlers}), ("finalbody",))
            case _:
                return node

    def _is_quiet(self, manager: ast.expr) -> bool:
        """Whether a context manager lets what is shown and raised inside it pass by."""
        if not isinstance(manager, ast.Call):
            return False
        if isinstance(manager.func, ast.Name) and manager.func.id == "open":
            return True
        path = dotted(manager.func, self._origins) or ""
        return path.startswith(tuple(_QUIET_MANAGERS))

    def _blocks(self, node: _Node, fields: Sequence[str]) -> _Node:
        return _with(node, {name: self._block(getattr(node, name)) for name in fields})

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        kept = [
            self.pruned(node)
            for number, node in enumerate(body)
            if not self._goes(node, docstring=number == 0)
        ]
        if body and not kept:
            kept = [ast.Pass(lineno=0, col_offset=0)]  # at no place of the cell
        return kept

    def _goes(self, node: ast.stmt, *, docstring: bool) -> bool:
        if not isinstance(node, ast.Expr):
            return False
        if docstring and isinstance(node.value, ast.Constant):
            return False
        effect = self._effects.of(node.value)
        if self._called and not isinstance(node.value, ast.Constant):
            return effect is Effect.PLOT and effect <= self._limit
        return effect <= self._limit


def _with(node: _Node, changes: Mapping[str, Sequence[ast.AST]]) -> _Node:
    """The node with some of its blocks replaced; itself where nothing changed."""
    same = all(
        len(getattr(node, name)) == len(block)
        and all(a is b for a, b in zip(getattr(node, name), block, strict=True))
        for name, block in changes.items()
    )
    if same:
        return node
    fields = {name: getattr(node, name, None) for name in node._fields}
    return ast.copy_location(type(node)(**{**fields, **changes}), node)
