"""Which functions and classes the program itself changes, by setting attributes on them.

Such a definition would carry what it was given from one run to the next. What an attribute is set on
is followed back through the names that hold it. Where it can't be followed, it may be any definition
that went where it is not followed either: into a container, an attribute, an argument, a result.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from nb2prod.analysis.calls import CONSUMING_METHODS
from nb2prod.analysis.code import Code, effects_of
from nb2prod.analysis.kinds import Kind
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.scopes import BUILTINS

#: Attributes that lead from an object to a definition, whoever was given it.
_WAYS_BACK = frozenset(
    "__class__ __func__ __self__ __wrapped__ __bases__ __base__ __mro__ __subclasses__ mro".split()
)
#: Attributes that give a definition's own table, which may then be changed.
_TABLES = frozenset("__annotations__ __kwdefaults__ __dataclass_fields__".split())
_SETTERS = frozenset("setattr delattr vars update_wrapper __setattr__ __delattr__".split())
_IMPLICIT_CLASS_METHODS = frozenset("__new__ __init_subclass__ __class_getitem__".split())
#: Builtins whose result is an object of their own.
_CONTAINERS = frozenset(
    "list tuple dict set frozenset sorted zip enumerate reversed iter range open str int float".split()
)
_PLAIN_KINDS = (Kind.FRAME, Kind.ARRAY, Kind.SCALAR, Kind.PLOT)
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@dataclass(frozen=True, slots=True)
class _Value:
    """An expression's value where ``frame`` is the innermost function; ``inside``: what it holds."""

    node: ast.expr
    frame: _Frame
    inside: bool = False


@dataclass(frozen=True, slots=True)
class _Definition:
    """A notebook's own function or class."""

    name: str


@dataclass(frozen=True, slots=True)
class _Instance:
    """The first argument of a method of a class."""

    of: str


@dataclass(frozen=True, slots=True)
class _Anything:
    """A value that comes from where it is not followed; a parameter of a function, perhaps."""

    function: str = ""
    parameter: str = ""


_ANYTHING = _Anything()
_Source: TypeAlias = _Value | _Definition | _Instance | _Anything


