"""Rules for statements: imports, assignments, and control flow."""

from __future__ import annotations

import ast

from nb2prod.analysis.controlflow import (
    always_true,
    catches_name_error,
    is_irrefutable,
    is_nonempty,
)
from nb2prod.analysis.definitions import closing_lambda
from nb2prod.analysis.events import Bind, Block, Branch, Jump, Loop, Try
from nb2prod.analysis.futures import is_future
from nb2prod.analysis.literals import string_of
from nb2prod.analysis.namespaces import import_of_main
from nb2prod.analysis.scopes import ScopeKind
from nb2prod.analysis.strings import at_names, formula_names
from nb2prod.analysis.visitor import Rule, Visitor


def _import(visitor: Visitor, node: ast.Import | ast.ImportFrom) -> None:
    if is_future(node):
        return  # a directive; `futures` writes out what it binds, where that is read
    for alias in node.names:
        if alias.name == "*":
            continue
        local = alias.asname or alias.name.partition(".")[0]
        if "__main__" in (alias.name, getattr(node, "module", None)):
            visitor.reach(import_of_main(node))
        visitor.store(local, (alias.lineno, alias.col_offset), "import", identifier=False)


def _assign(visitor: Visitor, node: ast.Assign) -> None:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
            binder = name if visitor.scope.kind is ScopeKind.MODULE else None
            closing_lambda(visitor, function, binder)
        case _:
            visitor.visit(node.value)
    text = string_of(node.value)
    if text is not None:
        named = [*at_names(text), *formula_names(text)]
        for target in node.targets:
            if isinstance(target, ast.Name):
                visitor.hold(target.id, named)
    visitor.visit_all(node.targets)


def _aug_assign(visitor: Visitor, node: ast.AugAssign) -> None:
    if isinstance(node.target, ast.Name):
        place = (node.target.lineno, node.target.col_offset)
        visitor.load(node.target.id, place)
        visitor.visit(node.value)
        visitor.store(node.target.id, place, "augment")
        visitor.mutate(node.target)
    else:
        visitor.visit(node.target)
        visitor.visit(node.value)


def _ann_assign(visitor: Visitor, node: ast.AnnAssign) -> None:
    if visitor.scope.kind in (ScopeKind.MODULE, ScopeKind.CLASS):
        visitor.annotations([node.annotation])
    visitor.visit(node.value)
    if node.value is not None or not isinstance(node.target, ast.Name):
        visitor.visit(node.target)
    else:
        visitor.declare(node.target.id, (node.target.lineno, node.target.col_offset))


def _for(visitor: Visitor, node: ast.For | ast.AsyncFor) -> None:
    visitor.visit(node.iter)
    if isinstance(node, ast.AsyncFor):
        visitor.suspend()
    entered = is_nonempty(node.iter, visitor.program)
    with visitor.collecting() as body:
        visitor.visit(node.target)
        visitor.visit_all(node.body)
    visitor.emit(Loop(tuple(body), visitor.block(node.orelse), entered, endless=False))


def _while(visitor: Visitor, node: ast.While) -> None:
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    # The test runs before each round and once more at the end.
    if not endless:
        visitor.visit(node.test)
    body = visitor.block([*node.body, node.test])
    visitor.emit(Loop(body, visitor.block(node.orelse), entered=endless, endless=endless))


def _if(visitor: Visitor, node: ast.If) -> None:
    visitor.visit(node.test)
    if always_true(node.test) and not node.orelse:
        visitor.visit_all(node.body)
        return
    visitor.emit(Branch((visitor.block(node.body), visitor.block(node.orelse))))


def _with(visitor: Visitor, node: ast.With | ast.AsyncWith) -> None:
    if isinstance(node, ast.AsyncWith):
        visitor.suspend()
    with visitor.collecting(conditional=False) as entry:
        for item in node.items:
            visitor.visit(item.context_expr)
            visitor.visit(item.optional_vars)
    for event in entry:
        visitor.emit(event)
    body = visitor.block(node.body, conditional=visitor.program.suppresses)
    if visitor.program.suppresses:
        visitor.emit(Try(body, ((),), (), ()))
    else:
        for event in body:
            visitor.emit(event)


def _try(visitor: Visitor, node: ast.Try) -> None:
    with visitor.guarded(any(map(catches_name_error, node.handlers))):
        body = visitor.block(node.body)
    handlers = []
    for handler in node.handlers:
        with visitor.collecting() as events:
            visitor.visit(handler.type)
            place = (handler.lineno, handler.col_offset)
            if handler.name:
                visitor.store(handler.name, place, "except", identifier=False)
            visitor.visit_all(handler.body)
            if handler.name:
                visitor.delete(handler.name, place, identifier=False)
        handlers.append(tuple(events))
    orelse = visitor.block(node.orelse)
    final = visitor.block(node.finalbody, conditional=False)
    visitor.emit(Try(body, tuple(handlers), orelse, final))


def _match(visitor: Visitor, node: ast.Match) -> None:
    visitor.visit(node.subject)
    arms: list[Block] = []
    irrefutable = False
    for case in node.cases:
        with visitor.collecting() as events:
            _pattern(visitor, case.pattern)
            # A failed guard leaves its captures bound for the following cases.
            visitor.visit(case.guard)
            visitor.visit_all(case.body)
        arms.append(tuple(events))
        irrefutable |= case.guard is None and is_irrefutable(case.pattern)
    for i, case in enumerate(node.cases):
        if case.guard is not None:
            captured = tuple(e for e in arms[i] if isinstance(e, Bind) and e.how == "case")
            arms[i + 1 :] = [
                (Branch((captured, ())), *later) if captured else later for later in arms[i + 1 :]
            ]
            if captured and not irrefutable:
                arms.append(captured)
    if not irrefutable:
        arms.append(())
    visitor.emit(Branch(tuple(arms)))


def _pattern(visitor: Visitor, pattern: ast.AST) -> None:
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                visitor.store(name, (node.lineno, node.col_offset), "case", identifier=False)
            case ast.MatchMapping(rest=str(name)):
                visitor.store(name, (node.lineno, node.col_offset), "case", identifier=False)
            case ast.MatchValue(value=value) | ast.MatchClass(cls=value):
                visitor.visit(value)
            case _:
                pass


def _declaration(visitor: Visitor, node: ast.Global | ast.Nonlocal) -> None:
    """Known already, from the body that it stands in."""


def _jump(visitor: Visitor, node: ast.Break | ast.Continue | ast.Raise) -> None:
    if isinstance(node, ast.Raise):
        visitor.visit(node.exc)
        visitor.visit(node.cause)
    kind = {ast.Break: "break", ast.Continue: "continue"}.get(type(node), "stop")
    visitor.emit(Jump(kind))


def _assert(visitor: Visitor, node: ast.Assert) -> None:
    visitor.visit(node.test)
    visitor.emit(Branch((visitor.block([node.msg] if node.msg else []), ())))


#: The rule for each kind of statement.
STATEMENTS: dict[type[ast.AST], Rule] = {
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Assign: _assign,
    ast.AugAssign: _aug_assign,
    ast.AnnAssign: _ann_assign,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.If: _if,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.Match: _match,
    ast.Global: _declaration,
    ast.Nonlocal: _declaration,
    ast.Break: _jump,
    ast.Continue: _jump,
    ast.Raise: _jump,
    ast.Assert: _assert,
}
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = _try
