"""Conversion as a whole: what is refused, what is written, and what the code looks like."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import nb2prod
from nb2prod import check
from nb2prod.notebook import read
from nb2prod.suggest import suggestions

#: What is said here needs no run.
convert = partial(nb2prod.convert, run=False)

Cells = list[tuple[str, str | None]]


def write(folder: Path, cells: Cells, **settings: Any) -> Path:
    path = folder / "analysis.ipynb"
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"nb2prod": settings},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"tags": [tag] if tag else []},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, (source, tag) in enumerate(cells, 1)
        ],
    }
    path.write_text(json.dumps(document))
    return path


@pytest.fixture(autouse=True)
def _clean_imports() -> Iterator[None]:
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in [name for name in sys.modules if name.split(".")[0] == "made"]:
        del sys.modules[name]


def run(folder: Path, cells: Cells, **settings: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The results of the converted package, and its modules."""
    done = convert(write(folder, cells, **settings), output=folder / "made", name="made")
    assert done.ok, done.diagnostics
    sys.path.insert(0, str(folder / "made" / "src"))
    results = importlib.import_module("made").run()
    texts = {p.stem: p.read_text() for p in (folder / "made" / "src" / "made").glob("*.py")}
    return results, texts


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([("x = 1", None)], "NB110"),
        ([("x = (", "train")], "NB201"),
        ([("y = x + 1", "train")], "NB202"),
        ([("x = [1].index(1)", None), ("y = x + 1", "train")], "NB203"),
        ([("n = len(globals())", "train")], "NB204"),
        ([("%%bash\nls", "train")], "NB205"),
        ([("1 + 1", "train"), ("y = _", "predict")], "NB206"),
        ([("for i in range(2):\n    x = 1\n# nb2prod: predict\n    y = 2", "train")], "NB113"),
        ([("# nb2prod: trian\nx = 1", None)], "NB112"),
    ],
)
def test_errors_are_named_and_nothing_is_written(tmp_path: Path, cells: Cells, code: str) -> None:
    path = write(tmp_path, cells)
    assert code in [found.code for found in check(path)]
    done = convert(path, output=tmp_path / "out", name="made")
    assert not done.ok
    assert [child.name for child in tmp_path.iterdir()] == ["analysis.ipynb"]


@pytest.mark.parametrize(
    "source", ["class A:\n    (x): int = 3", "y = 1\ndef f():\n    (y): int = 3", "(y): int"]
)
def test_what_only_python_can_read_is_named(tmp_path: Path, source: str) -> None:
    done = convert(write(tmp_path, [(source + "\nr = 1", "train")]), output=tmp_path / "made")
    (problem,) = [found for found in done.diagnostics if found.code == "NB201"]
    assert not done.ok
    assert problem.cell == 1
    assert problem.line


def test_parentheses_around_an_annotated_target(tmp_path: Path) -> None:
    cells: Cells = [("if True:\n    ( y ): int = 3; (z): 'é' = (y)", "train")]
    assert run(tmp_path, cells, outputs=["y", "z"])[0] == {"y": 3, "z": 3}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\ny = " + "+".join(["x"] * 600),
        "y = 'a'" + ".strip()" * 250,
        "x = 3\nif x == 0: y = 0\n" + "".join(f"elif x == {i}: y = {i}\n" for i in range(1, 400)),
    ],
    ids=["operators", "methods", "elif"],
)
def test_code_may_nest_as_deeply_as_python_allows(tmp_path: Path, source: str) -> None:
    path = write(tmp_path, [(source, "train"), ("z = y", "predict")])
    limit = sys.getrecursionlimit()
    assert convert(path, output=tmp_path / "made").ok
    assert suggestions(read(path)) == ()
    assert sys.getrecursionlimit() == limit


def test_deeper_code_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [("x = 1\ny = " + "+".join(["x"] * 20_000), "train")])
    assert [(found.code, found.cell) for found in check(path)] == [("NB201", 1)]


