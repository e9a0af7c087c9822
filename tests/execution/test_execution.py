"""Notebooks that run in a real kernel, and their packages beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from nb2prod import Conversion, convert
from nb2prod.cli import main
from nb2prod.diagnostics import Diagnostic
from nb2prod.execute import record
from nb2prod.mirror import mirror
from nb2prod.planning import planned_file
from nb2prod.recorded import CellRun

#: Code that a package could not have without this detour.
SHELL = "import IPython\nshell = getattr(IPython, 'get_ipython')()\nspace = shell.user_ns"

pytestmark = pytest.mark.execution


def written(folder: Path, *cells: tuple[str, str]) -> Path:
    """A notebook of these cells, each a tag, or `md`, and its source."""
    path = folder / "demo.ipynb"
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {
                "cell_type": "markdown" if tag == "md" else "code", "id": f"c{number}",
                "metadata": {} if tag == "md" else {"tags": [tag]}, "source": source,
                **({} if tag == "md" else {"outputs": [], "execution_count": None}),
            }
            for number, (tag, source) in enumerate(cells, 1)
        ],
    }  # fmt: skip
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def run(path: Path, **settings: object) -> Conversion:
    return convert(path, kernel="python3", **settings)  # type: ignore[arg-type]


def watched(folder: Path, *cells: str) -> tuple[CellRun, ...]:
    """What the pieces did of a notebook of train cells, in its recorded run."""
    plan = planned_file(written(folder, *(("train", cell) for cell in cells)), None).plan
    assert plan is not None
    recording = record(plan, folder, kernel="python3")
    assert not isinstance(recording, Diagnostic), recording
    return recording.told.cells


def test_identical(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    done = run(
        written(
            tmp_path,
            ("preprocessing", "%matplotlib inline\nimport pandas as pd\ndf = pd.read_csv('rows.csv')"),
            ("train", "import random\nrandom.seed(3)\ndf['c'] = random.random()\nmodel = {'w': df.b.mean()}"),
            ("evaluate", "print('Error:', abs(model['w'] - 2))"),
        )
    )  # fmt: skip
    assert done.ok, done.diagnostics
    assert str(done.parity) == "identical to the notebook: 5 values at its stage boundaries"
    assert done.package is not None
    project = (done.package / "pyproject.toml").read_text(encoding="utf-8")
    major = int(pd.__version__.split(".")[0])
    assert f'"pandas>={pd.__version__},<{major + 1}",' in project


def test_the_notebooks_folder_is_left_as_it_was(tmp_path: Path) -> None:
    done = run(
        written(
            tmp_path, ("train", "open('log.txt', 'a').write('x')\nn = len(open('log.txt').read())")
        )
    )
    assert done.ok, done.diagnostics
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo", "demo.ipynb"]


def test_a_cell_that_fails_is_named(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("setup", "import os"), ("train", "a = 1\nimport no_such_module")))
    assert not (tmp_path / "demo").exists()
    (found,) = (d for d in done.diagnostics if d.code == "NB502")
    assert (found.cell, found.cell_id) == (2, "c2")
    assert "no_such_module" in found.message
    assert "--kernel" in (found.hint or "")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("\n# why\na = 1\n\nb = 1 / 0\nc = 2", 5, id="a statement"),
        pytest.param("def f():\n    return 1 / 0\na = 1\nb = f()", 4, id="a call"),
        pytest.param("a = 1\n# nb2prod: evaluate\nb = a\nc = [\n    1 / 0]", 5, id="a later role"),
    ],
)
def test_the_line_that_fails_is_named(tmp_path: Path, source: str, line: int) -> None:
    done = run(written(tmp_path, ("setup", "import os"), ("train", source)))
    (found,) = (d for d in done.diagnostics if d.code == "NB502")
    assert (found.cell, found.line) == (2, line)
    assert "ZeroDivisionError: division by zero" in found.message


def test_a_kernel_that_can_not_be_watched(tmp_path: Path) -> None:
    """The notebook takes the recorder away: nobody knows what it computed."""
    done = run(written(tmp_path, ("train", "a = 1\n__nb2prod__ = None")))
    (found,) = (d for d in done.diagnostics if d.code == "NB508")
    assert "AttributeError" in found.message
    assert not (tmp_path / "demo").exists()


def test_a_cell_that_takes_too_long(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("train", "import time\ntime.sleep(60)\na = 1")), timeout=1)
    assert [d.code for d in done.diagnostics if d.severity.value == "error"] == ["NB502"]


def test_a_kernel_that_dies(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("train", "import os\nos._exit(3)\na = 1")))
    assert [d.code for d in done.diagnostics if d.severity.value == "error"] == ["NB502"]


def test_a_missing_kernel_lists_the_others(tmp_path: Path) -> None:
    done = convert(written(tmp_path, ("train", "a = 1")), kernel="no-such-kernel")
    (found,) = (d for d in done.diagnostics if d.code == "NB501")
    assert "`python3`" in found.message
    assert not (tmp_path / "demo").exists()


def test_what_the_notebook_does_not_repeat_is_a_warning(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("train", "import os\na = os.urandom(8)\nb = [1]")))
    assert done.ok
    (found,) = (d for d in done.diagnostics if d.code == "NB505" and "`train`" in d.message)
    assert (found.cell, found.line) == (1, 2)
    assert "`os.urandom` is random by design" in found.message
    assert "not repeatable" in str(done.parity)


def test_a_package_that_differs_is_kept_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, ("train", "a = [1]\nb = a + [2]"))
    from nb2prod import planning, trial

    tampered = planning.emitted

    def emitted(*arguments: object, **settings: object) -> dict[str, str]:
        tree = tampered(*arguments, **settings)  # type: ignore[arg-type]
        return {name: text.replace("a + [2]", "a + [3]") for name, text in tree.items()}

    monkeypatch.setattr(trial, "emitted", emitted)
    done = run(path)
    assert not done.ok
    assert (tmp_path / "demo.failed/pyproject.toml").is_file()
    assert not (tmp_path / "demo").exists()
    assert [d.code for d in done.diagnostics if d.severity.value == "error"] == ["NB504"]


def test_the_command_says_beforehand_that_it_runs(tmp_path: Path) -> None:
    path = written(tmp_path, ("train", "a = [1]"))
    done = CliRunner().invoke(main, ["convert", str(path), "--run", "--kernel", "python3"])
    assert done.exit_code == 0, done.output
    assert done.output.index("runs in a kernel of its own") < done.output.index(
        "identical to the notebook"
    )


def test_a_mirror_leaves_environments_and_packages_out(tmp_path: Path) -> None:
    for name in ("data/a.csv", ".git/config", "venv/bin/python", "demo/.nb2prod.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    with mirror(tmp_path) as place:
        assert [path.relative_to(place).as_posix() for path in place.rglob("*")] == [
            "data",
            "data/a.csv",
        ]
        (place / "data/a.csv").write_text("y", encoding="utf-8")
    assert (tmp_path / "data/a.csv").read_text(encoding="utf-8") == "x"


def test_a_mirror_does_not_hold_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with mirror(tmp_path) as place, mirror(tmp_path) as second:
        assert [path.name for path in (*place.rglob("*"), *second.rglob("*"))] == ["a.csv"] * 2


def test_a_run_is_remembered_until_something_changes(tmp_path: Path, cache: Path) -> None:
    place, sign = tmp_path / "place", tmp_path / "runs"
    place.mkdir()
    (place / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    cells = (
        ("train", f"a = open('rows.csv').read()\nopen({str(sign)!r}, 'a').write('x')"),
        ("skip", "never"),
    )
    path = written(place, *cells)
    first, second = run(path), run(path)
    assert first.ok
    assert second.ok
    assert (first.remembered, second.remembered) == (False, True)
    assert str(first.parity) == str(second.parity)
    assert len(sign.read_text(encoding="utf-8")) == 2, "notebook and package ran once each"
    (place / "rows.csv").write_text("a,b\n1,3\n", encoding="utf-8")
    assert not run(path).remembered
    written(place, cells[0], ("train", "b = a + '!'"))
    assert not run(path).remembered
    assert (cache.stat().st_mode & 0o077) == 0


def test_each_cell_is_watched(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    path = written(
        tmp_path,
        ("setup", "import random\nimport pandas as pd"),
        ("train", "a = pd.read_csv('rows.csv')\nprint(len(a))"),
        ("train", "open('out.txt', 'w').write('x')\nb = random.random()"),
        (
            "train",
            "import subprocess\nc = subprocess.run(['true']).returncode\nbytearray(50_000_000)",
        ),
    )
    plan = planned_file(path, None).plan
    assert plan is not None
    recording = record(plan, tmp_path, kernel="python3")
    assert not isinstance(recording, Diagnostic), recording
    first, reading, writing, starting = recording.told.cells
    assert [c.cell for c in recording.told.cells] == [1, 2, 3, 4]
    assert not first.read
    assert not first.drew
    assert reading.read == ["rows.csv"]
    assert reading.outputs[0]["text"] == "1\n"
    assert (writing.written, writing.drew) == (["out.txt"], True)
    assert starting.commands == ["true"]
    assert starting.memory >= first.memory > 10_000_000
    assert first.seconds > 0


@pytest.mark.parametrize(
    ("cell", "draws"),
    [
        ("a = 1\nb = 2", []),
        ("random.random()", [1]),
        ("\n\n# why\na = 1\n\nb = [\n    random.random()\n]\nfor i in [1]:\n    random.random()\n", [6, 9]),
        ("a = 1; b = random.random(); c = 2\nrandom.random()", [1, 2]),
        ("%matplotlib inline\nb = !echo x\nc = random.random()\nd = 1", [3]),
        ("@staticmethod\ndef f(a=random.random()):\n    pass\nb = 1", [1]),
        # A magic runs its code itself.
        ("%%time\na = 1\nb = random.random()\nc = 2", [1]),
        ("a = 1\n%time b = random.random()\n%time b = 3", [2]),
        ("import asyncio\nawait asyncio.sleep(0)\na = random.random()\nawait asyncio.sleep(0)", [3]),
    ],
)  # fmt: skip
def test_the_statements_that_draw(cell: str, draws: list[int], tmp_path: Path) -> None:
    before, found, after = watched(tmp_path, "import random", cell, "random.random()\nx = 1")
    assert (before.draws, found.draws, after.draws) == ([], draws, [1])
    assert found.drew is bool(draws)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["a = 1\na + 1"], ["2"]),
        (["1\n2"], ["2"]),
        (["1\n2;"], []),
        (["a = 1\nb = 2"], []),
        (["print(1)\n3"], ["1\n", "3"]),
        (["a = 1\n%time a + 1"], ["2"]),
        (["from __future__ import annotations\ndef f(a: nowhere): pass\nf.__annotations__"], ["{'a': 'nowhere'}"]),
        (["'words'\nfrom __future__ import annotations\nfrom __future__ import division\n1"], ["1"]),
        # Line numbers are those of the cell.
        (
            ["import sys\nf = lambda: sys._getframe(1).f_lineno\n\na = f()\nb = [\n    f()\n]\na, b"],
            ["(4, [6])"],
        ),
        # What is kept of inputs and outputs.
        (["2\n3", f"{SHELL}\n4\nspace['Out'], space['_']"], ["3", "({1: 3}, 3)"]),
        ([f"{SHELL}\na = 1\n2", "b = 2\nspace['In'][2]"], ["2", r'''"b = 2\nspace['In'][2]"''']),
        # Every expression is shown, where the notebook asks for that.
        ([f"{SHELL}\nshell.ast_node_interactivity = 'all'", "1\na = 2\n3"], ["1", "3"]),
        ([f"{SHELL}\na = set(space)\nb = 1\nset(space) - a"], ["{'a', 'b'}"]),
    ],
)  # fmt: skip
def test_nothing_else_is_changed(cells: list[str], shown: list[str], tmp_path: Path) -> None:
    found = watched(tmp_path, *cells)
    texts = [
        output["text"] if "text" in output else output["data"]["text/plain"]
        for cell in found
        for output in cell.outputs
        if not str(output.get("text")).startswith("CPU times")
    ]
    assert texts == shown


def test_a_dropped_inspection_that_draws_is_put_back(tmp_path: Path) -> None:
    # The library draws as it shows: nothing tells of that before the notebook has run.
    (tmp_path / "drawing.py").write_text(
        "import random\nclass Frame:\n    def head(self):\n        random.random()\n",
        encoding="utf-8",
    )
    done = run(
        written(
            tmp_path,
            ("setup", "import importlib, random, sys\nsys.path.insert(0, '.')\nlibrary = importlib.import_module('drawing')"),
            ("train", "\n\nrandom.seed(3)\nframe = library.Frame()\nframe.head()\nmodel = [random.random()]"),
        )
    )  # fmt: skip
    assert done.ok, done.diagnostics
    (note,) = (d for d in done.diagnostics if d.code == "NB311")
    assert (note.cell, note.cell_id, note.line) == (2, "c2", 5)
    assert note.message == "this draws random numbers: without it, `model` would differ"
    assert done.package is not None
    assert "frame.head()" in (done.package / "src/demo/training.py").read_text("utf-8")


def test_a_library_with_a_random_state_of_its_own_repeats_itself(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/torch.py").write_text(
        "import random\nstate = random.SystemRandom()\nrand = lambda: state.random()\n"
        "def manual_seed(number):\n    global state\n    state = random.Random(number)\n",
        encoding="utf-8",
    )
    found = (
        "import importlib, sys\nsys.path.insert(0, 'lib')\ntorch = importlib.import_module('torch')"
    )
    done = run(
        written(tmp_path, ("train", f"a = [1]\n{found}\nb = torch.rand()"), ("evaluate", "b + 1"))
    )
    assert done.ok, done.diagnostics
    assert str(done.parity).startswith("identical to the notebook:")


def test_what_a_cell_does_beyond_its_folder_is_said(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    os.utime(other, (1, 1))  # it was there long before the run
    path = written(
        place,
        ("setup", "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
        ("train", "s.connect(('192.0.2.1', 9))\ns.close()\n" + f"a = open({str(other)!r}).read()"),
    )
    for done in (run(path), run(path)):
        assert done.ok, done.diagnostics
        found = {d.code: d for d in done.diagnostics}
        assert "`192.0.2.1`" in found["NB312"].message
        assert str(other.resolve()) in found["NB313"].message
        assert (found["NB313"].cell, found["NB313"].cell_id) == (2, "c2")
    assert done.remembered, "an earlier run tells the same"


def test_a_command_is_kept_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_TOKEN", "fewfewfew-73")
    cell = "import os\na = os.system('true ' + 'x' * 190 + ' ' + os.environ['SERVICE_TOKEN'])"
    plan = planned_file(written(tmp_path, ("train", cell)), None).plan
    assert plan is not None
    recording = record(plan, tmp_path, kernel="python3")
    assert not isinstance(recording, Diagnostic), recording
    (command,) = recording.told.cells[0].commands
    assert command.startswith("true xxx")
    assert "few" not in command, "also the beginning of a secret is one"


def test_a_call_without_effect_may_be_left_out(tmp_path: Path) -> None:
    setup = """
seen = []
limit = [3]
def show(items):
    print(len(items), limit)
def add(items):
    items.append(1)
def raise_limit(items):
    limit.append(4)
def shuffle(items):
    import random
    random.random()
def save(items):
    open("made.txt", "w").write("x")
"""
    path = written(
        tmp_path,
        ("setup", setup),
        (
            "preprocessing",
            "\n# a look\nshow(seen)\nadd(seen)\nadd(seen); x = 1\nshow(seen)\nraise_limit(seen)",
        ),
        ("train", "shuffle(seen)\nmodel = [seen, limit, x]\nshow(model)"),
        ("evaluate", "save(model)\nshow(model)\nscore = len(model)"),
    )
    done = run(path)
    assert done.ok, done.diagnostics
    assert [(d.cell, d.line) for d in done.diagnostics if d.code == "NB314"] == [
        (2, 3),
        (2, 6),
        (3, 3),
    ]
