"""A module beside the notebook, and cells; the variables of it that a second run finds changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.planning import planned

from .cellscript import notebook


@pytest.mark.parametrize(
    ("module", "cell", "names"),
    [
        pytest.param("N = 1\ndef f(a): return a + N", "train: import near\nx = near.f(1)", [], id="none"),
        pytest.param("R = []\nR.append(1)", "train: import near\nx = near.R", [], id="filled as it is loaded"),
        pytest.param(
            "N = 0\ndef up():\n    global N\n    N += 1", "train: import near\nx = near.up()", ["`N`"], id="global"
        ),
        pytest.param(
            "R = []\ndef put(a): R.append(a)", "train: from near import put\nx = put(1)", ["`R`"], id="list"
        ),
        pytest.param(
            "C = {}\ndef get(a):\n    C[a] = 1\n    return C", "train: from near import get\nx = get(1)", ["`C`"],
            id="cache",
        ),
        pytest.param(
            "import numpy as np\nrng = np.random.default_rng(0)\ndef draw(): return rng.normal()",
            "train: import near\nx = near.draw()", ["`rng`"], id="generator",
        ),
        pytest.param(
            "def f(xs):\n    xs.append(1)\n    return xs", "train: import near\nx = near.f([])", [], id="an argument"
        ),
        pytest.param("R = []", "train: import near\nnear.R.append(1)\nnear.N = 2\nx = near.R", ["`N`", "`R`"],
                     id="by the notebook"),
    ],
)  # fmt: skip
def test_kept_between_runs(tmp_path: Path, module: str, cell: str, names: list[str]) -> None:
    (tmp_path / "near.py").write_text(module, encoding="utf-8")
    found = planned(notebook(cell), "demo", folder=tmp_path).diagnostics
    warnings = [d for d in found if d.code == "NB309"]
    assert [d.message.split()[0] for d in warnings] == names
    assert all((d.cell, d.line) == (1, 1) for d in warnings)
