"""Statements in; what they do to the notebook's names out.

The events are written down as: ``a`` a read, ``?a`` a soft one (named in a string), ``=a`` a binding,
``-a`` a deletion, ``fn(reads>writes)`` the making of a function, ``[.. | ..]`` a branch.
"""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.events import (
    Bind,
    Block,
    Branch,
    Closure,
    Create,
    Event,
    Jump,
    Loop,
    Read,
    Try,
    Unbind,
)
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.names import program_names
from nb2prod.analysis.reader import ScopeReader
from nb2prod.analysis.recorder import Facts


def facts(source: str) -> Facts:
    statements = ast.parse(source).body
    reader = ScopeReader(program_names((statement, False) for statement in statements))
    return [reader.read(statement) for statement in statements][-1]


def shown(block: Block) -> str:
    return " ".join(map(_event, block))


def _event(event: Event) -> str:
    match event:
        case Read(name=name, soft=soft):
            return f"?{name}" if soft else name
        case Bind(name=name):
            return f"={name}"
        case Unbind(name=name):
            return f"-{name}"
        case Create(closure=closure):
            return _closure(closure)
        case Branch(arms=arms):
            return f"[{' | '.join(map(shown, arms))}]"
        case Loop(body=body, orelse=orelse, entered=entered, endless=endless):
            kind = "loop" + "+" * entered + "!" * endless
            return f"{kind}({shown(body)})" + (f"else({shown(orelse)})" if orelse else "")
        case Try(body=body, handlers=handlers, orelse=orelse, final=final):
            return f"try({shown(body)} / {' | '.join(map(shown, handlers))} / {shown(orelse)} / {shown(final)})"
        case Jump(kind=kind):
            return kind


def _closure(closure: Closure) -> str:
    writes = f">{','.join(sorted({*closure.writes, *(f'-{n}' for n in closure.deletes)}))}"
    return f"fn({','.join(sorted(closure.reads))}{writes if writes != '>' else ''})"


