"""Conversions in processes of their own. The server remembers them, so that a page can be reloaded."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.server.job import End, Job, News, heard, never_begun
from nb2prod.server.process import ConversionProcess

#: Conversions that are remembered.
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Order:
    """What to convert, and how."""

    #: The contents path, and the file that it means.
    path: str
    file: Path
    run: bool
    force: bool
    kernel: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversion in the server's list."""

    id: str
    #: The notebook's contents path, and the file that it means.
    path: str
    file: Path
    job: Job

    @property
    def report(self) -> str | None:
        """The contents path of the report."""
        return self._contents(self.job.report) if self.job.report else None

    def told(self, report_address: Callable[[str], str]) -> dict[str, Any]:
        """As clients get it: with contents paths, and the address of the report's route."""
        job = self.job
        return {
            "id": self.id,
            "path": self.path,
            **asdict(job),
            "package": self._contents(job.package) if job.package else None,
            "files": [self._contents(name) for name in job.files],
            "report": report_address(self.id) if job.report else None,
        }

    def _contents(self, name: str) -> str:
        """What is beside the notebook lies in its folder."""
        folder = self.path.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name


class Jobs:
    """All conversions of one server."""

    def __init__(self, at_once: int, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._log = log
        self._slots = asyncio.Semaphore(at_once)
        self._entries: dict[str, Entry] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._processes: dict[str, ConversionProcess] = {}
        self._closed = False

    def all(self) -> list[Entry]:
        """The conversions that are remembered, the oldest first."""
        return list(self._entries.values())

    def get(self, id_: str) -> Entry | None:
        return self._entries.get(id_)

    def start(self, order: Order) -> Entry | None:
        """A new one; None where one of this notebook has not ended, or the server stops."""
        file = order.file.resolve()
        busy = any(each.file == file and not each.job.ended for each in self._entries.values())
        if busy or self._closed:
            return None
        entry = Entry(uuid.uuid4().hex, order.path, file, Job())
        self._entries[entry.id] = entry
        self._forget()
        task = asyncio.get_running_loop().create_task(self._convert(entry.id, order))
        self._tasks[entry.id] = task
        return entry

    async def cancel(self, id_: str) -> Entry:
        """Ends a job with all its processes; one that writes its package already is done first."""
        process, task = self._processes.get(id_), self._tasks.get(id_)
        if process is not None:
            await asyncio.to_thread(process.stop)
        elif task is not None:
            task.cancel()
        if task is not None:
            await asyncio.wait([task])
        return self._entries[id_]

    async def close(self) -> None:
        """Ends all jobs."""
        self._closed = True
        await asyncio.gather(*(self.cancel(id_) for id_ in list(self._tasks)))

    # ------------------------------------------------------------------ one job
    async def _convert(self, id_: str, order: Order) -> None:
        try:
            async with self._slots:
                await self._run(id_, order)
        except asyncio.CancelledError:
            self._is(id_, Job("cancelled", message="Cancelled before it began"))
        except OSError as error:
            self._is(id_, never_begun(error))
        finally:
            self._processes.pop(id_, None)
            self._tasks.pop(id_, None)

    async def _run(self, id_: str, order: Order) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[End] = loop.create_future()

        def hear(news: News) -> None:
            """In the event loop."""
            self._is(id_, heard(self._entries[id_].job, news))
            if isinstance(news, End):
                ended.set_result(news)

        def pass_on(news: News) -> None:
            with contextlib.suppress(RuntimeError):  # a loop that is closed listens no more
                loop.call_soon_threadsafe(hear, news)

        self._is(id_, Job("running"))
        process = ConversionProcess(
            order.file, run=order.run, force=order.force, kernel=order.kernel
        )
        self._processes[id_] = process
        threading.Thread(target=process.report, args=[pass_on], daemon=True).start()
        end = await asyncio.shield(ended)
        job = self._entries[id_].job
        if job.state == "crashed":
            self._log.error("nb2prod: the conversion of %s ended with %s", order.path, end.code)
            if process.last_words:
                self._log.error("%s", process.last_words)
            message = f"{job.message}; the server's log may say why"
            self._is(id_, replace(job, message=message))

    def _is(self, id_: str, job: Job) -> None:
        self._entries[id_] = replace(self._entries[id_], job=job)

    def _forget(self) -> None:
        ended = [entry.id for entry in self._entries.values() if entry.job.ended]
        for id_ in ended[: max(0, len(self._entries) - _REMEMBERED)]:
            del self._entries[id_]
