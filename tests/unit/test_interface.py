"""Cells in; each stage's parameters and results out."""

from __future__ import annotations

import pytest

from nb2prod.roles import Role

from .cellscript import plan_of


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            ["preprocessing: a = [1]", "train: b = [a]", "evaluate: c = [a, b]"],
            ["preprocess() -> a", "train(a) -> b", "evaluate(a, b) -> c"],
            id="flow",
        ),
        pytest.param(
            ["preprocessing: t = [1]\na = t + [2]", "train: b = a + a"],
            ["preprocess() -> a", "train(a) -> b"],
            id="temporaries stay inside",
        ),
        pytest.param(
            ["preprocessing: a = [1]", "train: a = [2]", "evaluate: c = a + a"],
            ["train() -> a", "evaluate(a) -> c"],
            id="an overwritten value goes",
        ),
        pytest.param(
            ["preprocessing: a = [1]", "train: a.append(2)", "evaluate: c = len(a)"],
            ["preprocess() -> a", "train(a) -> a", "evaluate(a) -> c"],
            id="changed in place",
        ),
        pytest.param(
            ["preprocessing: a = [1]\nb = a", "train: b.append(2)", "evaluate: c = a + b"],
            ["preprocess() -> a, b", "train(b) -> b", "evaluate(a, b) -> c"],
            id="two names of one object",
        ),
        pytest.param(
            ["preprocessing: a = [1]", "train: import random\nif random.random() > 2: a = [2]",
             "evaluate: c = a + a"],
            ["preprocess() -> a", "train(a) -> a", "evaluate(a) -> c"],
            id="perhaps rebound comes in to go out",
        ),
        pytest.param(
            ["preprocessing: d = [1]\ndef f(): return d", "train: b = f() + [1]"],
            ["preprocess() -> f", "train(f) -> b"],
            id="a closure travels, not what it holds",
        ),
        pytest.param(
            ["parameters: n = 3", "train: b = n + 1"], ["train(n) -> b"], id="a parameter comes in"
        ),
        pytest.param(
            ["setup: N = 3\nimport math", "train: b = [N, math]"], ["train() -> b"],
            id="module-level names don't travel",
        ),
        pytest.param(
            ["preprocessing: z = [1]\na = [2]", "train: b = [a, z]"],
            ["preprocess() -> z, a", "train(z, a) -> b"],
            id="in the order of binding",
        ),
        pytest.param(
            ["preprocessing: limit = int('3')\nimport pandas as pd\ndf = pd.DataFrame({'a': [1, 5]})",
             "train: b = df.query('a > @limit')"],
            ["preprocess() -> limit, df", "train(limit, df) -> b"],
            id="named in a query",
        ),
        # What is noticed to die lives on.
        pytest.param(
            ["preprocessing: import tempfile\nt = tempfile.TemporaryDirectory()\na = t.name", "train: b = [a]"],
            ["preprocess() -> t, a", "train(a) -> b"],
            id="a temporary folder outlives its stage",
        ),
        pytest.param(
            ["preprocessing: f = open('a', 'w')\na = [f.write('x')]", "train: b = [a]"],
            ["preprocess() -> f, a", "train(a) -> b"],
            id="a file that nobody closes",
        ),
        pytest.param(
            ["preprocessing: f = open('a', 'w')\na = [f.write('x')]\nf.close()\ng = open('a')\nh = g.read()",
             "train: b = [a]"],
            ["preprocess() -> a", "train(a) -> b"],
            id="files that are closed, or read",
        ),
        pytest.param(
            ["preprocessing: import weakref\nclass N: pass\no = N()\na = weakref.ref(o)\nn = 1", "train: b = [a]"],
            ["preprocess() -> o, a", "train(a) -> b"],
            id="weakly referenced",
        ),
        pytest.param(
            ["preprocessing: def g():\n    with open('b') as x: yield x\ni = g()\na = [next(i)]", "train: b = [a]"],
            ["preprocess() -> i, a", "train(a) -> b"],
            id="a generator that cleans up",
        ),
        pytest.param(
            ["preprocessing: t = [1]\na = [t]\nclass D:\n    def __del__(self): a.append(1)\nd = D()", "train: b = [a]"],
            ["preprocess() -> t, a, d", "train(a) -> b"],
            id="an object that notices",
        ),
        # Runs of one role.
        pytest.param(
            ["train: a = [1]", "train: b = a + a"], ["train() -> b"], id="cells of a role are one stage"
        ),
        pytest.param(
            ["train: a = [1]", "evaluate: b = len(a)", "train: a.append(1)", "evaluate: c = len(a)"],
            ["train() -> a", "evaluate(a) -> b", "train_2(a) -> a", "evaluate_2(a) -> c"],
            id="a role that comes again",
        ),
        pytest.param(
            ["train: a = [1]", "evaluate: b = len(a)", "train: n = 1\nm = n + 1", "evaluate: c = [m, b]"],
            ["train() -> a, m", "evaluate(a, m) -> c"],
            id="scalars join the earlier run",
        ),
        pytest.param(
            ["md: ## Fit", "train: a = [1]", "evaluate: b = len(a)", "md: ## Final fit!",
             "train: a.append(1)", "evaluate: c = len(a)"],
            ["train() -> a", "evaluate(a) -> b", "final_fit(a) -> a", "evaluate_2(a) -> c"],
            id="named by its heading",
        ),
    ],
)  # fmt: skip
def test_stages(cells: list[str], expected: list[str]) -> None:
    plan = plan_of(*cells)
    assert [
        f"{s.function}({', '.join(s.interface.inputs)}) -> {', '.join(s.interface.outputs)}"
        for s in plan.stages
    ] == expected


