"""The command line: exit codes, formats, what is written and what is not."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nb2prod.cli import main
from nb2prod.diagnostics import CODES
from nb2prod.filetree import MANIFEST
from nb2prod.notebook import read
from tests.notebooks import Pair, write

GOOD: Sequence[Pair] = (
    ("N = 3", "parameters"),
    ("rows = list(range(N))", "preprocessing"),
    ("total = sum(rows)", "train"),
)


def nb2prod(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    # Whatever goes wrong is said, never thrown.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "good.ipynb", *GOOD)


# ---------------------------------------------------------------------- usage
@pytest.mark.parametrize("command", [[], ["convert"], ["check"], ["suggest"], ["show"]], ids=str)
def test_help(command: list[str]) -> None:
    result = nb2prod(*command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_version() -> None:
    assert nb2prod("--version").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"],
        ["convert", "a.ipynb", "--unknown"],
        ["convert", "a.ipynb", "b.ipynb", "--name", "x"],
        ["convert", "a.ipynb", "b.ipynb", "--output", "x"],
        ["convert", "a.ipynb", "--jobs", "0"],
        ["convert", "a.ipynb", "--name", ""],
        ["check"],
        ["check", "a.ipynb", "--format", "xml"],
        ["show", "a.ipynb", "--format", "dot"],
        ["suggest"],
        ["nothing"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert nb2prod(*arguments).exit_code == 2


# ---------------------------------------------------------------------- convert
def test_convert_two_notebooks_into_one_folder_is_refused(tmp_path: Path) -> None:
    notebooks = [write(tmp_path / name, *GOOD) for name in ("nb-x.ipynb", "nb_x.ipynb")]
    result = nb2prod("convert", "--no-run", *notebooks)
    assert result.exit_code == 2
    assert "one folder" in result.output
    assert sorted(tmp_path.iterdir()) == sorted(notebooks)


def test_convert_does_not_name_a_package_like_a_library(tmp_path: Path) -> None:
    cells = [("import prophet\nx = [prophet.y]", "train")]
    assert nb2prod("convert", "--no-run", write(tmp_path / "prophet.ipynb", *cells)).exit_code == 0
    assert (tmp_path / "prophet_package").is_dir()
    result = nb2prod("convert", "--no-run", tmp_path / "prophet.ipynb", "--name", "prophet")
    assert result.exit_code == 1
    assert "NB104" in result.output


def test_convert_writes_beside_the_notebook(good: Path) -> None:
    result = nb2prod("convert", "--no-run", good)
    assert result.exit_code == 0
    assert "package `good` written to" in result.output
    package = good.parent / "good"
    for name in (
        "pyproject.toml",
        "README.md",
        "src/good/__init__.py",
        "src/good/py.typed",
        MANIFEST,
    ):
        assert (package / name).is_file()


@pytest.mark.parametrize("option", ["--run", "--no-run"])
def test_both_ways_of_converting_write_the_same(good: Path, option: str) -> None:
    plain = nb2prod("convert", "--no-run", good, "-o", good.parent / "plain")
    other = nb2prod("convert", good, "-o", good.parent / "other", option, "--kernel", "python3")
    assert plain.exit_code == other.exit_code == 0
    one, two = (_tree(good.parent / folder) for folder in ("plain", "other"))
    if option == "--no-run":
        assert one == two
    # A run adds words to docstrings, types, versions and tests: the code is the same.
    assert one.keys() <= two.keys()
    for path in one:
        if path.endswith(".py"):
            assert _code(one[path]) == _code(two[path]), path


@pytest.mark.parametrize(
    ("file", "settings", "option", "name"),
    [
        ("good.ipynb", None, None, "good"),
        ("My notebook (2).ipynb", None, None, "my_notebook_2"),
        ("2024 sales.ipynb", None, None, "notebook_2024_sales"),
        ("json.ipynb", None, None, "json_package"),
        ("class.ipynb", None, None, "class_package"),
        ("été.ipynb", None, None, "ete"),
        ("☃.ipynb", None, None, "notebook"),
        ("good.ipynb", {"name": "other"}, None, "other"),
        ("good.ipynb", {"name": "other"}, "third", "third"),
    ],
)
def test_names(
    tmp_path: Path, file: str, settings: dict[str, object] | None, option: str | None, name: str
) -> None:
    path = write(tmp_path / file, *GOOD, settings=settings)
    result = nb2prod("convert", "--no-run", path, *(["--name", option] if option else []))
    assert result.exit_code == 0, result.output
    assert (tmp_path / name / "src" / name / "__init__.py").is_file()


@pytest.mark.parametrize("name", ["class", "json", "two words", "1st", "é", "match"])
def test_bad_names_are_refused(good: Path, name: str) -> None:
    result = nb2prod("convert", "--no-run", good, "--name", name, "-o", good.parent / "out")
    assert result.exit_code == 1
    assert "NB104" in result.output
    assert _names(good.parent) == ["good.ipynb"]


def test_a_bad_name_in_the_settings_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", *GOOD, settings={"name": "no-name"})
    result = nb2prod("convert", "--no-run", path)
    assert result.exit_code == 1
    assert "NB104" in result.output


def test_several_notebooks_have_their_own_verdicts(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"n{i}.ipynb", *GOOD) for i in range(3)]
    bad = write(tmp_path / "bad.ipynb", ("x = (", "train"))
    result = nb2prod(
        "convert", "--no-run", paths[0], bad, *paths[1:], tmp_path / "none.ipynb", "--jobs", "2"
    )
    assert result.exit_code == 1
    for path in paths:
        assert f"{path}: package" in result.output
        assert (tmp_path / path.stem / "pyproject.toml").is_file()
    assert f"{bad}: not converted" in result.output
    assert "none.ipynb: not converted" in result.output
    assert not (tmp_path / "bad").exists()


def test_several_good_notebooks(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"n{i}.ipynb", *GOOD) for i in range(2)]
    assert nb2prod("convert", "--no-run", *paths).exit_code == 0


# ---------------------------------------------------------------------- errors
@pytest.mark.parametrize(
    ("cells", "code", "words"),
    [
        ([("x = 1", None)], "NB110", ["no cell has a role", "suggest"]),
        ([("x = 1", ["train", "predict"])], "NB111", ["cell 1 (c1)", "train", "predict"]),
        ([("x = 1", "nb2prod:tarin")], "NB112", ["cell 1 (c1)", "tarin"]),
        ([("x = 1", "train"), ("y = 1\nx = (", "train")], "NB201", ["cell 2 (c2), line 2"]),
        ([("x = 1\ny = nowhere", "train")], "NB202", ["cell 1 (c1), line 2", "nowhere"]),
        (
            [("a = 1", "setup"), ("b = input()", None), ("c = b", "train")],
            "NB203",
            ["cell 3 (c3), line 1", "`b`", "cell 2"],
        ),
        ([("globals()['x'] = 1", "train")], "NB204", ["cell 1 (c1), line 1"]),
        ([("%%bash\nls", "train")], "NB205", ["cell 1 (c1), line 1", "bash"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_errors_name_the_place_and_the_mend(
    tmp_path: Path, cells: list[Pair], code: str, words: list[str]
) -> None:
    path = write(tmp_path / "n.ipynb", *cells)
    for command in ("convert", "check"):
        result = nb2prod(command, path)
        assert result.exit_code == 1
        assert code in result.output
        for word in (str(path), *words):
            assert word in result.output
    assert _names(tmp_path) == ["n.ipynb"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "NB101"),
        ("not json", "NB101"),
        ("{}", "NB101"),
        ('{"nbformat": 4, "cells": 1}', "NB101"),
        ('{"nbformat": 4, "cells": [], "metadata": {"nb2prod": {"outputs": "x"}}}', "NB103"),
    ],
)
@pytest.mark.parametrize("command", ["convert", "check", "suggest", "show"])
def test_files_that_are_no_notebooks(
    tmp_path: Path, command: str, text: str | None, code: str
) -> None:
    path = tmp_path / "n.ipynb"
    if text is not None:
        path.write_text(text)
    result = nb2prod(command, path)
    assert result.exit_code == 1
    assert code in result.output
    assert str(path) in result.output
    assert _names(tmp_path) == ([] if text is None else ["n.ipynb"])


@pytest.mark.parametrize("command", ["convert", "check", "suggest", "show"])
def test_a_folder_and_another_language(tmp_path: Path, command: str) -> None:
    folder = nb2prod(command, tmp_path)
    assert folder.exit_code == 1
    assert "NB101" in folder.output
    path = write(tmp_path / "n.ipynb", ("x <- 1", "train"), language="R")
    foreign = nb2prod(command, path)
    assert foreign.exit_code == 1
    assert "NB102" in foreign.output
    assert _names(tmp_path) == ["n.ipynb"]


# ---------------------------------------------------------------------- the output folder
def test_a_folder_that_is_not_ours_is_never_replaced(good: Path) -> None:
    folder = good.parent / "good"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    for force in ([], ["--force"]):
        result = nb2prod("convert", "--no-run", good, *force)
        assert result.exit_code == 1
        assert "NB401" in result.output
        assert str(folder) in result.output
        assert _names(folder) == ["mine.txt"]


def test_a_file_in_the_way_is_never_replaced(good: Path) -> None:
    (good.parent / "good").write_text("mine")
    result = nb2prod("convert", "--no-run", good, "--force")
    assert result.exit_code == 1
    assert "NB401" in result.output
    assert (good.parent / "good").read_text() == "mine"


def test_an_empty_folder_is_taken(good: Path) -> None:
    (good.parent / "good").mkdir()
    assert nb2prod("convert", "--no-run", good).exit_code == 0


def test_a_folder_that_cannot_be_made(good: Path) -> None:
    result = nb2prod("convert", "--no-run", good, "-o", good / "inside")
    assert result.exit_code == 1
    assert "NB403" in result.output
    assert _names(good.parent) == ["good.ipynb"]


def test_an_untouched_package_is_written_again(good: Path) -> None:
    package = good.parent / "good"
    nb2prod("convert", "--no-run", good)
    before = _tree(package)
    # What using the package leaves behind is no edit.
    (package / "src" / "good" / "__pycache__").mkdir()
    (package / "src" / "good" / "__pycache__" / "x.pyc").write_bytes(b"")
    assert nb2prod("convert", "--no-run", good).exit_code == 0
    assert _tree(package) == before
    write(good, *GOOD, ("guess = total + 1", "predict"))
    assert nb2prod("convert", "--no-run", good).exit_code == 0
    assert (package / "src" / "good" / "prediction.py").is_file()
    assert _names(good.parent) == ["good", "good.ipynb"]


@pytest.mark.parametrize("edit", ["changed", "added", "removed"])
def test_an_edited_package_is_kept(good: Path, edit: str) -> None:
    package = good.parent / "good"
    nb2prod("convert", "--no-run", good)
    name = {"changed": "src/good/training.py", "added": "src/good/mine.py", "removed": "README.md"}[
        edit
    ]
    if edit == "removed":
        (package / name).unlink()
    else:
        (package / name).write_text("mine = 1\n")
    edited = _tree(package)

    refused = nb2prod("convert", "--no-run", good)
    assert refused.exit_code == 1
    assert "NB402" in refused.output
    assert name in refused.output
    assert "--force" in refused.output
    assert _tree(package) == edited

    forced = nb2prod("convert", "--no-run", good, "--force")
    assert forced.exit_code == 0
    backup = good.parent / "good.backup"
    assert str(backup) in forced.output
    assert _tree(backup) == edited
    assert (package / name).is_file() == (edit != "added")
    assert nb2prod("convert", "--no-run", good).exit_code == 0


def test_backups_are_never_replaced(good: Path) -> None:
    for _ in range(2):
        nb2prod("convert", "--no-run", good, "--force")
        (good.parent / "good" / "mine.py").write_text("")
    assert nb2prod("convert", "--no-run", good, "--force").exit_code == 0
    assert _names(good.parent) == ["good", "good.backup", "good.backup-2", "good.ipynb"]


def test_nothing_is_replaced_when_the_notebook_has_an_error(good: Path) -> None:
    nb2prod("convert", "--no-run", good)
    before = _tree(good.parent / "good")
    write(good, ("x = (", "train"))
    assert nb2prod("convert", "--no-run", good, "--force").exit_code == 1
    assert _tree(good.parent / "good") == before


# ---------------------------------------------------------------------- check
MIXED: Sequence[Pair] = (
    ("def half(v):\n    return v / 2", None),
    ("x = half(1)", "train"),
    ("y = nowhere\nz = % of, all: it", "predict"),
    ("w = elsewhere", "predict"),
)


def test_check_of_a_good_notebook_is_silent(good: Path) -> None:
    result = nb2prod("check", good)
    assert (result.exit_code, result.output) == (0, "")


def test_warnings_and_notes_are_no_failure(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", *MIXED[:2], ("# nb2prod: predict\nz = 1", "train"))
    result = nb2prod("check", path)
    assert result.exit_code == 0
    assert "note NB301" in result.output
    assert "warning NB114" in result.output
    assert nb2prod("convert", "--no-run", path).exit_code == 0


def _broken(tmp_path: Path) -> Path:
    return write(tmp_path / "a, b.ipynb", ("y = 1\nx = nowhere", "train"), ("z = half", "train"),
                 ("def half(v):\n    return v", None))  # fmt: skip


def test_check_as_json(tmp_path: Path, good: Path) -> None:
    path = _broken(tmp_path)
    result = nb2prod("check", path, "--format", "json")
    assert result.exit_code == 1
    rows = json.loads(result.output)
    assert [row["code"] for row in rows] == ["NB202", "NB202"]
    assert rows[0] == {
        "file": str(path),
        "code": "NB202",
        "name": "undefined-name",
        "severity": "error",
        "message": rows[0]["message"],
        "hint": CODES["NB202"].fix,
        "cell": 1,
        "cell_id": "c1",
        "line": 2,
        "mend": None,
        "mend_cell": None,
    }
    assert json.loads(nb2prod("check", good, "--format", "json").output) == []


def test_check_for_github(tmp_path: Path) -> None:
    result = nb2prod("check", _broken(tmp_path), "--format", "github")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.startswith("::error file=")
        assert "a%2C b.ipynb,title=NB202::cell " in line


def test_a_missing_file_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "no.ipynb"
    assert nb2prod("check", path).output.count(str(path)) == 1


def test_check_as_sarif(tmp_path: Path, good: Path) -> None:
    path = _broken(tmp_path)
    result = nb2prod("check", path, "--format", "sarif")
    assert result.exit_code == 1
    log = json.loads(result.output)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "nb2prod"
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
    assert run["results"]
    for entry in run["results"]:
        assert ids[entry["ruleIndex"]] == entry["ruleId"]
        assert entry["level"] in ("error", "warning", "note")
        assert entry["message"]["text"]
        (location,) = entry["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.endswith("a%2C%20b.ipynb")
        assert location["logicalLocations"][0]["name"].startswith("cell ")
    (empty,) = json.loads(nb2prod("check", good, "--format", "sarif").output)["runs"]
    assert empty["results"] == []


# ---------------------------------------------------------------------- suggest and show
def test_suggest_says_why_and_writes_only_when_told(tmp_path: Path) -> None:
    path = write(
        tmp_path / "n.ipynb",
        ("import math", None),
        ("m = make().fit([1], [2])\nacc = m.score([1], [2])", "mine"),
        ("x = 1", "skip"),
    )
    before = path.read_bytes()
    result = nb2prod("suggest", path)
    assert result.exit_code == 0
    assert "cell 1: setup - only imports" in result.output
    assert "cell 2: train - calls `.fit` on an estimator" in result.output
    assert "line 2: `# nb2prod: evaluate` - computes" in result.output
    assert "cell 3" not in result.output
    assert path.read_bytes() == before

    written = nb2prod("suggest", path, "--write")
    assert written.exit_code == 0
    assert "2 tags written" in written.output
    assert [cell.tags for cell in read(path).cells] == [("setup",), ("mine", "train"), ("skip",)]
    # What is left to say is the split.
    again = nb2prod("suggest", path, "--write")
    assert "line 2" in again.output
    assert "written" not in again.output


def test_suggest_with_nothing_to_say(good: Path) -> None:
    result = nb2prod("suggest", good, "--write")
    assert result.exit_code == 0
    assert "nothing to suggest" in result.output


def test_suggest_names_the_results_that_run_will_give(tmp_path: Path) -> None:
    path = write(
        tmp_path / "n.ipynb",
        ("def mean_error(a, b):\n    return (sum(a) - sum(b)) / len(a)", "setup"),
        ("rows = [1.0, 4.0]", "preprocessing"),
        ("print('Bias:', mean_error(rows, rows))", None),
    )
    line = "    line 1: gives `bias`, the value of `mean_error(rows, rows)`\n"
    suggested = nb2prod("suggest", path, "--write")
    assert suggested.output.startswith("cell 3: evaluate - computes a measure of success")
    assert f"\n{line}1 tags written" in suggested.output
    # Once the cell is tagged, its results are all there is to say.
    again = nb2prod("suggest", path)
    assert again.output == (
        f"cell 3: evaluate - is tagged `evaluate`\n{line}"
        "nothing to suggest: every code cell has a role\n"
    )
    assert "bias" in nb2prod("show", path).output.partition("results of run()")[2]


def test_suggest_into_a_read_only_file(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("import math", None))
    path.chmod(0o444)
    result = nb2prod("suggest", path, "--write")
    assert result.exit_code == 1
    assert "NB403" in result.output


def test_suggestions_convert(tmp_path: Path) -> None:
    path = write(
        tmp_path / "n.ipynb",
        ("import math", None),
        ("rows = [1.0, 4.0]\nrows.append(9.0)", None),
        (
            "class Mean:\n    def fit(self, v):\n        self.m = sum(v) / len(v)\n        return self",
            None,
        ),
        ("model = Mean().fit([math.sqrt(r) for r in rows])", None),
        ("print(model.m)", None),
    )
    assert nb2prod("suggest", path, "--write").exit_code == 0
    assert nb2prod("convert", "--no-run", path).exit_code == 0


def test_show(good: Path) -> None:
    tree = nb2prod("show", good)
    assert tree.exit_code == 0
    assert "takes rows from preprocess" in tree.output
    assert json.loads(nb2prod("show", good, "--format", "json").output)["name"] == "good"
    assert nb2prod("show", good, "--format", "mermaid").output.startswith("flowchart")


def test_show_of_a_notebook_with_errors(tmp_path: Path) -> None:
    result = nb2prod("show", write(tmp_path / "n.ipynb", ("x = (", "train")))
    assert result.exit_code == 1
    assert "NB201" in result.output


# ---------------------------------------------------------------------- files
def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _code(text: bytes) -> str:
    """Python without its docstrings and type hints."""
    tree = ast.parse(text)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        and not (isinstance(node, ast.ImportFrom) and node.module == "typing")
    ]
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef():
                node.returns = None
            case ast.arg() | ast.AnnAssign():
                node.annotation = ast.Constant(None)
            case _:
                pass
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body[:1] = []
    return ast.dump(tree)


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
