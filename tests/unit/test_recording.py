"""Cells in; the pieces that the kernel runs, and the boundaries after each, out."""

from __future__ import annotations

import pytest

from nb2prod.recording import pieces

from .cellscript import plan_of


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            ["preprocessing: a = [1]", ": a.head()", "train: b = a + a"],
            [(1, "a = [1]", "preprocess: a"), (3, "b = a + a", "train: b")],
            id="tagged cells",
        ),
        pytest.param(
            ["preprocessing: a = [1]", "preprocessing: a.append(2)", "train: b = a + a"],
            [(1, "a = [1]", ""), (2, "a.append(2)", "preprocess: a"), (3, "b = a + a", "train: b")],
            id="a stage ends with its last cell",
        ),
        pytest.param(
            ["preprocessing: a = [1]\n# nb2prod: train\nb = a + a"],
            [(1, "a = [1]", "preprocess: a"), (1, "# nb2prod: train\nb = a + a", "train: b")],
            id="a cell with two roles",
        ),
        pytest.param(
            [": import math\nx = f()", "train: b = [math.pi]"],
            [(1, "import math", ""), (2, "b = [math.pi]", "train: b")],
            id="what is taken over",
        ),
        pytest.param(
            [": import math\n# nb2prod: train\na = [math.pi]"],
            [(1, "import math", ""), (1, "# nb2prod: train\na = [math.pi]", "train: a")],
            id="what is taken over from a cell with a role",
        ),
        pytest.param(
            ["train: a = [1]", "setup: ", "train: \n \n"], [(1, "a = [1]", "train: a")], id="nothing to run"
        ),
        pytest.param(
            ["train: %time a = [1]"], [(1, "%time a = [1]", "train: a")], id="the notebook's own words"
        ),
        pytest.param(
            ["setup: from lib import m", "evaluate: m.score(1)"],
            [(1, "from lib import m", ""), (2, "score = m.score(1); score", "evaluate: score")],
            id="a result that is only shown",
        ),
    ],
)  # fmt: skip
def test_pieces(cells: list[str], expected: list[tuple[int, str, str]]) -> None:
    found = [
        (piece.cell, piece.source, "; ".join(f"{f}: {', '.join(n)}" for f, n in piece.boundaries))
        for piece in pieces(plan_of(*cells))
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["train: a = [1]\nb = [2]"], [[1, 2]], id="a cell"),
        pytest.param(["train: \n \n# why\na = [1]\n\nb = [2]"], [[4, 5, 6, 6, 6, 6]], id="empty lines"),
        pytest.param(
            ["train: a = [1]\n\n# nb2prod: predict\n\nb = a + a\nc = b + b"],
            [[1, 2], [5, 6, 6, 6]],
            id="two roles",
        ),
        pytest.param(
            [": x = g()\nimport math\n\ndef f():\n    # why\n    return math.pi\n", "train: b = [f()]"],
            [[2, 4, 4], [1]],
            id="what is taken over is written anew",
        ),
    ],
)  # fmt: skip
def test_lines_of_cells(cells: list[str], expected: list[list[int]]) -> None:
    found = [
        [piece.below(count) for count in range(len(piece.source.split("\n")))]
        for piece in pieces(plan_of(*cells))
    ]
    assert found == expected
