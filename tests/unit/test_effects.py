"""Statements in; what the last one may do beside binding names out."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.code import effects_of
from nb2prod.analysis.effects import Effect
from nb2prod.analysis.kinds import Kind

from .cellscript import code

PURE, PLOT, UNKNOWN = Effect.PURE, Effect.PLOT, Effect.UNKNOWN

IMPORTS = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.metrics import f1_score
from sklearn.linear_model import Ridge
df = pd.read_csv('a.csv')
a = np.zeros(3)
fig, ax = plt.subplots()
model = Ridge()
""".strip()


def effect(source: str, *before: str) -> Effect:
    found = code(IMPORTS, *before, source)
    return effects_of(found).of_statement(found.statements[-1].node)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Expressions.
        ("1 + 2", PURE),
        ("x = [1, (2, 3)]", PURE),
        ("len(df)", PURE),
        ("next(rows)", UNKNOWN),
        ("sum([1, 2])", PURE),
        ("sum(rows)", UNKNOWN),
        ("x in rows", UNKNOWN),
        ("anything(df)", UNKNOWN),
        ("lambda: anything()", PURE),
        ("lambda x=anything(): x", UNKNOWN),
        ("[r for r in rows]", UNKNOWN),
        ("[c for c in df.columns]", PURE),
        ("for i in [1]:\n    def f(x: int): pass", PURE),
        ("for i in [1]:\n    def f(x: anything()): pass", UNKNOWN),
        ("for i in [1]:\n    def f() -> anything(): pass", UNKNOWN),
        # Callbacks, buffers and arrays to write into.
        ("sorted([1], key=lambda v: -v)", PURE),
        ("sorted([1], key=lambda v: anything(v))", UNKNOWN),
        ("df.groupby('x').agg(unknown)", UNKNOWN),
        ("df.groupby('x').agg(np.mean)", PURE),
        ("df.info(buf=rows)", UNKNOWN),
        ("df.to_string('b.txt')", UNKNOWN),
        ("np.add.at(a, [0], 1)", UNKNOWN),
        ("np.multiply(a, 2)", PURE),
        ("np.multiply(a, 2, a)", UNKNOWN),
        ("np.exp(a, a)", UNKNOWN),
        ("np.where(a, a, 0)", PURE),
        ("np.nan_to_num(a, copy=False)", UNKNOWN),
        ("type('C', (Base,), {})", UNKNOWN),
        # Inspection.
        ("lg.info('loaded')", UNKNOWN),
        ("unknown.info()", PURE),
        ("unknown.head('page')", UNKNOWN),
        ("unknown.head(n)", PURE),
        ("for k in df.items(): pass", PURE),
        ("df.head()", PURE),
        ("df['x'].value_counts().head(3)", PURE),
        ("df.groupby('x').mean()", PURE),
        ("unknown.head()", PURE),
        ("unknown.pop()", UNKNOWN),
        ("df.drop(columns='x', inplace=True)", UNKNOWN),
        ("df.drop(columns='x')", PURE),
        ("df.apply(print)", UNKNOWN),
        ("df.to_csv('b.csv')", UNKNOWN),
        ("display(df)", PURE),
        ("model.predict(a)", PURE),
        ("model.fit(a, a)", UNKNOWN),
        ("f1_score(a, a)", PURE),
        # The random state.
        ("np.mean(a)", PURE),
        ("np.random.rand(3)", UNKNOWN),
        ("np.sum(a, out=a)", UNKNOWN),
        ("df.sample(3)", UNKNOWN),
        # Pictures.
        ("plt.plot(a)", PLOT),
        ("ax.set_title('x')", PLOT),
        ("df.plot.bar()", PLOT),
        ("df['x'].hist()", PLOT),
        ("sns.heatmap(df)", PLOT),
        ("sns.barplot(data=df)", UNKNOWN),
        ("plt.savefig('a.png')", UNKNOWN),
        ("plt.plot(anything())", UNKNOWN),
        ("for c in df.columns: plt.plot(df[c])", PLOT),
        ("for c in df.columns: anything(c)", UNKNOWN),
        ("if len(df): plt.show()", PLOT),
        ("with plt.style.context('x'): plt.plot(a)", PLOT),
        # Targets.
        ("a[0] = 1", UNKNOWN),
        ("ax.data = 1", PLOT),
        ("b: anything() = 1", UNKNOWN),
        ("b: int = 1", PURE),
        ("assert df is not None", UNKNOWN),
        ("del a", UNKNOWN),
    ],
)
def test_effect(source: str, expected: Effect) -> None:
    assert effect(source) is expected


