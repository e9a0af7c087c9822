"""The names of the program as a whole: what the statements bind, mention and may call."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nb2prod.analysis.literals import is_false, is_literal
from nb2prod.analysis.origins import imported
from nb2prod.analysis.strings import LONGEST_TEXT, at_names, identifiers_in, is_computed

_SUPPRESSORS = frozenset("suppress contextmanager asynccontextmanager __exit__ __aexit__".split())
#: Warning filters that only make less noise, or more.
_MUFFLING = frozenset("ignore default once always module".split())
#: What is mentioned where texts are evaluated, and where there are formulas.
_EVALUATING = frozenset("eval evaluate".split())
_FORMULAS = frozenset("formula from_formula patsy formulaic".split())


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
    #: Bound names that are a word of any text, where the program has formulas.
    formulated: frozenset[str]
    #: Some text puts the name behind an ``@`` in later.
    computed: bool


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
    formulas = False
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
                case ast.Constant(value=str(text)) if len(text) < LONGEST_TEXT:
                    texts.append(text)
                    computed |= is_computed(node)
                case ast.JoinedStr() | ast.BinOp():
                    computed |= is_computed(node)
                case ast.Import() | ast.ImportFrom():
                    paths.update((found.name, found.path) for found in imported(node))
                case ast.Name(ctx=ast.Load()) | ast.arg():
                    continue
                case ast.keyword(arg=word, value=value):
                    watches |= word == "record" and not is_false(value)
                    formulas |= word == "formula"
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
    queried = {name for text in texts for name in at_names(text)}
    words: set[str] = set()
    evaluates = bool(mentioned & _EVALUATING)
    imported_parts = {part for path in paths.values() for part in path.split(".")}
    formulas |= bool(_FORMULAS & (mentioned | imported_parts))
    if evaluates or formulas:
        words = {name for text in texts for name in identifiers_in(text)} & bindings.keys()
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
        worded=frozenset(words if evaluates else ()),
        formulated=frozenset(words if formulas else ()),
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


def bound_by(node: ast.AST) -> tuple[str, ...]:
    """The names that a node itself binds, here or, by `global`, in the module."""
    match node:
        case ast.Name(ctx=ast.Load()) | ast.arg() | ast.keyword():
            return ()
        case _:
            return identifiers_of(node)
