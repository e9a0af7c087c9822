"""The worker processes: each answers one document at a time, and is replaced when it dies or hangs.

The event loop only hands bytes over: what talks to a worker is a thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from nb2prod.server.places import Root
from nb2prod.server.wire import receive, send

#: Seconds that a worker may go on with what nobody waits for any more.
_ABANDONED = 1.0
#: Where `-m` finds this very package, and no module of the user's that happens to have its name.
HOME = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets."""

    status: int
    body: bytes
    #: The body is packed.
    gzip: bool = False


class Workers:
    """A few worker processes, started when they are needed."""

    def __init__(self, count: int, timeout: float) -> None:
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="nb2prod-worker")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._open: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def ask(self, task: str, body: bytes, root: Root, *, gzip: bool) -> Answer:
        """The answer to a document; a caller who is cancelled leaves nothing running."""
        order = _Order(task, body, root, gzip)
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._serve, order)
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.cancel()
            order.abandon()
            raise

    def close(self) -> None:
        """Ends all processes."""
        with self._lock:
            self._closed = True
            workers = list(self._open)
        for worker in workers:
            worker.kill()
        with contextlib.suppress(queue.Empty):
            while True:
                self._discard(self._idle.get_nowait())
        self._threads.shutdown(wait=False, cancel_futures=True)

    # ------------------------------------------------------------------ in a thread
    def _serve(self, order: _Order) -> Answer:
        # A worker may have died before; whoever asks next is not to notice.
        answer = self._served(order) or self._served(order)
        return answer or _failed(
            500,
            "The analysis ended without an answer",
            "Try again; `nb2prod check` does the same in a terminal.",
        )

    def _served(self, order: _Order) -> Answer | None:
        """The answer; None where the worker died over it."""
        if order.abandoned:
            return _failed(499, "Nobody waits for this answer")
        try:
            worker = self._worker()
        except OSError as error:
            return _failed(503, f"No process can be started for the analysis: {error}")
        if not order.given_to(worker):
            self._idle.put(worker)
            return _failed(499, "Nobody waits for this answer")
        timer = threading.Timer(self._timeout, worker.expire)
        timer.start()
        try:
            answer, more = worker.answer(order, self._timeout)
        except (EOFError, OSError, ValueError):
            self._discard(worker)
            return self._timed_out() if worker.expired else None
        finally:
            timer.cancel()
            order.taken_back()
        if more:
            self._idle.put(worker)
        else:
            self._discard(worker)
        return answer

    def _worker(self) -> _Worker:
        with contextlib.suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker.lives:
                    return worker
                self._discard(worker)
        with self._lock:
            if self._closed:
                raise OSError("the server stops")
            worker = _Worker()
            self._open.add(worker)
        return worker

    def _discard(self, worker: _Worker) -> None:
        worker.end()
        with self._lock:
            self._open.discard(worker)

    def _timed_out(self) -> Answer:
        return _failed(
            504,
            f"The analysis takes longer than {self._timeout:g} seconds",
            "Split the notebook, or raise `c.Nb2prodExtension.analysis_timeout`.",
        )


@dataclass(slots=True)
class _Order:
    """One question, and the worker that has it now."""

    task: str
    body: bytes
    root: Root
    gzip: bool
    abandoned: bool = False
    _worker: _Worker | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def given_to(self, worker: _Worker) -> bool:
        with self._lock:
            if not self.abandoned:
                self._worker = worker
            return not self.abandoned

    def taken_back(self) -> None:
        with self._lock:
            self._worker = None

    def abandon(self) -> None:
        """Nobody waits any more; a worker that takes its time over it is ended."""
        with self._lock:
            self.abandoned = True
            busy = self._worker is not None
        if busy:
            timer = threading.Timer(_ABANDONED, self._end)
            timer.daemon = True
            timer.start()

    def _end(self) -> None:
        with self._lock:
            if self._worker is not None:
                self._worker.kill()


class _Worker:
    """A process."""

    def __init__(self) -> None:
        self.expired = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nb2prod.server.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HOME,
            start_new_session=True,
        )

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def answer(self, order: _Order, timeout: float) -> tuple[Answer, bool]:
        """The answer, and whether the worker can take another question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        head = {
            "task": order.task,
            "root": str(order.root.folder) if order.root.folder else None,
            "hidden": order.root.hidden,
            "gzip": order.gzip,
            "timeout": timeout,
        }
        send(self._process.stdin, head, order.body)
        told, body = receive(self._process.stdout)
        return Answer(told["status"], body, told["gzip"]), not told["last"]

    def expire(self) -> None:
        self.expired = True
        self.kill()

    def kill(self) -> None:
        """Ends the process; whoever waits for its answer is told."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Ends the process for whoever waited for it."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what could not be sent any more
                    pipe.close()


def _failed(status: int, message: str, hint: str = "") -> Answer:
    return Answer(status, json.dumps({"message": message, "hint": hint}).encode())
