"""Whether a cell draws from the random states that everybody shares, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nb2prod.probes

PROBES = Path(nb2prod.probes.__file__).parent
_WATCHED = """
import json, runpy, sys
draws = runpy.run_path(sys.argv[1])["Draws"]("")
runpy.run_path(sys.argv[2])["seed"](draws.meet)
space, laps = {}, []
for cell in json.loads(sys.argv[3]):
    draws.begin()
    exec(cell, space)
    laps.append(draws.lap())
print(json.dumps(laps))
"""
#: A library with as much of torch as tells of its random state.
_TORCH = """
import ctypes
memory = (ctypes.c_uint8 * 6)()
class State(list):
    def data_ptr(self): return ctypes.addressof(memory)
    def tolist(self): return list(self)
def get_rng_state(): return State(memory)
def manual_seed(number): memory[4] = 40
def rand(): memory[5] += 1
"""


def drawn(folder: Path, *cells: str, first: str = "") -> list[bool]:
    """Which of the cells draw; ``first`` runs before the watch begins."""
    paths = [str(PROBES / f"{name}.py") for name in ("draws", "seeds")]
    command = [sys.executable, "-c", first + _WATCHED, *paths, json.dumps(cells)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    laps: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return [lap["drew"] for lap in laps]


@pytest.mark.parametrize(
    ("cell", "drew"),
    [
        ("import random", False),
        ("import random; random.random()", True),
        ("import random; random.Random(1).random()", False),
        ("import random; random.getstate()", False),
        ("import random; random.setstate(random.getstate())", False),
        # After 624 words the position is the one that it was.
        ("import random; [random.getrandbits(32) for _ in range(624)]", True),
        ("import numpy as np", False),
        ("import numpy as np; np.random.rand()", True),
        ("import numpy as np; np.random.bytes(624 * 4)", True),
        ("import numpy as np; np.random.default_rng(0).random()", False),
        ("import numpy as np; np.random.get_state()", False),
        ("import numpy as np; np.random.seed(1)", True),
        ("import torch", False),
        ("import torch; torch.get_rng_state()", False),
        ("import torch; torch.rand()", True),
        ("def f():\n    import torch\n    torch.rand()\nf()", True),
    ],
)
@pytest.mark.parametrize("first", ["", "import sys\nsys.modules['ctypes'] = None\n"])
def test_draws(cell: str, drew: bool, first: str, tmp_path: Path) -> None:
    torch = _TORCH.replace("import ctypes\nmemory = (ctypes.c_uint8 * 6)()", "memory = [0] * 6")
    (tmp_path / "torch.py").write_text(torch if first else _TORCH, encoding="utf-8")
    assert drawn(tmp_path, cell, "x = 1", first=first) == [drew, False]


def test_normal_numbers_come_in_pairs(tmp_path: Path) -> None:
    one = "np.random.randn()"
    cells = ["import numpy as np", one, "1", one, "1", one, "np.random.seed(0)", one]
    assert drawn(tmp_path, *cells) == [False, True, False, True, False, True, True, True]


def test_another_generator_for_everybody(tmp_path: Path) -> None:
    change = "import numpy as np; np.random.set_bit_generator(np.random.PCG64(1))"
    assert drawn(tmp_path, change, "1", "np.random.rand()") == [True, False, True]


def test_a_library_that_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(_TORCH, encoding="utf-8")
    cells = "import torch", "torch.rand()"
    assert drawn(tmp_path, *cells, first="import torch\n") == [False, True]


def test_a_library_that_nobody_seeds(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(_TORCH, encoding="utf-8")
    unseeded = "import sys; del sys.meta_path[0]"
    assert drawn(tmp_path, unseeded, "import torch", "torch.rand()") == [False, False, True]


def test_another_module_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("def get_rng_state(): 1 / 0", encoding="utf-8")
    assert drawn(tmp_path, "import torch, random", "random.random()") == [False, True]
