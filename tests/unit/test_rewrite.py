"""Cells in; the text of a module of the package out."""

from __future__ import annotations

import ast
import re
import textwrap

import pytest

from .cellscript import files_of


def body(module: str, function: str, *cells: str) -> str:
    """The statements of a stage function below its docstring, before the return."""
    text = files_of(*cells)[module]
    (found,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    )
    lines = text.split("\n")
    last = found.body[-1]
    end = last.lineno - 1 if isinstance(last, ast.Return) else last.end_lineno
    docstring = found.body[0].end_lineno
    return textwrap.dedent("\n".join(lines[docstring:end])).strip()


def train(source: str) -> str:
    return body("training", "train", f"train: {source}")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("x = [1]  # why\n", "x = [1]  # why", id="trailing comment"),
        pytest.param("# above\nx = [1]", "# above\nx = [1]", id="comment above"),
        pytest.param("x = [1]\n\n\ny = x + x", "x = [1]\n\ny = x + x", id="blank lines"),
        pytest.param("x = {'a':1}", 'x = {"a": 1}', id="formatted"),
        pytest.param('if __name__ == "__main__":\n    x = [1]', "x = [1]", id="main guard"),
        pytest.param("x = __name__", 'x = "__main__"', id="name of the module"),
        pytest.param(
            "n = 1\ndef f():\n    global n\n    n += 1\nf()\nx = n",
            "n = 1\n\ndef f():\n    nonlocal n\n    n += 1\n\nf()\nx = n",
            id="global becomes nonlocal",
        ),
        pytest.param(
            "from dataclasses import dataclass\nk = [2]\n@dataclass\nclass P:\n    'A point.'\n    x: int\n"
            "    def f(self): return k\n    @dataclass\n    class Q: y: int\nclass R(P): pass\nclass S: pass\nx = R(1)\n"
            "def f():\n    @dataclass\n    class T: k = k\n    return T",
            'k = [2]\n\n@dataclass\nclass P:\n    "A point."\n    __qualname__ = "P"  # as at module level\n'
            "    x: int\n\n    def f(self):\n        return k\n\n    @dataclass\n    class Q:\n"
            '        __qualname__ = "P.Q"  # as at module level\n        y: int\n\n'
            'class R(P):\n    __qualname__ = "R"  # as at module level\n    pass\n\nx = R(1)',
            id="the repr of a dataclass shows its qualified name",
        ),
        pytest.param(
            "k = [2]\ndef f(): return k\nx = f.__qualname__",
            'k = [2]\n\ndef f():\n    return k\n\nf.__qualname__ = "f"  # as at module level\nx = f.__qualname__',
            id="the qualified name of a function, where it is read",
        ),
        pytest.param(
            "max = max(1, 2)\nx = [max]",
            "max = builtins.max(1, 2)\nx = [max]",
            id="builtin and own name",
        ),
        pytest.param("%matplotlib inline\nx = [1]", "x = [1]", id="magic that goes"),
        pytest.param("x = [1]\nx", "x = [1]", id="trailing expression"),
        pytest.param(
            "x = []\nfor i in f():\n    x = i; print(i)\ndef f(): pass",
            None,
            id="statements of one line",
        ),
    ],
)
def test_body(source: str, text: str | None) -> None:
    if text is not None:
        found = train(source)
        assert [line for line in found.split("\n") if line] == [
            line for line in text.split("\n") if line
        ]


