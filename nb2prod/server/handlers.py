"""The routes. No logic: each checks who asks and what for, hands over, and passes the answer on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import tornado.web
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.utils import url_path_join

from nb2prod.server import example
from nb2prod.server.jobs import Entry, Jobs, Order
from nb2prod.server.places import Root
from nb2prod.server.problems import Refused
from nb2prod.server.schema import settings_schema, trouble
from nb2prod.server.workers import Workers

#: Bytes of a request that is no document, and of a report that is shown.
_SMALL, _REPORT = 64 * 2**10, 64 * 2**20


class _Route(APIHandler):
    """Answers with JSON, troubles too."""

    auth_resource = "nb2prod"

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A `Problem`, whatever went wrong."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        hint = ""
        if isinstance(error, Refused):
            status_code, message, hint = error.status, error.message, error.hint
            self.set_status(status_code)
        elif isinstance(error, tornado.web.HTTPError):
            message = error.log_message or error.reason or self._reason
        else:
            message = "The server failed"
            hint = "Please report it; the server's log says why."
        self.finish(json.dumps({"message": message, "hint": hint}))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """What is refused is no failure of the server."""
        if not isinstance(value, Refused):
            super().log_exception(typ, value, tb)

    @property
    def jobs(self) -> Jobs:
        jobs: Jobs = self.settings["nb2prod_jobs"]
        return jobs

    def told(self, entry: Entry) -> dict[str, Any]:
        """A conversion as clients get it."""
        return entry.told(lambda id_: url_path_join(self.base_url, "nb2prod", "report", quote(id_)))

    def posted(self, definition: str) -> dict[str, Any]:
        """The body of a small request."""
        body = self.request.body
        if len(body) > _SMALL:
            raise Refused(413, f"The request is larger than {_SMALL:,} bytes")
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(400, "The request is no JSON") from None
        wrong = trouble(value, definition)
        if wrong is not None:
            raise Refused(400, f"The request is not as the schema says: {wrong}")
        found: dict[str, Any] = value
        return found

    @property
    def root(self) -> Root:
        """Where contents paths begin, for a contents manager that keeps files."""
        contents = self.contents_manager
        files = isinstance(contents, FileManagerMixin)
        folder = Path(str(getattr(contents, "root_dir", ""))) if files else None
        return Root(folder, bool(contents.allow_hidden))


@tornado.web.stream_request_body
class DocumentHandler(_Route):
    """`analyze`, `suggest` and `preview`: the document goes to a worker unread."""

    def initialize(self, task: str) -> None:
        self._task = task
        self._chunks: list[bytes] = []
        self._size = 0
        self._asked: asyncio.Task[Any] | None = None

    def data_received(self, chunk: bytes) -> None:
        """Keeps what is not too much; the rest is read and dropped, so that the answer gets through."""
        self._size += len(chunk)
        if self._size <= self._most:
            self._chunks.append(chunk)
        else:
            self._chunks.clear()

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Answers from a worker process."""
        if self._size > self._most:
            raise Refused(
                413,
                f"The notebook is larger than {self._most:,} bytes",
                "Send it without its outputs and attachments.",
            )
        workers: Workers = self.settings["nb2prod_workers"]
        packs = "gzip" in self.request.headers.get("Accept-Encoding", "")
        body = b"".join(self._chunks)
        self._chunks.clear()
        self._asked = asyncio.create_task(workers.ask(self._task, body, self.root, gzip=packs))
        try:
            answer = await self._asked
        except asyncio.CancelledError:
            return  # the client is gone
        self.set_status(answer.status)
        self.set_header("Vary", "Accept-Encoding")
        if answer.gzip:
            self.set_header("Content-Encoding", "gzip")
        self.finish(answer.body)

    def on_connection_close(self) -> None:
        """Nobody waits for the answer any more."""
        if self._asked is not None:
            self._asked.cancel()

    @property
    def _most(self) -> int:
        most: int = self.settings["nb2prod_largest_document"]
        return most


