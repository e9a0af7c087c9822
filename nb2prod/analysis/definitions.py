"""Rules for code with a scope of its own: functions, lambdas, classes, comprehensions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from nb2prod.analysis.events import Loop
from nb2prod.analysis.scopes import ScopeKind, defaults_of, parameters_of, target_names
from nb2prod.analysis.visitor import Rule, Visitor


def comprehension(
    visitor: Visitor, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
) -> None:
    """Runs at once; its own names are its own."""
    first, *rest = node.generators
    visitor.visit(first.iter)
    if any(generator.is_async for generator in node.generators):
        visitor.suspend()
    scope = visitor.new_scope(ScopeKind.COMPREHENSION)
    for generator in node.generators:
        scope.bound.update(target_names(generator.target))
    with visitor.inside(scope), visitor.collecting() as body:
        visitor.visit(first.target)
        visitor.visit_all(first.ifs)
        for generator in rest:
            visitor.visit_all([generator.iter, generator.target, *generator.ifs])
        if isinstance(node, ast.DictComp):
            visitor.visit_all([node.key, node.value])
        else:
            visitor.visit(node.elt)
    if body:
        visitor.emit(Loop(tuple(body), (), entered=False, endless=False))


def _generator(visitor: Visitor, node: ast.GeneratorExp) -> None:
    """Runs later, as a closure does; only its first iterable is evaluated here."""
    visitor.visit(node.generators[0].iter)
    with visitor.closure(None):
        scope = visitor.new_scope(ScopeKind.FUNCTION)
        for generator in node.generators:
            scope.bound.update(target_names(generator.target))
        with visitor.inside(scope):
            for i, generator in enumerate(node.generators):
                visitor.visit_all([generator.iter] if i else [])
                visitor.visit_all([generator.target, *generator.ifs])
            visitor.visit(node.elt)


def closing_lambda(visitor: Visitor, node: ast.Lambda, binder: str | None = None) -> None:
    """A lambda whose body runs later, perhaps under the name that it is bound to."""
    visitor.visit_all(defaults_of(node.args))
    with visitor.closure(binder):
        _body(visitor, node.args, [node.body])


def transient_lambda(visitor: Visitor, node: ast.Lambda) -> None:
    """A lambda that is called before its statement ends: its reads happen here and now."""
    visitor.visit_all(defaults_of(node.args))
    with visitor.collecting() as body:
        _body(visitor, node.args, [node.body])
    if body:
        visitor.emit(Loop(tuple(body), (), entered=False, endless=False))


def _body(visitor: Visitor, arguments: ast.arguments, body: Sequence[ast.AST]) -> None:
    scope = visitor.new_scope(ScopeKind.FUNCTION)
    scope.bound.update(parameter.arg for parameter in parameters_of(arguments))
    scope.collect(body)
    visitor.bypass(scope.bypassed())
    with visitor.inside(scope):
        visitor.visit_all(body)


def _function(visitor: Visitor, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    visitor.visit_all(node.decorator_list)
    visitor.visit_all(defaults_of(node.args))
    visitor.annotations([p.annotation for p in parameters_of(node.args)] + [node.returns])
    scope = visitor.scope
    binder: str | None = None
    if scope.kind is ScopeKind.MODULE and not node.decorator_list:
        binder = node.name
    elif scope.kind is ScopeKind.CLASS:
        # A method runs through its class, unless a decorator hands it to somebody else.
        plain = all(_is_plain_decorator(decorator) for decorator in node.decorator_list)
        top = scope.parent is not None and scope.parent.kind is ScopeKind.MODULE
        binder = scope.class_name if plain and top else None
    with visitor.closure(binder):
        if isinstance(node, ast.AsyncFunctionDef):
            visitor.linger()
        _body(visitor, node.args, node.body)
    visitor.store(node.name, (node.lineno, node.col_offset), "def", identifier=False)


def _is_plain_decorator(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name):
            return name in ("property", "staticmethod", "classmethod", "abstractmethod")
        case ast.Attribute(attr=attr):
            return attr in ("setter", "getter", "deleter", "abstractmethod", "cached_property")
        case _:
            return False


def _class(visitor: Visitor, node: ast.ClassDef) -> None:
    visitor.visit_all(node.decorator_list)
    visitor.visit_all(node.bases)
    visitor.visit_all(keyword.value for keyword in node.keywords)
    scope = visitor.new_scope(ScopeKind.CLASS, class_name=node.name)
    scope.collect(node.body)
    scope.assigned.update(("__module__", "__qualname__"))
    scope.bound.update(("__module__", "__qualname__"))
    with visitor.inside(scope):
        visitor.visit_all(node.body)
    visitor.store(node.name, (node.lineno, node.col_offset), "class", identifier=False)


#: The rule for each kind of definition.
DEFINITIONS: Mapping[type[ast.AST], Rule] = {
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.GeneratorExp: _generator,
    ast.Lambda: closing_lambda,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
}
