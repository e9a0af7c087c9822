"""From syntax to events: which of a statement's names are the notebook's globals, and what it does
to them. Python's scoping rules are applied once, here; everything later is about names and sets.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Any

from nb2prod.analysis.events import (
    Bind,
    Block,
    Branch,
    Closure,
    Create,
    Event,
    Jump,
    Loop,
    Place,
    Read,
    Try,
    Unbind,
)
from nb2prod.analysis.origins import dotted, imported

BUILTINS = frozenset(dir(builtins))

#: Methods that call a function they are given before they return, and then forget it.
CONSUMING_METHODS = frozenset(
    """
    apply applymap map agg aggregate transform filter assign sort_values sort pipe groupby rename
    pivot_table resample where mask sub replace combine nlargest
    """.split()
)
#: Builtins that use up an iterable, or call a key function, before they return.
CONSUMING_BUILTINS = frozenset(
    "sorted min max sum any all list tuple set dict frozenset next len".split()
)
#: Libraries whose methods of these names keep the function, and call it later.
_LAZY_LIBRARIES = frozenset("pyspark dask polars ray vaex apache_beam ThreadPoolExecutor".split())
_NAMESPACE_CALLS = frozenset("globals locals vars dir eval exec get_ipython".split())
#: Those that reach for the namespace of whoever calls them, even where they are only passed on.
_NAMESPACE_VALUES = frozenset("globals locals eval exec get_ipython".split())
#: Functions that look names up in the module `__main__`, and how many arguments tell them not to.
_MAIN_READERS = {
    "unittest.main": 9,
    "unittest.TestProgram": 9,
    "doctest.testmod": 1,
    "cProfile.run": 9,
    "profile.run": 9,
}
_FRAME_NAMESPACES = frozenset("__globals__ f_globals f_locals".split())
_MAIN_IMPORT = re.compile(r"\b(from|import)\s+__main__\b")
_NAME_ERROR_CATCHERS = frozenset("NameError UnboundLocalError Exception BaseException".split())
_AT_NAME = re.compile(r"@([^\W\d]\w*)")
#: An ``@`` whose name is put in later: before a placeholder, or at the end of a piece of text.
_AT_PLACEHOLDER = re.compile(r"(?<!\w)@[%{]")
_AT_END = re.compile(r"(?<!\w)@$")
#: Functions that look names up in the frame that calls them.
_EVALUATORS = frozenset("pandas.eval numexpr.evaluate".split())
_EVALUATING_MODULES = frozenset("pd pandas ne numexpr".split())
#: What `DataFrame.query` and `DataFrame.eval` take beside the text; other methods of the name differ.
_QUERY_OPTIONS = frozenset("inplace engine parser target level resolvers".split())
_IDENTIFIER = re.compile(r"(?<![.\w'\"])[^\W\d]\w*")
_SUPPRESSORS = frozenset("suppress contextmanager asynccontextmanager __exit__ __aexit__".split())
#: Warning filters that only make less noise, or more.
_MUFFLING = frozenset("ignore default once always module".split())
_MUTATORS = frozenset(
    """
    append extend insert remove pop clear sort reverse update add discard setdefault popitem fit
    fit_transform partial_fit fill put resize shuffle set_params load_state_dict compile write
    """.split()
)


@dataclass(frozen=True, slots=True)
class ProgramNames:
    """What the scope analysis has to know of the whole program beforehand."""

    #: Names that any shipped statement may bind as a global.
    bound: frozenset[str]
    #: Every identifier that occurs, for choosing names of our own.
    identifiers: frozenset[str]
    #: Methods of the notebook's own classes and of modules beside it, and attributes set to functions.
    methods: frozenset[str]
    #: Every attribute, and every name in an import, that occurs.
    mentioned: frozenset[str]
    #: Names that may be bound to functions or classes of the notebook.
    callables: frozenset[str]
    #: Warnings are recorded, or become errors.
    watches_warnings: bool
    #: Names bound once in the program, to a literal that no caller can override.
    constants: Mapping[str, ast.expr]
    #: A context manager of the notebook may swallow exceptions.
    suppresses: bool
    #: What imports bind, with the dotted path of the object.
    imports: Mapping[str, str]
    #: Bound names that follow an ``@`` in any text, and such that are any word of one.
    queried: frozenset[str]
    worded: frozenset[str]
    #: Some text puts the name behind an ``@`` in later.
    computed: bool


@dataclass(frozen=True, slots=True)
class NamespaceCall:
    """An expression that reaches for the namespace as a whole."""

    #: The kind of access, for the mend: the function called, or the attribute.
    function: str
    place: Place
    #: The expression as the notebook writes it.
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A call such as ``df.query("a > @limit")``."""

    #: Every variable that the string names.
    names: tuple[str, ...]
    #: In a function, comprehension or class: there only that scope's own variables are found.
    inner: bool
    #: The text is known; else these are all the globals that it may name.
    known: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What one statement does, apart from where it stands."""

    events: Block
    #: Every place where a global name stands as an identifier of its own (an `ast.Name`).
    names: Mapping[Place, str]
    #: Bindings that are no `ast.Name`: (line, name) of defs, imports, handlers, case captures.
    bindings: frozenset[tuple[int, str]]
    #: Names whose object is changed in place.
    mutates: frozenset[str]
    #: Places in class bodies that read a global which the class body binds too, later on ...
    class_reads: frozenset[tuple[str, Place]]
    #: ... or perhaps earlier.
    mixed_class_reads: frozenset[tuple[str, Place]]
    namespace_calls: tuple[NamespaceCall, ...]
    awaits: bool
    #: Names that are read other than to be called at once: their values may go anywhere.
    escapes: frozenset[str]
    #: Names that a nested function declares global although a function around it binds them.
    bypassed: frozenset[str]
    #: Calls whose query string names globals, by the place where they end.
    queries: Mapping[Place, Query]


def program_names(
    statements: Iterable[tuple[ast.stmt, bool]], foreign: Collection[str] = ()
) -> ProgramNames:
    """One pass over all statements, each with whether it is overridable (a parameters cell).

    ``foreign`` are the methods that classes of modules beside the notebook have.
    """
    bindings: Counter[str] = Counter()
    identifiers: set[str] = set()
    methods: set[str] = set(foreign)
    literals: dict[str, ast.expr] = {}
    mentioned: set[str] = set()
    callables: set[str] = set()
    copies: list[ast.Assign] = []
    texts: list[str] = []
    paths: dict[str, str] = {}
    computed = False
    watches = False
    for statement, overridable in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not overridable:
                if is_literal(value):
                    literals[name] = value
            case _:
                pass
        for node in ast.walk(statement):
            names = identifiers_of(node)
            identifiers.update(names)
            match node:
                case ast.Constant(value=str(text)) if len(text) < 2000:
                    texts.append(text)
                    computed |= "@" in text and bool(_AT_PLACEHOLDER.search(text))
                case ast.JoinedStr(values=parts):
                    computed |= any(map(_ends_at, parts[:-1]))
                case ast.BinOp(left=left, op=ast.Add()):
                    computed |= _ends_at(left)
                case ast.Import() | ast.ImportFrom():
                    paths.update((found.name, found.path) for found in imported(node))
                case ast.Name(ctx=ast.Load()) | ast.arg():
                    continue
                case ast.keyword(arg=word, value=value):
                    watches |= word == "record" and not is_false(value)
                    continue
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    callables.add(name)
                case ast.ClassDef(name=name, body=body):
                    callables.add(name)
                    methods.update(_methods(body))
                case ast.Assign(value=ast.Lambda() | ast.Name() | ast.Attribute()):
                    copies.append(node)
                case ast.Call(func=function, args=args, keywords=keywords):
                    called = function.attr if isinstance(function, ast.Attribute) else ""
                    called = function.id if isinstance(function, ast.Name) else called
                    if called == "SimpleNamespace":
                        methods.update(keyword.arg for keyword in keywords if keyword.arg)
                    elif called in ("simplefilter", "filterwarnings"):
                        watches |= not any(
                            isinstance(a, ast.Constant) and a.value in _MUFFLING for a in args[:1]
                        )
                case ast.alias(name=name):
                    mentioned.update(name.split("."))
                case ast.Attribute(attr=attr):
                    mentioned.add(attr)
                case _:
                    pass
            bindings.update(names)
    _spread(copies, callables, methods)
    queried = {name for text in texts if "@" in text for name in _AT_NAME.findall(text)}
    worded: set[str] = set()
    if mentioned & {"eval", "evaluate"}:
        worded = {name for text in texts for name in _IDENTIFIER.findall(text)}
    return ProgramNames(
        bound=frozenset(bindings),
        identifiers=frozenset(identifiers.union(bindings)),
        methods=frozenset(methods),
        mentioned=frozenset(mentioned),
        callables=frozenset(callables),
        watches_warnings=watches,
        constants={name: value for name, value in literals.items() if bindings[name] == 1},
        suppresses=bool(_SUPPRESSORS & (mentioned | methods)),
        imports=paths,
        queried=frozenset(queried & bindings.keys()),
        worded=frozenset(worded & bindings.keys()),
        computed=computed,
    )


def _spread(copies: Iterable[ast.Assign], callables: set[str], methods: set[str]) -> None:
    """Follows functions to the names and attributes that they are assigned to, in program order."""
    for copy in copies:
        match copy.value:
            case ast.Name(id=name):
                called = name in callables
            case ast.Attribute(attr=attr):
                called = attr in methods
            case _:
                called = True
        for target in copy.targets if called else ():
            if isinstance(target, ast.Attribute):
                methods.add(target.attr)
            elif isinstance(target, ast.Name):
                callables.add(target.id)


def _methods(body: Iterable[ast.stmt]) -> Iterator[str]:
    """What a class body makes attributes of its instances that may run code."""
    for item in body:
        match item:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=targets, value=value) if not is_literal(value):
                for target in targets:
                    yield from identifiers_of(target)
            case _:
                pass


def is_false(node: ast.expr) -> bool:
    """The literal ``False``."""
    return isinstance(node, ast.Constant) and node.value is False


def identifiers_of(node: ast.AST) -> tuple[str, ...]:
    """The names that a node itself reads, binds or passes."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.alias(name=name, asname=asname):
            return (asname or name.partition(".")[0],)
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            return (name,)
        case ast.Global(names=names):
            return tuple(names)
        case _:
            return ()


