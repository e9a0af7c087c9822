"""Cells in; the names that become module-level definitions out."""

from __future__ import annotations

import pytest

from .cellscript import plan_of


def hoisted(*cells: str) -> dict[str, str]:
    plan = plan_of(*cells)
    return {name: entry.kind.value for name, entry in plan.hoisted.items()}


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        # Imports.
        pytest.param(["setup: import math", "train: x = math.pi"], {"math"}, id="import"),
        pytest.param(
            ["train: import math\nx = math.pi", "evaluate: import math\ny = math.e"], {"math"}, id="repeated"
        ),
        pytest.param(
            ["train: from math import sin as f\nx = f(1)", "evaluate: from math import cos as f\ny = f(1)"],
            set(),
            id="two objects under one name",
        ),
        pytest.param(["train: import math\nx = math.pi\nmath = 3\ny = math"], set(), id="rebound import"),
        pytest.param(
            ["setup: import os\nos.environ['A'] = 'b'\nimport numpy", "train: x = numpy.ones(1)"],
            {"os"},
            id="library import after the environment changes",
        ),
        pytest.param(
            ["setup: import os\nos.environ['A'] = 'b'\nimport math", "train: x = math.pi"],
            {"os", "math"},
            id="standard library import after it",
        ),
        # Functions.
        pytest.param(["setup: def f(a): return a", "train: x = f(1)"], {"f"}, id="closed function"),
        pytest.param(["setup: f = lambda a: a", "train: x = f(1)"], {"f"}, id="closed lambda"),
        pytest.param(
            ["setup: import math\nN = 3\ndef f(a): return math.pi + N", "train: x = f(1)"],
            {"math", "N", "f"},
            id="reads an import and a constant",
        ),
        pytest.param(
            ["setup: def g(): return 1\ndef f(): return g()", "train: x = f()"], {"f", "g"},
            id="calls a closed one",
        ),
        pytest.param(
            ["setup: def f(n): return n and g(n - 1)\ndef g(n): return n and f(n - 1)", "train: x = f(3)"],
            {"f", "g"},
            id="mutual recursion",
        ),
        pytest.param(
            ["setup: d = [1]\ndef f(): return d", "train: d.append(1)\nx = f()"], set(), id="reads a variable"
        ),
        pytest.param(
            ["setup: d = [1]\ndef g(): return d\ndef f(): return g()", "train: x = f()"], set(),
            id="calls an open one",
        ),
        pytest.param(["setup: def f(): global n; n = 1", "train: f()\nx = n"], set(), id="writes a global"),
        pytest.param(["setup: def f(a=[]): return a", "train: x = f()"], set(), id="mutable default"),
        pytest.param(["setup: def f(a=(1, 2)): return a", "train: x = f()"], {"f"}, id="immutable default"),
        pytest.param(
            ["setup: def f(): return 1\na = f()\ndef f(): return 2", "train: x = [a, f()]"], set(), id="defined twice"
        ),
        pytest.param(["setup: def f(): return 1\nf.n = 3", "train: x = f()"], set(), id="written attribute"),
        pytest.param(
            ["setup: def deco(g): return g\n@deco\ndef f(): return 1", "train: x = f()"], {"deco"},
            id="unknown decorator",
        ),
        pytest.param(
            ["setup: from functools import lru_cache\n@lru_cache\ndef f(): return []", "train: x = f()"],
            {"lru_cache"},
            id="a decorator that keeps something",
        ),
        pytest.param(
            ["setup: n = 3\ndef f(d): return d.query('a > @n')", "train: x = f([1])"],
            {"n", "f"},
            id="a constant named in a query",
        ),
        pytest.param(
            ["setup: n = [3]\ndef f(d): return d.query('a > @n')", "train: x = f([1])"],
            set(),
            id="a variable named in a query",
        ),
        # Classes.
        pytest.param(["setup: class C:\n    n = 1", "train: x = C()"], {"C"}, id="closed class"),
        pytest.param(
            ["setup: class C:\n    def m(self): self.n = 1", "train: x = C()"], {"C"}, id="instance state"
        ),
        pytest.param(
            ["setup: class C:\n    def m(self): C.n = 1", "train: x = C()"], set(), id="class state"
        ),
        pytest.param(["setup: class C:\n    seen = []", "train: x = C()"], set(), id="mutable attribute"),
        pytest.param(
            ["setup: from dataclasses import dataclass\n@dataclass\nclass C:\n    n: int", "train: x = C(1)"],
            {"dataclass", "C"},
            id="dataclass",
        ),
        pytest.param(
            ["setup: class B:\n    pass\nclass C(B):\n    pass", "train: x = C()"], {"B", "C"}, id="base"
        ),
        # Attributes of definitions: what they are set on is followed back.
        pytest.param(
            [("train: class S:\n    one = None\n    def __new__(cls):\n        cls.one = super().__new__(cls)\n"
             "        return cls.one\nx = S()")],
            set(), id="class state in __new__",
        ),
        pytest.param(
            ["train: class M(type):\n    def up(cls): cls.n = 1\nclass A(metaclass=M): pass\nA.up()\nx = A.n"],
            set(), id="a metaclass writes to its classes",
        ),
        pytest.param(
            ["train: class C:\n    n = 0\n    def up(self):\n        k = type(self)\n        k.n += 1\nx = C()"],
            set(), id="class state through a name",
        ),
        pytest.param(
            ["train: class C:\n    def up(self):\n        x = C()\n        x.n = 1\n        return x\nx = C()"],
            {"C"}, id="attribute of a new object",
        ),
        pytest.param(["train: def f(): return 1\nfs = [f]\nfs[0].n = 1\nx = f"], set(), id="in a list"),
        pytest.param(["train: def f(): return 1\na, b = f, 1\na.n = 1\nx = f"], set(), id="in a tuple target"),
        pytest.param(
            ["train: def f(): return 1\ndef g(): return 2\na, b = f, g\na.n = 1\nx = f"], {"g"},
            id="in the other tuple target",
        ),
        pytest.param(
            ["train: def f(): return 1\nfor i, a in enumerate([f]): a.n = 1\nx = f"], set(), id="enumerated"
        ),
        pytest.param(
            ["train: def f(): return 1\ndef g(): return 1\nw = f if len('a') else 1\nw.n = 1\nx = [f, g]"],
            {"g"}, id="conditional expression",
        ),
        pytest.param(
            ["train: def f(): return 1\n[setattr(a, 'n', 1) for a in (f,)]\nx = f"], set(), id="in a comprehension"
        ),
        pytest.param(
            ["train: def f(): return 1\ndef get(): return f\nget().n = 1\nx = f"], set(),
            id="a result",
        ),
        pytest.param(
            [("train: class R:\n    def add(self, c):\n        self.c = c\n        self.c.n = 1\n"
             "class Z: pass\nR().add(Z)\nx = Z")],
            {"R"}, id="an attribute",
        ),
        pytest.param(
            ["setup: from enum import Enum", "train: class C(Enum):\n    R = 1\nC.R.n = 1\nx = C.R"], {"Enum"},
            id="member of an enumeration",
        ),
        pytest.param(
            ["train: class C:\n    def m(self): pass\nC.m.n = 1\nx = C"], set(), id="attribute of a method"
        ),
        pytest.param(
            ["train: class C: n = 0\ntype.__setattr__(C, 'n', 1)\nx = C"], set(), id="set by the class's own class"
        ),
        pytest.param(
            ["setup: import pandas as pd\ndef f(a): return a\ndef clean(df):\n    df.columns = ['a']\n    return df",
             "train: d = clean(pd.read_csv('a.csv'))\nx = d['a'].apply(f)"],
            {"pd", "f", "clean"}, id="attribute of a table",
        ),
        pytest.param(
            ["setup: from torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        self.l = nn.Linear(1, 1)",
             "train: x = Net()\nfor p in x.parameters(): p.requires_grad = False\nx.l.bias.data = None"],
            {"nn", "Net"}, id="attributes of a network",
        ),
        pytest.param(
            ["setup: def tag(c): c.n = 1\nclass A: pass\nclass B: pass", "train: x = [tag(A), B()]"],
            {"tag", "B"}, id="set by a function that is called with it",
        ),
        pytest.param(
            ["setup: class A: pass\nclass B: pass", "train: x = sorted([A], key=lambda c: setattr(c, 'n', 1) or 1)\ny = B()"],
            {"B"}, id="set by a function that is called back",
        ),
        pytest.param(
            ["setup: class A: pass\nreg = {c.__name__: c for c in [A]}", "train: reg['A'].n = 1\nx = A"],
            set(), id="in a dict comprehension",
        ),
        pytest.param(
            ["setup: class A: pass\nclass K:\n    ref = A", "train: K().ref.n = 1\nx = A"], set(), id="in a class body"
        ),
        pytest.param(
            [("setup: from dataclasses import dataclass\n@dataclass(frozen=True)\nclass P:\n    a: int\n"
             "    def __post_init__(self): object.__setattr__(self, 'b', 1)"), "train: x = P(1)"],
            {"dataclass", "P"}, id="a frozen object's own attribute",
        ),
        pytest.param(
            [("setup: import numpy as np\nclass T(np.ndarray):\n    def __new__(cls, a):\n"
             "        new = np.asarray(a).view(cls)\n        new.unit = 'm'\n        return new"), "train: x = T([1])"],
            {"np", "T"}, id="attribute of a new array",
        ),
        # What is evaluated where the definition stands.
        pytest.param(
            ["setup: import math\nmath.c = 4\nclass K:\n    c = math.c", "train: x = K.c"], {"math"},
            id="an attribute that the program sets",
        ),
        pytest.param(
            ["setup: import numpy as np\ndef f(a=np.nan): return a", "train: x = f()"], {"np", "f"},
            id="a constant of a library",
        ),
        pytest.param(
            ["setup: import pandas as pd\ndef f(a=pd.options.display.max_rows): return a", "train: x = f()"], {"pd"},
            id="an option of a library",
        ),
        pytest.param(
            ["setup: import os\ndef f(a=os.environ['A']): return a", "train: x = f()"], {"os"}, id="an item"
        ),
        pytest.param(
            [("setup: import random\nfrom dataclasses import dataclass, field\n@dataclass\nclass P:\n"
             "    x: float = field(default=random.random())"), "train: x = P()"],
            {"random", "dataclass", "field"}, id="a field's default that draws",
        ),
        pytest.param(
            [("setup: from dataclasses import dataclass, field\n@dataclass\nclass P:\n"
             "    x: list = field(default_factory=lambda: [1])\n    y: list = field(default_factory=list)"),
             "train: x = P()"],
            {"dataclass", "field", "P"}, id="fields with factories",
        ),
        pytest.param(
            ["setup: import math\nmath.two = 2\nfrom math import two", "train: x = two"], {"math"},
            id="import of an attribute that the program sets",
        ),
        pytest.param(
            ["setup: open('made.py', 'w').write('V = 1')", "train: import made\nimport numpy\nx = [made.V, numpy.e]"],
            {"numpy"}, id="import of a file that the program writes",
        ),
        # Constants.
        pytest.param(["setup: N = 3", "train: x = N"], {"N"}, id="constant of another stage"),
        pytest.param(["train: N = 3\nx = N + 1"], set(), id="constant of its own stage"),
        pytest.param(["setup: N = -1.5", "train: x = N"], {"N"}, id="negative"),
        pytest.param(["setup: N = [3]", "train: x = N"], set(), id="mutable"),
        pytest.param(["setup: N = 3\na = N\nN = 4", "train: x = [a, N]"], set(), id="rebound"),
        pytest.param(["parameters: N = 3", "train: x = N"], set(), id="a parameter"),
        # When it is looked up.
        pytest.param(
            [
                "train: def f(): return g()\ntry: x = f()\nexcept NameError: x = 0\ndef g(): return 1\ny = f()"
            ],
            set(),
            id="called before what it needs is bound",
        ),
    ],
)  # fmt: skip
def test_hoisted(cells: list[str], names: set[str]) -> None:
    assert set(hoisted(*cells)) == names


def test_kinds() -> None:
    cells = ["setup: import math\nN = 3\ndef f(): return N", "train: x = f() + math.pi"]
    assert hoisted(*cells) == {"math": "import", "N": "constant", "f": "definition"}


def test_a_definition_moves_to_where_its_variables_are() -> None:
    plan = plan_of(
        "setup: def score(m): return m + len(data)",
        "preprocessing: data = [1]",
        "train: x = score(1)",
    )
    assert [stage.function for stage in plan.stages] == ["preprocess", "train"]
    assert [d.code for d in plan.diagnostics if d.severity.value == "note"] == ["NB304"]
    assert not plan.storage.state


def test_a_definition_stays_where_its_variables_are_bound_before() -> None:
    plan = plan_of(
        "preprocessing: data = [1]\ndef score(m): return m + len(data)", "train: x = score(1)"
    )
    assert "NB304" not in [d.code for d in plan.diagnostics]
