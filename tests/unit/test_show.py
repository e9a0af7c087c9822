"""Plans in, text out."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from nb2prod.plan.package import PackagePlan
from nb2prod.planning import planned
from nb2prod.show import shown
from tests.notebooks import Pair, notebook

CELLS: Sequence[Pair] = (
    ("# Beans", "markdown"),
    ("RATE = 0.5", "parameters"),
    ("## Clean", "markdown"),
    (
        "def half(v):\n    return v / 2\n\nrows = [half(v) for v in (1, 2)]\nkept = list(rows)",
        "preprocessing",
    ),
    ("total = sum(rows) * RATE", "train"),
    ("guess = total + kept[0]", "predict"),
)


def _plan(*cells: Pair) -> PackagePlan:
    result = planned(notebook(*cells, name="beans"), None, folder=None).plan
    assert result is not None
    return result


def test_tree() -> None:
    assert shown(_plan(*CELLS), "tree").splitlines() == [
        "beans: Beans",
        "├── parameters of run()",
        "│   └── RATE = 0.5 (cell 2)",
        "├── definitions",
        "│   └── half in preprocessing.py (cell 4)",
        "├── preprocessing: preprocess() from cell 4 “Clean”",
        "│   └── gives rows, kept",
        "├── train: train() from cell 5",
        "│   ├── takes RATE from parameters",
        "│   ├── takes rows from preprocess",
        "│   └── gives total",
        "├── predict: predict() from cell 6",
        "│   ├── takes kept from preprocess",
        "│   ├── takes total from train",
        "│   └── gives guess",
        "└── results of run()",
        "    ├── rows",
        "    ├── kept",
        "    ├── total",
        "    └── guess",
    ]


def test_json_holds_the_same_facts() -> None:
    found = json.loads(shown(_plan(*CELLS), "json"))
    assert list(found) == [
        "name", "title", "parameters", "definitions", "stages", "state", "results",
    ]  # fmt: skip
    assert found["parameters"] == [{"name": "RATE", "default": "0.5", "cell": 2}]
    assert found["definitions"] == [
        {"name": "half", "kind": "definition", "module": "preprocessing", "cells": [4]}
    ]
    assert found["stages"][1] == {
        "role": "train",
        "function": "train",
        "module": "training",
        "heading": "",
        "cells": [{"number": 5, "id": "c5"}],
        "takes": [
            {"names": ["RATE"], "source": "parameters"},
            {"names": ["rows"], "source": "preprocess"},
        ],
        "gives": ["total"],
        "shares_state": False,
    }
    assert found["results"] == ["rows", "kept", "total", "guess"]


def test_mermaid() -> None:
    lines = shown(_plan(*CELLS), "mermaid").splitlines()
    assert lines[0] == "flowchart TD"
    assert any("preprocess_" in line and "train_" in line and "rows" in line for line in lines)


def test_the_shared_state_is_explained() -> None:
    plan = _plan(
        ("n = 0\ndef bump():\n    global n\n    n += 1\nbump()", "preprocessing"),
        ("bump()\nseen = n", "train"),
    )
    tree = shown(plan, "tree")
    assert "shared state" in tree
    assert "n: a function rebinds it in several stages" in tree
    (entry,) = json.loads(shown(plan, "json"))["state"]
    assert entry["name"] == "n"


def test_a_later_stage_is_the_source_of_what_it_rebinds() -> None:
    plan = _plan(("x = [1]", "preprocessing"), ("x = x + [2]", "train"), ("y = x[-1]", "predict"))
    (taken,) = json.loads(shown(plan, "json"))["stages"][2]["takes"]
    assert taken == {"names": ["x"], "source": "train"}


@pytest.mark.parametrize("shape", ["tree", "json", "mermaid"])
def test_a_package_of_definitions_only(shape: str) -> None:
    assert shown(_plan(("def f():\n    return 1", "setup")), shape)
