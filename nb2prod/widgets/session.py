"""One panel at work: its state, the file that it watches, and the conversion that it started."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from nb2prod.server.job import Job, News, heard, never_begun
from nb2prod.server.process import ConversionProcess
from nb2prod.widgets.state import Panel, opened, refreshed

#: Seconds after which the panel looks at the file again.
PAUSE = 2.0


class Session:
    """Actions come from the kernel's main thread, news of the conversion and of the file from others."""

    def __init__(self, path: Path, *, pause: float = PAUSE) -> None:
        self.panel: Panel = opened(path)
        self.job: Job | None = None
        #: Is called after every change, by whichever thread made it.
        self.changed: Callable[[], None] = lambda: None
        self._process: ConversionProcess | None = None
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._watch = threading.Thread(target=self._look, args=[pause], daemon=True)
        self._watch.start()

    def do(self, change: Callable[[Panel], Panel]) -> None:
        """Takes an action."""
        with self._lock:
            self.panel = change(self.panel)
            self.changed()

    def convert(self, *, run: bool, force: bool, kernel: str | None) -> None:
        """Starts to convert the file as it is on the disk, unless that is going on."""
        with self._lock:
            if self.job is not None and not self.job.ended:
                return
            self.panel = refreshed(self.panel)
            file = self.panel.path.resolve()
            try:
                process = ConversionProcess(file, run=run, force=force, kernel=kernel)
            except OSError as error:
                self.job = never_begun(error)
            else:
                self.job, self._process = Job("running"), process
                threading.Thread(target=process.report, args=[self._hear], daemon=True).start()
            self.changed()

    def cancel(self) -> None:
        """Asks the conversion to end; it is ended when its news says so."""
        process = self._process
        if process is not None:
            threading.Thread(target=process.stop, daemon=True).start()

    def close(self) -> None:
        """Ends the conversion, and looks at the file no more."""
        self._closed.set()
        if self._process is not None and self.job is not None and not self.job.ended:
            self._process.stop()

    def _hear(self, news: News) -> None:
        with self._lock:
            assert self.job is not None
            self.job = heard(self.job, news)
            self.changed()

    def _look(self, pause: float) -> None:
        while not self._closed.wait(pause):
            with self._lock:
                current = refreshed(self.panel)
                if current != self.panel:
                    self.panel = current
                    self.changed()
