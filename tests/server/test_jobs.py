"""Conversions as jobs: real notebooks in real kernels; what is cancelled leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from nb2prod.filetree import is_package
from nb2prod.server.jobs import Jobs, Order
from tests.notebooks import Pair, write
from tests.server.conftest import Ask
from tests.server.documents import CELLS

pytestmark = [pytest.mark.server, pytest.mark.execution]

#: Tells by a file that it runs, and then goes on for long, as does a process of its own.
SLEEPING = "import subprocess, time\nsubprocess.Popen(['sleep', '300'])\nopen({!r}, 'w').close()\ntime.sleep(300)\na = 1"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, to see what is left of them."""
    place = tmp_path / "scratch"
    place.mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


@pytest.fixture
def extension_settings() -> dict[str, Any]:
    return {"conversions": 2}


def order(path: str, **changes: Any) -> dict[str, Any]:
    return {"path": path, "run": True, "force": False, "kernel": "python3", **changes}


async def until(
    ask: Ask, id_: str, ready: Callable[[dict[str, Any]], bool], seconds: float = 90
) -> dict[str, Any]:
    """The job as soon as it is as it should be."""
    end = time.monotonic() + seconds
    while True:
        status, job = await ask("jobs", id_)
        assert status == 200
        if ready(job):
            return dict(job)
        assert time.monotonic() < end, job
        await asyncio.sleep(0.05)


def ended(job: dict[str, Any]) -> bool:
    return job["state"] not in ("queued", "running")


async def appeared(sign: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not sign.exists():
        assert time.monotonic() < end, "the cell did not begin"
        await asyncio.sleep(0.05)


def descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_from_order_to_report(ask: Ask, jp_fetch: Any, jp_root_dir: Path) -> None:
    (jp_root_dir / "a b").mkdir()
    hostile = ("<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>", "markdown")
    write(jp_root_dir / "a b" / "iris.ipynb", hostile, *CELLS[1:])
    status, job = await ask("convert", values=order("a b/iris.ipynb"))
    assert (status, job["state"]) == (200, "queued")
    phases: dict[str, None] = {}
    cells: set[int] = set()

    def watched(job: dict[str, Any]) -> bool:
        phases.setdefault(job["phase"])
        cells.update([job["cell"]] if job["cell"] else [])
        return ended(job)

    done = await until(ask, job["id"], watched)
    assert done["state"] == "done", done
    assert done["verdict"]["kind"] == "identical"
    assert done["package"] == "a b/iris"
    assert "a b/iris/src/iris/training.py" in done["files"]
    assert not any("/." in file for file in done["files"])
    assert all((jp_root_dir / file).is_file() for file in done["files"])
    assert {"recording", "proving"} <= phases.keys()
    assert cells <= {2, 3, 5, 6, 7}
    assert names(jp_root_dir / "a b") == ["iris", "iris.ipynb"]
    # A page that is reloaded finds it again.
    assert (await ask("jobs"))[1] == {"jobs": [done]}
    report = await jp_fetch("nb2prod", "report", job["id"])
    assert done["report"].endswith(f"/nb2prod/report/{job['id']}")
    assert report.headers["Content-Type"] == "text/html; charset=UTF-8"
    policy = report.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:"} <= {
        *policy
    }
    assert b"Identical to the notebook" in report.body
    assert b"<script" not in report.body
    # It is gone when the package is, or leads elsewhere.
    page = jp_root_dir / "a b" / "iris" / "report.html"
    page.unlink()
    gone = await jp_fetch("nb2prod", "report", job["id"], raise_error=False)
    assert gone.code == 404
    page.symlink_to("/etc/passwd")
    away = await jp_fetch("nb2prod", "report", job["id"], raise_error=False)
    assert away.code == 403
    assert b"root:" not in away.body


async def test_without_a_run_nothing_is_proved(ask: Ask, jp_root_dir: Path) -> None:
    write(jp_root_dir / "iris.ipynb", *CELLS)
    _, job = await ask("convert", values=order("iris.ipynb", run=False))
    done = await until(ask, job["id"], ended)
    assert (done["state"], done["verdict"]["kind"], done["report"]) == ("done", "unproved", None)
    # Edited, it is only replaced by force.
    (jp_root_dir / "iris" / "README.md").write_text("mine")
    _, job = await ask("convert", values=order("iris.ipynb", run=False))
    refused = await until(ask, job["id"], ended)
    assert (refused["state"], refused["verdict"]["kind"]) == ("refused", "refused")
    assert [d["code"] for d in refused["diagnostics"]][-1] == "NB402"
    assert refused["package"] is None
    _, job = await ask("convert", values=order("iris.ipynb", run=False, force=True))
    assert (await until(ask, job["id"], ended))["state"] == "done"
    assert names(jp_root_dir) == ["iris", "iris.backup", "iris.ipynb"]


