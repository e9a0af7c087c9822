"""Python's scoping rules: which scope a name belongs to, and what it is called there."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

#: Names of the scope around every module.
BUILTINS = frozenset(dir(builtins))


class ScopeKind(Enum):
    """What a scope belongs to."""

    MODULE = 0
    FUNCTION = 1
    CLASS = 2
    COMPREHENSION = 3


@dataclass(slots=True)
class Scope:
    """The names of a module, function, class body or comprehension."""

    kind: ScopeKind
    parent: Scope | None = None
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    #: Class bodies: names bound for certain so far, and perhaps.
    assigned: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    #: How many conditional blocks it stands in.
    depth: int = 0
    class_name: str | None = None

    def resolve(self, name: str) -> Scope:
        """The scope that a name belongs to, seen from here."""
        scope: Scope | None = self
        first = True
        while scope is not None and scope.kind is not ScopeKind.MODULE:
            if scope.kind is ScopeKind.CLASS and not first:
                scope = scope.parent
                continue
            if name in scope.globals:
                break
            if name in scope.bound and name not in scope.nonlocals:
                return scope
            first = False
            scope = scope.parent
        return _MODULE

    def sees_global(self, name: str) -> bool:
        """Whether a name means the module's own variable here."""
        return self.resolve(name).kind is ScopeKind.MODULE

    def mangled(self, name: str) -> str:
        """The name that a private name of a class stands for here: ``__name`` as ``_Class__name``.

        A class whose own name is nothing but underscores keeps such names as they are.
        """
        if not name.startswith("__") or name.endswith("__"):
            return name
        scope: Scope | None = self
        while scope is not None:
            if scope.class_name is not None:
                owner = scope.class_name.lstrip("_")
                return f"_{owner}{name}" if owner else name
            scope = scope.parent
        return name

    def collect(self, body: Iterable[ast.AST]) -> None:
        """Takes up what a body binds, and declares global or nonlocal; with mangled names."""
        _collect_bindings(body, self)
        self.bound = {self.mangled(name) for name in self.bound}
        self.globals = {self.mangled(name) for name in self.globals}
        self.nonlocals = {self.mangled(name) for name in self.nonlocals}

    def bypassed(self) -> set[str]:
        """Names that it declares global although a function around it binds them."""
        names: set[str] = set()
        around = self.parent
        while around is not None:
            if around.kind is ScopeKind.FUNCTION:
                names |= self.globals & around.bound
            around = around.parent
        return names

    def has_own_namespace(self) -> bool:
        """Whether ``locals()`` is not the module's namespace here: in a function or class."""
        scope: Scope | None = self
        while scope is not None:
            if scope.kind is ScopeKind.FUNCTION or scope.kind is ScopeKind.CLASS:
                return True
            scope = scope.parent
        return False

    def outside_comprehensions(self) -> Scope:
        """The scope in which a walrus binds."""
        scope = self
        while scope.kind is ScopeKind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        return scope


_MODULE = Scope(ScopeKind.MODULE)


def parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a function, of every kind."""
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *([arguments.vararg] if arguments.vararg else []),
        *arguments.kwonlyargs,
        *([arguments.kwarg] if arguments.kwarg else []),
    ]


def defaults_of(arguments: ast.arguments) -> list[ast.expr]:
    """The defaults of a function's parameters."""
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


def target_names(target: ast.expr) -> set[str]:
    """The names that a target of a loop binds."""
    return {
        node.id
        for node in ast.walk(target)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _collect_bindings(nodes: Iterable[ast.AST], scope: Scope) -> None:
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
                pending += [*node.decorator_list, *defaults_of(node.args)]
                continue
            case ast.ClassDef(name=name):
                scope.bound.add(name)
                pending += [*node.decorator_list, *node.bases]
                continue
            case ast.Lambda(args=args):
                pending += defaults_of(args)
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
