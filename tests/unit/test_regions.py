"""Which lines of generated modules come from which cells."""

from __future__ import annotations

import pytest

from nb2prod.planning import emitted
from nb2prod.regions import previews
from tests.unit.cellscript import plan_of

CELLS = (
    "setup: from dataclasses import dataclass\n\n# A pair.\n@dataclass\nclass Pair:\n    a: int\n\ndef half(x): return x / 2",
    "parameters: A, B = 1, 2\nC = 3",
    "preprocessing: x = half(Pair(C).a)\ny = [x]",
    "train: z = [x, *y]",
    "preprocessing: y.append(1)",
    "predict: import numpy as np\ndef f(a): return a\nw = f(z[0]) + sum(y)",
)


def regions(module: str) -> list[tuple[str, str, tuple[int, ...], str]]:
    """Name, kind, cells and first line of each region of a module."""
    plan = plan_of(*CELLS)
    tree = emitted(plan, notebook_folder=None, output=None)
    shown = {p.path.removeprefix("src/demo/"): p for p in previews(plan, tree)}
    preview = shown[f"{module}.py"]
    assert preview.text == tree[preview.path]
    lines = preview.text.split("\n")
    for region in preview.regions:
        assert lines[region.end - 1].strip()
        assert not (lines[region.end : region.end + 1] or [""])[0].strip()
    return [(r.name, r.kind.value, r.cells, lines[r.start - 1]) for r in preview.regions]


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ("preprocessing", [
            ("preprocess", "stage", (3,), "class PreprocessResult(NamedTuple):"),
            ("preprocess", "stage", (3,), "def preprocess(C: int) -> PreprocessResult:"),
        ]),
        ("prediction", [
            ("f", "definition", (6,), "def f(a):"),
            ("predict", "stage", (6,), "def predict(y: Any, z: Any) -> Any:"),
        ]),
        ("parameters", [("C", "parameter", (2,), "C: int = 3  # cell 2")]),
        ("common", [
            ("Pair", "definition", (1,), "# A pair."),
            ("half", "definition", (1,), "def half(x):"),
        ]),
        ("pipeline", []),
    ],
)  # fmt: skip
def test_regions(module: str, found: list[tuple[str, str, tuple[int, ...], str]]) -> None:
    assert regions(module) == found