@pytest.mark.parametrize(
    ("source", "events"),
    [
        # Order of evaluation.
        ("a = b", "b =a"),
        ("a += b", "a b =a"),
        ("a[i] = b", "b a i"),
        ("a, (b, *c) = d", "d =a =b =c"),
        ("a = b = c", "c =a =b"),
        ("f(a, k=b)", "f a b"),
        ("(a := b) + a", "b =a a"),
        ("del a", "a -a"),
        ("a: int", "int"),
        # Imports and definitions bind where they stand.
        ("import a.b", "=a"),
        ("import a.b as c", "=c"),
        ("from a import b as c, d", "=c =d"),
        ("def f(x=a): return x + b", "a fn(b) =f"),
        ("@d\ndef f(): pass", "d fn() =f"),
        ("f = lambda x: x + a", "fn(a) =f"),
        ("class C(B):\n    x = a\n    y = x", "B a =C"),
        # Scopes.
        ("def f():\n    a = 1\n    return a", "fn() =f"),
        ("def f():\n    global a\n    a = b", "fn(b>a) =f"),
        ("def f():\n    global a\n    del a", "fn(>-a) =f"),
        ("def f():\n    def g(): return a\n    a = 1\n    return g", "fn() =f"),
        ("def f():\n    return [a for a in b]", "fn(b) =f"),
        ("class C:\n    a = 1\n    def m(self): return a", "fn(a) =C"),
        ("class _C:\n    a = __x", "_C__x =_C"),
        ("class __:\n    a = __x", "__x =__"),
        ("[x + a for x in b]", "b loop(a)"),
        ("[y := x for x in b]", "b loop(=y)"),
        # Control flow.
        ("if a: b = 1\nelse: c = 2", "a [=b | =c]"),
        ("x = a and b", "a [b | ] =x"),
        ("x = a if b else c", "b [a | c] =x"),
        ("for i in a: b = i", "a loop(=i i =b)"),
        ("for i in range(3): b = i", "range loop+(=i i =b)"),
        ("for i in range(0): b = i", "range loop(=i i =b)"),
        ("while True:\n    a = 1\n    break", "loop+!(=a break)"),
        ("while a: b = 1", "a loop(=b a)"),
        ("try: a = b\nexcept E: c = 1\nfinally: d = 1", "try(b =a / E =c /  / =d)"),
        ("with a as b: c = b", "a =b b =c"),
        ("raise a", "a stop"),
        ("match a:\n    case [b, *c]: d = b\n    case _: d = 1", "a [=b =c b =d | =d]"),
        # Names in strings.
        ("limit = 1\ndf.query('x > @limit')", "df ?limit limit"),
        ("limit = 1\ndf.query(f'x > @limit and {y}')", "df y ?limit limit"),
        ("q = 'x > @limit'; limit = 1\ndf.query(q)", "df q ?limit limit"),
        ("df.query('x > 3')", "df"),
        ("a = 1\npd.eval('a + b')", "pd ?a"),
        ("x = 1\nsmf.ols('y ~ x', df)", "smf ?x df"),
        # A text that is not known may name what any text of the program names.
        ("a = b = 1\nfor q in ['x > @a', 'x > @b', 'b']: df.query(q)", "loop+(=q df q ?a ?b)"),
        ("a = 1\nQ = {'k': 'x > @a'}\ndf.query(Q['k'])", "df Q ?a"),
        ("a = 1\ns = 'x > @a'\ndf.query(f'{s} and y > @a')", "df s ?a ?a a"),
        ("a = 1\ns = ['x > @a']\ndf.query(f'x > {3:d}')", "df"),
        ("a = 1\ns = ['x > @a']\ntree.query(X, k=3)", "tree X"),
        ("a = 1\ns = ['x > @a']\nmodel.evaluate(X, y)", "model X y"),
        ("a = 1\nimport pandas as p\ne = ['a + c']\np.eval(e[0])", "p e ?a"),
        ("a = 1\ndef f(d, q='x > @a'): return d.query(q)", "fn(a) =f"),
        # Functions that are called at once, and those that are kept.
        ("sorted(x, key=lambda v: v + k)", "sorted x loop(k)"),
        ("d = dict(f=lambda v: v + k)", "dict fn(k) =d"),
        ("d = dict(f=(v + k for v in x))", "dict x fn(k) =d"),
        ("d = next(i, lambda: k)", "next i fn(k) =d"),
        ("d = max(f, lambda: k, key=g)", "max f fn(k) g =d"),
        ("d = max((v + k for v in x), default=(v for v in y))", "max x loop(k) y fn() =d"),
        ("df.x.map(lambda v: v + k)", "df loop(k)"),
        ("class C:\n    def map(self, f): ...\nz.map(lambda v: v + k)", "z fn(k)"),
        ("import pyspark\nz.map(lambda v: v + k)", "z fn(k)"),
    ],
)
def test_events(source: str, events: str) -> None:
    assert shown(facts(source).events) == events


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a.append(1)", {"a"}),
        ("a[0] = 1", {"a"}),
        ("a.b.c = 1", {"a"}),
        ("a += b", {"a"}),
        ("a.sort_values('x', inplace=True)", {"a"}),
        ("a.sort_values('x', inplace=False)", set()),
        ("del a['x']", {"a"}),
        ("model.fit(a)", {"model"}),
        ("b = a[0]", set()),
        ("b = a.sum()", set()),
    ],
)
def test_mutated_names(source: str, names: set[str]) -> None:
    assert facts(source).mutates == names


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("globals()['x'] = 1", ["globals"]),
        ("x = locals()", ["locals"]),
        ("def f(): return locals()", []),
        ("vars(obj)", []),
        ("dir(obj)", []),
        ("eval(text)", ["eval"]),
        ("eval(text, {})", []),
        ("exec('x = 1')", ["exec"]),
        ("model.eval()", []),
        ("get_ipython().run_cell('x')", ["get_ipython"]),
        ("def eval(x): return x\neval(text)", []),
        # By another road.
        ("e = eval", ["eval"]),
        ("x = list(map(eval, texts))", ["eval"]),
        ("df['x'].apply(eval)", []),
        ("pd.read_csv('f', converters={'x': eval})", []),
        ("import builtins\nbuiltins.globals()['x']", ["globals"]),
        ("from builtins import eval as e\ne('x' + y)", ["eval"]),
        ("from IPython import get_ipython\nget_ipython().run_cell('x')", ["get_ipython"]),
        ("f.__globals__['x'] = 1", ["__globals__"]),
        ("sys._getframe().f_globals['x']", ["f_globals"]),
        ("import __main__ as m", ["__main__"]),
        ("from __main__ import x", ["__main__"]),
        ("import sys\nsys.modules['__main__'].x", ["__main__"]),
        ("import sys\nsys.modules[__name__].x", ["__main__"]),
        ("import sys\nsys.modules['numpy']", []),
        ("if __name__ == '__main__': x = 1", []),
        ("timeit.timeit('f()', setup='from __main__ import f')", ["__main__"]),
        ("import unittest\nunittest.main(argv=['x'], exit=False)", ["unittest"]),
        ("import unittest\nunittest.TestCase()", []),
        ("import doctest\ndoctest.testmod()", ["doctest"]),
        ("import doctest\ndoctest.testmod(m)", []),
        ("import cProfile as c\nc.run('f()')", ["cProfile"]),
        # A variable whose name is put into a query.
        ("a = 1\ndf.query(f'x > @{name}')", ["query"]),
        ("a = 1\ndf.query('x > @' + name)", ["query"]),
        ("a = 1\ndf.query('x > @{}'.format(name))", ["query"]),
        ("a = 1\ndf.query(f'x > {name}')", []),
    ],
)
def test_calls_on_the_namespace(source: str, calls: list[str]) -> None:
    assert [call.function for call in facts(source).namespace_calls] == calls


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("f(x)", {"x"}),
        ("y = f", {"f"}),
        ("df.apply(f)", {"df"}),
        ("sorted(x, key=f)", {"f"}),
        ("handlers.append(f)", {"f"}),
    ],
)
def test_values_that_may_go_anywhere(source: str, names: set[str]) -> None:
    assert facts(source).escapes - {"handlers", "df"} == names - {"handlers", "df"}


