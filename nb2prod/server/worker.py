"""A worker process: answers one document after the other until the server is gone.

Everything that takes time with a notebook is done here: parsing its JSON, validating it, analysing
it, writing the answer and packing it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gzip
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from nb2prod.server.documents import TASKS
from nb2prod.server.places import Root
from nb2prod.server.problems import Refused
from nb2prod.server.schema import trouble
from nb2prod.server.wire import receive, send

_LOG = logging.getLogger("nb2prod.worker")
#: Bytes of address space that a worker may have, and of memory after which it is the last answer.
_SPACE, _LARGE = 8 * 2**30, 2**30
#: Small answers are not worth packing.
_SMALL = 1024
#: Seconds after which the worker ends itself, behind the server's own patience.
_GRACE = 10


def answer(task: str, body: bytes, root: Root) -> tuple[int, dict[str, Any]]:
    """The status and the values of one answer."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        return 400, _problem(f"The request is no JSON: {error}"[:300])
    wrong = trouble(document, "Document")
    if wrong is not None:
        return 400, _problem(f"The request is no notebook document: {wrong}")
    try:
        folder = root.folder_of(document["path"])
    except Refused as refused:
        return refused.status, _problem(refused.message, refused.hint)
    return 200, TASKS[task](document, folder)


def main() -> None:
    """Serves until the other end of standard input is closed."""
    # What libraries print must not get between the answers.
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    _modest()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            head, body = receive(source)
            faulthandler.dump_traceback_later(head["timeout"] + _GRACE, exit=True)
            root = Root(Path(head["root"]) if head["root"] else None, head["hidden"])
            try:
                status, values = answer(head["task"], body, root)
            except Exception:  # noqa: BLE001 - the process's last line: a bug is logged and told
                _LOG.exception("nb2prod failed on a notebook")
                status = 500
                values = _problem(
                    "nb2prod failed on this notebook",
                    "Please report it; the server's log says why.",
                )
            text = json.dumps(values).encode()
            packed = head["gzip"] and len(text) > _SMALL
            faulthandler.cancel_dump_traceback_later()
            send(
                target,
                {"status": status, "gzip": packed, "last": _is_large()},
                gzip.compress(text, 5) if packed else text,
            )


def _problem(message: str, hint: str = "") -> dict[str, Any]:
    return {"message": message, "hint": hint}


def _modest() -> None:
    """Behind whatever the user does, and never with all of the machine's memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        os.nice(5)
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY or hard > _SPACE:
            resource.setrlimit(resource.RLIMIT_AS, (_SPACE, hard))


def _is_large() -> bool:
    if sys.platform == "win32":
        return False
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used * (1 if sys.platform == "darwin" else 1024) > _LARGE


if __name__ == "__main__":
    main()