def is_literal(node: ast.expr) -> bool:
    """Numbers, text, None, booleans, and tuples, lists, sets and dicts of them."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return all(is_literal(item) for item in items)
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_literal(key) for key in keys) and all(
                is_literal(value) for value in values
            )
        case _:
            return False


class _Kind(Enum):
    MODULE = 0
    FUNCTION = 1
    CLASS = 2
    COMPREHENSION = 3


@dataclass(slots=True)
class _Scope:
    kind: _Kind
    parent: _Scope | None = None
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    #: Class bodies: names bound for certain so far, and perhaps.
    assigned: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    depth: int = 0
    class_name: str | None = None


@dataclass(slots=True)
class _Draft:
    """A closure being read."""

    binder: str | None
    reads: dict[str, list[Place]] = field(default_factory=dict)
    writes: dict[str, list[Place]] = field(default_factory=dict)
    deletes: set[str] = field(default_factory=set)
    soft: set[str] = field(default_factory=set)
    lingers: bool = False


class ScopeReader:
    """Reads the statements of one program in order; keeps only counters and string names between."""

    def __init__(self, names: ProgramNames, *, lazy_annotations: bool = False) -> None:
        self._names = names
        self._lazy_annotations = lazy_annotations
        self._ids = count(1)
        self._string_names: dict[str, frozenset[str]] = {}

    def read(self, statement: ast.stmt) -> Facts:
        """The facts of one top-level statement."""
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            self._lazy_annotations |= any(a.name == "annotations" for a in statement.names)
        return _Reader(self._names, self._ids, self._string_names, self._lazy_annotations).read(
            statement
        )


class _Reader:
    def __init__(
        self,
        names: ProgramNames,
        ids: Iterator[int],
        string_names: dict[str, frozenset[str]],
        lazy_annotations: bool,
    ) -> None:
        self._program = names
        self._ids = ids
        self._string_names = string_names
        self._lazy_annotations = lazy_annotations
        self._scope = _Scope(_Kind.MODULE)
        self._out: list[Event] = []
        self._draft: _Draft | None = None
        self._guarded = False
        self._depth = 0
        self._names: dict[Place, str] = {}
        self._bindings: set[tuple[int, str]] = set()
        self._mutates: set[str] = set()
        self._class_reads: set[tuple[str, Place]] = set()
        self._mixed: set[tuple[str, Place]] = set()
        self._namespace: list[NamespaceCall] = []
        self._queries: dict[Place, Query] = {}
        self._loads: set[Place] = set()
        self._called: set[Place] = set()
        self._called_far: set[ast.AST] = set()
        self._bypassed: set[str] = set()
        self._awaits = False

    def read(self, statement: ast.stmt) -> Facts:
        self._visit(statement)
        return Facts(
            events=tuple(self._out),
            names=self._names,
            bindings=frozenset(self._bindings),
            mutates=frozenset(self._mutates),
            class_reads=frozenset(self._class_reads),
            mixed_class_reads=frozenset(self._mixed),
            namespace_calls=tuple(self._namespace),
            awaits=self._awaits,
            escapes=frozenset(self._names[place] for place in self._loads - self._called),
            bypassed=frozenset(self._bypassed),
            queries=self._queries,
        )

    # ------------------------------------------------------------------ events
    def _emit(self, event: Event) -> None:
        if self._draft is None:
            self._out.append(event)

    @contextmanager
    def _collecting(self, *, conditional: bool = True) -> Iterator[list[Event]]:
        """Events go into a block of their own."""
        outer, block = self._out, []  # type: tuple[list[Event], list[Event]]
        self._out = block
        self._depth += conditional
        yield block
        self._depth -= conditional
        self._out = outer

    def _block(self, nodes: Sequence[ast.AST], *, conditional: bool = True) -> Block:
        with self._collecting(conditional=conditional) as block:
            for node in nodes:
                self._visit(node)
        return tuple(block)

    # ------------------------------------------------------------------ names
    def _resolve(self, name: str) -> _Scope:
        """The scope that a name belongs to, seen from here."""
        scope: _Scope | None = self._scope
        first = True
        while scope is not None and scope.kind is not _Kind.MODULE:
            if scope.kind is _Kind.CLASS and not first:
                scope = scope.parent
                continue
            if name in scope.globals:
                break
            if name in scope.bound and name not in scope.nonlocals:
                return scope
            first = False
            scope = scope.parent
        return _MODULE

    def _mangled(self, name: str) -> str:
        if not name.startswith("__") or name.endswith("__"):
            return name
        scope: _Scope | None = self._scope
        while scope is not None:
            if scope.class_name is not None:
                return f"_{scope.class_name.lstrip('_')}{name}"
            scope = scope.parent
        return name

    def _load(self, name: str, place: Place) -> None:
        name = self._mangled(name)
        scope = self._resolve(name)
        if scope.kind is _Kind.CLASS:
            if name in scope.assigned:
                return
            reads = self._mixed if name in scope.maybe else self._class_reads
            reads.add((name, place))
        elif scope.kind is not _Kind.MODULE:
            return
        self._names[place] = name
        self._loads.add(place)
        self._global_read(name, place)
        for soft in self._string_names.get(name, ()):
            self._soft_read(soft, place)

    def _global_read(self, name: str, place: Place) -> None:
        if self._draft is not None:
            self._draft.reads.setdefault(name, []).append(place)
        else:
            self._emit(Read(name, place, self._guarded, certain=self._depth == 0))

    def _soft_read(self, name: str, place: Place) -> None:
        if name not in self._program.bound or self._resolve(name).kind is not _Kind.MODULE:
            return
        if self._draft is not None:
            self._draft.soft.add(name)
            self._draft.reads.setdefault(name, [])
        else:
            self._emit(Read(name, place, self._guarded, soft=True, certain=False))

    def _store(self, name: str, place: Place, how: str, *, identifier: bool = True) -> None:
        """A binding; ``identifier`` tells whether an `ast.Name` stands at the place."""
        name = self._mangled(name)
        scope = self._resolve(name)
        if scope.kind is _Kind.CLASS:
            certain = self._depth == scope.depth
            (scope.assigned if certain else scope.maybe).add(name)
        if scope.kind is not _Kind.MODULE:
            return
        if identifier:
            self._names[place] = name
        else:
            self._bindings.add((place[0], name))
        if self._draft is not None:
            self._draft.writes.setdefault(name, []).append(place)
        else:
            if self._scope.kind is _Kind.CLASS:
                how = "global"
            self._emit(Bind(next(self._ids), name, place, how))

    def _delete(self, name: str, place: Place, *, identifier: bool = True) -> None:
        name = self._mangled(name)
        scope = self._resolve(name)
        if scope.kind is _Kind.CLASS:
            scope.assigned.discard(name)
            scope.maybe.add(name)
        if scope.kind is not _Kind.MODULE:
            return
        if identifier:
            self._names[place] = name
        if self._draft is not None:
            self._draft.deletes.add(name)
        else:
            if identifier:  # a name has to be bound to be deleted
                certain = self._depth == 0
                self._emit(Read(name, place, self._guarded, certain=certain, deleted=True))
            self._emit(Unbind(name, place))

    def _mutate(self, target: ast.expr) -> None:
        while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
            target = target.value
        if isinstance(target, ast.Name) and self._draft is None:
            name = self._mangled(target.id)
            if self._resolve(name).kind is _Kind.MODULE:
                self._mutates.add(name)

    # ------------------------------------------------------------------ dispatch
    def _visit(self, node: ast.AST | None) -> None:
        if node is None:
            return
        visit: Callable[[Any], None] | None = _DISPATCH.get(type(node))
        if visit is not None:
            visit(self, node)  # type: ignore[call-arg]
        else:
            for child in ast.iter_child_nodes(node):
                self._visit(child)

    def _visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            self._visit(node)

    # ------------------------------------------------------------------ expressions
    def _name(self, node: ast.Name) -> None:
        place = (node.lineno, node.col_offset)
        match node.ctx:
            case ast.Load():
                self._load(node.id, place)
                self._namespace_value(node)
            case ast.Store():
                self._store(node.id, place, "assign")
            case _:
                self._delete(node.id, place)

    def _constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _MAIN_IMPORT.search(node.value):
            self._reaches("__main__", node)
        if isinstance(node.value, str) and "~" in node.value and len(node.value) < 2000:
            for name in _IDENTIFIER.findall(node.value):
                self._soft_read(name, (node.lineno, node.col_offset))

    def _attribute(self, node: ast.Attribute | ast.Subscript) -> None:
        self._visit(node.value)
        if isinstance(node, ast.Attribute):
            if node.attr in _FRAME_NAMESPACES:
                self._reaches(node.attr, node)
            self._namespace_value(node)
        elif dotted(node.value, self._program.imports) == "sys.modules":
            match node.slice:
                case ast.Name(id="__name__") | ast.Constant(value="__main__"):
                    self._reaches("__main__", node)
                case _:
                    pass
        if isinstance(node, ast.Subscript):
            self._visit(node.slice)
        if not isinstance(node.ctx, ast.Load):
            self._mutate(node.value)

    def _named_expr(self, node: ast.NamedExpr) -> None:
        self._visit(node.value)
        place = (node.target.lineno, node.target.col_offset)
        # A walrus in a comprehension binds outside of it.
        inner = self._scope
        while self._scope.kind is _Kind.COMPREHENSION and self._scope.parent is not None:
            self._scope = self._scope.parent
        self._store(node.target.id, place, "walrus")
        self._scope = inner

    def _bool_op(self, node: ast.BoolOp) -> None:
        self._visit(node.values[0])
        self._emit(Branch((self._block(node.values[1:]), ())))

    def _if_exp(self, node: ast.IfExp) -> None:
        self._visit(node.test)
        self._emit(Branch((self._block([node.body]), self._block([node.orelse]))))

    def _await(self, node: ast.Await) -> None:
        self._awaits |= self._draft is None
        self._visit(node.value)

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        if self._draft is not None:
            self._draft.lingers = True
        self._visit(node.value)

    def _call(self, node: ast.Call) -> None:
        consumed = self._consumed(node)
        called = [node.func, *(argument for argument in node.args if argument in consumed)]
        self._called.update((n.lineno, n.col_offset) for n in called if isinstance(n, ast.Name))
        self._called_from_library(node)
        self._visit(node.func)
        for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
            transient = self._draft is None and value in consumed
            if transient and isinstance(value, ast.Lambda):
                self._transient_lambda(value)
            elif transient and isinstance(value, ast.GeneratorExp):
                self._comprehension(value)
            else:
                self._visit(value)
        self._strings(node)
        self._namespace_call(node)
        if isinstance(node.func, ast.Attribute) and (
            node.func.attr in _MUTATORS
            or any(
                keyword.arg == "inplace"
                and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
                for keyword in node.keywords
            )
        ):
            self._mutate(node.func.value)

    def _called_from_library(self, node: ast.Call) -> None:
        """``df["x"].apply(eval)``, ``read_csv(..., converters={"x": eval})``: called far from here."""
        self._called_far.add(node.func)  # judged with its arguments
        given: list[ast.AST] = [word.value for word in node.keywords if word.arg == "converters"]
        if isinstance(node.func, ast.Attribute) and node.func.attr in CONSUMING_METHODS:
            given += node.args
        for value in given:
            self._called_far.update([value] if isinstance(value, ast.Lambda) else ast.walk(value))

    def _consumed(self, node: ast.Call) -> list[ast.expr]:
        """Arguments that a call uses up, or calls, before it returns, and then forgets."""
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        match node.func:
            case ast.Name(id=name) if name in CONSUMING_BUILTINS - self._program.bound:
                # Further arguments, and every other keyword, are values that come out again.
                alone = name not in ("min", "max") or len(node.args) == 1
                keys = [
                    word.value for word in node.keywords if word.arg == "key" and name != "dict"
                ]
                return [*(node.args[:1] if alone else ()), *keys]
            case ast.Attribute(value=ast.Constant(value=str()), attr="join"):
                return values
            case ast.Attribute(attr=name) if name in CONSUMING_METHODS - self._program.methods:
                return [] if _LAZY_LIBRARIES & self._program.mentioned else values
            case _:
                return []

    def _strings(self, node: ast.Call) -> None:
        """Variables that a query names."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else None
        path = dotted(node.func, self._program.imports)
        from_frame = path in _EVALUATORS or (
            method in ("eval", "evaluate")
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in _EVALUATING_MODULES
        )
        if not node.args or not (from_frame or method in ("query", "eval", "evaluate")):
            return
        text = string_of(node.args[0])
        known = self._is_known(node.args[0])
        if text is None and isinstance(node.args[0], ast.Name):
            held = self._program.constants.get(node.args[0].id)
            text = string_of(held) if held is not None else None
            known = text is not None
        found = set((_IDENTIFIER if from_frame else _AT_NAME).findall(text or ""))
        if from_frame:
            found &= self._program.bound
        possible: frozenset[str] = frozenset()
        if not known and self._is_query(node, from_frame):
            if self._program.computed and not from_frame:
                self._reaches("query", node)
            possible = self._program.worded if from_frame else self._program.queried
            possible = frozenset(name for name in possible - found if self._is_global(name))
        # Where a variable holds the text, reading it has read what the text names.
        held_already = found if isinstance(node.args[0], ast.Name) and not from_frame else set()
        for variable in sorted((found | possible) - held_already):
            self._soft_read(variable, (node.lineno, node.col_offset))
        self._query(node, frozenset() if from_frame else found, found | possible, known)

    def _is_known(self, node: ast.expr) -> bool:
        """Whether a text is written out, but for values in it that are no text themselves."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=parts):
                return all(
                    isinstance(part, ast.Constant)
                    or isinstance(part, ast.FormattedValue)
                    and (part.format_spec is not None or self._is_number(part.value))
                    for part in parts
                )
            case _:
                return False

    def _is_number(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name):
                node = self._program.constants.get(name, node)
            case _:
                pass
        return isinstance(node, ast.Constant) and not isinstance(node.value, str)

    @staticmethod
    def _is_query(node: ast.Call, from_frame: bool) -> bool:
        """Whether a call with a text that is not known can be a query, judged by its form."""
        if from_frame:
            return True
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        options = {keyword.arg for keyword in node.keywords}
        return method != "evaluate" and len(node.args) == 1 and options <= _QUERY_OPTIONS

    def _is_global(self, name: str) -> bool:
        return self._resolve(name).kind is _Kind.MODULE

    def _query(
        self, node: ast.Call, sure: Collection[str], names: Collection[str], known: bool
    ) -> None:
        """Notes a query that names globals; unlike a formula, it is sure to read those it spells."""
        if any(map(self._is_global, names)):
            # Calls of one chain start at the same place, but end at different ones.
            end = (node.end_lineno or 0, node.end_col_offset or 0)
            inner = self._scope.kind is not _Kind.MODULE
            self._queries[end] = Query(tuple(sorted(names)), inner, known)
        if self._draft is None:
            for name in sorted(filter(self._is_global, sure)):
                self._global_read(name, (node.lineno, node.col_offset))

    # ------------------------------------------------------------------ the namespace as a whole
    def _reaches(self, how: str, node: ast.expr) -> None:
        text = ast.unparse(node)
        text = text if len(text) < 60 else text[:57] + "..."
        self._namespace.append(NamespaceCall(how, (node.lineno, node.col_offset), text))

    def _builtin(self, node: ast.expr) -> str | None:
        """The builtin that an expression names, also as an attribute of `builtins`."""
        path = dotted(node, self._program.imports) or ""
        match node:
            case _ if path.endswith(".get_ipython"):
                return "get_ipython"
            case ast.Name(id=name) if path.startswith("builtins."):
                return path.removeprefix("builtins.")
            case ast.Name(id=name) if name not in self._program.bound and self._is_global(name):
                return name
            case ast.Attribute(value=ast.Name(id="__builtins__" | "__builtin__"), attr=name):
                return name
            case ast.Attribute() if path.startswith("builtins."):
                return path.removeprefix("builtins.")
            case _:
                return None

    def _namespace_call(self, node: ast.Call) -> None:
        path = dotted(node.func, self._program.imports)
        if path in _MAIN_READERS and len(node.args) < _MAIN_READERS[path]:
            if not any(keyword.arg in ("module", "m") for keyword in node.keywords):
                self._reaches(path.partition(".")[0], node)
        name = self._builtin(node.func)
        if name not in _NAMESPACE_CALLS:
            return
        arguments = len(node.args) + len(node.keywords)
        if name in ("locals", "vars", "dir"):
            if arguments or self._in_function():
                return
        if name in ("eval", "exec") and arguments > 1:
            return
        if name == "eval" and node.args and self._draft is None:
            text = string_of(node.args[0])
            if text is not None and isinstance(node.args[0], ast.Constant):
                for variable in _IDENTIFIER.findall(text):
                    self._soft_read(variable, (node.lineno, node.col_offset))
                return
        self._reaches(name, node)

    def _namespace_value(self, node: ast.expr) -> None:
        """A function that is not called here would look into the namespace of whoever calls it."""
        if node not in self._called_far and (name := self._builtin(node)) in _NAMESPACE_VALUES:
            self._reaches(name, node)

    def _in_function(self) -> bool:
        scope: _Scope | None = self._scope
        while scope is not None:
            if scope.kind is _Kind.FUNCTION or scope.kind is _Kind.CLASS:
                return True
            scope = scope.parent
        return False

    # ------------------------------------------------------------------ comprehensions, lambdas
    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        """Runs at once; its own names are its own."""
        first, *rest = node.generators
        self._visit(first.iter)
        self._awaits |= self._draft is None and any(g.is_async for g in node.generators)
        scope = _Scope(_Kind.COMPREHENSION, self._scope, depth=self._depth)
        for generator in node.generators:
            scope.bound.update(_target_names(generator.target))
        outer, self._scope = self._scope, scope
        with self._collecting() as body:
            self._visit(first.target)
            self._visit_all(first.ifs)
            for generator in rest:
                self._visit_all([generator.iter, generator.target, *generator.ifs])
            if isinstance(node, ast.DictComp):
                self._visit_all([node.key, node.value])
            else:
                self._visit(node.elt)
        self._scope = outer
        if body:
            self._emit(Loop(tuple(body), (), entered=False, endless=False))

    def _generator(self, node: ast.GeneratorExp) -> None:
        """Runs later, as a closure does; only its first iterable is evaluated here."""
        self._visit(node.generators[0].iter)
        with self._closure(None):
            scope = _Scope(_Kind.FUNCTION, self._scope, depth=self._depth)
            for generator in node.generators:
                scope.bound.update(_target_names(generator.target))
            outer, self._scope = self._scope, scope
            for i, generator in enumerate(node.generators):
                self._visit_all([generator.iter] if i else [])
                self._visit_all([generator.target, *generator.ifs])
            self._visit(node.elt)
            self._scope = outer

    def _lambda(self, node: ast.Lambda, binder: str | None = None) -> None:
        self._visit_all(_defaults(node.args))
        with self._closure(binder):
            self._function_body(node.args, [node.body])

    def _transient_lambda(self, node: ast.Lambda) -> None:
        """A lambda that is called before its statement ends: its reads happen here and now."""
        self._visit_all(_defaults(node.args))
        with self._collecting() as body:
            self._function_body(node.args, [node.body])
        if body:
            self._emit(Loop(tuple(body), (), entered=False, endless=False))

    @contextmanager
    def _closure(self, binder: str | None) -> Iterator[None]:
        """What is read here belongs to a closure; nested ones to the outermost."""
        if self._draft is not None:
            self._draft.lingers = True
            yield
            return
        self._draft = draft = _Draft(binder)
        guarded, self._guarded = self._guarded, False
        yield
        self._draft, self._guarded = None, guarded
        self._emit(
            Create(
                Closure(
                    id=next(self._ids),
                    binder=draft.binder,
                    reads={name: tuple(places) for name, places in draft.reads.items()},
                    writes={name: tuple(places) for name, places in draft.writes.items()},
                    deletes=frozenset(draft.deletes),
                    soft=frozenset(draft.soft),
                    lingers=draft.lingers,
                )
            )
        )

    def _function_body(self, arguments: ast.arguments, body: Sequence[ast.AST]) -> None:
        scope = _Scope(_Kind.FUNCTION, self._scope, depth=self._depth)
        scope.bound.update(argument.arg for argument in _arguments(arguments))
        _collect_bindings(body, scope)
        scope.bound = {self._mangled(name) for name in scope.bound}
        scope.globals = {self._mangled(name) for name in scope.globals}
        scope.nonlocals = {self._mangled(name) for name in scope.nonlocals}
        around: _Scope | None = self._scope
        while around is not None:
            if around.kind is _Kind.FUNCTION:
                self._bypassed |= scope.globals & around.bound
            around = around.parent
        outer, self._scope = self._scope, scope
        self._visit_all(body)
        self._scope = outer

    # ------------------------------------------------------------------ definitions
    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(node.decorator_list)
        self._visit_all(_defaults(node.args))
        annotations = [a.annotation for a in _arguments(node.args)] + [node.returns]
        self._annotations(annotations)
        binder: str | None = None
        if self._scope.kind is _Kind.MODULE and not node.decorator_list:
            binder = node.name
        elif self._scope.kind is _Kind.CLASS:
            # A method runs through its class, unless a decorator hands it to somebody else.
            plain = all(_is_plain_decorator(decorator) for decorator in node.decorator_list)
            top = self._scope.parent is not None and self._scope.parent.kind is _Kind.MODULE
            binder = self._scope.class_name if plain and top else None
        with self._closure(binder):
            if self._draft is not None and isinstance(node, ast.AsyncFunctionDef):
                self._draft.lingers = True
            self._function_body(node.args, node.body)
        self._store(node.name, (node.lineno, node.col_offset), "def", identifier=False)

    def _annotations(self, annotations: Iterable[ast.expr | None]) -> None:
        for annotation in annotations:
            if annotation is None:
                continue
            if self._lazy_annotations:
                for node in ast.walk(annotation):
                    if isinstance(node, ast.Name):
                        self._soft_read(node.id, (node.lineno, node.col_offset))
            else:
                self._visit(annotation)

    def _class(self, node: ast.ClassDef) -> None:
        self._visit_all(node.decorator_list)
        self._visit_all(node.bases)
        self._visit_all(keyword.value for keyword in node.keywords)
        scope = _Scope(_Kind.CLASS, self._scope, depth=self._depth, class_name=node.name)
        _collect_bindings(node.body, scope)
        scope.bound = {self._mangle_in(node.name, name) for name in scope.bound}
        scope.globals = {self._mangle_in(node.name, name) for name in scope.globals}
        scope.nonlocals = {self._mangle_in(node.name, name) for name in scope.nonlocals}
        outer, self._scope = self._scope, scope
        scope.assigned.update(("__module__", "__qualname__"))
        scope.bound.update(("__module__", "__qualname__"))
        self._visit_all(node.body)
        self._scope = outer
        self._store(node.name, (node.lineno, node.col_offset), "class", identifier=False)

    @staticmethod
    def _mangle_in(class_name: str, name: str) -> str:
        if name.startswith("__") and not name.endswith("__"):
            return f"_{class_name.lstrip('_')}{name}"
        return name

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            return  # a directive: nobody means the object that it binds
        for alias in node.names:
            if alias.name == "*":
                continue
            local = alias.asname or alias.name.partition(".")[0]
            if "__main__" in (alias.name, getattr(node, "module", None)):
                self._namespace.append(
                    NamespaceCall("__main__", (node.lineno, node.col_offset), ast.unparse(node))
                )
            self._store(local, (alias.lineno, alias.col_offset), "import", identifier=False)

    # ------------------------------------------------------------------ statements
    def _assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                binder = name if self._scope.kind is _Kind.MODULE else None
                self._lambda(function, binder)
            case _:
                self._visit(node.value)
        text = string_of(node.value)
        if text is not None:
            named = frozenset(_AT_NAME.findall(text))
            if "~" in text and len(text) < 2000:
                named |= frozenset(_IDENTIFIER.findall(text))
            named = frozenset(n for n in named if n in self._program.bound)
            for target in node.targets:
                if isinstance(target, ast.Name) and named:
                    held = self._string_names.get(target.id, frozenset())
                    self._string_names[target.id] = held | named
        self._visit_all(node.targets)

    def _aug_assign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            place = (node.target.lineno, node.target.col_offset)
            self._load(node.target.id, place)
            self._visit(node.value)
            self._store(node.target.id, place, "augment")
            self._mutate(node.target)
        else:
            self._visit(node.target)
            self._visit(node.value)

    def _ann_assign(self, node: ast.AnnAssign) -> None:
        if self._scope.kind in (_Kind.MODULE, _Kind.CLASS):
            self._annotations([node.annotation])
        self._visit(node.value)
        if node.value is not None or not isinstance(node.target, ast.Name):
            self._visit(node.target)
        elif self._resolve(self._mangled(node.target.id)).kind is _Kind.MODULE:
            self._names[(node.target.lineno, node.target.col_offset)] = node.target.id

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit(node.iter)
        self._awaits |= isinstance(node, ast.AsyncFor) and self._draft is None
        entered = self._nonempty(node.iter)
        with self._collecting() as body:
            self._visit(node.target)
            self._visit_all(node.body)
        self._emit(Loop(tuple(body), self._block(node.orelse), entered, endless=False))

    def _nonempty(self, iterable: ast.expr) -> bool:
        match iterable:
            case ast.Name(id=name) if name in self._program.constants:
                return self._nonempty(self._program.constants[name])
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return any(not isinstance(item, ast.Starred) for item in items)
            case ast.Dict(keys=keys):
                return any(key is not None for key in keys)
            case ast.Constant(value=str(text)):
                return bool(text)
            case ast.Call(func=ast.Name(id="range"), args=args) if (
                "range" not in self._program.bound
            ):
                numbers = [self._number(argument) for argument in args]
                known = [number for number in numbers if number is not None]
                return len(known) == len(args) and bool(_range(known))
            case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "sorted"), args=[inner, *_]):
                return self._nonempty(inner)
            case _:
                return False

    def _number(self, node: ast.expr) -> int | None:
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return -value
            case ast.Name(id=name) if name in self._program.constants:
                return self._number(self._program.constants[name])
            case _:
                return None

    def _while(self, node: ast.While) -> None:
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        # The test runs before each round and once more at the end.
        if not endless:
            self._visit(node.test)
        body = self._block([*node.body, node.test])
        self._emit(Loop(body, self._block(node.orelse), entered=endless, endless=endless))

    def _if(self, node: ast.If) -> None:
        self._visit(node.test)
        if _always_true(node.test) and not node.orelse:
            self._visit_all(node.body)
            return
        self._emit(Branch((self._block(node.body), self._block(node.orelse))))

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        self._awaits |= isinstance(node, ast.AsyncWith) and self._draft is None
        with self._collecting(conditional=False) as entry:
            for item in node.items:
                self._visit(item.context_expr)
                self._visit(item.optional_vars)
        for event in entry:
            self._emit(event)
        body = self._block(node.body, conditional=self._program.suppresses)
        if self._program.suppresses:
            self._emit(Try(body, ((),), (), ()))
        else:
            for event in body:
                self._emit(event)

    def _try(self, node: ast.Try) -> None:
        guarded, self._guarded = (
            self._guarded,
            self._guarded or any(catches_name_error(handler) for handler in node.handlers),
        )
        body = self._block(node.body)
        self._guarded = guarded
        handlers = []
        for handler in node.handlers:
            with self._collecting() as events:
                self._visit(handler.type)
                place = (handler.lineno, handler.col_offset)
                if handler.name:
                    self._store(handler.name, place, "except", identifier=False)
                self._visit_all(handler.body)
                if handler.name:
                    self._delete(handler.name, place, identifier=False)
            handlers.append(tuple(events))
        orelse = self._block(node.orelse)
        final = self._block(node.finalbody, conditional=False)
        self._emit(Try(body, tuple(handlers), orelse, final))

    def _match(self, node: ast.Match) -> None:
        self._visit(node.subject)
        arms: list[Block] = []
        irrefutable = False
        for case in node.cases:
            with self._collecting() as events:
                self._pattern(case.pattern)
                # A failed guard leaves its captures bound for the following cases.
                self._visit(case.guard)
                self._visit_all(case.body)
            arms.append(tuple(events))
            irrefutable |= case.guard is None and _irrefutable(case.pattern)
        for i, case in enumerate(node.cases):
            if case.guard is not None:
                captured = tuple(e for e in arms[i] if isinstance(e, Bind) and e.how == "case")
                arms[i + 1 :] = [
                    (Branch((captured, ())), *later) if captured else later
                    for later in arms[i + 1 :]
                ]
                if captured and not irrefutable:
                    arms.append(captured)
        if not irrefutable:
            arms.append(())
        self._emit(Branch(tuple(arms)))

    def _pattern(self, pattern: ast.AST) -> None:
        for node in ast.walk(pattern):
            match node:
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    self._store(name, (node.lineno, node.col_offset), "case", identifier=False)
                case ast.MatchMapping(rest=str(name)):
                    self._store(name, (node.lineno, node.col_offset), "case", identifier=False)
                case ast.MatchValue(value=value) | ast.MatchClass(cls=value):
                    self._visit(value)
                case _:
                    pass

    def _global(self, node: ast.Global) -> None:
        pass

    def _jump(self, node: ast.Break | ast.Continue | ast.Raise) -> None:
        if isinstance(node, ast.Raise):
            self._visit(node.exc)
            self._visit(node.cause)
        kind = {ast.Break: "break", ast.Continue: "continue"}.get(type(node), "stop")
        self._emit(Jump(kind))

    def _assert(self, node: ast.Assert) -> None:
        self._visit(node.test)
        self._emit(Branch((self._block([node.msg] if node.msg else []), ())))


_MODULE = _Scope(_Kind.MODULE)

_DISPATCH: dict[type[ast.AST], Any] = {
    ast.Name: _Reader._name,
    ast.Constant: _Reader._constant,
    ast.Attribute: _Reader._attribute,
    ast.Subscript: _Reader._attribute,
    ast.NamedExpr: _Reader._named_expr,
    ast.BoolOp: _Reader._bool_op,
    ast.IfExp: _Reader._if_exp,
    ast.Await: _Reader._await,
    ast.Yield: _Reader._yield,
    ast.YieldFrom: _Reader._yield,
    ast.Call: _Reader._call,
    ast.ListComp: _Reader._comprehension,
    ast.SetComp: _Reader._comprehension,
    ast.DictComp: _Reader._comprehension,
    ast.GeneratorExp: _Reader._generator,
    ast.Lambda: _Reader._lambda,
    ast.FunctionDef: _Reader._function,
    ast.AsyncFunctionDef: _Reader._function,
    ast.ClassDef: _Reader._class,
    ast.Import: _Reader._import,
    ast.ImportFrom: _Reader._import,
    ast.Assign: _Reader._assign,
    ast.AugAssign: _Reader._aug_assign,
    ast.AnnAssign: _Reader._ann_assign,
    ast.For: _Reader._for,
    ast.AsyncFor: _Reader._for,
    ast.While: _Reader._while,
    ast.If: _Reader._if,
    ast.With: _Reader._with,
    ast.AsyncWith: _Reader._with,
    ast.Try: _Reader._try,
    ast.Match: _Reader._match,
    ast.Global: _Reader._global,
    ast.Nonlocal: _Reader._global,
    ast.Break: _Reader._jump,
    ast.Continue: _Reader._jump,
    ast.Raise: _Reader._jump,
    ast.Assert: _Reader._assert,
}
if hasattr(ast, "TryStar"):
    _DISPATCH[ast.TryStar] = _Reader._try


def string_of(node: ast.expr) -> str | None:
    """The text of a string or of the literal parts of an f-string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(part.value) for part in values if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = (string_of(left), string_of(right))
            return None if parts == (None, None) else " ".join(part or "" for part in parts)
        case _:
            return None