@dataclass(eq=False, slots=True)
class _Frame:
    """The names of the module or of one function, with all that they are bound to."""

    parent: _Frame | None = None
    binds: dict[str, list[_Source]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    #: The function of the top level, or empty.
    function: str = ""

    def holder(self, name: str) -> _Frame:
        """The frame that a name belongs to, seen from here."""
        frame = self
        while frame.parent is not None and (name in frame.elsewhere or name not in frame.binds):
            frame = frame.parent
        return frame


def written(code: Code, origins: Mapping[str, str]) -> frozenset[str]:
    """Names of functions and classes on which the program may set an attribute."""
    if not any(_may_write(statement.node) for statement in code.statements):
        return frozenset()
    reader = _read(code, origins)
    return _Follower(code, origins, reader).reached(reader.writes)


def held(
    code: Code, origins: Mapping[str, str], values: Callable[[ast.Call], Iterable[ast.expr]]
) -> Iterator[tuple[ast.expr, frozenset[str]]]:
    """What ``values`` picks from each call, with the definitions of which it holds objects.

    Only as far as it can be followed.
    """
    reader = _read(code, origins, values)
    follower = _Follower(code, origins, reader, instances=True)
    for value in reader.picked:
        yield value.node, follower.reached([value])


def _read(
    code: Code,
    origins: Mapping[str, str],
    pick: Callable[[ast.Call], Iterable[ast.expr]] = lambda _: (),
) -> _Reader:
    top_level = frozenset(
        statement.node.name
        for statement in code.statements
        if isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    reader = _Reader(origins, code.names.methods, top_level, pick)
    for statement in code.statements:
        reader.read(statement.node)
    return reader


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Names of attributes that the program sets."""

    anywhere: frozenset[str]
    #: Those set on modules and other objects of libraries.
    on_libraries: frozenset[str]
    #: Attributes of libraries are set whose names are only known when it runs.
    computed: bool


def set_attributes(code: Code, origins: Mapping[str, str]) -> SetAttributes:
    """The attributes that the program sets, whatever they are set on."""
    found: list[tuple[ast.expr, str | None]] = []
    aliases: set[str] = set()
    for statement in code.statements:
        for node in ast.walk(statement.node):
            match node:
                case ast.Attribute(value=base, attr=attr, ctx=ast.Store() | ast.Del()):
                    found.append((base, attr))
                case ast.Call(args=[base, *rest]) if _last(node.func) in _SETTERS:
                    texts = [a.value for a in rest if isinstance(a, ast.Constant)]
                    named = [text for text in texts if isinstance(text, str)]
                    found += [(base, name) for name in named] or [(base, None)]
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    if dotted(value, origins) is not None or _last(value) == "import_module":
                        aliases.add(name)
                case _:
                    pass
    on_libraries = [
        attr
        for base, attr in found
        if dotted(base, origins) is not None or isinstance(base, ast.Name) and base.id in aliases
    ]
    return SetAttributes(
        frozenset(attr for _, attr in found if attr is not None),
        frozenset(attr for attr in on_libraries if attr is not None),
        None in on_libraries,
    )


def _may_write(node: ast.stmt) -> bool:
    return any(
        isinstance(inner, ast.Attribute)
        and (
            not isinstance(inner.ctx, ast.Load) or inner.attr in _TABLES or inner.attr == "__dict__"
        )
        or isinstance(inner, ast.Attribute | ast.Name)
        and _last(inner) in (*_SETTERS, "register")
        for inner in ast.walk(node)
    )


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


class _Reader:
    """Collects bindings, writes, and what goes where it is not followed."""

    def __init__(
        self,
        origins: Mapping[str, str],
        methods: frozenset[str],
        top_level: frozenset[str],
        pick: Callable[[ast.Call], Iterable[ast.expr]],
    ) -> None:
        self.module = _Frame()
        self.writes: list[_Source] = []
        #: Values that are put into containers, attributes, arguments and results.
        self.spread: list[_Value] = []
        #: Classes whose calls may give an object that is there already.
        self.shared: set[str] = set()
        #: Every class and function at the top level.
        self.definitions: set[str] = set()
        self.classes: set[str] = set()
        self._origins = origins
        self._methods = methods
        self._top_level = top_level
        self._pick = pick
        self.picked: list[_Value] = []
        #: What functions give, what they are called with, and what is put into variables.
        self.results: dict[str, list[_Value]] = {}
        self.calls: dict[str, list[tuple[ast.Call, _Frame]]] = {}
        self.parameters: dict[str, list[str]] = {}
        self.contents: dict[tuple[_Frame, str], list[_Value]] = {}

    def read(self, node: ast.stmt) -> None:
        self._visit(node, self.module, None)

    # ------------------------------------------------------------------ names
    def _bind(self, frame: _Frame, name: str, source: _Source | None) -> None:
        holder = frame
        while name in holder.elsewhere and holder.parent is not None:
            holder = holder.parent
        sources = holder.binds.setdefault(name, [])
        if source is not None:
            sources.append(source)

    def _assign(
        self, frame: _Frame, target: ast.expr, value: ast.expr, *, inside: bool = False
    ) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._bind(frame, name, _Value(value, frame, inside))
            case ((ast.Tuple(elts=ones) | ast.List(elts=ones)), ast.Tuple(elts=others)) if (
                len(ones) == len(others)
                and not inside
                and not any(isinstance(e, ast.Starred) for e in (*ones, *others))
            ):
                for one, other in zip(ones, others, strict=True):
                    self._assign(frame, one, other)
            case ((ast.Tuple(elts=ones) | ast.List(elts=ones)), _):
                for one in ones:
                    self._assign(frame, one, value, inside=True)
            case ast.Starred(value=one), _:
                self._assign(frame, one, value, inside=True)
            case _:
                self._put(target, frame, [_Value(value, frame, inside=inside)])

    def _put(self, into: ast.expr, frame: _Frame, values: list[_Value]) -> None:
        """Values go into what an expression names."""
        self.spread += values
        while isinstance(into, ast.Attribute | ast.Subscript):
            into = into.value
        if isinstance(into, ast.Name):
            key = (frame.holder(into.id), into.id)
            self.contents.setdefault(key, []).extend(values)

    # ------------------------------------------------------------------ syntax
    def _visit(self, node: ast.AST, frame: _Frame, owner: str | None) -> None:
        """``owner`` is the class of the top level that the node is in."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, frame, owner, in_class=False)
                return
            case ast.ClassDef():
                self._class(node, frame, owner)
                return
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    is_definition = isinstance(value, ast.Lambda) and frame is self.module
                    if is_definition and isinstance(target, ast.Name):
                        self._define(frame, target.id)
                    else:
                        self._assign(frame, target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(frame, target, value)
            case (
                ast.NamedExpr(target=target, value=value)
                | ast.AugAssign(target=target, value=value)
            ):
                self._assign(frame, target, value)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._assign(frame, target, value, inside=True)
            case ast.comprehension(target=target, iter=value):
                self._assign(frame, target, value, inside=True)
            case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
                self._assign(frame, target, value, inside=True)
            case ast.ExceptHandler(name=str(name)):
                self._bind(frame, name, _ANYTHING)
            case (
                ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self._bind(frame, name, _ANYTHING)
            case ast.Match(subject=subject):
                self.spread.append(_Value(subject, frame))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    self._bind(frame, alias.asname or alias.name.partition(".")[0], None)
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                self.spread.append(_Value(value, frame))
                self.results.setdefault(frame.function, []).append(_Value(value, frame))
            case ast.YieldFrom(value=value):
                self.spread.append(_Value(value, frame, inside=True))
            case ast.Call():
                self._call(node, frame, owner)
            case _:
                pass
        self._note_writes(node, frame)
        skipped = node.func if isinstance(node, ast.Call) else None
        for child in ast.iter_child_nodes(node):
            if child is skipped and isinstance(child, ast.Name):
                continue
            if isinstance(child, ast.Name) and child.id in _SETTERS - {"vars"}:
                self.writes.append(_ANYTHING)  # handed on, to be called with who knows what
            self._visit(child, frame, owner)

    def _note_writes(self, node: ast.AST, frame: _Frame) -> None:
        match node:
            case ast.Attribute(value=base, ctx=ast.Store() | ast.Del()):
                self.writes.append(_Value(base, frame))
            case ast.Attribute(value=base, attr="__dict__"):
                self.writes.append(_Value(base, frame))
            case ast.Subscript(
                value=ast.Attribute(value=base, attr=attr), ctx=ast.Store() | ast.Del()
            ) if attr in _TABLES:
                self.writes.append(_Value(base, frame))
            case _:
                pass

    def _define(self, frame: _Frame, name: str) -> None:
        self._bind(frame, name, _Definition(name))
        self.definitions.add(name)

    def _function(
        self, node: _Function, frame: _Frame, owner: str | None, *, in_class: bool
    ) -> None:
        if not isinstance(node, ast.Lambda):
            if frame is self.module and not in_class:
                self._define(frame, node.name)
            elif not in_class:
                self._bind(frame, node.name, _Instance(""))
            for decorator in node.decorator_list:
                self._visit(decorator, frame, owner)
        named = "" if isinstance(node, ast.Lambda) or in_class else node.name
        inner = _Frame(frame, function=named if frame is self.module else "")
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        for part in body:
            for found in _own_nodes(part):
                if isinstance(found, ast.Global | ast.Nonlocal):
                    inner.elsewhere.update(found.names)
        positional = [*node.args.posonlyargs, *node.args.args]
        self.parameters[inner.function] = [argument.arg for argument in positional]
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                first = bool(positional) and argument is positional[0]
                given = _Anything(inner.function, argument.arg)
                own = self._first(node, owner) if in_class and first else given
                self._bind(inner, argument.arg, own)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.spread.append(_Value(default, frame))
                self._visit(default, frame, owner)
        if isinstance(node, ast.Lambda):
            self.spread.append(_Value(node.body, inner))
        for part in body:
            self._visit(part, inner, owner)

    def _first(self, method: _Function, owner: str | None) -> _Source:
        """What the first parameter of a method is."""
        if isinstance(method, ast.Lambda) or owner is None:
            return _ANYTHING
        decorators = {_last(decorator) for decorator in method.decorator_list}
        if "staticmethod" in decorators:
            return _ANYTHING
        if "classmethod" in decorators or method.name in _IMPLICIT_CLASS_METHODS:
            return _Definition(owner)
        # The instances of a metaclass are classes, which are module-level only if it is.
        return _Definition(owner) if owner in self.shared else _Instance(owner)

    def _class(self, node: ast.ClassDef, frame: _Frame, owner: str | None) -> None:
        if frame is self.module and owner is None:
            self._define(frame, node.name)
            self.classes.add(node.name)
        else:
            self._bind(frame, node.name, _ANYTHING)
        owner = owner or node.name
        # A class that keeps its objects in an attribute writes that: only these keep them unseen.
        if any(
            base == "type" or base.endswith(("Enum", "Flag", "Meta")) or base in self.shared
            for base in map(_last, node.bases)
        ) or any(_last(keyword.value).startswith("Enum") for keyword in node.keywords):
            self.shared.add(node.name)
        for outside in (*node.bases, *node.keywords, *node.decorator_list):
            if not isinstance(outside, ast.Name):
                self._visit(outside, frame, owner)
        body = _Frame(frame)
        for item in node.body:
            match item:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._function(item, frame, owner, in_class=True)
                case _:
                    self._visit(item, body, owner)
        # What a class body binds is read as an attribute, from anywhere.
        self.spread += [
            source
            for sources in body.binds.values()
            for source in sources
            if isinstance(source, _Value)
        ]

    def _call(self, node: ast.Call, frame: _Frame, owner: str | None) -> None:
        first = node.args[0] if node.args else None
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        name = _last(node.func)
        if name in _SETTERS and first is not None:
            through = node.func.value if isinstance(node.func, ast.Attribute) else None
            bound = isinstance(through, ast.Call) and _last(through.func) == "super"
            self.writes.append(_Value(through if bound and through else first, frame))
        if name == "register" and isinstance(node.func, ast.Attribute):
            self.writes.append(_Value(node.func.value, frame))
        self.picked += [_Value(value, frame, inside=True) for value in self._pick(node)]
        if isinstance(node.func, ast.Name):
            self.calls.setdefault(node.func.id, []).append((node, frame))
        if not self._forgets(node, frame):
            self._put(node.func, frame, [_Value(value, frame) for value in values])
        elif any(map(self._is_code, values)):
            # A function that is handed over may be called with all the rest.
            self.spread += [_Value(v, frame) for v in values if not self._is_code(v)]
            if isinstance(node.func, ast.Attribute):
                self.spread.append(_Value(node.func.value, frame, inside=True))

    def _is_code(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Lambda)
            or isinstance(node, ast.Name) and node.id in self._top_level
            or isinstance(node, ast.Attribute) and node.attr in self._methods
        )  # fmt: skip

    def _forgets(self, node: ast.Call, frame: _Frame) -> bool:
        """Whether only the call's result can still hold an argument afterwards."""
        match node.func:
            case ast.Name(id=name) if name not in frame.holder(name).binds:
                return name in BUILTINS and name not in ("setattr", "map", "filter")
            case ast.Attribute(attr=attr) if attr in CONSUMING_METHODS:
                return attr not in self._methods
            case _:
                return dotted(node.func, self._origins) is not None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body without those of functions and classes in it."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        for child in ast.iter_child_nodes(node):
            yield from _own_nodes(child)


class _Follower:
    """Says which definitions a value may be, or hold."""

    def __init__(
        self, code: Code, origins: Mapping[str, str], reader: _Reader, *, instances: bool = False
    ) -> None:
        self._origins = origins
        self._reader = reader
        #: Objects of a class count like the class; what can't be followed is taken to hold nothing.
        self._instances = instances
        self._effects = effects_of(code)
        self._methods = code.names.methods
        self._anywhere: frozenset[str] | None = None

    def _spread(self) -> frozenset[str]:
        if self._anywhere is None:
            self._anywhere = frozenset()  # what comes from anywhere adds nothing to it
            self._anywhere = self.reached(
                _Value(value.node, value.frame, inside=True) for value in self._reader.spread
            )
        return self._anywhere

    def reached(self, sources: Iterable[_Source]) -> frozenset[str]:
        """The definitions that the sources may be."""
        found: set[str] = set()
        pending = list(sources)
        seen: set[tuple[int, int, bool]] = set()
        while pending:
            match pending.pop():
                case _Definition(name):
                    found.add(name)
                case _Value(node, frame, inside) as value:
                    key = (id(node), id(frame), inside)
                    if key not in seen:
                        seen.add(key)
                        pending += self._step(value)
                case _Instance(of):
                    found |= {of} if self._instances else set()
                case _Anything() as anything:
                    if self._instances:
                        pending += self._given(anything)
                    else:
                        found |= self._spread()
        return frozenset(found)

    def _step(self, value: _Value) -> Iterable[_Source]:
        """Where a value comes from."""
        node, frame, inside = value.node, value.frame, value.inside
        if self._is_plain(node, frame):
            return
        match node:
            case ast.Name(id=name):
                yield from self._name(name, frame, inside)
            case ast.Attribute(value=base, attr=attr):
                if attr in _WAYS_BACK:
                    yield from self._way_back(base, frame)
                elif dotted(node, self._origins) is None:
                    yield _Value(base, frame, inside=True)
            case ast.Subscript(value=base) | ast.Starred(value=base) | ast.Await(value=base):
                yield _Value(base, frame, inside=True)
            case ast.IfExp(body=body, orelse=orelse):
                yield from (_Value(body, frame, inside), _Value(orelse, frame, inside))
            case ast.BoolOp(values=values):
                yield from (_Value(each, frame, inside) for each in values)
            case ast.NamedExpr(value=inner):
                yield _Value(inner, frame, inside)
            case ast.Call():
                yield from self._call(node, frame, inside)
            case ast.BinOp(left=left, right=right):
                yield from (_Value(left, frame, inside=True), _Value(right, frame, inside=True))
            case ast.Lambda() | ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.UnaryOp():
                return
            case (
                ast.List() | ast.Tuple() | ast.Set() | ast.Dict()
                | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()
            ):  # fmt: skip
                if inside:
                    for child in ast.iter_child_nodes(node):
                        if isinstance(child, ast.expr):
                            yield _Value(child, frame, inside=True)
            case _:
                yield _ANYTHING

    def _given(self, parameter: _Anything) -> Iterator[_Source]:
        """What a function is called with."""
        names = self._reader.parameters.get(parameter.function, ())
        for call, frame in self._reader.calls.get(parameter.function, ()):
            for name, value in zip(names, call.args, strict=False):
                if name == parameter.parameter:
                    yield _Value(value, frame, inside=True)
            for keyword in call.keywords:
                if keyword.arg == parameter.parameter:
                    yield _Value(keyword.value, frame, inside=True)

    def _name(self, name: str, frame: _Frame, inside: bool) -> Iterable[_Source]:
        sources = frame.holder(name).binds.get(name, ())
        if self._instances:
            for value in self._reader.contents.get((frame.holder(name), name), ()):
                yield _Value(value.node, value.frame, inside=True)
        for source in sources:
            if isinstance(source, _Value):
                yield _Value(source.node, source.frame, inside=source.inside or inside)
            else:
                yield source
        if inside and sources:
            yield _ANYTHING  # something may have been put into it

    def _call(self, node: ast.Call, frame: _Frame, inside: bool) -> Iterable[_Source]:
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        holding = [_Value(each, frame, inside=True) for each in values]
        path = dotted(node.func, self._origins)
        match node.func:
            case ast.Name(id="type") if len(values) == 1:
                yield from self._way_back(values[0], frame)
            case ast.Name(id="super") if frame.binds:
                yield from frame.binds[next(iter(frame.binds))]
            case ast.Name(id=name) if name in frame.holder(name).binds and path is None:
                sources = frame.holder(name).binds[name]
                if self._instances:
                    yield from self._reader.results.get(name, ())
                if sources and all(
                    isinstance(s, _Definition) and self._is_made_by(s.name) for s in sources
                ):
                    # A new object: it holds what it was given, and its class's attributes.
                    if inside:
                        yield from holding
                        yield _ANYTHING
                    yield from sources if self._instances else []
                else:
                    yield from (s for s in sources if not self._is_function(s))
                    yield _ANYTHING
            case ast.Name(id=name) if path is None:
                if inside or name not in _CONTAINERS:
                    yield from holding
            case ast.Attribute(attr="__new__" | "view"):
                return
            case _ if path is not None:
                # Libraries give classes capitals.
                if inside or not path.rpartition(".")[2][:1].isupper():
                    yield from holding
            case ast.Attribute(value=base, attr=attr):
                if not (isinstance(base, ast.Name) and self._is_made_by(base.id)):
                    yield _Value(base, frame, inside=True)
                # A function that is applied to a table is not in the result.
                applied = attr in CONSUMING_METHODS and attr not in self._methods
                yield from (v for v in holding if not (applied and self._is_named(v.node)))
                yield _ANYTHING
            case function:
                yield _Value(function, frame, inside=True)
                yield from holding
                yield _ANYTHING

    def _is_named(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self._reader.definitions

    def _is_function(self, source: _Source) -> bool:
        return isinstance(source, _Definition) and source.name not in self._reader.classes

    def _is_made_by(self, name: str) -> bool:
        """Whether a name is a class of which each call makes a new object."""
        return name in self._reader.classes and name not in self._reader.shared

    def _way_back(self, node: ast.expr, frame: _Frame) -> Iterable[_Source]:
        """The class of an object, and the like."""
        name = node.id if isinstance(node, ast.Name) else ""
        sources = frame.holder(name).binds.get(name, [])
        owners = [source.of for source in sources if isinstance(source, _Instance)]
        if sources and len(owners) == len(sources):
            yield from map(_Definition, owners)
        elif self._instances:
            yield _Value(node, frame, inside=True)
        elif not self._is_plain(node, frame):
            yield from map(_Definition, self._reader.definitions)

    def _is_plain(self, node: ast.expr, frame: _Frame) -> bool:
        """Whether a value is known to be a table, a number or a picture."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        names = (n.id for n in ast.walk(root) if isinstance(n, ast.Name))
        if any(frame.holder(name) is not self._reader.module for name in names):
            return False
        return self._effects.kind(node) in _PLAIN_KINDS
