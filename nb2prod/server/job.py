"""A conversion as a value: what its process tells, and what each piece of news makes of it.

`convert_job` writes the news as lines, `process` reads them; whoever shows a conversion, the server or the
widgets, keeps a `Job` and gives it the news. The words of states and fields are those of `api.schema.json`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

from nb2prod.progress import Phase, Step

State: TypeAlias = Literal["queued", "running", "done", "refused", "cancelled", "crashed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a conversion that ran to its end. Names are beside the notebook."""

    state: Literal["done", "refused"]
    #: What the proof says: its kind and its words.
    verdict: Mapping[str, str]
    diagnostics: tuple[Mapping[str, Any], ...]
    package: str | None
    files: tuple[str, ...]
    report: str | None
    message: str


@dataclass(frozen=True, slots=True)
class End:
    """The process is gone."""

    code: int
    #: Whether somebody wanted that.
    stopped: bool


News: TypeAlias = Step | Outcome | End


@dataclass(frozen=True, slots=True)
class Job:
    """Where a conversion is, or what became of it. Names are beside the notebook."""

    state: State = "queued"
    phase: str = ""
    done: int = 0
    total: int = 0
    cell: int | None = None
    verdict: Mapping[str, str] | None = None
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    package: str | None = None
    files: tuple[str, ...] = ()
    report: str | None = None
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


def heard(job: Job, news: News) -> Job:
    """The job after a piece of news. What has ended stays as it is."""
    if job.ended:
        return job
    match news:
        case Step():
            phase = news.phase.value
            return replace(job, phase=phase, done=news.done, total=news.total, cell=news.cell)
        case Outcome():
            return Job(
                news.state,
                verdict=news.verdict,
                diagnostics=news.diagnostics,
                package=news.package,
                files=news.files,
                report=news.report,
                message=news.message,
            )
        case End(stopped=True):
            return Job("cancelled", message="Cancelled; nothing was written")
        case End(code=code):
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            return Job("crashed", message=f"The conversion ended unexpectedly ({how})")


def never_begun(error: OSError) -> Job:
    """The job whose process can't be started."""
    reason = error.strerror or error
    return Job("crashed", message=f"The conversion can't be started: {reason}")


def line_of(news: Step | Outcome) -> str:
    """News as its process writes them."""
    if isinstance(news, Outcome):
        return json.dumps({"outcome": asdict(news)})
    return json.dumps({**asdict(news), "phase": news.phase.value})


def news_of(line: str) -> Step | Outcome:
    """The news of a line; a line that is cut off raises `ValueError`."""
    told = json.loads(line)
    if "outcome" in told:
        outcome = told["outcome"]
        lists = {name: tuple(outcome[name]) for name in ("diagnostics", "files")}
        return Outcome(**{**outcome, **lists})
    return Step(**{**told, "phase": Phase(told["phase"])})