@pytest.mark.parametrize(
    ("cells", "outputs", "results"),
    [
        pytest.param(["preprocessing: a = [1]", "train: b = a + a"], (), ["a", "b"], id="crossing and last"),
        pytest.param(["preprocessing: a = [1]", "train: b = a + a"], ("b",), ["b"], id="as listed"),
        pytest.param(["preprocessing: a = [1]\nt = [2]", "train: b = a + a"], ("t",), ["t"], id="listed alone"),
        pytest.param(["parameters: n = 1", "train: b = n + 1"], (), ["b"], id="no parameters"),
        pytest.param(
            ["preprocessing: d = [1]\ndef f(): return d", "train: b = f() + [1]"], (), ["b"], id="no functions"
        ),
        pytest.param(["train: b = [1]\nfor i in range(2): c = i"], (), ["b"], id="no loop variables"),
        pytest.param(
            ["preprocessing: a = [1]", "train: b = a + a", "preprocessing: a = 'unread'"], (), ["a", "b"],
            id="the last value of what crosses",
        ),
        pytest.param(
            ["train: import matplotlib.pyplot as plt\nfig = plt.figure()\nb = 1"], (), ["b"], id="no figures"
        ),
        pytest.param(["train: b = [1]\n_c = [2]"], (), ["b"], id="no private names"),
        pytest.param(["evaluate: b = 1\nprint(b)"], (), ["b"], id="printing does not use it up"),
    ],
)  # fmt: skip
def test_results(cells: list[str], outputs: tuple[str, ...], results: list[str]) -> None:
    assert list(plan_of(*cells, outputs=outputs).results) == results


@pytest.mark.parametrize(
    ("cells", "parameters", "refused"),
    [
        pytest.param(
            ["parameters: n = 3\ns = 'a'", "train: x = [n, s]"], ["n", "s"], 0, id="literals"
        ),
        pytest.param(["parameters: n: float = 3", "train: x = n"], ["n"], 0, id="annotated"),
        pytest.param(["parameters: n = [1]", "train: x = n"], ["n"], 0, id="a list"),
        pytest.param(["parameters: n = 1 + 1", "train: x = n"], [], 1, id="computed"),
        pytest.param(["parameters: n, m = 1, 2", "train: x = n"], [], 1, id="several targets"),
        pytest.param(
            ["parameters: n = 1\nm = n\nn = 2", "train: x = [n, m]"], ["n"], 2, id="bound again"
        ),
        pytest.param(
            ["train: n = 0\nk = n + 1", "parameters: n = 3", "train: x = [n, k]"],
            [],
            1,
            id="used before",
        ),
        pytest.param(
            ["parameters: import math\nn = 3", "train: x = [n, math]"],
            ["n"],
            0,
            id="an import is nobody's fault",
        ),
    ],
)
def test_parameters(cells: list[str], parameters: list[str], refused: int) -> None:
    plan = plan_of(*cells)
    assert [parameter.name for parameter in plan.parameters] == parameters
    assert [d.code for d in plan.diagnostics].count("NB305") == refused


def test_a_binding_that_only_the_results_need_is_shipped() -> None:
    plan = plan_of("preprocessing: a = [1]", "train: b = a + a", "preprocessing: a = 'unread'")
    assert plan.code.statements[-1].cell.number == 3


@pytest.mark.parametrize(("cell", "warned"), [("train: [1].append(2)", 1), ("train: a = [1]", 0)])
def test_a_run_without_results_is_warned_of(cell: str, warned: int) -> None:
    assert [d.code for d in plan_of(cell).diagnostics].count("NB310") == warned


def test_a_role_that_comes_back_is_entered_as_one_stretch() -> None:
    plan = plan_of(
        "train: a = [1]", "evaluate: b = len(a)", "train: a.append(b)", "evaluate: c = len(a)"
    )
    assert [stage.function for stage in plan.stretch(Role.TRAIN)] == [
        "train",
        "evaluate",
        "train_2",
    ]
    assert [stage.function for stage in plan.stretch(Role.EVALUATE)] == [
        "evaluate",
        "train_2",
        "evaluate_2",
    ]
    assert plan.stretch(Role.PREDICT) == ()