def test_two_roles_on_one_cell(tmp_path: Path) -> None:
    path = write(tmp_path, [("x = 1", "train")])
    document = json.loads(path.read_text())
    document["cells"][0]["metadata"]["tags"] = ["train", "nb2prod:predict", "mine"]
    path.write_text(json.dumps(document))
    assert [found.code for found in check(path)] == ["NB111"]


@pytest.mark.parametrize(
    ("name", "problem"), [("class", "word"), ("json", "standard library"), ("a-b", "identifier")]
)
def test_names_that_no_package_can_have(tmp_path: Path, name: str, problem: str) -> None:
    done = convert(write(tmp_path, [("x = 1", "train")]), name=name)
    assert not done.ok
    assert problem in done.diagnostics[0].message


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nbformat": 4}', "\x00"])
def test_files_that_are_no_notebooks(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    assert [found.code for found in check(path)] == ["NB101"]


def test_an_edited_package_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, [("x = 1", "train")])
    out = tmp_path / "made"
    assert convert(path, output=out, name="made").ok
    assert convert(path, output=out, name="made").ok, "an unedited package is regenerated"
    (out / "README.md").write_text("mine")
    refused = convert(path, output=out, name="made")
    assert [found.code for found in refused.diagnostics] == ["NB402"]
    assert "README.md" in refused.diagnostics[0].message
    forced = convert(path, output=out, name="made", force=True)
    assert forced.backup is not None
    assert (forced.backup / "README.md").read_text() == "mine"


