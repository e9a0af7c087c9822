"""What is said of cells that reach beyond the notebook's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.outside import beyond
from nb2prod.recorded import CellRun


def ran(**did: list[str]) -> CellRun:
    facts = {"read": [], "written": [], "hosts": [], "commands": [], **did}
    return CellRun(
        3, 2, seconds=0.1, processor=0.1, memory=1, drew=False, draws=[], outputs=[], **facts
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
