"""What is said of cells that reach beyond the notebook's folder, and of calls that change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from nb2prod.observations import beyond, removable, unpicklable
from nb2prod.recorded import CellRun, Description, Recorded

from .cellscript import plan_of


def ran(
    read: Sequence[str] = (), written: Sequence[str] = (), hosts: Sequence[str] = (),
    commands: Sequence[str] = (), draws: Sequence[int] = (), unmoved: Sequence[int] = (),
) -> CellRun:  # fmt: skip
    return CellRun(
        3, 2, seconds=0.1, processor=0.1, memory=1, read=[*read], written=[*written], hosts=[*hosts],
        commands=[*commands], drew=bool(draws), draws=[*draws], unmoved=[*unmoved], outputs=[],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (ran(), []),
        (ran(read=["a.csv", "data/b.csv"], written=["c.csv"]), []),
        (ran(hosts=["example.org"]), ["NB312: this cell talks to `example.org`"]),
        (
            ran(read=["/data/a.csv", "b.csv"]),
            ["NB313: this cell reads `/data/a.csv`, outside the notebook's folder"],
        ),
        (
            ran(written=["/data/a.csv"]),
            ["NB313: this cell writes `/data/a.csv`, outside the notebook's folder"],
        ),
        (
            ran(read=["/work/notebooks/a.csv"]),
            ["NB313: this cell reads `/work/notebooks/a.csv`, by an absolute path"],
        ),
        (ran(read=["/home/me/.keras/keras.json"]), []),
        (
            ran(read=[f"/d/{n}" for n in range(5)]),
            ["NB313: this cell reads `/d/0`, `/d/1`, `/d/2` and 2 more, outside the notebook's folder"],
        ),
    ],
)  # fmt: skip
def test_beyond(cell: CellRun, said: list[str]) -> None:
    found = list(beyond([cell], {3: "c3"}, Path("/work/notebooks")))
    assert [f"{d.code}: {d.message}" for d in found] == said
    assert {(d.cell, d.cell_id, d.line) for d in found} <= {(3, "c3", 2)}


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        (ran(), []),
        (ran(unmoved=[2, 4]), [2, 4]),
        (ran(unmoved=[2, 4], draws=[4]), [2]),
        (ran(unmoved=[2], read=["a.csv"]), [2]),
        # What a call did to a file may be all that it is for.
        (ran(unmoved=[2], written=["a.csv"]), []),
        (ran(unmoved=[2], hosts=["example.org"]), []),
        (ran(unmoved=[2], commands=["make"]), []),
    ],
)
def test_removable(cell: CellRun, lines: list[int]) -> None:
    found = list(removable([cell], {3: "c3"}))
    assert [d.line for d in found] == lines
    assert {(d.code, d.cell, d.cell_id) for d in found} <= {("NB314", 3, "c3")}


@pytest.mark.parametrize(
    ("definition", "seen", "codes"),
    [
        ("class Net:\n    def __init__(self, r=rate): pass", "__main__.Net", ["NB316"]),
        ("class Net:\n    def __init__(self, r=rate): pass", "list[__main__.Net]", ["NB316"]),
        ("class Net:\n    def __init__(self, r=rate): pass", "int", []),
        # Nothing keeps it from module level.
        ("class Net:\n    def __init__(self, r=1): pass", "__main__.Net", []),
    ],
)
def test_objects_of_local_classes(definition: str, seen: str, codes: list[str]) -> None:
    plan = plan_of("parameters: rate = 0.1", f"train: {definition}\nm = Net()", "evaluate: s = [m]")
    told = Recorded({}, {"train": {"m": Description("x", "", seen)}})
    found = list(unpicklable(plan, told))
    assert [d.code for d in found] == codes
    assert {(d.cell, d.line) for d in found} <= {(2, 1)}
