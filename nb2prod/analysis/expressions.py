"""Rules for expressions: names, attributes, calls, and what is evaluated only perhaps."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from nb2prod.analysis import namespaces
from nb2prod.analysis.calls import called_by_library, consumed, mutated
from nb2prod.analysis.definitions import comprehension, transient_lambda
from nb2prod.analysis.events import Branch
from nb2prod.analysis.formulas import Formula, named_in_formula
from nb2prod.analysis.namespaces import namespace_call
from nb2prod.analysis.queries import Query, lookup
from nb2prod.analysis.scopes import ScopeKind
from nb2prod.analysis.strings import formula_names, identifiers_in
from nb2prod.analysis.visitor import Rule, Visitor


def _name(visitor: Visitor, node: ast.Name) -> None:
    place = (node.lineno, node.col_offset)
    match node.ctx:
        case ast.Load():
            visitor.load(node.id, place)
            _value(visitor, node)
        case ast.Store():
            visitor.store(node.id, place, "assign")
        case _:
            visitor.delete(node.id, place)


def _constant(visitor: Visitor, node: ast.Constant) -> None:
    if not isinstance(node.value, str):
        return
    if namespaces.imports_main(node.value):
        visitor.reach(namespace_call("__main__", node))
    for name in formula_names(node.value):
        visitor.soft_read(name, (node.lineno, node.col_offset))


def _attribute(visitor: Visitor, node: ast.Attribute | ast.Subscript) -> None:
    visitor.visit(node.value)
    if attribute := namespaces.by_attribute(node, visitor.program):
        visitor.reach(namespace_call(attribute, node))
    if isinstance(node, ast.Attribute):
        _value(visitor, node)
    else:
        visitor.visit(node.slice)
    if not isinstance(node.ctx, ast.Load):
        visitor.mutate(node.value)


def _value(visitor: Visitor, node: ast.expr) -> None:
    """A function that is not called here would look into the namespace of whoever calls it."""
    if not visitor.is_called_elsewhere(node):
        if builtin := namespaces.by_value(node, visitor.program, visitor.scope):
            visitor.reach(namespace_call(builtin, node))


def _named_expr(visitor: Visitor, node: ast.NamedExpr) -> None:
    visitor.visit(node.value)
    with visitor.inside(visitor.scope.outside_comprehensions()):
        visitor.store(node.target.id, (node.target.lineno, node.target.col_offset), "walrus")


def _bool_op(visitor: Visitor, node: ast.BoolOp) -> None:
    visitor.visit(node.values[0])
    visitor.emit(Branch((visitor.block(node.values[1:]), ())))


def _if_exp(visitor: Visitor, node: ast.IfExp) -> None:
    visitor.visit(node.test)
    visitor.emit(Branch((visitor.block([node.body]), visitor.block([node.orelse]))))


def _await(visitor: Visitor, node: ast.Await) -> None:
    visitor.suspend()
    visitor.visit(node.value)


def _yield(visitor: Visitor, node: ast.Yield | ast.YieldFrom) -> None:
    visitor.linger()
    visitor.visit(node.value)


def _call(visitor: Visitor, node: ast.Call) -> None:
    used_up = consumed(node, visitor.program)
    called = [node.func, *(argument for argument in node.args if argument in used_up)]
    visitor.call((n.lineno, n.col_offset) for n in called if isinstance(n, ast.Name))
    # The function is judged with its arguments, below.
    visitor.call_elsewhere([node.func, *called_by_library(node)])
    visitor.visit(node.func)
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        transient = visitor.immediate and value in used_up
        if transient and isinstance(value, ast.Lambda):
            transient_lambda(visitor, value)
        elif transient and isinstance(value, ast.GeneratorExp):
            comprehension(visitor, value)
        else:
            visitor.visit(value)
    _lookup(visitor, node)
    _formula(visitor, node)
    _namespace(visitor, node)
    if changed := mutated(node):
        visitor.mutate(changed)


def _lookup(visitor: Visitor, node: ast.Call) -> None:
    """Variables that a query names."""
    found = lookup(node, visitor.program, visitor.scope)
    if found is None:
        return
    place = (node.lineno, node.col_offset)
    if found.anything:
        visitor.reach(namespace_call("query", node))
    for name in sorted(found.fresh):
        visitor.soft_read(name, place)
    if any(map(visitor.scope.sees_global, found.names)):
        end = (node.end_lineno or 0, node.end_col_offset or 0)
        inner = visitor.scope.kind is not ScopeKind.MODULE
        visitor.query(end, Query(tuple(sorted(found.names)), inner, found.known))
    # Unlike a formula, a query is sure to read the names that it spells.
    if visitor.immediate:
        for name in sorted(filter(visitor.scope.sees_global, found.sure)):
            visitor.global_read(name, place)


def _formula(visitor: Visitor, node: ast.Call) -> None:
    """Variables that a formula names: perhaps, for columns of the data come first."""
    found = named_in_formula(node, visitor.program)
    names = sorted(filter(visitor.scope.sees_global, found or ()))
    for name in names:
        visitor.soft_read(name, (node.lineno, node.col_offset))
    if names and visitor.scope.kind is not ScopeKind.MODULE:
        end = (node.end_lineno or 0, node.end_col_offset or 0)
        visitor.formula(end, Formula(tuple(names)))


def _namespace(visitor: Visitor, node: ast.Call) -> None:
    """The namespace as a whole, for which a call reaches."""
    if library := namespaces.by_library(node, visitor.program):
        visitor.reach(namespace_call(library, node))
    builtin = namespaces.by_call(node, visitor.program, visitor.scope)
    match node.args:
        case [ast.Constant(value=str(text)), *_] if builtin == "eval" and visitor.immediate:
            for name in identifiers_in(text):
                visitor.soft_read(name, (node.lineno, node.col_offset))
        case _ if builtin:
            visitor.reach(namespace_call(builtin, node))
        case _:
            pass


#: The rule for each kind of expression.
EXPRESSIONS: Mapping[type[ast.AST], Rule] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Subscript: _attribute,
    ast.NamedExpr: _named_expr,
    ast.BoolOp: _bool_op,
    ast.IfExp: _if_exp,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Call: _call,
}
