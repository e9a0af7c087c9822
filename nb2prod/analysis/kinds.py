"""What is known of values: tables, arrays, sequences, scalars, pictures, estimators."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum

from nb2prod.analysis.libraries import (
    ARRAY_METHODS,
    FRAME_METHODS,
    PANDAS_PURE,
    READ_IN_PARTS,
    RESULT_NOT_FRAME,
    SKLEARN_FITTED,
    TABLES,
    is_unsafe_in_numpy,
)
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.plots import FRAME_PLOTS, draws, is_plot_path, through_plot


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


#: Kinds that no class of the notebook makes, and that iterating leaves as they were.
STABLE = (Kind.FRAME, Kind.ARRAY, Kind.SEQUENCE, Kind.SCALAR)
_SPLIT = "sklearn.model_selection.train_test_split"
#: The notebook's own estimators have these methods.
_FITTING = frozenset("fit transform predict score get_params".split())


class Kinds:
    """Judges expressions by what the names in them are bound to."""

    def __init__(
        self,
        names: ProgramNames,
        known: Mapping[str, str],
        calls_back: Callable[[ast.Call], bool],
    ) -> None:
        self._names = names
        self._known = known
        #: Whether a call may run functions of the notebook that have an effect.
        self._calls_back = calls_back
        self._kinds: dict[str, Kind] = {}
        #: What the module's code sees, where a function's body is judged.
        self._module: tuple[dict[str, Kind], Mapping[str, str]] | None = None
        self._own_estimators = bool(_FITTING & names.methods)

    def of(self, node: ast.expr) -> Kind:
        """What an expression's value is known to be."""
        match node:
            case ast.Name(id=name):
                return self.of_name(name)
            case ast.Constant() | ast.JoinedStr():
                return Kind.SCALAR
            case ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
                return Kind.SEQUENCE
            case ast.ListComp() | ast.DictComp() | ast.SetComp():
                return Kind.SEQUENCE
            case ast.BinOp(left=left, right=right):
                kinds = {self.of(left), self.of(right)}
                for kind in (Kind.FRAME, Kind.OPEN, Kind.ARRAY):
                    if kind in kinds:
                        return kind
                return kinds.pop() if len(kinds) == 1 else Kind.UNKNOWN
            case ast.Compare(left=left):
                kind = self.of(left)
                return kind if kind in (Kind.FRAME, Kind.ARRAY, Kind.OPEN) else Kind.UNKNOWN
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.Subscript(
                value=ast.Call(func=function, args=args), slice=ast.Constant(value=int(at))
            ) if self.path(function) == _SPLIT and at // 2 < len(args):
                # Two parts of each argument, of its own kind.
                kind = self.of(args[at // 2])
                return kind if kind in (Kind.FRAME, Kind.ARRAY, Kind.OPEN) else Kind.UNKNOWN
            case ast.Subscript(value=value) | ast.Starred(value=value):
                kind = self.of(value)
                kept = (Kind.FRAME, Kind.ARRAY, Kind.PLOT, Kind.OPEN)
                return kind if kind in kept else Kind.UNKNOWN
            case ast.Attribute(value=value):
                path = self.path(node)
                if path is not None:
                    return Kind.PLOT if is_plot_path(path) else Kind.UNKNOWN
                kind = self.of(value)
                return kind if kind in (Kind.FRAME, Kind.PLOT, Kind.OPEN) else Kind.UNKNOWN
            case ast.Call():
                return self._of_call(node)
            case _:
                return Kind.UNKNOWN

    def of_name(self, name: str) -> Kind:
        """What a variable's values are known to be."""
        path = self._known.get(name)
        if path is not None:
            return Kind.PLOT if is_plot_path(path) else Kind.UNKNOWN
        return self._kinds.get(name, Kind.UNKNOWN)

    def path(self, node: ast.expr) -> str | None:
        """The dotted path of the imported object that an expression names."""
        return dotted(node, self._known)

    def settle(self, values: Mapping[str, Sequence[ast.expr]]) -> None:
        """Finds the kinds of names from what they are bound to: the largest consistent answer.

        A name such as that of ``df = df.dropna()`` keeps the kind that its other bindings give it.
        """
        self._kinds.update(dict.fromkeys(values, Kind.OPEN))
        moved = True
        while moved:
            moved = False
            for name, found in values.items():
                kinds = {self.of(value) for value in found} - {Kind.OPEN}
                kind = Kind.UNKNOWN if len(kinds) > 1 else next(iter(kinds), Kind.OPEN)
                # Only ever down: from open to a kind, from a kind to unknown.
                if kind is not self._kinds[name] and self._kinds[name] is not Kind.UNKNOWN:
                    self._kinds[name] = kind if self._kinds[name] is Kind.OPEN else Kind.UNKNOWN
                    moved = True
        for name in values:
            if self._kinds[name] is Kind.OPEN:
                self._kinds[name] = Kind.UNKNOWN

    @contextmanager
    def hiding(self, names: Collection[str]) -> Iterator[None]:
        """Judges where names are bound anew, to what nothing is known of."""
        outer, module = (self._kinds, self._known), self._module
        self._module = module or outer
        self._kinds = {name: kind for name, kind in self._kinds.items() if name not in names}
        self._known = {name: path for name, path in self._known.items() if name not in names}
        yield
        (self._kinds, self._known), self._module = outer, module

    @contextmanager
    def of_module(self) -> Iterator[None]:
        """Judges as the module's own code does, wherever we are."""
        outer, module = (self._kinds, self._known), self._module
        (self._kinds, self._known), self._module = module or outer, None
        yield
        (self._kinds, self._known), self._module = outer, module

    def _of_call(self, node: ast.Call) -> Kind:
        path = self.path(node.func)
        if path is not None:
            kind = _kind_of_path(path)
            keywords = {keyword.arg for keyword in node.keywords}
            if kind is Kind.FRAME and keywords & READ_IN_PARTS:
                return Kind.UNKNOWN
            # An estimator may call the notebook's own code.
            foreign = self._own_estimators or self._calls_back(node)
            return Kind.UNKNOWN if kind is Kind.ESTIMATOR and foreign else kind
        match node.func:
            case ast.Name(id="list" | "tuple" | "dict" | "set" | "sorted" | "range" as name):
                return Kind.UNKNOWN if name in self._names.bound else Kind.SEQUENCE
            case ast.Name(id="len" | "int" | "float" | "str" | "round" | "abs" | "bool" as name):
                return Kind.UNKNOWN if name in self._names.bound else Kind.SCALAR
            case ast.Name(id="zip" | "enumerate") if node.args:
                return Kind.UNKNOWN
            case ast.Attribute(value=value, attr=attr):
                kind = self.of(value)
                if kind is Kind.OPEN:
                    return kind
                if kind is Kind.FRAME:
                    if attr in FRAME_PLOTS or through_plot(value):
                        return Kind.PLOT
                    if attr in FRAME_METHODS and attr != "items":
                        return Kind.SEQUENCE if attr in RESULT_NOT_FRAME else Kind.FRAME
                if kind is Kind.PLOT or (draws(attr) and attr not in self._names.methods):
                    return Kind.PLOT
                if kind is Kind.ARRAY and attr in ARRAY_METHODS:
                    return Kind.ARRAY
                if kind is Kind.ESTIMATOR and attr in ("fit", "set_params"):
                    # Each gives the estimator itself; what is fitted may call the notebook's code.
                    return Kind.UNKNOWN if self._calls_back(node) else kind
                if attr in TABLES and attr not in self._names.methods:
                    return Kind.FRAME
                return Kind.UNKNOWN
            case _:
                return Kind.UNKNOWN


def _kind_of_path(path: str) -> Kind:
    if is_plot_path(path):
        return Kind.PLOT
    root = path.partition(".")[0]
    last = path.rpartition(".")[2]
    if root == "pandas" and (last.startswith("read_") or last in PANDAS_PURE):
        return Kind.UNKNOWN if last in ("Timestamp", "read_html", "cut", "qcut") else Kind.FRAME
    if root == "numpy" and not is_unsafe_in_numpy(path):
        return Kind.ARRAY
    if path.startswith(SKLEARN_FITTED) and last[:1].isupper():
        return Kind.ESTIMATOR
    return Kind.UNKNOWN


def bound_values(
    statements: Sequence[ast.stmt], binds: Mapping[str, int]
) -> dict[str, list[ast.expr]]:
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
                for at, one in enumerate(targets):
                    note(one, ast.Subscript(value=value, slice=ast.Constant(value=at)))
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
