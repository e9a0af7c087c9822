"""Comprehensions, `map` and loops over a few tables that a notebook names, written out.

``train, test = [clean(d) for d in (train, test)]`` is followed as ``train, test = [clean(train), clean(test)]``:
where rows are served, one of the tables is there and the other is not. Every line stays where it was.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from nb2prod.analysis.code import Code, analyse
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.program import Statement
from nb2prod.depth import with_room
from nb2prod.plan.celltext import CellText, span_of
from nb2prod.plan.chain import Span

#: How many items are written out at most.
_MANY = 8
#: How all items of something are written.
_BRACKETS = {"list": "[{}]", "tuple": "({})"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
#: Expressions that run once wherever they stand, or that bind names around them.
_ONCE = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)

#: A place, and what stands there instead.
Change: TypeAlias = tuple[Span, str]


@with_room
def unrolled(code: Code) -> Code:
    """The program with such expressions written out; the same one where there are none."""
    statements: list[Statement] = []
    for _, several in groupby(code.statements, lambda statement: id(statement.source)):
        statements += _of_cell(code, list(several), len(statements))
    same = all(new is old for new, old in zip(statements, code.statements, strict=True))
    return code if same else analyse(statements)


def _of_cell(code: Code, statements: Sequence[Statement], first: int) -> Iterator[Statement]:
    """Statements of one cell, which follow each other."""
    source = statements[0].source
    changes: list[Change] = []
    if source.tree is not None:
        text = CellText(source)
        for number, statement in enumerate(statements, first):
            if statement.position >= 0:
                unrolling = _Unrolling(code, number, text)
                changes += unrolling.changes(source.tree.body[statement.position])
    if changes:
        lines = source.python.split("\n")
        python = text.replaced((1, 0, len(lines), len(lines[-1].encode())), changes)
        source = replace(source, python=python, tree=ast.parse(python))
    for statement in statements:
        if changes and source.tree is not None and statement.position >= 0:
            node = source.tree.body[statement.position]
            statement = replace(statement, source=source, node=node)
        yield statement


class _Unrolling:
    """Writes out what stands in one statement of a program."""

    def __init__(self, code: Code, number: int, text: CellText) -> None:
        self._code, self._number, self._text = code, number, text
        #: Whether an expression is one of the program's own, and of none of its functions.
        self._at_top = True

    def changes(self, node: ast.AST) -> Iterator[Change]:
        """From the outside in; none lies in another one."""
        change = self._change(node)
        if change is not None:
            yield change
            return
        at_top, self._at_top = self._at_top, self._at_top and not isinstance(node, _FUNCTIONS)
        for child in ast.iter_child_nodes(node):
            yield from self.changes(child)
        self._at_top = at_top

    def _change(self, node: ast.AST) -> Change | None:
        match node:
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.expr() as value):
                if not isinstance(value, ast.ListComp):
                    return _written(value, self._each(value), "({})")
            case ast.Call(func=ast.Name(id="list" | "tuple" as made), args=[value], keywords=[]):
                if self._is_builtin(made):
                    return _written(node, self._each(value), _BRACKETS[made])
            case ast.ListComp():
                return _written(node, self._each(node), "[{}]")
            case ast.DictComp(key=key, value=value, generators=[one]):
                pairs = self._comprehended(one, [key, value])
                return _written(node, [": ".join(pair) for pair in pairs], "{{{}}}")
            case ast.For(iter=ast.Call() as several):
                return _written(several, map(ast.unparse, self._items(several)), "({})")
            case ast.For(iter=several, target=target, orelse=[]) if self._at_top:
                match node.body:
                    case [ast.Expr(ast.Call(ast.Attribute(ast.Name(id=name), "append"), [item]))]:
                        if self._begins(name) and not self._is_read_later(target):
                            each = self._substituted(target, self._items(several), [item])
                            return _written(node, [text for (text,) in each], name + " = [{}]")
        return None

    # ------------------------------------------------------------------ rounds
    def _each(self, node: ast.expr) -> list[str]:
        """What a comprehension, a generator or `map` gives, one by one; empty where nobody knows."""
        match node:
            case ast.ListComp(item, [one]) | ast.GeneratorExp(item, [one]):
                return [text for (text,) in self._comprehended(one, [item])]
            case ast.Call(func=ast.Name(id="map"), args=[function, several], keywords=[]):
                items = self._items(several) if self._is_builtin("map") else ()
                match function:
                    case ast.Name() | ast.Attribute() if _is_simple(function):
                        called = ast.unparse(function)
                        return [f"{called}({ast.unparse(item)})" for item in items]
                    case ast.Lambda(args=ast.arguments([], [ast.arg(name)], None), body=body):
                        target = ast.Name(name, ast.Store())
                        return [text for (text,) in self._substituted(target, items, [body])]
        return []

    def _comprehended(self, one: ast.comprehension, parts: Sequence[ast.expr]) -> list[list[str]]:
        """The texts of expressions in each round of a comprehension."""
        if one.ifs or one.is_async:
            return []
        return self._substituted(one.target, self._items(one.iter), parts)

    def _substituted(
        self, target: ast.expr, items: Iterable[ast.expr], parts: Sequence[ast.expr]
    ) -> list[list[str]]:
        """Expressions with each of several items in place of a target."""
        rounds = [_bound(target, item) for item in items]
        if None in rounds:
            return []
        texts = [[self._with(part, names) for part in parts] for names in rounds if names]
        return texts if all(all(several) for several in texts) else []

    def _with(self, node: ast.expr, names: Mapping[str, ast.expr]) -> str:
        """The text of an expression with others for names, on one line; empty where that can't be."""
        inside = [*ast.walk(node)]
        own = {n for part in inside for n in _names_of(part)}
        given = {n.id for item in names.values() for n in ast.walk(item) if isinstance(n, ast.Name)}
        formatted = [part for part in inside if isinstance(part, ast.JoinedStr)]
        unplaced = {n.id for f in formatted for n in ast.walk(f) if isinstance(n, ast.Name)}
        if own & (names.keys() | given) or unplaced & names.keys():
            return ""
        if any(isinstance(part, _ONCE) for part in inside):
            return ""
        reads = [part for part in inside if isinstance(part, ast.Name) and part.id in names]
        changes = [(span_of(read), ast.unparse(names[read.id])) for read in reads]
        return _on_one_line(self._text.replaced(span_of(node), changes))

    # ------------------------------------------------------------------ items
    def _items(self, node: ast.expr) -> Sequence[ast.expr]:
        """Several items of which some are variables; empty where nobody knows them."""
        items = self._listed(node)
        leaves = [leaf for item in items for leaf in _leaves(item)]
        simple = all(map(_is_simple, leaves)) and not all(map(is_literal, leaves))
        return items if simple and len(items) <= _MANY else ()

    def _listed(self, node: ast.expr) -> Sequence[ast.expr]:
        match node:
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return items
            case ast.Name(id=name):
                held = self._held(name)
                return self._listed(held) if isinstance(held, ast.Tuple | ast.List) else ()
            case ast.Call(ast.Attribute(ast.Name(id=name), "items" | "values" as method), [], []):
                held = self._held(name)
                if isinstance(held, ast.Dict) and None not in held.keys:
                    pairs = zip(held.keys, held.values, strict=True)
                    return held.values if method == "values" else [_beside(*p) for p in pairs]
            case ast.Call(ast.Name("enumerate"), [several], []) if self._is_builtin("enumerate"):
                return [_beside(ast.Constant(n), i) for n, i in enumerate(self._listed(several))]
            case ast.Call(ast.Name("zip"), several, []) if self._is_builtin("zip"):
                rows = [self._listed(one) for one in several]
                return [_beside(*row) for row in zip(*rows, strict=False)]
        return ()

    # ------------------------------------------------------------------ variables
    def _is_builtin(self, name: str) -> bool:
        return name not in self._code.names.bound

    def _held(self, name: str) -> ast.expr | None:
        """What a variable was bound to that holds the same objects still; None where nobody knows."""
        if not self._at_top or name in self._code.facts[self._number].mutates:
            return None
        return self._value(name)

    def _begins(self, name: str) -> bool:
        """Whether a variable is an empty list before the statement."""
        value = self._value(name)
        return isinstance(value, ast.List) and not value.elts

    def _value(self, name: str) -> ast.expr | None:
        """What a variable was bound to, where neither that nor what it is made of changed since."""
        flow = self._code.flow
        reach = flow.before(self._number, name)
        at = flow.statement_of(next(iter(reach))) if len(reach) == 1 else -1
        match self._code.statements[at].node if at >= 0 else None:
            case ast.Assign(targets=[ast.Name()], value=value):
                between = self._code.facts[at + 1 : self._number]
                read = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
                same = all(flow.before(at, n) == flow.before(self._number, n) for n in read)
                changed = any(name in facts.mutates for facts in between)
                return value if same and not changed else None
        return None

    def _is_read_later(self, target: ast.expr) -> bool:
        """Whether other statements read what a loop's target is bound to."""
        flow, names = self._code.flow, {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
        own = {d for d, (at, b) in flow.defs.items() if at == self._number and b.name in names}
        return any(use.reach & own for use in flow.uses if use.statement != self._number)


def _written(node: ast.expr | ast.stmt, each: Iterable[str], brackets: str) -> Change | None:
    """Items in the place of what gave them, over as many lines."""
    texts = list(each)
    at = span_of(node)
    lines = "\n" * (at[2] - at[0])
    return (at, brackets.format(", ".join(texts) + lines)) if texts else None


def _bound(target: ast.expr, item: ast.expr) -> dict[str, ast.expr] | None:
    """What the names of a target are bound to; None where that is not written out."""
    match target, item:
        case ast.Name(id=name), _:
            return {name: item}
        case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=items):
            each = [_bound(*pair) for pair in zip(targets, items, strict=False)]
            if len(targets) == len(items) and None not in each:
                return {name: held for found in each if found for name, held in found.items()}
    return None


def _names_of(node: ast.AST) -> Iterator[str]:
    """The names that part of an expression binds for itself."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.arg(arg=name):
            yield name


def _beside(*items: ast.expr | None) -> ast.Tuple:
    return ast.Tuple([item for item in items if item is not None], ast.Load())


def _leaves(item: ast.expr) -> Iterator[ast.expr]:
    if isinstance(item, ast.Tuple):
        for inner in item.elts:
            yield from _leaves(inner)
    else:
        yield item


def _is_simple(node: ast.expr) -> bool:
    """Whether it is the same value again wherever it is read."""
    match node:
        case ast.Subscript(value=inner, slice=ast.Constant()) | ast.Attribute(value=inner):
            return _is_simple(inner)
        case _:
            return isinstance(node, ast.Name) or is_literal(node)


def _on_one_line(text: str) -> str:
    """An expression without the breaks between its lines; empty where these count."""
    joined = " ".join(text.split("\n"))
    try:
        same = ast.dump(ast.parse(f"({text})")) == ast.dump(ast.parse(f"({joined})"))
    except SyntaxError:  # a comment
        return ""
    return joined if same else ""