@pytest.mark.parametrize(
    ("call", "record"),
    [
        ("print('done')", 'logger.info("done")'),
        ("print(x)", "logger.info(str(x))"),
        ("print('n', x)", 'logger.info(f"n {x}")'),
        ("print('n', x, sep='=')", 'logger.info(f"n={x}")'),
        ("print(f'{x}')", 'logger.info(f"{x}")'),
        ("print('{}', x)", 'logger.info(f"{{}} {x}")'),
        ("print('n', x, end='')", 'logger.info(f"n {x}")'),
        ("print(*x)", 'logger.info(" ".join(map(str, (*x,))))'),
        ("print('%d' % 3)", 'logger.info("%d" % 3)'),
        ("print('{}'.format(x))", 'logger.info("{}".format(x))'),
        ("print('-' * 40)", 'logger.info("-" * 40)'),
        ("print('-' * x)", 'logger.info(str("-" * x))'),
        ("print('a' + 'b'.upper())", 'logger.info("a" + "b".upper())'),
        ("print('a' + x)", 'logger.info(str("a" + x))'),
        ("print()", ""),
        ("import sys; print(x, file=sys.stderr)", "print(x, file=sys.stderr)"),
        ("y = print(x)", "y = print(x)"),
    ],
)
def test_print(call: str, record: str) -> None:
    assert train(f"x = [1]\n{call}") == f"x = [1]\n{record}".strip()


def test_print_stays_where_it_is_caught() -> None:
    found = train(
        "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as x:\n    print(1)"
    )
    assert "print(1)" in found
    assert "logger" not in found


STATE = [
    "setup: n = 0\ndef f():\n    global n\n    n += 1\nf()",
    "train: f()\n{}",
    "evaluate: y = [n]",
]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("n = 3", "state.n = 3", id="assignment"),
        pytest.param("n += 1", "state.n += 1", id="in place"),
        pytest.param("for n in [1]: pass", "for state.n in [1]:\n    pass", id="loop"),
        pytest.param("del n\nn = 1", "del state.n\nstate.n = 1", id="deletion"),
        pytest.param("def n(): pass", "def n():\n    pass\nstate.n = n", id="definition"),
        pytest.param("import math as n", "import math as n\nstate.n = n", id="import"),
        pytest.param("m = [n, 'n', x.n]", 'm = [state.n, "n", x.n]', id="reads"),
        pytest.param("m = f'{n=}'", 'm = f"n={state.n!r}"', id="self-documenting f-string"),
        pytest.param("m = [n for n in [1]]", "m = [n for n in [1]]", id="a comprehension's own"),
        pytest.param("m = (n := 2)", 'm = state.bind("n", 2)', id="walrus"),
        pytest.param(
            "m = f'{(n := 2)}'", """m = f'{state.bind("n", 2)}'""", id="walrus in an f-string"
        ),
        pytest.param("m = dict(n=1)", "m = dict(n=1)", id="keyword"),
    ],
)
def test_shared_names(source: str, text: str) -> None:
    cells = [cell.replace("{}", f"x = object\nm = 1\n{source}\nz = [m, x]") for cell in STATE]
    found = body("training", "train", *cells)
    lines = [line for line in found.split("\n") if line]
    assert "\n".join(text.split("\n")) in "\n".join(lines)


def test_a_function_of_the_setup_rebinds_the_state() -> None:
    text = files_of(*(cell.replace("{}", "") for cell in STATE))["common"]
    assert "global" not in text
    assert "state.n += 1" in text


def test_a_query_in_a_function_is_given_its_variables() -> None:
    source = "n = [3]\nimport pandas as pd\ndef f(d): return d.query('a in @n')\nx = f(pd.DataFrame({'a': [3]}))"
    assert 'd.query("a in @n", local_dict={"n": n})' in train(source)


def test_a_query_of_the_stage_itself_stays() -> None:
    source = "n = [3]\nimport pandas as pd\nd = pd.DataFrame({'a': [3]})\nx = d.query('a in @n')"
    assert 'd.query("a in @n")' in train(source)


def test_await_makes_the_stage_async() -> None:
    files = files_of("setup: import asyncio", "train: x = await asyncio.sleep(0, 3)")
    assert "async def train() -> Any:" in files["training"]
    assert "run_until_complete(training.train())" in files["pipeline"]


@pytest.mark.parametrize(
    ("cells", "function"),
    [
        (["setup: def train(): return 1", "train: x = train()"], "train_stage"),
        (["train: x = [1]"], "train"),
    ],
)
def test_the_notebooks_own_function_keeps_its_name(cells: list[str], function: str) -> None:
    assert f"def {function}()" in files_of(*cells)["training"]