@pytest.mark.parametrize(
    ("before", "source", "expected"),
    [
        pytest.param("def f(d): return d.head()", "f(df)", PURE, id="pure function"),
        pytest.param("def f(d): plt.plot(d)", "f(df)", PLOT, id="plotting function"),
        pytest.param("def f(d): log.append(d)", "f(df)", UNKNOWN, id="function with an effect"),
        pytest.param("def f(n): return f(n - 1)", "f(3)", UNKNOWN, id="recursive function"),
        pytest.param("@deco\ndef f(d): return d", "f(df)", UNKNOWN, id="decorated function"),
        pytest.param("def head(d): pass\nclass C:\n    def head(self): pass", "c.head()", UNKNOWN,
                     id="a method of the notebook is no inspection"),
        pytest.param("len = anything", "len(df)", UNKNOWN, id="rebound builtin"),
        pytest.param("class N:\n    def __add__(self, o): anything()", "n + n", UNKNOWN, id="operators"),
        pytest.param("class N:\n    def __add__(self, o): anything()", "1 + 1", PURE, id="own scalars"),
        pytest.param("from collections import defaultdict", "d['x']", UNKNOWN, id="missing keys"),
        pytest.param("df = 3", "df.fillna(0)", UNKNOWN, id="two kinds of values"),
        pytest.param("def g(): pass\ndef f():\n    def g(): log.append(1)\n    return g()", "f()",
                     UNKNOWN, id="nested function of another one's name"),
        pytest.param("def g(): pass\ndef f(g): return g()", "f([1])", UNKNOWN,
                     id="parameter of a function's name"),
        pytest.param("x = iter(a)\ndef g(): return list(x)\ndef f():\n    x = [1]\n    return g()", "f()",
                     UNKNOWN, id="a caller's own variable of the name"),
        pytest.param("def f():\n    x = [1]\n    import x\n    return list(x)", "f()", UNKNOWN,
                     id="a name that is imported too"),
        pytest.param("x = [1]", "[list(x) for x in [iter(a)]]", UNKNOWN,
                     id="a comprehension's own variable"),
        pytest.param("def g(): pass", "[g() for g in [anything]]", UNKNOWN,
                     id="a function's name as a comprehension's variable"),
        pytest.param("n = [1]", "n += n", UNKNOWN, id="extending in place"),
    ],
)  # fmt: skip
def test_effect_in_a_program(before: str, source: str, expected: Effect) -> None:
    assert effect(source, before) is expected


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("df", Kind.FRAME),
        ("df['x']", Kind.FRAME),
        ("df.groupby('x').mean()", Kind.FRAME),
        ("df > 3", Kind.FRAME),
        ("a * 2", Kind.ARRAY),
        ("np.ones(3)", Kind.ARRAY),
        ("[1, 2]", Kind.SEQUENCE),
        ("len(df)", Kind.SCALAR),
        ("fig", Kind.PLOT),
        ("model", Kind.ESTIMATOR),
        ("model.fit(df, a)", Kind.ESTIMATOR),
        ("model.fit(df, a).predict(df)", Kind.UNKNOWN),
        ("anything()", Kind.UNKNOWN),
        ("pd.read_html('x')", Kind.UNKNOWN),
    ],
)
def test_kind(source: str, kind: Kind) -> None:
    found = code(IMPORTS, source)
    node = found.statements[-1].node
    assert isinstance(node, ast.Expr)
    assert effects_of(found).kind(node.value) is kind


@pytest.mark.parametrize(
    ("before", "source"),
    [
        ("class C:\n    def __rshift__(self, other): pass", "rows >> rows"),
        ("class C:\n    def __bool__(self): pass", "1 if rows else 2"),
        ("class C:\n    def __hash__(self): pass", "{rows: 1}"),
        ("class C:\n    def __get__(self, o, t): pass", "rows.x"),
        ("import collections\nd = collections.defaultdict(list)", "d['k']"),
        ("import numpy\nnumpy.seterrcall(print)", "np.log(a)"),
        ("import warnings\nwarnings.simplefilter('error')", "a / 0"),
        ("import types\nns = types.SimpleNamespace(head=print)", "ns.head()"),
        ("F.head = lambda self: print()", "f.head()"),
        ("def f(x): print(x)", "df.groupby('x').mean(f)"),
        ("class N:\n    def __del__(self): pass", "x = None"),
        ("class T:\n    def transform(self, X): pass", "Ridge(T()).predict_log_proba(a)"),
        ("it = pd.read_csv('a.csv', chunksize=5)", "list(it)"),
        ("it = df.items()", "list(it)"),
        ("import pylab", "pylab.rand(2)"),
    ],
)
def test_what_the_program_defines_takes_away(before: str, source: str) -> None:
    assert effect(source, before) is UNKNOWN


def test_a_name_keeps_its_kind_when_it_is_bound_from_itself() -> None:
    found = code(
        IMPORTS.replace("df = pd.read_csv('a.csv')", "df = pd.read_csv('a.csv')\ndf = df.dropna()")
    )
    assert effects_of(found).kind(ast.Name(id="df")) is Kind.FRAME


def test_a_local_of_a_function_says_nothing_of_a_global() -> None:
    found = code(
        "import pandas as pd\nif (t := set()) is not None: pass\ndef f():\n    t = pd.Series([1])\n    return t"
    )
    assert effects_of(found).kind(ast.Name(id="t")) is Kind.UNKNOWN
