"""What a run saw in; annotations of stage functions out."""

from __future__ import annotations

import ast

import pytest

from nb2prod.conversion import emitted
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


def test_a_variable_of_two_types_has_none() -> None:
    cells = (
        "train: m = [1]",
        "preprocessing: m = {1: m}",
        "evaluate: s = [m]",
    )
    plan = plan_of(*cells)
    descriptions = {
        "train": {"m": Description("x", "", "list[int]")},
        "preprocess": {"m": Description("x", "", "dict[int, Any]")},
    }
    tree = emitted(plan, notebook_folder=None, output=None, recorded=Recorded({}, descriptions))
    assert "def evaluate(m: Any)" in tree["src/demo/evaluation.py"]


def test_a_parameter_is_what_the_caller_gives() -> None:
    cells = ("parameters: n = 3", "train: m = [n]", "evaluate: n = n + 1\ns = [m, n]")
    assert annotated(*cells, m="list[int]", n="str")["n"] == "int"
