"""Cells in; the names that live in the explicit state, each with why, out."""

from __future__ import annotations

import pytest

from .cellscript import attempt, plan_of


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        pytest.param(["setup: x = [1]", "train: y = x"], {}, id="passed along"),
        pytest.param(["setup: x = [1]", "train: x = x + [2]", "evaluate: y = x"], {}, id="rebound"),
        # Functions that see a name change.
        pytest.param(
            ["setup: n = [1]\ndef f(): return n", "train: x = f()"], {}, id="captured"
        ),
        pytest.param(
            ["setup: n = [1]\ndef f(): return n\nx = f()", "train: n = [2]\nx = x + f()"],
            {"n": "rebound by a later stage"},
            id="captured and rebound later",
        ),
        pytest.param(
            ["setup: n = [1]\ndef f(): return n\nx = f()", "train: n = [2]\nx = x + n"], {},
            id="rebound after its last call",
        ),
        pytest.param(
            ["setup: n = 0\ndef f():\n    global n\n    n += 1\nf()", "train: f()\nx = n"],
            {"n": "rebinds it in several stages"},
            id="written from several stages",
        ),
        pytest.param(
            ["train: n = 0\ndef f():\n    global n\n    n += 1\nf()\nx = n"], {}, id="written in one stage"
        ),
        pytest.param(
            ["train: def f():\n    global n\n    n = 1\ndef g(): return n\nf()\nx = g()"], {"n": "a function binds it"},
            id="bound by a function alone",
        ),
        pytest.param(
            ["train: n = 1\ndef f():\n    global n\n    del n\nf()\nx = 1"], {"n": "a function deletes it"},
            id="deleted by a function",
        ),
        # Perhaps unbound.
        pytest.param(
            ["setup: import random\nif random.random() > 2: n = 1", "train: x = n"], {},
            id="one arm, and another stage reads it whenever it runs",
        ),
        pytest.param(
            ["setup: import random\nif random.random() > 2: n = 1", "train: x = n if random.random() > 2 else 0"],
            {"n": "may be unbound when another stage reads it"},
            id="one arm, and another stage reads it perhaps",
        ),
        pytest.param(
            [
                "setup: import random\nif random.random() > 2: n = 1",
                "train: if random.random() > 2: n = 2",
                "evaluate: x = n",
            ],
            {"n": "may be unbound when another stage reads it"},
            id="arms of two stages",
        ),
        pytest.param(
            ["train: import random\nif random.random() > 2: n = 1\nx = n"], {}, id="one arm, the same stage"
        ),
        pytest.param(
            ["train: n = 1\ndel n\ntry:\n    x = n\nexcept NameError:\n    x = 0"],
            {"n": "read where it may be unbound"},
            id="a NameError that is caught",
        ),
        # Builtins.
        pytest.param(["train: max = max(1, 2)\nx = max"], {}, id="builtin, then bound"),
        pytest.param(
            ["train: import random\nif random.random() > 2: max = 3\nx = max"],
            {"max": "the builtin on some paths"},
            id="builtin on one path",
        ),
        # Class bodies.
        pytest.param(
            ["train: a = [1]\nclass C:\n    b = a\n    a = 2\nx = C.b"],
            {"a": "class body"},
            id="class body reads and binds",
        ),
        pytest.param(["train: a = [1]\nclass C:\n    b = a\nx = C.b"], {}, id="class body reads"),
    ],
)  # fmt: skip
def test_state(cells: list[str], reasons: dict[str, str]) -> None:
    found = attempt(*cells, outputs=("x",) if "x" in cells[-1] else ())
    assert found.plan is not None, found.diagnostics
    state = found.plan.storage.state
    assert state.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert reason in state[name]
    noted = {d.message.split("`")[1] for d in found.diagnostics if d.code == "NB302"}
    assert noted == reasons.keys()


def test_an_output_is_promised_to_be_bound() -> None:
    cells = ["train: import random\nfor n in input(): pass", "evaluate: for n in input(): pass"]
    assert list(plan_of(cells[0], outputs=("n",)).storage.state) == []
    assert list(plan_of(*cells, outputs=("n",)).storage.state) == ["n"]


def test_stages_without_shared_names_take_no_state() -> None:
    plan = plan_of(
        "setup: n = 0\ndef f():\n    global n\n    n += 1\nf()",
        "train: f()",
        "evaluate: y = n",
        "predict: x = [1]",
    )
    assert [(stage.function, stage.shares_state) for stage in plan.stages] == [
        ("set_up", True), ("train", False), ("evaluate", True), ("predict", False),
    ]  # fmt: skip


def test_reads_of_the_builtin_are_marked() -> None:
    plan = plan_of("train: max = max(1, 2)\nx = max")
    assert [place for _, place in plan.storage.builtins] == [(1, 6)]
