"""Statements in; those that are shipped out."""

from __future__ import annotations

import ast

import pytest

from nb2prod.plan.hoisting import STDLIB
from nb2prod.plan.slicing import sliced

from .cellscript import code

PLOTS = "import matplotlib.pyplot as plt"
SPLIT = """import pandas as pd
import matplotlib.pyplot as plt
from sklearn.model_selection import train_test_split
df = pd.read_csv('a.csv')
def dollars(y): return y * 2
Xt, Xv, yt, yv, zt, zv = train_test_split(df, df['b'], z)"""
FRAMES = "import pandas as pd\ndf = pd.read_csv('a.csv')"


def shipped(*sources: str) -> str:
    found = sliced(code("\n".join(sources)), ["out"], STDLIB)
    return "\n".join(ast.unparse(statement.node) for statement in found.statements)


@pytest.mark.parametrize(
    ("before", "source", "kept"),
    [
        # What an output needs.
        pytest.param("", "a = [1]", False, id="nobody needs it"),
        pytest.param("", "a = f(1)", True, id="an unknown call may have an effect"),
        pytest.param("", "out = []", False, id="overwritten"),
        pytest.param("", "import numpy as np", False, id="quiet import"),
        pytest.param("", "import something", True, id="unknown import"),
        pytest.param("", "def f(): return 1", False, id="function nobody calls"),
        pytest.param("", "def f(a=g()):\n    return a", True, id="default with an effect"),
        pytest.param("", "@g\ndef f():\n    return 1", True, id="decorated"),
        pytest.param("", "class C:\n    x = 1", False, id="class nobody uses"),
        pytest.param("", "class C:\n    x = g()", True, id="class body with an effect"),
        pytest.param(
            "", "try:\n    import numpy\nexcept ImportError:\n    pass", False, id="guarded import"
        ),
        pytest.param("", "assert 1", True, id="assertion"),
        pytest.param("", "'words'", False, id="a bare string"),
        # Inspection and pictures.
        pytest.param(FRAMES, "df.head()", False, id="inspection"),
        pytest.param(FRAMES, "df['a'] = 1", True, id="assignment in place"),
        pytest.param(FRAMES, "df.to_csv('b.csv')", True, id="writes a file"),
        pytest.param(FRAMES, "display(df)", False, id="display"),
        pytest.param(FRAMES, "print(df)", True, id="print becomes a log record"),
        pytest.param(PLOTS, "plt.plot([1, 2])", False, id="plot"),
        pytest.param(PLOTS, "plt.savefig('a.png')", True, id="saved picture"),
        pytest.param(PLOTS, "for i in [1, 2]:\n    plt.plot([i])", False, id="plots in a loop"),
        pytest.param("import random", "random.random()", True, id="a draw"),
        pytest.param(
            SPLIT, "plt.scatter(dollars(yt), dollars(Xv))", False, id="parts of tables, in a plot"
        ),
        pytest.param(
            SPLIT,
            "plt.plot(dollars(zt))",
            True,
            id="parts of who knows what",
        ),
        pytest.param("", "lims = [a.min(), a.max()]", False, id="sums up"),
        pytest.param("", "lims = [a.min(g()), a.max()]", True, id="sums up what has an effect"),
        pytest.param(
            "class A:\n    def min(self): return g()",
            "lims = [a.min()]",
            True,
            id="the notebook's own sum",
        ),
    ],
)
def test_statement(before: str, source: str, kept: bool) -> None:
    result = shipped(before, source, "out = [0]")
    assert result.endswith("out = [0]")
    assert (source in result) is kept


