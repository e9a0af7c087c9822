"""Cells in; what is taken over from untagged ones, and what can't be, out."""

from __future__ import annotations

import pytest

from .cellscript import attempt, plan_of


def taken(*cells: str) -> list[tuple[int, str]]:
    """The cell and the first line of each statement that is taken over."""
    found = attempt(*cells)
    assert found.plan is not None, found.diagnostics
    untagged = {number for number, text in enumerate(cells, 1) if text.startswith((":", "skip:"))}
    kept = [s for s in found.plan.code.statements if s.cell.number in untagged]
    notes = [d for d in found.diagnostics if d.code == "NB301"]
    assert len(notes) == len(kept)
    assert all(note.mend == "setup" for note in notes)
    return [(s.cell.number, s.cell.source.split("\n")[s.line - 1]) for s in kept]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([": import math", "train: x = math.pi"], [(1, "import math")], id="import"),
        pytest.param([": def f(): return 1", "train: x = f()"], [(1, "def f(): return 1")], id="function"),
        pytest.param([": class C: pass", "train: x = C()"], [(1, "class C: pass")], id="class"),
        pytest.param([": N = 3", "train: x = N"], [(1, "N = 3")], id="literal"),
        pytest.param([": N: int = 3", "train: x = N"], [(1, "N: int = 3")], id="annotated literal"),
        pytest.param(["skip: N = 3", "train: x = N"], [(1, "N = 3")], id="from a skipped cell"),
        pytest.param(
            [": try:\n    import a\nexcept ImportError:\n    a = None", "train: x = a"],
            [(1, "try:")],
            id="guarded import",
        ),
        pytest.param(
            [": N = 3\nM = 4\nprint(N)", "train: x = N"], [(1, "N = 3")], id="the statement, not the cell"
        ),
        pytest.param(
            [": N = 1", ": N = 2", "train: x = N", ": N = 3"], [(2, "N = 2")], id="the last one before"
        ),
        pytest.param(
            [": N = 2", ": def f(): return N", "train: x = f()"],
            [(1, "N = 2"), (2, "def f(): return N")],
            id="what a definition needs in turn",
        ),
        pytest.param(
            ["train: def f(): return g()", ": def g(): return 1", "train: x = f()"],
            [(2, "def g(): return 1")],
            id="after a function that uses it",
        ),
        pytest.param(["setup: N = 1", ": N = 2", "train: x = N"], [], id="a tagged binding comes first"),
        pytest.param([": N = 3", "train: x = len([])"], [], id="not needed"),
        pytest.param([": len = 3", "train: x = len([])"], [], id="a builtin"),
        # Seeds count as definitions of the random state.
        pytest.param(
            [": import numpy as np\nnp.random.seed(0)", "train: x = np.random.rand()"],
            [(1, "import numpy as np"), (1, "np.random.seed(0)")],
            id="seed",
        ),
        pytest.param(
            ["setup: import random\nrandom.seed(0)", ": random.seed(1)", "train: x = random.random()"],
            [],
            id="seed after a tagged one",
        ),
        pytest.param(
            ["train: import random\nx = random.random()", ": random.seed(1)"], [], id="seed after all"
        ),
        pytest.param(
            ["setup: import random", "skip: random.seed(1)", "train: x = random.random()"],
            [],
            id="skipped seed",
        ),
    ],
)  # fmt: skip
def test_taken_over(cells: list[str], expected: list[tuple[int, str]]) -> None:
    assert taken(*cells) == expected


def test_it_joins_the_role_that_needs_it() -> None:
    plan = plan_of(": N = [3]", "evaluate: x = N")
    assert [stage.function for stage in plan.stages] == ["evaluate"]


@pytest.mark.parametrize(
    ("cells", "code", "place", "mend"),
    [
        pytest.param([": y = 1 + 1", "train: x = y"], "NB203", (2, 1), "preprocessing", id="computed"),
        pytest.param([": m = [1].index\nm.fit(1)", "evaluate: x = m"], "NB203", (2, 1), "train", id="made, then fitted"),
        pytest.param(
            ["setup: from models import m", ": m = m.fit(1)\nq = m.fit(1)", "evaluate: x = q"], "NB203", (3, 1), "train",
            id="fitted",
        ),
        pytest.param(["train: a = 1\nx = nowhere"], "NB202", (1, 2), None, id="nowhere"),
        pytest.param(["train: x = later", ": later = 1"], "NB202", (1, 1), None, id="only later"),
        pytest.param(["train: if 1 > 2: x = nowhere"], "NB306", (1, 1), None, id="perhaps"),
        pytest.param(["train: def f(): return nowhere\nx = f"], "NB306", (1, 1), None, id="in a function"),
        pytest.param(["train: x = _"], "NB206", (1, 1), None, id="last output"),
        pytest.param(["train: x = Out[3]"], "NB206", (1, 1), None, id="outputs"),
        pytest.param(["train: x = _12"], "NB206", (1, 1), None, id="numbered output"),
    ],
)  # fmt: skip
def test_unmet(cells: list[str], code: str, place: tuple[int, int], mend: str | None) -> None:
    found = next(
        d for d in attempt(*cells).diagnostics if d.code in ("NB202", "NB203", "NB206", "NB306")
    )
    assert (found.code, (found.cell, found.line), found.mend) == (code, place, mend)
    assert found.cell_id == f"c{place[0]}"
    untagged = next((n for n, cell in enumerate(cells, 1) if cell.startswith(":")), None)
    assert found.mend_cell == (untagged if mend else None)


@pytest.mark.parametrize(
    "cells",
    [
        ["train: _ = 1\nx = _"],
        ["train: a, _ = 1, 2\nx = _"],
        ["train: x = [_ for _ in (1, 2)]"],
        ["train: x = __name__"],
        ["train: try:\n    x = nowhere\nexcept NameError:\n    x = 1"],
        ["train: from numpy import *\nx = pi"],
        ["train: display(1)"],
    ],
    ids=lambda cells: cells[0],
)
def test_nothing_unmet(cells: list[str]) -> None:
    assert not [
        d for d in attempt(*cells).diagnostics if d.code in ("NB202", "NB203", "NB206", "NB306")
    ]