class ConvertHandler(_Route):
    """`convert`: starts a job."""

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Converts the saved notebook."""
        wanted = self.posted("ConvertRequest")
        path = wanted["path"]
        file = await asyncio.to_thread(self.root.file, path)
        if file is None:
            raise Refused(
                422,
                "This server does not keep its notebooks as files, so it can't convert them",
                "Download the notebook, and run `nb2prod convert` on it.",
            )
        # Whoever may not read it there may not convert it.
        contents: Any = self.contents_manager
        model = await ensure_async(contents.get(path, content=False))
        if model["type"] == "directory" or not await asyncio.to_thread(file.is_file):
            raise Refused(400, f"{path} is no notebook")
        order = Order(path, file, wanted["run"], wanted["force"], wanted.get("kernel"))
        entry = self.jobs.start(order)
        if entry is None:
            raise Refused(409, f"{path} is being converted already", "Wait for it, or cancel it.")
        self.finish(self.told(entry))


class JobsHandler(_Route):
    """`jobs`: all that are remembered."""

    _track_activity = False  # pages ask again and again

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """The jobs, the oldest first."""
        self.finish({"jobs": [self.told(entry) for entry in self.jobs.all()]})


class JobHandler(_Route):
    """`jobs/<id>`: how one is, and its end."""

    _track_activity = False

    @tornado.web.authenticated
    @authorized
    async def get(self, id_: str) -> None:
        """The job as it is now."""
        self.finish(self.told(self._entry(id_)))

    @tornado.web.authenticated
    @authorized
    async def delete(self, id_: str) -> None:
        """Cancels the job; it has ended when this answers."""
        self.finish(self.told(await self.jobs.cancel(self._entry(id_).id)))

    def _entry(self, id_: str) -> Entry:
        entry = self.jobs.get(id_)
        if entry is None:
            raise Refused(404, "There is no such conversion", "The server may have been restarted.")
        return entry


class ReportHandler(_Route):
    """`report/<id>`: the page about a conversion, which can do nothing but be looked at."""

    @property
    def content_security_policy(self) -> str:
        return (
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
            "frame-ancestors 'self'"
        )

    @tornado.web.authenticated
    @authorized
    async def get(self, id_: str) -> None:
        """The report's HTML."""
        entry = self.jobs.get(id_)
        if entry is None or entry.report is None:
            raise Refused(404, "There is no report of this conversion")
        page = await asyncio.to_thread(_page, self.root, entry.report)
        self.set_header("Cache-Control", "no-store")
        self.finish(page, set_content_type="text/html; charset=UTF-8")


def _page(root: Root, path: str) -> bytes:
    file = root.file(path)
    try:
        if file is None or file.stat().st_size > _REPORT:
            raise Refused(404, "The report can't be shown here", f"Open {path} itself.")
        return file.read_bytes()
    except OSError:
        raise Refused(404, f"{path} is gone", "Convert the notebook again.") from None


class SettingsHandler(_Route):
    """`settings`: what the form for `metadata.nb2prod` is made from."""

    @tornado.web.authenticated
    @authorized
    async def get(self) -> None:
        """The schema."""
        self.finish({"schema": settings_schema()})


class ExampleHandler(_Route):
    """`example`: a notebook to try things with."""

    @tornado.web.authenticated
    @authorized
    async def post(self) -> None:
        """Puts it into a folder of its own."""
        folder = self.posted("ExampleRequest")["folder"]
        if folder:
            await asyncio.to_thread(self.root.file, folder)
        self.finish({"path": await example.put(self.contents_manager, folder)})


def routes(base_url: str) -> list[tuple[Any, ...]]:
    """All routes, with their addresses."""

    def address(*parts: str) -> str:
        return url_path_join(base_url, "nb2prod", *parts)

    documents = [
        (address(task), DocumentHandler, {"task": task})
        for task in ("analyze", "suggest", "preview")
    ]
    return [
        *documents,
        (address("convert"), ConvertHandler),
        (address("jobs"), JobsHandler),
        (address("jobs", r"([0-9a-f]{32})"), JobHandler),
        (address("report", r"([0-9a-f]{32})"), ReportHandler),
        (address("settings"), SettingsHandler),
        (address("example"), ExampleHandler),
    ]