@pytest.mark.parametrize(
    ("source", "awaits"),
    [("x = await f()", True), ("async def f(): await g()", False), ("x = f()", False)],
)
def test_top_level_await(source: str, awaits: bool) -> None:
    assert facts(source).awaits is awaits


@pytest.mark.parametrize(
    ("source", "reads", "mixed"),
    [
        ("class C:\n    x = a\n    a = 1", {"a"}, set()),
        ("class C:\n    if t: a = 1\n    x = a", set(), {"a"}),
        ("class C:\n    a = 1\n    x = a", set(), set()),
    ],
)
def test_class_bodies_that_read_what_they_bind(
    source: str, reads: set[str], mixed: set[str]
) -> None:
    found = facts(source)
    assert {name for name, _ in found.class_reads} == reads
    assert {name for name, _ in found.mixed_class_reads} == mixed


def test_future_annotations_are_not_evaluated() -> None:
    assert "T" not in shown(facts("from __future__ import annotations\ndef f(x: T): pass").events)
    assert shown(facts("def f(x: T): pass").events) == "T fn() =f"


@pytest.mark.parametrize(
    ("source", "literal"),
    [
        ("-1.5", True),
        ("[1, {'a': (None, True)}]", True),
        ("{1, 2}", True),
        ("x", False),
        ("[x]", False),
        ("1 + 1", False),
        ("f'{1}'", False),
        ("{**a}", False),
    ],
)
def test_literals(source: str, literal: bool) -> None:
    assert is_literal(ast.parse(source, mode="eval").body) is literal


def test_names_of_a_program() -> None:
    tree = ast.parse("LIMIT = 3\nN = 1\nx = 1\nx = 2\nclass C:\n    def m(self, k): return q")
    names = program_names((s, isinstance(s, ast.Assign) and s.lineno == 2) for s in tree.body)
    assert names.constants.keys() == {"LIMIT"}  # N can be overridden, x is bound twice
    assert names.methods == {"m"}
    assert {"LIMIT", "N", "x", "C"} <= names.bound
    assert {"k", "q"} <= names.identifiers
    assert not names.suppresses
