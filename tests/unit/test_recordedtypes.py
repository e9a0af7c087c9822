"""What a run saw in; annotations of stage functions out."""

from __future__ import annotations

import ast

import pytest

from nb2prod.planning import emitted
from nb2prod.recorded import Description, Recorded

from .cellscript import plan_of


def annotated(*cells: str, stage: str = "train", **hints: str) -> dict[str, str]:
    """The annotations of `evaluate`, where `train` (or another stage) gave values of these types."""
    recorded = Recorded({}, {stage: {name: Description("x", "", h) for name, h in hints.items()}})
    tree = emitted(plan_of(*cells), notebook_folder=None, output=None, recorded=recorded)
    text = tree["src/demo/evaluation.py"]
    found: dict[str, str] = {"": text}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == "evaluate":
            found.update((a.arg, ast.unparse(a.annotation)) for a in node.args.args if a.annotation)
    return found


CELLS = ("train: import pandas as pd\nm = pd.read_csv('a')", "evaluate: s = [m, 1]")


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        ("", "Any"),
        ("int", "int"),
        ("dict[str, Any]", "dict[str, Any]"),
        ("pandas.DataFrame", "'DataFrame'"),
        ("IPython.utils.text.SList", "Any"),
    ],
)
def test_a_value_of_another_stage(hint: str, text: str) -> None:
    assert annotated(*CELLS, m=hint)["m"] == text


def test_a_class_is_imported_for_the_type_checker_alone() -> None:
    found = annotated(*CELLS, m="pandas.DataFrame")
    assert "if TYPE_CHECKING:\n    from pandas import DataFrame\n" in found[""]


def test_a_module_that_is_imported_anyway_names_the_class() -> None:
    cells = (*CELLS[:1], "evaluate: s = pd.concat([m])")
    found = annotated(*cells, m="pandas.DataFrame")
    assert found["m"] == "pd.DataFrame"
    assert "TYPE_CHECKING" not in found[""]


def test_a_name_of_the_notebook_is_not_taken() -> None:
    cells = ("train: DataFrame = 3\nm = object()", "evaluate: s = [m, DataFrame]")
    found = annotated(*cells, m="pandas.DataFrame")
    assert found["m"] == "'DataFrame_'"
    assert "from pandas import DataFrame as DataFrame_" in found[""]


def test_a_shadowed_builtin_is_not_named() -> None:
    cells = ("train: list = 3\nm = [list]", "evaluate: s = [m]")
    assert annotated(*cells, m="list[int]")["m"] == "Any"


def test_a_variable_of_two_types_may_be_either() -> None:
    cells = (
        "train: m = [1]",
        "preprocessing: m = m and None",
        "evaluate: s = [m]",
    )
    descriptions = {
        "train": {"m": Description("x", "", "list[int]")},
        "preprocess": {"m": Description("x", "", "None")},
    }
    recorded = Recorded({}, descriptions)
    tree = emitted(plan_of(*cells), notebook_folder=None, output=None, recorded=recorded)
    assert 'def evaluate(m: "list[int] | None")' in tree["src/demo/evaluation.py"]
    assert (
        'def preprocess(m: "list[int] | None") -> "list[int] | None":'
        in tree["src/demo/preprocessing.py"]
    )


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("list[int]", "list[str]", "'list[Any]'"),
        ("dict[str, int]", "dict[str, str]", "'dict[Any, Any]'"),
        ("tuple[int, ...]", "tuple[int, str]", "'tuple[Any, ...]'"),
        ("int", "str", "'int | str'"),
        ("int", "", "Any"),
    ],
)
def test_containers_of_different_things(first: str, second: str, text: str) -> None:
    cells = ("train: m = [1]", "preprocessing: m = m and None", "evaluate: s = [m]")
    seen = {
        "train": {"m": Description("x", "", first)},
        "preprocess": {"m": Description("x", "", second)},
    }
    recorded = Recorded({}, seen)
    tree = emitted(plan_of(*cells), notebook_folder=None, output=None, recorded=recorded)
    text = text if "|" in text else text.strip("'")
    assert f"def evaluate(m: {text}".replace("'", '"') in tree["src/demo/evaluation.py"]


def test_none_alone_is_no_type_of_a_result() -> None:
    assert annotated(*CELLS, m="None")["m"] == "Any"