async def test_a_failing_notebook_is_refused_at_its_cell(ask: Ask, jp_root_dir: Path) -> None:
    write(jp_root_dir / "n.ipynb", ("x = 1", "setup"), ("y = x / 0", "train"))
    _, job = await ask("convert", values=order("n.ipynb"))
    refused = await until(ask, job["id"], ended)
    assert refused["state"] == "refused"
    assert "ZeroDivisionError" in refused["message"]
    (error,) = (d for d in refused["diagnostics"] if d["severity"] == "error")
    assert (error["code"], error["cell"], error["cell_id"]) == ("NB502", 2, "c2")
    assert names(jp_root_dir) == ["n.ipynb"]


async def test_a_package_that_differs_has_a_report(
    ask: Ask, jp_fetch: Any, jp_root_dir: Path
) -> None:
    write(jp_root_dir / "n.ipynb", ("import sys\nx = 'ipykernel' in sys.modules", "train"))
    _, job = await ask("convert", values=order("n.ipynb"))
    refused = await until(ask, job["id"], ended)
    assert (refused["state"], refused["verdict"]["kind"]) == ("refused", "differs")
    assert refused["package"] is None
    assert b"Differs from the notebook" in (await jp_fetch("nb2prod", "report", job["id"])).body


async def test_one_job_a_notebook_and_several_at_once(
    ask: Ask, jp_root_dir: Path, tmp_path: Path
) -> None:
    ids = []
    for name in "abc":
        cells: tuple[Pair, ...] = ((SLEEPING.format(str(tmp_path / f"{name}.sign")), "train"),)
        write(jp_root_dir / f"{name}.ipynb", *cells)
        _, job = await ask("convert", values=order(f"{name}.ipynb"))
        ids.append(job["id"])
    # The same notebook by another name is the same notebook.
    (jp_root_dir / "link.ipynb").symlink_to("a.ipynb")
    for path in ("a.ipynb", "c.ipynb", "link.ipynb"):
        assert (await ask("convert", values=order(path)))[0] == 409
    await appeared(tmp_path / "a.sign")
    await appeared(tmp_path / "b.sign")
    assert [job["state"] for job in (await ask("jobs"))[1]["jobs"]] == [
        "running",
        "running",
        "queued",
    ]
    _, third = await ask("jobs", ids[2], method="DELETE")
    assert third["state"] == "cancelled"
    _, first = await ask("jobs", ids[0], method="DELETE")
    assert first["state"] == "cancelled"
    assert (await ask("jobs", ids[1]))[1]["state"] == "running"
    _, second = await ask("jobs", ids[1], method="DELETE")
    # What has ended stays as it is.
    assert (await ask("jobs", ids[1], method="DELETE"))[1] == second
    assert (await ask("convert", values=order("a.ipynb", run=False)))[0] == 200


@pytest.mark.parametrize("phase", ["notebook", "package"])
async def test_a_cancelled_job_leaves_nothing_behind(
    ask: Ask, jp_root_dir: Path, tmp_path: Path, scratch: Path, phase: str
) -> None:
    sign, first = tmp_path / "sign", tmp_path / "first"
    source = SLEEPING.format(str(sign))
    if phase == "package":
        rest = "\n".join(f"    {line}" for line in source.split("\n"))
        source = f"import os\nif os.path.exists({str(first)!r}):\n{rest}\nopen({str(first)!r}, 'w').close()"
    write(jp_root_dir / "n.ipynb", (source, "train"), ("b = 1", "predict"))
    before = {process.pid for process in descendants()}
    _, job = await ask("convert", values=order("n.ipynb"))
    await appeared(sign)
    family = [process for process in descendants() if process.pid not in before]
    assert len(family) >= 3  # the conversion, the kernel or the package, and what it started
    begun = time.monotonic()
    _, cancelled = await ask("jobs", job["id"], method="DELETE")
    assert time.monotonic() - begun < 8
    assert (cancelled["state"], cancelled["package"]) == ("cancelled", None)
    assert not [process for process in family if process.is_running()]
    assert names(jp_root_dir) == ["n.ipynb"]
    assert names(scratch) == []


