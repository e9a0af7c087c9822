"""A whole server that is told to end, as a hub or a system does it, in the midst of a conversion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from nb2prod.filetree import is_package
from tests.jupyterserver import address
from tests.notebooks import write
from tests.server.documents import CELLS

pytestmark = [pytest.mark.server, pytest.mark.execution]

#: Tells by a file that it runs; what it starts would go on for long.
SLEEPING = """import subprocess, time
subprocess.Popen(['sleep', '300'])
open({!r}, 'w').close()
time.sleep(300)
a = 1"""

#: Seconds that a server may take to end what it has started.
PATIENCE = 30


class Served:
    """A Jupyter server in a process of its own, on `root`, with its temporary files in `scratch`."""

    def __init__(self, home: Path) -> None:
        self.root, self.scratch = home / "root", home / "scratch"
        for folder in (self.root, self.scratch, home / "runtime"):
            folder.mkdir()
        kept = {name: v for name, v in os.environ.items() if not name.startswith("JUPYTER")}
        environment = {
            **kept,
            "TMPDIR": str(self.scratch),
            "NB2PROD_CACHE": str(home / "cache"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        }
        command = [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0",
            "--ServerApp.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True",
            "--ServerApp.jpserver_extensions={'nb2prod': True}",
            f"--ServerApp.root_dir={self.root}",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command, env=environment, cwd=self.root, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        url = address(self.process, home / "runtime")
        assert url is not None, "the server did not start"
        self._url = url

    def convert(self, path: str, *, run: bool) -> None:
        order = {"path": path, "run": run, "force": False, "kernel": "python3"}
        self._ask("convert", json.dumps(order).encode())

    def jobs(self) -> list[dict[str, Any]]:
        jobs: list[dict[str, Any]] = self._ask("jobs")["jobs"]
        return jobs

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def _ask(self, route: str, body: bytes | None = None) -> Any:
        asked = urllib.request.Request(f"{self._url}nb2prod/{route}", data=body)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return json.load(answer)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    server = Served(tmp_path)
    yield server
    if server.process.poll() is None:
        for process in server.descendants():
            process.kill()
        server.process.kill()


def test_nothing_is_left_of_a_conversion_that_runs(served: Served, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    write(served.root / "n.ipynb", (SLEEPING.format(str(sign)), "train"), ("b = 1", "predict"))
    served.convert("n.ipynb", run=True)
    _until(sign.exists)
    family = served.descendants()
    assert any("convert_job" in " ".join(process.cmdline()) for process in family)
    assert any(process.name() == "sleep" for process in family)
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(PATIENCE)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert sorted(path.name for path in served.root.iterdir()) == ["n.ipynb"]
    assert [path.name for path in served.scratch.iterdir()] == []


@pytest.mark.parametrize("when", ["begun", "writing"])
def test_a_package_is_whole_or_not_there(served: Served, when: str) -> None:
    write(served.root / "iris.ipynb", *CELLS)
    served.convert("iris.ipynb", run=False)
    if when == "begun":
        _until(lambda: served.jobs()[0]["state"] == "running")
    else:
        # The first file of the package has just been made, wherever that is.
        _until(lambda: any(served.root.rglob("*.py")))
    family = served.descendants()
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(PATIENCE)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    names = sorted(path.name for path in served.root.iterdir())
    if when == "begun":
        assert names == ["iris.ipynb"]
    else:
        # What is written already is written whole.
        assert names == ["iris", "iris.ipynb"]
        assert is_package(served.root / "iris")


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)