def test_classes_in_containers_are_imported_too() -> None:
    found = annotated(*CELLS, m="dict[str, numpy.typing.NDArray[numpy.float64]]")
    assert found["m"] == "'dict[str, NDArray[float64]]'"
    assert "    from numpy import float64\n    from numpy.typing import NDArray\n" in found[""]


def test_nothing_is_imported_for_a_hint_that_is_not_given() -> None:
    found = annotated(*CELLS, m="dict[numpy.float64, __main__.Local]")
    assert found["m"] == "Any"
    assert "numpy" not in found[""]


def test_no_class_replaces_a_builtin() -> None:
    found = annotated(*CELLS, m="dict[bool, numpy.bool]")
    assert found["m"] == "'dict[bool, bool_]'"
    assert "    from numpy import bool as bool_\n" in found[""]


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("s = [m]", "    from demo.training import Net\n"),
        ("s = [m, Net]", "\nfrom demo.training import Net\n"),
    ],
)
def test_a_class_of_the_notebook_comes_from_its_module(cell: str, line: str) -> None:
    cells = ("train: class Net:\n    pass\nm = Net()", f"evaluate: {cell}")
    found = annotated(*cells, m="__main__.Net")
    assert found["m"].strip("'") == "Net"
    assert line in found[""]


def test_an_entry_point_of_several_stages_is_typed_too() -> None:
    cells = (
        "parameters: n = 3",
        "preprocessing: import pandas as pd\nm = pd.read_csv('a')",
        "train: a = [m, n]",
        "evaluate: b = [a]",
        "train: c = [b, a, m]",
    )
    hints = {"preprocess": {"m": Description("x", "", "pandas.DataFrame")}}
    tree = emitted(plan_of(*cells), notebook_folder=None, output=None, recorded=Recorded({}, hints))
    text = tree["src/demo/pipeline.py"]
    assert "def train(n: int, m: DataFrame) -> dict[str, Any]:" in text
    assert "if TYPE_CHECKING:\n    from pandas import DataFrame\n" in text


def test_the_readme_tells_the_types_too() -> None:
    hints = {"train": {"m": Description("x", "", "list[int | None]")}}
    plan = plan_of("parameters: n = 3", "train: m = [n]", "evaluate: s = [m, n]")
    tree = emitted(plan, notebook_folder=None, output=None, recorded=Recorded({}, hints))
    assert "| takes | `m` | list\\[int \\| None\\] |\n| gives | `s` | any |\n" in tree["README.md"]
    assert "Gives" not in tree["README.md"]
    plain = emitted(plan, notebook_folder=None, output=None, recorded=Recorded())
    assert "Gives `s`." in plain["README.md"]
    assert "| takes | `m` |" not in plain["README.md"]


def test_columns_that_stand_above_are_not_repeated() -> None:
    seen = {
        "a": Description("pandas.DataFrame of shape (3, 1)", "x (int64)", "pandas.DataFrame"),
        "b": Description("pandas.DataFrame of shape (1, 1)", "x (int64)", "pandas.DataFrame"),
    }
    plan = plan_of("train: a = object()\nb = object()", "evaluate: s = [a, b]")
    recorded = Recorded({}, {"train": seen})
    text = emitted(plan, notebook_folder=None, output=None, recorded=recorded)
    training = text["src/demo/training.py"]
    assert training.count("Columns: x (int64).") == 1
    assert "    b : pandas.DataFrame of shape (1, 1)\n        Columns as `a`.\n" in training
    assert '"""What `train` gives, as the recorded run saw it.' in training


def test_a_parameter_is_what_the_caller_gives() -> None:
    cells = ("parameters: n = 3", "train: m = [n]", "evaluate: n = n + 1\ns = [m, n]")
    assert annotated(*cells, m="list[int]", n="str")["n"] == "int"


def test_what_an_annotation_names_is_imported_though_it_is_a_string() -> None:
    hints = {"train": {"f": Description("function", "", "collections.abc.Callable[..., Any]")}}
    plan = plan_of("train: f = sorted", "predict: p = [f]")
    tree = emitted(plan, notebook_folder=None, output=None, recorded=Recorded({}, hints))
    for module in ("training", "prediction"):
        text = tree[f"src/demo/{module}.py"]
        assert 'Callable[..., Any]"' in text
        assert "from typing import TYPE_CHECKING, Any\n" in text
    assert "collections.abc.Callable\\[..., Any\\]" in tree["README.md"]
