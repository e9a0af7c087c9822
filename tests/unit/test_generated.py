"""Cells in; the words that a receiver reads: signatures, options, settings of the project."""

from __future__ import annotations

import ast
import doctest
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nb2prod.notebook import Settings
from nb2prod.planning import emitted, planned, planned_file
from nb2prod.probes.capture import facts
from nb2prod.recorded import Description, Recorded

from ..notebooks import write
from .cellscript import files_of, notebook, plan_of


@pytest.mark.parametrize(
    ("cells", "module", "line"),
    [
        pytest.param(
            ["parameters: n = 3\ns = 'a'\nx = [1]", "train: y = [n, s, x]"],
            "training", "def train(n: int, s: str, x: Any) -> Any:", id="parameters have their types",
        ),
        pytest.param(
            ["parameters: n = 3", "preprocessing: n = [n]", "train: y = [n]"],
            "training", "def train(n: Any) -> Any:", id="but not when they were bound again",
        ),
        pytest.param(
            ["parameters: n = 3\nint = str", "train: y = [n, int]"],
            "training", "def train(n: Any, int: Any) -> Any:", id="nor when the type has another meaning",
        ),
        pytest.param(
            ["train: from a import b, C, D_E, f as g\ny = [b, C, D_E, g]"],
            "training", "from a import D_E, C, b, f as g", id="imports in isort's order",
        ),
        pytest.param(["parameters: N_TREES = 3", "train: y = [N_TREES]"], "cli", '"--n-trees",', id="an option"),
        pytest.param(["parameters: N_TREES = 3", "train: y = [N_TREES]"], "cli", '"--N_TREES",', id="as in the notebook"),
        pytest.param(["parameters: N = 3\nn = 4", "train: y = [N, n]"], "cli", '"--N",', id="two that differ by case"),
        pytest.param(
            ["parameters: quiet = 3", "train: y = [quiet]"], "cli", '"--parameter-quiet",', id="one that the command has",
        ),
        pytest.param(
            ["preprocessing: y = [1]", "train: z = [y]"], "pyproject.toml",
            '"src/demo/{preprocessing,training}.py" = [', id="one list of rules",
        ),
        pytest.param(
            ["parameters: s = 'a'", "train: z = [s]"], "README.md", 'results = run(s="a")', id="a call as black writes it",
        ),
    ],
)  # fmt: skip
def test_line(cells: list[str], module: str, line: str) -> None:
    assert line in [text.strip() for text in files_of(*cells)[module].split("\n")]


@pytest.mark.parametrize(
    ("owner", "author"),
    [("a.b@c.org", '{ email = "a.b@c.org" }'), ("Ann <a@b.org>", '{ name = "Ann <a@b.org>" }')],
)
def test_author(owner: str, author: str) -> None:
    settings = Settings(owner=owner)
    plan = planned(notebook("train: x = [1]", settings=settings), "demo", folder=None).plan
    assert plan is not None
    text = emitted(plan, notebook_folder=None, output=None)["pyproject.toml"]
    assert f"authors = [{author}]" in text


def test_the_state_takes_every_name() -> None:
    text = files_of(
        "setup: self = 0\ndef f(): return self\ny = f()",
        "train: match [1]:\n    case [self]: pass\nx = [y, f()]",
        outputs=("x",),
    )["state"]
    namespace: dict[str, Any] = {"__name__": "state"}
    exec(text, namespace)
    state = namespace["State"]()
    assert state.bind_all(self=1)
    assert state.self == 1


def test_docstrings_tell_what_a_run_saw() -> None:
    plan = plan_of(
        "setup: from lib import f", "preprocessing: d = f(1)\nn = f(2)", "train: m = [d, n]"
    )
    told = {
        "preprocess": {
            "d": Description("pandas.DataFrame of shape (2, 1)", 'a"""b (int64)'),
            "n": Description("int"),
        },
        "train": {"m": Description("list of 2")},
    }
    files = emitted(plan, notebook_folder=None, output=None, recorded=Recorded(descriptions=told))
    results, training = files["src/demo/preprocessing.py"], files["src/demo/training.py"]
    assert "d : pandas.DataFrame of shape (2, 1)\n        Columns: a" in results
    assert "d : pandas.DataFrame of shape (2, 1)\n        As `preprocess` gives it.\n" in training
    assert "m : list of 2\n        The notebook's variable of that name." in training
    for text in files.values():
        if text.startswith('"""'):
            ast.parse(text)


