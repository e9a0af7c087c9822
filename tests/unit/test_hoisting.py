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
