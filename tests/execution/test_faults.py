"""What goes wrong in a run: said in one message, with nothing half-written and nobody left behind."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from .test_execution import run, written

pytestmark = pytest.mark.execution


def started(notebook: Path, scratch: Path, limit: int | None = None) -> subprocess.Popen[str]:
    """The command line at work, in a process group of its own, with its scratch files in a folder."""
    environment = {**os.environ, "TMPDIR": str(scratch), "NB2PROD_CACHE": str(scratch / "cache")}

    def before() -> None:
        # A test run in the background ignores it, and what it starts would too.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-m", "nb2prod", "convert", str(notebook), "--kernel", "python3"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=before,
    )
    return process


def appeared(path: Path) -> None:
    """Waits for a file."""
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} never came")


def alive(mark: str) -> list[str]:
    """Command lines of processes that hold a text."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if mark in words:
            found.append(words)
    return found


#: Where the run is when it is interrupted; the cell tells by a file outside the folder.
PHASES = {
    "notebook": "open({sign!r}, 'w').close()\nimport time\ntime.sleep(60)\na = [1]",
    "package": (
        "import os, time\nif os.path.exists({first!r}):\n    open({sign!r}, 'w').close()\n"
        "    time.sleep(60)\nopen({first!r}, 'w').close()\na = [1]"
    ),
}


@pytest.mark.parametrize("phase", PHASES)
def test_ctrl_c(tmp_path: Path, phase: str) -> None:
    scratch, place = tmp_path / "scratch", tmp_path / "place"
    scratch.mkdir()
    place.mkdir()
    sign, first = str(tmp_path / "sign"), str(tmp_path / "first")
    path = written(place, ("train", PHASES[phase].format(sign=sign, first=first)))
    process = started(path, scratch)
    appeared(Path(sign))
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Traceback" not in said, said
    assert said.rstrip().endswith("Aborted!")
    assert sorted(p.name for p in place.iterdir()) == ["demo.ipynb"]
    assert [p.name for p in scratch.iterdir() if p.name != "cache"] == []
    time.sleep(1)
    assert alive(str(scratch)) == []


def test_a_full_disk(tmp_path: Path) -> None:
    scratch, place = tmp_path / "scratch", tmp_path / "place"
    scratch.mkdir()
    place.mkdir()
    (place / "rows.csv").write_bytes(b"1,2\n" * 100_000)
    path = written(place, ("train", "a = len(open('rows.csv').read())"))
    process = started(path, scratch, limit=50_000)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "NB506" in said
    assert "Traceback" not in said
    assert sorted(p.name for p in place.iterdir()) == ["demo.ipynb", "rows.csv"]
    assert [p.name for p in scratch.iterdir() if p.name != "cache"] == []


def test_a_folder_that_takes_nothing_is_found_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = tmp_path / "sign"
    path = written(tmp_path, ("train", f"open({str(sign)!r}, 'w').close()\na = [1]"))
    readable = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: not mode & os.W_OK and readable(p, mode))
    done = run(path)
    assert [d.code for d in done.diagnostics] == ["NB403"]
    assert not sign.exists()


def test_an_interpreter_without_ipykernel(tmp_path: Path) -> None:
    python = tmp_path / "bare"
    python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    python.chmod(0o755)
    from nb2prod import convert

    done = convert(written(tmp_path, ("train", "a = [1]")), kernel=str(python))
    (found,) = (d for d in done.diagnostics if d.code == "NB501")
    assert "pip install ipykernel" in (found.hint or "")


def test_a_package_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nb2prod import execute

    monkeypatch.setattr(execute, "_PATIENCE", (3, 0))
    first = str(tmp_path / "first")
    source = f"import os, time\nif os.path.exists({first!r}):\n    time.sleep(60)\nopen({first!r}, 'w').close()\na = [1]"
    done = run(written(tmp_path, ("train", source)))
    (found,) = (d for d in done.diagnostics if d.code == "NB503")
    assert "3 seconds" in found.message
    assert not (tmp_path / "demo").exists()


def test_a_notebook_that_writes_over_its_own_data(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("1\n", encoding="utf-8")
    (tmp_path / "linked.csv").symlink_to(rows)
    source = "n = len(open('rows.csv').read())\nopen('linked.csv', 'a').write('2')\nopen('rows.csv', 'a').write('3')"
    done = run(written(tmp_path, ("train", source)))
    assert done.ok, done.diagnostics
    assert rows.read_text(encoding="utf-8") == "1\n"


@pytest.mark.parametrize("relative", [False, True])
def test_an_interpreter_by_its_path(
    tmp_path: Path, relative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nb2prod import convert

    python = Path(sys.executable)
    if relative:
        monkeypatch.chdir(python.parent)
    done = convert(
        written(tmp_path, ("train", "import sys\na = [sys.executable]")),
        kernel=f"./{python.name}" if relative else str(python),
    )
    assert done.ok, done.diagnostics


def test_scratch_copies_leave_loops_pipes_and_environments_out(tmp_path: Path) -> None:
    from nb2prod.mirror import digest, mirror

    (tmp_path / "data").mkdir()
    (tmp_path / "data/rows.csv").write_text("1", encoding="utf-8")
    (tmp_path / "data/loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("", encoding="utf-8")
    before = digest(tmp_path)
    with mirror(tmp_path) as place:
        assert sorted(p.relative_to(place).as_posix() for p in place.rglob("*")) == [
            "data",
            "data/rows.csv",
        ]
    (tmp_path / "env/more").write_text("", encoding="utf-8")
    assert digest(tmp_path) == before
    (tmp_path / "data/rows.csv").write_text("2", encoding="utf-8")
    assert digest(tmp_path) != before


def test_scratch_folders_go_when_they_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    from nb2prod.mirror import mirror

    place = tmp_path / "place"
    place.mkdir()
    with mirror(place):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["place"]


def test_nobody_waits_for_workers_that_outlive_the_run(tmp_path: Path) -> None:
    """Those of joblib linger for minutes, and hold what the run writes to."""
    mark = str(tmp_path / "mark")
    worker = f"import time; time.sleep(300); {mark!r}"
    source = (
        f"import subprocess, sys\na = [1]\nsubprocess.Popen([sys.executable, '-c', {worker!r}])"
    )
    begun = time.monotonic()
    done = run(written(tmp_path, ("train", source)))
    assert done.ok, done.diagnostics
    assert time.monotonic() - begun < 120
    time.sleep(1)
    assert alive(mark) == []
