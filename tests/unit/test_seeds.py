"""Which random states are seeded when, each in a process of its own: import hooks and modules stay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nb2prod.probes

PROBES = Path(nb2prod.probes.__file__).parent
_TORCH = "calls = []\ndef manual_seed(number): calls.append(number)\n"
_NEW = "class random:\n    calls = []\n    set_seed = calls.append\ncalls = random.calls\n"
_OLD = "class random: pass\ncalls = []\nset_random_seed = calls.append\n"
_SEEDED = """
import json, runpy, sys
told = []
before = list(sys.meta_path)
exec(sys.argv[3])
runpy.run_path(sys.argv[1])["seed"](lambda: told.append(1))
exec(sys.argv[2])
hooks = [type(hook).__name__ for hook in sys.meta_path if hook not in before]
calls = {name: sys.modules[name].calls for name in ("torch", "tensorflow") if name in sys.modules}
print(json.dumps({"calls": calls, "hooks": hooks, "told": len(told)}))
"""


def seeded(folder: Path, program: str, *, before: str = "") -> dict[str, Any]:
    """Which calls were made of libraries that are in the folder, as the program has run."""
    command = [sys.executable, "-c", _SEEDED, str(PROBES / "seeds.py"), program, before]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch/__init__.py").write_text(_TORCH, encoding="utf-8")
    (tmp_path / "tensorflow.py").write_text(_NEW, encoding="utf-8")
    (tmp_path / "uses.py").write_text("import torch\nassert torch.calls == [0]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("program", "calls"),
    [
        ("", {}),
        ("import torch\nassert torch.calls == [0]", {"torch": [0]}),
        ("x = 1\ndef f():\n    import torch\n    assert torch.calls == [0]\nf()", {"torch": [0]}),
        ("import tensorflow as tf\nassert tf.calls == [0]", {"tensorflow": [0]}),
        ("import uses", {"torch": [0]}),
        ("import tensorflow, torch, uses\nimport torch", {"torch": [0], "tensorflow": [0]}),
        ("from importlib import reload\nimport torch\nreload(torch)", {"torch": []}),
        # Who only asks whether it is there does not import it.
        ("import importlib.util\nassert importlib.util.find_spec('torch')", {}),
        ("import importlib.util\nimportlib.util.find_spec('torch')\nimport torch", {"torch": [0]}),
    ],
)
def test_libraries_are_seeded_when_the_program_has_imported_them(
    program: str, calls: dict[str, list[int]], libraries: Path
) -> None:
    found = seeded(libraries, program)
    assert found["calls"] == calls
    assert found["told"] == len(calls)
    assert found["hooks"] == ([] if len(calls) == 2 else ["_Later"])


def test_what_is_there_already_is_seeded_at_once(libraries: Path) -> None:
    found = seeded(libraries, "assert torch.calls == [0]", before="import torch")
    assert found == {"calls": {"torch": [0]}, "hooks": ["_Later"], "told": 1}
    both = seeded(libraries, "", before="import torch, tensorflow")
    assert both == {"calls": {"torch": [0], "tensorflow": [0]}, "hooks": [], "told": 2}


def test_tensorflow_of_the_first_generation(libraries: Path) -> None:
    (libraries / "tensorflow.py").write_text(_OLD, encoding="utf-8")
    assert seeded(libraries, "import tensorflow")["calls"] == {"tensorflow": [0]}


def test_random_and_numpy_start_from_the_same_state(tmp_path: Path) -> None:
    drawn = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    command = [
        sys.executable,
        "-c",
        f"import runpy, sys\nrunpy.run_path(sys.argv[1])['seed']()\n{drawn}",
    ]
    runs = {subprocess.check_output([*command, str(PROBES / "seeds.py")]) for _ in range(2)}
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("torch", "program"),
    [
        ("calls = []", "import torch"),
        ("calls = []\ndef manual_seed(number): raise SystemError", "import torch"),
        # What fails is imported again, and seeded then.
        (
            f"import sys\nif not hasattr(sys, 'again'):\n    sys.again = 1\n    1 / 0\n{_TORCH}",
            "try:\n    import torch\nexcept ZeroDivisionError:\n    import torch\nassert torch.calls == [0]",
        ),
        # The module may put another object in its place.
        (
            f"import sys\n{_TORCH}\nclass T: pass\nT.calls, T.manual_seed = calls, manual_seed\nsys.modules['torch'] = T",
            "import torch\nassert torch.calls == [0]",
        ),
        (None, "try:\n    import torch\nexcept ImportError as e:\n    assert e.name == 'torch'"),
    ],
)  # fmt: skip
def test_an_import_goes_as_it_would(torch: str | None, program: str, tmp_path: Path) -> None:
    if torch is not None:
        (tmp_path / "torch.py").write_text(torch, encoding="utf-8")
    seeded(tmp_path, program)


def test_a_library_that_is_loaded_when_first_used_is_loaded_once(libraries: Path) -> None:
    lazily = """
import importlib.util, sys
spec = importlib.util.find_spec("torch")
spec.loader = importlib.util.LazyLoader(spec.loader)
torch = importlib.util.module_from_spec(spec)
sys.modules["torch"] = torch
spec.loader.exec_module(torch)
calls = torch.calls
calls.append(7)
assert torch.calls is calls
"""
    assert seeded(libraries, lazily)["calls"] == {"torch": [0, 7]}


def test_nothing_of_the_hook_is_left_on_the_module(libraries: Path) -> None:
    seeded(libraries, "import torch\nassert 'exec_module' not in vars(torch.__loader__)")
    unused = "import importlib.machinery as m\nassert type(__import__('torch').__loader__) is m.SourceFileLoader"
    seeded(libraries, unused)


def test_the_hook_may_be_taken_out_by_others(libraries: Path) -> None:
    program = "sys.meta_path[:] = before\nimport torch, tensorflow"
    assert seeded(libraries, program)["calls"] == {"torch": [], "tensorflow": []}
