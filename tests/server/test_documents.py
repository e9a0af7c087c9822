"""What the routes say about a document: roles, findings, plan, variables, suggestions, modules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.notebooks import Pair
from tests.server.conftest import Ask
from tests.server.documents import posted

pytestmark = pytest.mark.server


async def test_analysis_of_a_sound_notebook(ask: Ask) -> None:
    status, found = await ask("analyze", values=posted())
    assert status == 200
    assert not found["stale"]
    plan = found["plan"]
    assert (plan["name"], plan["title"]) == ("iris", "Iris")
    assert plan["parameters"] == [{"name": "SIZE", "default": "4", "cell_id": "c3"}]
    assert plan["results"] == ["rows", "model", "total"]
    assert [(s["function"], s["cells"], s["heading"]) for s in plan["stages"]] == [
        ("preprocess", [{"number": 5, "id": "c5"}], "Rows"),
        ("train", [{"number": 6, "id": "c6"}], ""),
        ("evaluate", [{"number": 7, "id": "c7"}], ""),
    ]
    assert plan["stages"][1]["takes"] == [{"names": ["rows"], "source": "preprocess"}]
    assert {"source": "parameters", "target": "preprocess", "names": ["SIZE"]} in plan["arrows"]
    assert {"source": "evaluate", "target": "results", "names": ["total"]} in plan["arrows"]
    assert plan["inferred"] == {"input": "", "target": "", "prediction": ""}
    assert [(c["number"], c["heading"]) for c in found["cells"]] == [
        (2, "Iris"),
        (3, "Iris"),
        (5, "Rows"),
        (6, "Rows"),
        (7, "Rows"),
    ]


async def test_variables_are_followed_into_functions_and_untagged_cells(ask: Ask) -> None:
    cells: tuple[Pair, ...] = (
        ("x = len('ab')", None),
        ("def f():\n    return x", "setup"),
        ("x = 3\nx += f()", "train"),
    )
    _, found = await ask("analyze", values=posted(*cells))
    (x,) = (v for v in found["variables"] if v["name"] == "x")
    assert [(p["cell"], p["cell_id"], p["line"]) for p in x["bindings"]] == [
        (1, "c1", 1),
        (3, "c3", 1),
        (3, "c3", 2),
    ]
    assert [(p["cell_id"], p["line"]) for p in x["uses"]] == [("c2", 2), ("c3", 2)]


async def test_the_mend_names_the_untagged_cell_that_computes_the_value(ask: Ask) -> None:
    cells: tuple[Pair, ...] = (("x = len('ab')", None), ("y = x + 1", "train"))
    _, found = await ask("analyze", values=posted(*cells))
    (error,) = (d for d in found["diagnostics"] if d["severity"] == "error")
    assert (error["code"], error["cell_id"]) == ("NB203", "c2")
    assert (error["mend"], error["mend_cell"], error["mend_cell_id"]) == ("preprocessing", 1, "c1")
    # What is known without a plan is told.
    assert found["plan"] is None
    assert found["stale"]
    assert [cell["roles"] for cell in found["cells"]] == [
        [{"line": 1, "role": None}],
        [{"line": 1, "role": "train"}],
    ]
    assert [v["name"] for v in found["variables"]] == ["x", "y"]
    mended = posted(("x = len('ab')", "preprocessing"), ("y = x + 1", "train"))
    assert (await ask("analyze", values=mended))[1]["plan"] is not None


async def test_the_mend_of_what_is_taken_over_is_on_its_own_cell(ask: Ask) -> None:
    cells: tuple[Pair, ...] = (("def f(): return 1", None), ("y = f()", "train"))
    _, found = await ask("analyze", values=posted(*cells))
    (note,) = (d for d in found["diagnostics"] if d["code"] == "NB301")
    assert (note["cell_id"], note["mend"], note["mend_cell_id"]) == ("c1", "setup", "c1")


async def test_a_marker_splits_a_cell(ask: Ask) -> None:
    cell = ("model = 1\n# nb2prod: evaluate\nscore = model", "train")
    _, found = await ask("analyze", values=posted(cell))
    assert found["cells"][0]["roles"] == [
        {"line": 1, "role": "train"},
        {"line": 2, "role": "evaluate"},
    ]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"outputs": 3}, "NB103"),
        ({"outputs": ["nobody"]}, "NB207"),
        ({"name": "../../evil"}, "NB104"),
        ({"name": "<script>alert(1)</script>"}, "NB104"),
    ],
)
async def test_bad_settings_leave_the_cells_known(
    ask: Ask, settings: dict[str, Any], code: str
) -> None:
    status, found = await ask("analyze", values=posted(settings=settings))
    assert status == 200
    assert code in [d["code"] for d in found["diagnostics"]]
    assert found["plan"] is None
    assert len(found["cells"]) == 5
    assert [v["name"] for v in found["variables"]] == [
        "math",
        "half",
        "SIZE",
        "rows",
        "model",
        "total",
    ]


async def test_what_is_no_python_notebook_is_a_finding(ask: Ask) -> None:
    _, found = await ask("analyze", values=posted(language="julia"))
    assert [d["code"] for d in found["diagnostics"]] == ["NB102"]
    assert found["cells"] == []


async def test_suggestions_say_why_and_where_to_split(ask: Ask) -> None:
    cells: tuple[Pair, ...] = (
        ("from sklearn.linear_model import LinearRegression", None),
        ("model = LinearRegression().fit(X, y)\nprint(model.score(X, y))\nprint(z)", None),
        ("p = model.predict(X)", None),
    )
    status, found = await ask("suggest", values=posted(*cells))
    assert status == 200
    assert [(c["cell_id"], c["role"]) for c in found["cells"]] == [
        ("c1", "setup"),
        ("c2", "train"),
        ("c3", "predict"),
    ]
    assert all(c["reason"] for c in found["cells"])
    (split,) = found["cells"][1]["splits"]
    assert (split["line"], split["role"]) == (2, "evaluate")


async def test_the_preview_knows_the_cells_of_every_region(ask: Ask) -> None:
    status, found = await ask("preview", values=posted())
    assert status == 200
    modules = {m["path"].rpartition("/")[2]: m for m in found["modules"]}
    assert {"common.py", "training.py", "parameters.py", "pipeline.py"} <= modules.keys()
    lines = modules["training.py"]["text"].split("\n")
    (train,) = modules["training.py"]["regions"]
    assert (train["name"], train["kind"], train["cells"]) == ("train", "stage", ["c6"])
    assert lines[train["start"] - 1].startswith("def train(")
    assert lines[train["end"] - 1].startswith("    return model")
    (half,) = modules["common.py"]["regions"]
    assert (half["name"], half["kind"], half["cells"]) == ("half", "definition", ["c2"])
    (size,) = modules["parameters.py"]["regions"]
    assert (size["name"], size["kind"], size["cells"]) == ("SIZE", "parameter", ["c3"])


async def test_a_preview_without_a_plan_has_the_findings(ask: Ask) -> None:
    _, found = await ask("preview", values=posted(("x = y", "train")))
    assert found["modules"] == []
    assert [d["code"] for d in found["diagnostics"]] == ["NB202"]


async def test_modules_beside_the_notebook_count(ask: Ask, jp_root_dir: Any) -> None:
    (jp_root_dir / "work").mkdir()
    (jp_root_dir / "work" / "helpers.py").write_text("def f(): return 1\n")
    cells: tuple[Pair, ...] = (("from helpers import f", "setup"), ("x = f()", "train"))
    _, found = await ask("analyze", values=posted(*cells, path="work/n.ipynb"))
    assert "NB303" in [d["code"] for d in found["diagnostics"]]
    _, found = await ask("analyze", values=posted(*cells, path="n.ipynb"))
    assert "NB303" not in [d["code"] for d in found["diagnostics"]]
