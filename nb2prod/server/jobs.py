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

from nb2prod.server.process import ConversionProcess

#: Jobs that are remembered.
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
class Job:
    """A conversion as it is now; fields as `api.schema.json` describes them."""

    id: str
    path: str
    state: str = "queued"
    phase: str = ""
    done: int = 0
    total: int = 0
    cell: int | None = None
    verdict: dict[str, str] | None = None
    diagnostics: tuple[dict[str, Any], ...] = ()
    package: str | None = None
    files: tuple[str, ...] = ()
    #: Here the contents path of the report; clients get the address of its route.
    report: str | None = None
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")

    def told(self, report_address: Callable[[str], str]) -> dict[str, Any]:
        """As clients get it."""
        return {**asdict(self), "report": report_address(self.id) if self.report else None}


class Jobs:
    """All conversions of one server."""

    def __init__(self, at_once: int, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._log = log
        self._slots = asyncio.Semaphore(at_once)
        self._jobs: dict[str, Job] = {}
        self._files: dict[str, Path] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._processes: dict[str, ConversionProcess] = {}
        self._closed = False

    def all(self) -> list[Job]:
        """The jobs that are remembered, the oldest first."""
        return list(self._jobs.values())

    def get(self, id_: str) -> Job | None:
        return self._jobs.get(id_)

    def start(self, order: Order) -> Job | None:
        """A new job; None where one of this notebook has not ended, or the server stops."""
        file = order.file.resolve()
        busy = any(self._files[job.id] == file for job in self._jobs.values() if not job.ended)
        if busy or self._closed:
            return None
        job = Job(uuid.uuid4().hex, order.path)
        self._jobs[job.id], self._files[job.id] = job, file
        self._forget()
        self._tasks[job.id] = asyncio.get_running_loop().create_task(self._convert(job.id, order))
        return job

    async def cancel(self, id_: str) -> Job:
        """Ends a job with all its processes; one that writes its package already is done first."""
        process, task = self._processes.get(id_), self._tasks.get(id_)
        if process is not None:
            await asyncio.to_thread(process.stop)
        elif task is not None:
            task.cancel()
        if task is not None:
            await asyncio.wait([task])
        return self._jobs[id_]

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
            self._change(id_, state="cancelled", message="Cancelled before it began")
        except OSError as error:
            message = f"The conversion can't be started: {error.strerror or error}"
            self._change(id_, state="crashed", message=message)
        finally:
            self._processes.pop(id_, None)
            self._tasks.pop(id_, None)

    async def _run(self, id_: str, order: Order) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        place = order.path.rpartition("/")[0]

        def hear(news: dict[str, Any]) -> None:
            """In the event loop: what the process told, or how it ended."""
            if "outcome" in news:
                self._change(id_, **_outcome(news["outcome"], place))
            elif "code" in news:
                ended.set_result(news["code"])
            else:
                self._change(id_, **news)

        def pass_on(news: dict[str, Any]) -> None:
            with contextlib.suppress(RuntimeError):  # a loop that is closed listens no more
                loop.call_soon_threadsafe(hear, news)

        self._change(id_, state="running")
        process = ConversionProcess(
            order.file, run=order.run, force=order.force, kernel=order.kernel
        )
        self._processes[id_] = process
        threading.Thread(target=process.report, args=[pass_on], daemon=True).start()
        code = await asyncio.shield(ended)
        if self._jobs[id_].ended:
            return
        if process.stopped:
            self._change(id_, state="cancelled", phase="", cell=None, message="Cancelled")
            return
        self._log.error("nb2prod: the conversion of %s ended with %s", order.path, code)
        if process.last_words:
            self._log.error("%s", process.last_words)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        message = f"The conversion ended unexpectedly ({how}); the server's log may say why"
        self._change(id_, state="crashed", phase="", cell=None, message=message)

    def _change(self, id_: str, **changes: Any) -> None:
        self._jobs[id_] = replace(self._jobs[id_], **changes)

    def _forget(self) -> None:
        ended = [job.id for job in self._jobs.values() if job.ended]
        for id_ in ended[: max(0, len(self._jobs) - _REMEMBERED)]:
            del self._jobs[id_], self._files[id_]


def _outcome(told: dict[str, Any], place: str) -> dict[str, Any]:
    """The outcome with contents paths: what is beside the notebook lies in its folder."""

    def contents(name: str | None) -> str | None:
        return f"{place}/{name}" if place and name else name

    return {
        **told,
        "phase": "",
        "cell": None,
        "diagnostics": tuple(told["diagnostics"]),
        "package": contents(told["package"]),
        "report": contents(told["report"]),
        "files": tuple(filter(None, map(contents, told["files"]))),
    }