def _ends_at(node: ast.expr) -> bool:
    """A piece of text after which the name of a query's variable is put in."""
    match node:
        case ast.Constant(value=str(text)):
            return bool(_AT_END.search(text))
        case _:
            return False


def _is_plain_decorator(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name in ("property", "staticmethod", "classmethod", "abstractmethod")
        case ast.Attribute(attr=attr):
            return attr in ("setter", "getter", "deleter", "abstractmethod", "cached_property")
        case _:
            return False


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *([arguments.vararg] if arguments.vararg else []),
        *arguments.kwonlyargs,
        *([arguments.kwarg] if arguments.kwarg else []),
    ]


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


def _target_names(target: ast.expr) -> set[str]:
    return {
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _collect_bindings(nodes: Iterable[ast.AST], scope: _Scope) -> None:
    """The names that a function or class body binds, without entering nested scopes."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        match node:
            case ast.Global(names=names):
                scope.globals.update(names)
            case ast.Nonlocal(names=names):
                scope.nonlocals.update(names)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                scope.bound.add(name)
                pending += [*node.decorator_list, *_defaults(node.args)]
                continue
            case ast.ClassDef(name=name):
                scope.bound.add(name)
                pending += [*node.decorator_list, *node.bases]
                continue
            case ast.Lambda(args=args):
                pending += _defaults(args)
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                scope.bound.update(_walrus_names(node))
                pending.append(node.generators[0].iter)
                continue
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                scope.bound.add(name)
            case ast.alias(name=name, asname=asname):
                scope.bound.add(asname or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)):
                scope.bound.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                scope.bound.add(name)
            case _:
                pass
        pending.extend(ast.iter_child_nodes(node))


def _walrus_names(comprehension: ast.AST) -> set[str]:
    names: set[str] = set()
    pending = list(ast.iter_child_nodes(comprehension))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.NamedExpr):
            names.add(node.target.id)
        pending.extend(ast.iter_child_nodes(node))
    return names


def _range(numbers: list[int]) -> range:
    return range(*numbers) if 1 <= len(numbers) <= 3 and (numbers + [1, 1, 1])[2] else range(0)


def _always_true(test: ast.expr) -> bool:
    """Whether a test is known to hold: a notebook runs as `__main__`."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Compare(
            left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value=value)]
        ):
            return bool(value == "__main__")
        case _:
            return False


def _irrefutable(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _irrefutable(inner)
        case ast.MatchOr(patterns=patterns):
            return any(_irrefutable(option) for option in patterns)
        case _:
            return False


def catches_name_error(handler: ast.ExceptHandler) -> bool:
    """Whether a handler may see that a name is not bound."""
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    # A class that is no builtin may be any exception; a builtin one is known by its name.
    return any(
        not isinstance(kind, ast.Name) or kind.id in _NAME_ERROR_CATCHERS or kind.id not in BUILTINS
        for kind in types
    )