@pytest.mark.parametrize(
    ("sources", "kept"),
    [
        pytest.param(
            ["a = [1]", "b = [2]", "out = a + a"], "a = [1]\nout = a + a", id="backward slice"
        ),
        pytest.param(
            ["a = [1]", "a = [2]", "out = a + a"],
            "a = [2]\nout = a + a",
            id="the binding that reaches",
        ),
        pytest.param(
            [
                "import xml.sax",
                "import xml.etree.ElementTree",
                "from xml.dom import minidom",
                "import xml.dom.minidom",
                "out = [xml.etree.ElementTree, xml.dom.minidom]",
            ],
            "import xml.etree.ElementTree\nfrom xml.dom import minidom\nimport xml.dom.minidom\n"
            "out = [xml.etree.ElementTree, xml.dom.minidom]",
            id="imports that load the modules named through a package",
        ),
        pytest.param(
            ["n = 1", "def f(): return n", "n = 2", "out = f()"],
            "n = 1\n\ndef f():\n    return n\nn = 2\nout = f()",
            id="late binding keeps every binding",
        ),
        pytest.param(
            [PLOTS, "plt.plot([1])", "plt.savefig('a.png')", "out = 1"],
            "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a.png')\nout = 1",
            id="a saved picture keeps its plots",
        ),
        pytest.param(
            [PLOTS, "plt.rcParams['lines.linewidth'] = 7", "out = plt.rcParams['lines.linewidth']"],
            "import matplotlib.pyplot as plt\nplt.rcParams['lines.linewidth'] = 7\n"
            "out = plt.rcParams['lines.linewidth']",
            id="settings of pictures that are read",
        ),
        pytest.param(
            [
                "reg = []",
                "def on(f):\n    reg.append(f)",
                "class H:\n    @on\n    def a(self): pass",
                "out = reg",
            ],
            "reg = []\ndef on(f):\n    reg.append(f)\nclass H:\n    @on\n    def a(self):\n        pass\nout = reg",
            id="a class whose methods are registered",
        ),
        pytest.param(
            ["from lib import Base", "class A(Base): pass", "out = Base"],
            "from lib import Base\nclass A(Base):\n    pass\nout = Base",
            id="a base of an unknown library may watch",
        ),
        pytest.param(
            ["from sklearn.base import BaseEstimator", "class A(BaseEstimator): pass", "out = 1"],
            "out = 1",
            id="a base of a known one does not",
        ),
        # Inside statements that stay.
        pytest.param(
            [FRAMES, "with f() as out:\n    df.head()\n    out.x = 1"],
            "import pandas as pd\ndf = pd.read_csv('a.csv')\nwith f() as out:\n    df.head()\n    out.x = 1",
            id="an unknown context manager may look at what is shown",
        ),
        pytest.param(
            [FRAMES, "out = 0", "with open('a') as fh:\n    df.head()\n    out = fh"],
            "import pandas as pd\ndf = pd.read_csv('a.csv')\nwith open('a') as fh:\n    out = fh",
            id="a known one does not",
        ),
        pytest.param(
            [PLOTS, "out = 0", "for i in f():\n    out = i\n    plt.plot([i])"],
            "out = 0\nfor i in f():\n    out = i",
            id="plot in a loop",
        ),
        pytest.param(
            [PLOTS, "out = 0", "for i in f():\n    plt.plot([i])"],
            "out = 0\nfor i in f():\n    pass",
            id="nothing left of a body",
        ),
        pytest.param(
            [PLOTS, "def g(a):\n    plt.plot([a])\n    return a", "out = g(1)"],
            "def g(a):\n    return a\nout = g(1)",
            id="plot in a function",
        ),
        pytest.param(
            [FRAMES, "out = 0", "if f():\n    df.head()\n    out = 1"],
            "import pandas as pd\ndf = pd.read_csv('a.csv')\nout = 0\nif f():\n    out = 1",
            id="inspection in a branch",
        ),
        pytest.param(
            [PLOTS, "out = 0", "try:\n    plt.plot([1])\n    out = 1\nexcept E:\n    out = 2"],
            "import matplotlib.pyplot as plt\n"
            "try:\n    plt.plot([1])\n    out = 1\nexcept E:\n    out = 2",
            id="the body of a try stays whole",
        ),
    ],
)
def test_program(sources: list[str], kept: str) -> None:
    def lines(text: str) -> list[str]:
        return [line for line in text.split("\n") if line]

    assert lines(shipped(*sources)) == lines(kept)
