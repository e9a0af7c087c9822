"""Comments stay with what is shipped; those of a line that goes, go with it."""

from __future__ import annotations

import pytest

from .cellscript import files_of

FIT = "m = fit(rows)"


def comments(*cells: str, module: str = "training") -> list[str]:
    lines = files_of("setup: from lib import fit\nrows = input()", *cells)[module].split("\n")
    return [line.strip() for line in lines if "#" in line and "noqa" not in line]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([f"train: # why\n{FIT}  # how"], ["# why", "m = fit(rows)  # how"], id="at a statement"),
        pytest.param([f"train: {FIT}\n# the end"], ["# the end"], id="behind the last statement"),
        pytest.param([f"train: {FIT}\n# a", "train: n = m + 1\n# b"], ["# a", "# b"], id="behind each cell's last"),
        pytest.param([f"train: # look\nrows.head()  # at it\n{FIT}"], [], id="of a line that goes"),
        pytest.param([f"train: # part one\n\nrows.head()\n{FIT}"], ["# part one"], id="set apart from one that goes"),
        pytest.param([f"train: {FIT}\n# part two\n\nrows.head()"], ["# part two"], id="set apart, at the end"),
        pytest.param(["train: # only this", f"train: {FIT}"], ["# only this"], id="a cell of comments, above"),
        pytest.param([f"train: {FIT}", "train: # only this", "evaluate: m.score()"], ["# only this"], id="or below"),
        pytest.param(["skip: # not this", f"train: {FIT}"], [], id="a cell that is not shipped"),
        pytest.param(
            ["train: # the model\nfrom lib import model  # theirs\nm = model(rows)"],
            ["# the model", "from lib import model  # theirs"],
            id="at an import that moves up",
        ),
        pytest.param(
            ["train: def f(x):\n    # in\n    return x  # out\nm = f(rows)"],
            ["# in", "return x  # out"],
            id="inside",
        ),
        pytest.param([f"train: # nb2prod: train\n{FIT}"], [], id="a role marker"),
    ],
)  # fmt: skip
def test_comments(cells: list[str], expected: list[str]) -> None:
    assert comments(*cells) == expected


def test_a_stage_that_gives_nothing_keeps_its_last_comment() -> None:
    assert comments("train: rows.sort()\n# sorted", module="training") == ["# sorted"]
