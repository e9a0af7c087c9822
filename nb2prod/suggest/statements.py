"""Reads from a statement what it does."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from nb2prod.analysis.code import Code, effects_of, import_origins
from nb2prod.analysis.effects import Effect
from nb2prod.analysis.kinds import Kind
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.origins import dotted
from nb2prod.suggest.signs import Clue, Sign
from nb2prod.suggest.words import (
    DRAWING,
    MEASURE,
    MEASURING,
    METHODS,
    MODEL_LIBRARIES,
    PATHS,
    SETTINGS,
    TRANSFORMER_NAME,
    TRANSFORMERS,
)


class SignReader:
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
        self._inside: dict[str, tuple[Clue, ...]] = {}
        self._makers = _makers(nodes)

    def of(self, node: ast.stmt) -> tuple[Clue, ...]:
        """What a statement does; at least one clue."""
        clues = tuple(dict.fromkeys(self._of(node)))
        telling = tuple(clue for clue in clues if clue.sign is not Sign.SHOW)
        return telling or clues or (Clue(Sign.SHOW, ""),)

    def _of(self, node: ast.stmt) -> Iterator[Clue]:
        match node:
            case ast.Import() | ast.ImportFrom():
                yield Clue(Sign.IMPORT, "")
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield Clue(Sign.DEFINE, name)
            case ast.Expr(value=value):
                yield from self._expression(value)
            case ast.Assign(targets=targets, value=value):
                yield from self._assignment(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from self._assignment([target], value)
            case ast.AugAssign(target=target, value=value):
                yield from self._assignment([target], value, literals=False)
            case ast.Pass() | ast.Assert() | ast.Delete() | ast.Global() | ast.AnnAssign():
                yield Clue(Sign.SHOW, "")
            case _:
                yield from self._compound(node)

    def _compound(self, node: ast.stmt) -> Iterator[Clue]:
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            yield from (Clue(Sign.UPDATE, name) for name in _updated(node))
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from self._calls(child)
        for inner in _inner(node):
            for clue in self._of(inner):
                yield Clue(Sign.COMPUTE, clue.what) if clue.sign is Sign.LITERAL else clue

    def _expression(self, value: ast.expr) -> Iterator[Clue]:
        if not self._draws(value):
            yield from self._calls(value)
            match value:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if (
                    attr in ("append", "extend", "update", "insert", "sort", "shuffle")
                    and name not in self._known
                ):
                    yield Clue(Sign.COMPUTE, name)
                case ast.Call(func=function, args=[ast.Name(id=name), *_]) if (
                    isinstance(function, ast.Attribute) and function.attr == "shuffle"
                ):
                    yield Clue(Sign.COMPUTE, name)
                case ast.Call(keywords=keywords) if any(k.arg == "inplace" for k in keywords):
                    yield Clue(Sign.CLEAN, last_name(value.func))
                case ast.NamedExpr(target=ast.Name(id=name)):
                    yield Clue(Sign.COMPUTE, name)
                case _:
                    pass
        yield Clue(Sign.SHOW, "")

    def _assignment(
        self, targets: Sequence[ast.expr], value: ast.expr, *, literals: bool = True
    ) -> Iterator[Clue]:
        names = [name for target in targets for name in _names(target)]
        # Settings of a library, such as `plt.rcParams[...] = ...`.
        settings = [ast.unparse(t) for t in targets if not isinstance(t, ast.Name | ast.Tuple)]
        if settings and all(SETTINGS.search(text) for text in settings):
            yield Clue(Sign.OPTION, names[0] if names else settings[0])
            return
        if self._effects.kind(value) is Kind.PLOT or self._draws(value):
            yield Clue(Sign.SHOW, "")
            return
        what = names[0] if names else ast.unparse(targets[0])
        if literals and is_literal(value) and not _is_empty(value) and not settings:
            yield Clue(Sign.LITERAL, what)
            return
        clues = tuple(self._calls(value))
        yield from clues
        measure = next((name for name in names if MEASURE.search(name.lower())), None)
        if measure and not is_literal(value):
            yield Clue(Sign.SCORE, measure)
        elif settings:
            yield Clue(Sign.COLUMNS, what)
        elif not clues or all(clue.sign is Sign.CLEAN for clue in clues):
            yield Clue(Sign.COMPUTE, what)

    def _draws(self, value: ast.expr) -> bool:
        """Whether the outermost call only draws."""
        if isinstance(value, ast.List | ast.Tuple | ast.ListComp):
            return False
        if not isinstance(value, ast.Call):
            return self._effects.of(value) is Effect.PLOT
        if self._effects.kind(value) is Kind.PLOT or self._effects.of(value) is Effect.PLOT:
            return True
        unknown = (
            dotted(value.func, self._known) is None and last_name(value.func) not in self._functions
        )
        drawing = ".plot." in ast.unparse(value.func) or last_name(value.func) in DRAWING
        return unknown and drawing and isinstance(value.func, ast.Attribute)

    def _calls(self, node: ast.expr) -> Iterator[Clue]:
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                yield from self._call(call)

    def _call(self, call: ast.Call) -> Iterator[Clue]:
        name = last_name(call.func)
        path = dotted(call.func, self._known)
        if isinstance(call.func, ast.Name) and name in self._functions:
            if MEASURING.search(name.lower()):
                yield Clue(Sign.SCORE, name)
            yield from self._in_function(name)
            return
        if self._effects.kind(call) is Kind.PLOT:
            return
        if path is not None:
            sign = next((sign for prefix, sign in PATHS if path.startswith(prefix)), None)
            if sign is not None:
                yield Clue(sign, name)
                return
            if path.partition(".")[0] in MODEL_LIBRARIES and name[:1].isupper():
                yield Clue(Sign.BUILD, name)
                return
        sign = METHODS.get(name)
        if sign is None and path is None and re.search(r"_(score|error|loss)$", name):
            sign = Sign.SCORE  # brought by a star import
        if sign is Sign.FIT and self._transforms(call.func):
            sign = Sign.TRANSFORM
        if name == "open" and isinstance(call.func, ast.Name) and _writes(call):
            sign = Sign.WRITE
        if sign is not None and not (name == "transform" and _is_grouped(call.func)):
            yield Clue(sign, name)

    def _in_function(self, name: str) -> tuple[Clue, ...]:
        """The stronger signs of what one of the notebook's own functions does when called."""
        if name not in self._inside:
            self._inside[name] = ()  # for recursion
            function = self._functions[name]
            clues = [clue for node in function.body for clue in self.of(node)]
            found = [clue for clue in clues if clue.sign >= Sign.COLUMNS]
            if any(isinstance(node, ast.Global) for node in ast.walk(function)):
                found.append(Clue(Sign.COMPUTE, name))
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
            return all(path is not None and path.startswith(TRANSFORMERS) for path in paths)
        return isinstance(owner, ast.Name) and bool(TRANSFORMER_NAME.search(owner.id.lower()))


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


def last_name(function: ast.expr) -> str:
    """The last part of the name that is called."""
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