def test_a_foreign_folder_is_never_replaced(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    done = convert(write(tmp_path, [("x = 1", "train")]), output=out, name="made", force=True)
    assert [found.code for found in done.diagnostics] == ["NB401"]
    assert [child.name for child in out.iterdir()] == ["thesis.txt"]


def test_values_flow_as_parameters_and_results(tmp_path: Path) -> None:
    results, texts = run(
        tmp_path,
        [("x = [1, 2]", "preprocessing"), ("x.append(3)\ny = sum(x)", "train")],
        outputs=["x", "y"],
    )
    assert results == {"x": [1, 2, 3], "y": 6}
    assert "def train(x: Any) -> TrainResult:" in texts["training"]
    assert "state" not in texts


def test_a_captured_name_that_is_rebound_later_lives_in_the_state(tmp_path: Path) -> None:
    cells: Cells = [
        ("limit = 1\ndef above(x):\n    return x > limit\na = above(2)", "preprocessing"),
        ("limit = 5\nb = above(2)", "train"),
    ]
    results, texts = run(tmp_path, cells, outputs=["a", "b"])
    assert results == {"a": True, "b": False}
    assert "return x > state.limit" in texts["preprocessing"]


def test_a_closed_function_is_a_module_level_definition(tmp_path: Path) -> None:
    _, texts = run(
        tmp_path,
        [("import math\ndef area(r):\n    return math.pi * r", "setup"), ("a = area(2)", "train")],
        outputs=["a"],
    )
    assert "\ndef area(r):" in texts["common"]
    assert "from made.common import area" in texts["training"]


def test_a_helper_moves_to_where_its_variables_are(tmp_path: Path) -> None:
    cells: Cells = [
        ("def scaled(v):\n    return v * factor", "setup"),
        ("factor = [3][0]\nz = scaled(2)", "preprocessing"),
    ]
    results, texts = run(tmp_path, cells, outputs=["z"])
    assert results == {"z": 6}
    assert "state" not in texts


def test_parameters_are_keywords_with_the_notebooks_values(tmp_path: Path) -> None:
    cells: Cells = [("n = 3\nnames = ['a']", "parameters"), ("m = n * len(names)", "train")]
    results, _ = run(tmp_path, cells, outputs=["m"])
    package = sys.modules["made"]
    assert results == {"m": 3}
    assert package.run(n=5, names=["a", "b"]) == {"m": 10}


def test_definitions_are_taken_over_from_untagged_cells(tmp_path: Path) -> None:
    cells: Cells = [
        ("import math", None),
        ("RATE = 2", None),
        ("y = math.floor(RATE * 1.6)", "train"),
    ]
    path = write(tmp_path, cells, outputs=["y"])
    assert [found.code for found in check(path)] == ["NB301", "NB301"]
    assert run(tmp_path, cells, outputs=["y"])[0] == {"y": 3}


def test_modules_beside_the_notebook_come_along(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("def double(x):\n    return 2 * x\n")
    results, texts = run(
        tmp_path, [("from helpers import double\ny = double(4)", "train")], outputs=["y"]
    )
    assert results == {"y": 8}
    assert "from made.local.helpers import double" in texts["training"]


def test_modules_beside_the_notebook_that_are_named_in_a_string(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("seen = []\n")
    cells: Cells = [
        ("import importlib, helpers", "setup"),
        ("again = importlib.import_module('helpers')\ny = again is helpers", "train"),
    ]
    assert run(tmp_path, cells, outputs=["y"])[0] == {"y": True}


def test_inspection_goes_and_print_becomes_a_record(tmp_path: Path) -> None:
    cells: Cells = [("x = [1]\nlen(x)\nprint('rows', len(x))", "train")]
    _, texts = run(tmp_path, cells, outputs=["x"])
    assert 'logger.info(f"rows {len(x)}")' in texts["training"]
    assert "\n    len(x)\n" not in texts["training"]


def test_shell_lines_become_subprocesses(tmp_path: Path) -> None:
    cells: Cells = [("word = 'hi'\nlines = !echo {word}", "train")]
    assert run(tmp_path, cells, outputs=["lines"])[0] == {"lines": ["hi"]}


def test_shell_output_keeps_its_attributes(tmp_path: Path) -> None:
    cells: Cells = [
        ("d = {}\nd['k'] = !printf 'b 2\\na 1'\ntext = d['k'].sort().fields(1).s", "train")
    ]
    results, texts = run(tmp_path, cells, outputs=["text"])
    assert results == {"text": "1 2"}
    assert "from made.local import shell_commands" in texts["training"]


@pytest.mark.parametrize(
    ("statement", "warned"),
    [
        ("%timeit seen.append(1)", True),
        ("%%timeit\nseen.append(1)", True),
        ("%timeit f(2)", True),
        ("%timeit -n 2 -r 1 seen.append(1)", False),
        ("%timeit sum(seen)", False),
        ("%%timeit\nlen(seen)", False),
    ],
)
def test_effects_that_the_clock_repeats_are_told(
    tmp_path: Path, statement: str, warned: bool
) -> None:
    setup = ("seen = [1]\ndef f(x): seen.append(x)", "setup")
    path = write(tmp_path, [setup, (statement, "train"), ("n = len(seen)", "predict")])
    assert [(d.cell, d.line) for d in check(path) if d.code == "NB307"] == (
        [(2, statement.count("\n") + 1)] if warned else []
    )


def test_top_level_await(tmp_path: Path) -> None:
    cells: Cells = [
        ("import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x", "setup"),
        ("y = await f(3)", "train"),
    ]
    assert run(tmp_path, cells, outputs=["y"])[0] == {"y": 3}


def test_the_same_notebook_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, [("a = 1\nb = 2", "preprocessing"), ("c = a + b", "train")])
    trees = []
    for name in ("one", "two"):
        done = convert(path, output=tmp_path / name, name="made")
        assert done.package is not None
        files = sorted(p for p in done.package.rglob("*") if p.is_file())
        trees.append({p.relative_to(done.package).as_posix(): p.read_bytes() for p in files})
    assert trees[0] == trees[1]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    path = write(tmp_path, [("x = 1", "train")], description='"""\nimport os\n<b>"', owner='a"b\n')
    document = json.loads(path.read_text())
    heading = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": '# """ \\N{x} "'}
    document["cells"].insert(0, heading)
    path.write_text(json.dumps(document))
    done = convert(path, output=tmp_path / "made", name="made")
    assert done.ok
    sys.path.insert(0, str(tmp_path / "made" / "src"))
    assert importlib.import_module("made").run() == {"x": 1}
    if sys.version_info >= (3, 11):
        import tomllib

        project = tomllib.loads((tmp_path / "made" / "pyproject.toml").read_text())
        assert project["project"]["authors"] == [{"name": 'a"b\n'}]