async def test_a_killed_job_is_told_so(ask: Ask, jp_root_dir: Path, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    write(jp_root_dir / "n.ipynb", (SLEEPING.format(str(sign)), "train"))
    _, job = await ask("convert", values=order("n.ipynb"))
    await appeared(sign)
    (process,) = (p for p in descendants() if "nb2prod.server.convert_job" in p.cmdline())
    process.kill()
    crashed = await until(ask, job["id"], ended)
    assert crashed["state"] == "crashed"
    assert "signal 9" in crashed["message"]
    assert names(jp_root_dir) == ["n.ipynb"]
    assert (await ask("convert", values=order("n.ipynb", run=False)))[0] == 200


async def test_the_end_of_the_server_is_the_end_of_its_jobs(tmp_path: Path, scratch: Path) -> None:
    sign = tmp_path / "sign"
    file = write(tmp_path / "work" / "n.ipynb", (SLEEPING.format(str(sign)), "train"))
    jobs = Jobs(1, logging.getLogger("test"))
    running = jobs.start(Order("n.ipynb", file, run=True, force=False, kernel="python3"))
    other = write(tmp_path / "work" / "m.ipynb", *CELLS)
    waiting = jobs.start(Order("m.ipynb", other, run=False, force=False))
    assert running is not None
    assert waiting is not None
    await appeared(sign)
    family = descendants()
    await jobs.close()
    assert [entry.job.state for entry in jobs.all()] == ["cancelled", "cancelled"]
    assert not [process for process in family if process.is_running()]
    assert jobs.start(Order("m.ipynb", other, run=False, force=False)) is None
    assert names(scratch) == []


def test_a_server_that_is_killed_takes_its_jobs_with_it(tmp_path: Path, scratch: Path) -> None:
    sign = tmp_path / "sign"
    file = write(tmp_path / "work" / "n.ipynb", (SLEEPING.format(str(sign)), "train"))
    wanted = {"file": str(file), "run": True, "force": False, "kernel": "python3"}
    server = (
        "import subprocess, sys, time\n"
        "job = subprocess.Popen([sys.executable, '-m', 'nb2prod.server.convert_job'],"
        " stdin=subprocess.PIPE, text=True, start_new_session=True)\n"
        f"job.stdin.write({json.dumps(wanted)!r} + chr(10)); job.stdin.flush()\n"
        "time.sleep(300)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", server], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not sign.exists() and time.monotonic() < end:
        time.sleep(0.05)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert sign.exists()
    conversion = [p for p in family if "sleep" not in p.name()]
    _, alive = psutil.wait_procs(conversion, timeout=20)
    for left in family:
        if left.is_running():
            left.kill()
    assert not alive
    assert names(scratch) == []


async def test_two_servers_and_one_notebook(tmp_path: Path) -> None:
    """Whoever writes last writes a whole package, or says why not."""
    file = write(tmp_path / "work" / "iris.ipynb", *CELLS)
    servers = [Jobs(1, logging.getLogger("test")) for _ in range(2)]
    for jobs in servers:
        assert jobs.start(Order("iris.ipynb", file, run=False, force=False)) is not None
    end = time.monotonic() + 60
    while not all(entry.job.ended for jobs in servers for entry in jobs.all()):
        assert time.monotonic() < end
        await asyncio.sleep(0.05)
    states = [entry.job.state for jobs in servers for entry in jobs.all()]
    assert "done" in states
    assert set(states) <= {"done", "refused"}
    assert is_package(tmp_path / "work" / "iris")
    assert names(tmp_path / "work") == ["iris", "iris.ipynb"]


def test_what_is_being_written_is_written_whole(tmp_path: Path) -> None:
    file = write(tmp_path / "work" / "iris.ipynb", *CELLS)
    wanted = {"file": str(file), "run": False, "force": False, "kernel": None}
    process = subprocess.Popen(
        [sys.executable, "-m", "nb2prod.server.convert_job"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(wanted) + "\n")
    process.stdin.flush()
    news = {}
    for line in process.stdout:
        news = json.loads(line)
        if news.get("phase") == "writing":
            process.stdin.close()
    assert process.wait() == 0
    assert news["outcome"]["state"] == "done"
    assert is_package(tmp_path / "work" / "iris")
    assert names(tmp_path / "work") == ["iris", "iris.ipynb"]
