"""Cells, and the lines that drew, in; the place of the first dropped statement that drew, out."""

from __future__ import annotations

import pytest

from nb2prod.draws import dropped_draw
from nb2prod.planning import planned
from nb2prod.recorded import CellRun

from .cellscript import notebook


def ran(cell: int, draws: list[int]) -> CellRun:
    return CellRun(
        cell, 1, seconds=0.1, processor=0.1, memory=1, read=[], written=[], hosts=[], commands=[],
        drew=bool(draws), draws=draws, unmoved=[], outputs=[],
    )  # fmt: skip


FRAME = "setup: import random\nimport pandas as pd\nframe = pd.DataFrame([random.random()])"


@pytest.mark.parametrize(
    ("train", "draws", "expected"),
    [
        ("a = 1\n\nframe.head()\nframe.describe()", [4], (2, 4)),
        ("a = 1\n\nframe.head()\nframe.describe()", [1, 3, 4], (2, 3)),
        ("a = 1; frame.head()", [1], (2, 1)),
        # A part of a statement is dropped: the statement is not what it was.
        ("a = 1\nfor i in [1, 2]:\n    frame.head()\n    a += i", [2], (2, 2)),
        ("frame.head()\na = random.random()", [2], None),
        ("frame.head()\na = random.random()", [], None),
        ("%%time\nframe.head()\na = random.random()", [1], None),
    ],
)
def test_dropped_draws(train: str, draws: list[int], expected: tuple[int, int] | None) -> None:
    book = notebook(FRAME, f"train: {train}", "predict: b = [frame, a]")
    plan, whole = (planned(book, "demo", folder=None, whole=whole).plan for whole in (False, True))
    assert plan is not None
    assert whole is not None
    found = dropped_draw(plan, whole, [ran(1, [3]), ran(2, draws)])
    assert (found and (found.cell.number, found.line)) == expected