def test_an_early_import_is_not_repeated_in_the_body() -> None:
    text = files_of("train: import math\nx = math.pi")["training"]
    assert text.count("import math") == 1


def test_a_late_import_stays_in_its_stage() -> None:
    cells = ["setup: import os\nos.environ['A'] = 'b'\nimport numpy as np", "train: x = np.ones(1)"]
    files = files_of(*cells)
    assert body("common", "set_up", *cells).split("\n") == [
        'os.environ["A"] = "b"',
        "import numpy as np  # noqa: F401 (loading it has an effect)",
    ]
    assert "    import numpy as np\n" in files["training"]
    assert "\nimport numpy as np" not in files["training"]


def test_only_imports_that_the_code_uses() -> None:
    text = files_of("train: from unittest import mock\nmock.patch('builtins.print')  # Any.x")
    assert "import builtins" not in text["training"]
    assert "typing" not in text["training"]


def test_short_names_pass_the_lint_of_the_package() -> None:
    text = files_of("parameters: l = 3", "train: x = [l]")["pyproject.toml"]
    assert '"src/demo/{pipeline,parameters,state}.py" = ["E741"]' in text
    assert "E741" not in files_of("parameters: n = 3", "train: x = [n]")["pyproject.toml"]


def test_an_entry_point_may_run_a_stage_for_others() -> None:
    cells = (
        "train: a = object()",
        "preprocessing: between = [a]",
        "train: b = [a, between]",
        "preprocessing: c = [b]",
        "evaluate: d = [c, between, a]",
    )
    text = files_of(*cells)["pyproject.toml"]
    assert "F841" not in text.partition("{pipeline")[2]
    cells = (*cells[:2], "train: b = [a]", *cells[3:])
    assert "F841" in files_of(*cells)["pyproject.toml"].partition("{pipeline")[2]


def test_a_query_whose_text_is_computed_finds_only_what_is_bound_by_then() -> None:
    """`late` may be named by the first text as far as anybody knows, but has no value yet."""
    files = files_of(
        "train: import pandas as pd\nlimit = 0\ndef f():\n    return limit\ndf = pd.DataFrame({'a': [1, 2]})\n"
        "text = ''.join(['a > ', '@limit'])\nkept = df.query(text)\nlate = 2\n"
        "last = df.eval('a * @late + @limit')\nagain = df.query(text)",
        "evaluate: limit = f() + 1\nseen = f(), kept, last, again",
    )
    text = " ".join(files["training"].split())
    first, second = re.findall(r"df\.query\( ?text, local_dict=(\{.*?\}) ?\)", text)
    assert '"late"' not in first
    assert '"late": late' in second


@pytest.mark.parametrize(("bound", "call"), [("", "vars()"), ("vars = [1]\n", "builtins.vars()")])
def test_a_class_body_asks_what_it_has_bound(bound: str, call: str) -> None:
    """Though `vars` may be a variable of the notebook."""
    files = files_of(
        "train: kept = 1\ndef f():\n    return kept",
        f"predict: {bound}kept += 1\nclass Meter:\n    if f() > 2:\n        kept = 7\n    kept = kept\n"
        "seen = Meter.kept, f()",
    )
    assert f'kept if "kept" in {call} else state.kept' in files["prediction"]
    assert ("import builtins\n" in files["prediction"]) is bool(bound)


def test_a_name_that_nobody_binds_is_not_that_of_the_stage() -> None:
    source = "try:\n    train + 1\nexcept NameError as error:\n    seen = str(error)"
    files = files_of(f"train: {source}", "evaluate: kept = [seen]")
    assert "def train_stage(" in files["training"]
    assert "from demo.training import train_stage as train\n" in files["__init__"]
    plain = files_of("train: train = 1\nseen = [train]", "evaluate: kept = [seen]")
    assert "def train(" in plain["training"]
