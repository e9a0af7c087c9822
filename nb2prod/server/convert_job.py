"""The process of one conversion: its order comes as a line on standard input, its news go out as lines.

It ends, cleanly, when standard input is closed: because somebody cancelled it, or because the server
is gone.
"""

from __future__ import annotations

import _thread
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from nb2prod.conversion import Conversion, convert
from nb2prod.diagnostics import Severity
from nb2prod.notebook import NotebookError, read
from nb2prod.progress import Phase, Step
from nb2prod.report.verdict import verdict_on
from nb2prod.server.documents import told
from nb2prod.server.job import Outcome, line_of

#: Seconds that an interrupted conversion may take to clean up, once nobody is there to kill it.
_GRACE = 30
#: Files of a package that are named.
_NAMED = 500
#: How a shell tells that a command was interrupted.
INTERRUPTED = 130


def main() -> None:
    """Converts one notebook."""
    news = os.fdopen(os.dup(1), "w", encoding="utf-8")
    order = json.loads(sys.stdin.readline())
    # What is printed goes to the server's log; children get no input.
    os.dup2(2, 1)
    control = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def tell(what: Step | Outcome) -> None:
        news.write(line_of(what) + "\n")
        news.flush()

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_listen, args=[control], daemon=True).start()
    try:
        result = convert(
            order["file"],
            run=order["run"],
            force=order["force"],
            kernel=order["kernel"],
            progress=_watching(tell),
        )
        tell(outcome(result, ran=order["run"]))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(1)  # the server is gone, and with it whoever would read the news


def _watching(tell: Callable[[Step], None]) -> Callable[[Step], None]:
    def progress(step: Step) -> None:
        if step.phase is Phase.WRITING:
            # Too late to cancel: what is written is written whole.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
        tell(step)

    return progress


def _listen(control: int) -> None:
    """Waits until the other end is closed, then interrupts the conversion."""
    while os.read(control, 4096):
        pass
    if hasattr(signal, "pthread_kill"):
        # To the main thread, so that whatever it waits for is interrupted.
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
    threading.Event().wait(_GRACE)
    os._exit(INTERRUPTED)


def outcome(result: Conversion, *, ran: bool) -> Outcome:
    """What became of a conversion."""
    place = result.package or result.failed
    report = place / "report.html" if place else None
    return Outcome(
        "done" if result.ok else "refused",
        verdict=_verdict(result, ran=ran),
        diagnostics=tuple(told(result.diagnostics, _ids(result.notebook))),
        package=result.package.name if result.package else None,
        files=_files(result.package) if result.package else (),
        report=f"{report.parent.name}/{report.name}" if report and report.exists() else None,
        message=_message(result),
    )


def _verdict(result: Conversion, *, ran: bool) -> dict[str, str]:
    kept = f" The edited package is kept in `{result.backup.name}`." if result.backup else ""
    if result.parity is not None:
        verdict = verdict_on(result.parity)
        return {"kind": verdict.kind, "words": f"{verdict.title}. {verdict.words}.{kept}"}
    if not result.ok:
        return {"kind": "refused", "words": _first_error(result)}
    words = "" if ran else "The notebook was not run, so nothing is proved."
    return {"kind": "unproved", "words": (words + kept).strip()}


def _message(result: Conversion) -> str:
    if not result.ok:
        return f"Not converted: {_first_error(result)}"
    kept = f"; the edited package is kept in {result.backup.name}" if result.backup else ""
    return f"Package {result.name} written{kept}"


def _first_error(result: Conversion) -> str:
    errors = (found for found in result.diagnostics if found.severity is Severity.ERROR)
    return next((found.message for found in errors), "")


def _files(package: Path) -> tuple[str, ...]:
    """The files that Jupyter shows, beside the notebook."""
    found = (path.relative_to(package.parent) for path in sorted(package.rglob("*")))
    visible = [path for path in found if not any(part.startswith(".") for part in path.parts)]
    files = [path.as_posix() for path in visible if (package.parent / path).is_file()]
    return tuple(files[:_NAMED])


def _ids(notebook: Path) -> dict[int, str]:
    try:
        return {cell.number: cell.id for cell in read(notebook).cells}
    except NotebookError:
        return {}


if __name__ == "__main__":
    main()