@pytest.mark.parametrize(
    ("value", "expression"),
    [
        (0.5, 'results["s"]'),
        (7, 'results["s"]'),
        (np.float64(0.5), 'float(results["s"])'),
        (np.float32(0.1), 'float(results["s"])'),
        (np.int64(7), 'int(results["s"])'),
    ],
)
def test_the_example_shows_what_the_interpreter_does(value: object, expression: str) -> None:
    plan = plan_of("setup: from lib import f", "evaluate: s = f(1)")
    recorded = Recorded(values={"run": {"s": facts(value)}})
    files = emitted(plan, notebook_folder=None, output=None, recorded=recorded)
    (run,) = ast.parse(files["src/demo/pipeline.py"]).body[-1:]
    assert isinstance(run, ast.FunctionDef)
    _, example = doctest.DocTestParser().get_examples(ast.get_docstring(run) or "")
    assert example.source.strip() == expression
    assert repr(eval(expression, {"results": {"s": value}})) == example.want.strip()


def test_a_variable_that_a_timed_line_binds_is_known_to_the_shell() -> None:
    text = files_of("train: from lib import f\n%time n = f(1)\nx = !echo $n")["training"]
    assert 'shell_commands.output(f"echo {n}")' in text


def _readme(folder: Path, output: Path, recorded: Recorded) -> str:
    """The README of a package whose notebook reads a file of its folder."""
    (folder / "rows.csv").write_text("1\n", encoding="utf-8")
    plan = plan_of("train: x = open('rows.csv').read()")
    tree = emitted(plan, notebook_folder=folder, output=output, recorded=recorded)
    return tree["README.md"]


def test_the_readme_runs_the_package_where_its_data_is(tmp_path: Path) -> None:
    told = Recorded(values={"train": {"x": {"": "1\n"}}})
    text = _readme(tmp_path, tmp_path / "demo", told)
    assert "\n```sh\npip install .\ncd tests/data && demo run\n```\n" in text
    assert "\n`tests/data` has copies of the notebook's data: `rows.csv`. Remove them" in text


@pytest.mark.parametrize(
    ("output", "where"),
    [
        ("demo", "data (`..`, if the package was not moved)"),
        ("a/b/c/d", "data"),
    ],
)
def test_the_readme_says_where_the_data_is_that_it_does_not_carry(
    tmp_path: Path, output: str, where: str
) -> None:
    text = _readme(tmp_path, tmp_path / output, Recorded())
    command = f"Then, in the folder that has the notebook's {where}:\n\n```sh\ndemo run\n```\n"
    assert f"\n```sh\npip install .\n```\n\n{command}" in text
    assert "tests/data" not in text


def test_the_readme_of_a_package_without_data_has_one_command() -> None:
    assert (
        "\n```sh\npip install .\ndemo run\n```\n\n```python"
        in files_of("train: x = [1]")["README.md"]
    )


def test_the_package_names_its_notebook(tmp_path: Path) -> None:
    hostile = 'my "` # \\ notebook\n\n""".ipynb'
    path = tmp_path / hostile
    write(path, ("x = [1]", "train"))
    plan = planned_file(path, "demo").plan
    assert plan is not None
    files = emitted(plan, notebook_folder=tmp_path, output=None)
    shown = """`my "' # \\ notebook  \"\"\".ipynb`"""
    assert (
        f"This package was generated from the notebook {shown}. It computes" in files["README.md"]
    )
    words = ast.get_docstring(ast.parse(files["src/demo/__init__.py"])) or ""
    assert f"Generated from the notebook {shown}; start with `run`.".split() == words.split()[1:]


def test_an_entry_point_of_several_stages_says_what_it_runs_and_changes() -> None:
    files = files_of(
        "preprocessing: from lib import f\nrows = f(1)\nkept = f(2)\nold = f(3)\nn = 1",
        "md: # One model a store",
        "train: model = [rows]",
        "evaluate: rows.append(4)\nkept = kept.copy()\nkept[0] = 5\nn += 1\nerror = [rows, kept, model, n]",
        "train: model = [model, rows, kept, error, old]",
        outputs=("model", "error"),
    )
    runs = "Runs the pipeline from its first train stage to its last, in order: `train`, `evaluate`, `train_2`."
    changes = "May change arguments in place: `rows`."
    gives = "Gives a mapping with `model`."
    signature = "### `train(rows, kept, n, old)`"
    assert f"\n{signature}\n\n{runs} {changes} {gives}\n" in files["README.md"]
    function = next(
        node
        for node in ast.parse(files["pipeline"]).body
        if isinstance(node, ast.FunctionDef) and node.name == "train"
    )
    words = ast.get_docstring(function) or ""
    for said in (runs, changes, "What the train stages give, by the notebook's names: `model`."):
        assert said in " ".join(words.split())
