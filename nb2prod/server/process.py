"""The other end of a conversion's process: starts it, hears its news, ends it with all that it started."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

from nb2prod.server.job import End, News, news_of
from nb2prod.server.workers import HOME

#: Seconds that a cancelled conversion may take to end its kernel and to clean up.
_GRACE = 10.0
#: Lines of a process that died, for the server's log.
_LAST_WORDS = 40


class ConversionProcess:
    """A conversion that runs in a process of its own, `nb2prod.server.convert_job`."""

    def __init__(self, file: Path, *, run: bool, force: bool, kernel: str | None) -> None:
        self.stopped = False
        self.last_words = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nb2prod.server.convert_job"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=HOME,
            start_new_session=True,
        )
        wanted = {
            "file": str(file),
            "run": run,
            "force": force,
            "kernel": kernel,
        }
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died already; that is told when it ends
            self._process.stdin.write(json.dumps(wanted) + "\n")
            self._process.stdin.flush()

    def report(self, hear: Callable[[News], None]) -> None:
        """In a thread: passes the news on, at last its end."""
        process = self._process
        assert process.stdout is not None
        assert process.stderr is not None
        said: list[str] = []
        reader = threading.Thread(target=_keep_last, args=[process.stderr, said], daemon=True)
        reader.start()
        for line in process.stdout:
            with contextlib.suppress(ValueError):  # it was killed within a line
                hear(news_of(line))
        code = process.wait()
        # What outlives the process may hold its standard error open.
        reader.join(1)
        self.last_words = "".join(said)
        hear(End(code, self.stopped))

    def stop(self) -> None:
        """In a thread: asks the conversion to end, and sees to it that nothing of it is left."""
        self.stopped = True
        family = _family(self._process.pid)
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            family = [*family, *_family(self._process.pid)]
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        psutil.wait_procs(family, timeout=_GRACE)


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that descend from it."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _keep_last(lines: Iterable[str], said: list[str]) -> None:
    for line in lines:
        said.append(line)
        del said[:-_LAST_WORDS]
