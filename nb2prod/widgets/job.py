"""A conversion as the panel shows it: each piece of news gives the next value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """Where a conversion is, or what became of it."""

    #: running, done, refused, cancelled or crashed.
    state: str = "running"
    phase: str = "reading"
    done: int = 0
    total: int = 0
    cell: int | None = None
    #: What the proof says: its kind and its words.
    verdict: Mapping[str, str] | None = None
    diagnostics: tuple[Mapping[str, Any], ...] = ()
    #: Names beside the notebook.
    package: str | None = None
    report: str | None = None
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.state != "running"

    @property
    def share(self) -> float:
        """How much of it is done, roughly: cells take the time."""
        if self.ended:
            return 1.0
        before, after = {
            "reading": (0.0, 0.02),
            "recording": (0.02, 0.75),
            "proving": (0.75, 0.95),
        }.get(self.phase, (0.95, 1.0))
        return before + (after - before) * (self.done / self.total if self.total else 0)

    @property
    def words(self) -> str:
        """What it does just now."""
        if self.phase == "recording" and self.cell is not None:
            return f"Runs the notebook: cell {self.cell} ({self.done + 1} of {self.total})"
        return {
            "reading": "Reads the notebook",
            "recording": "Runs the notebook",
            "proving": "Compares the package with the notebook",
        }.get(self.phase, "Writes the package")


def heard(job: Job, news: Mapping[str, Any], *, stopped: bool) -> Job:
    """The job after a line from its process, or after the process ended with a ``code``."""
    if "outcome" in news:
        outcome = news["outcome"]
        return Job(
            outcome["state"],
            verdict=outcome["verdict"],
            diagnostics=tuple(outcome["diagnostics"]),
            package=outcome["package"],
            report=outcome["report"],
            message=outcome["message"],
        )
    if "code" in news:
        if job.ended:
            return job
        if stopped:
            return Job("cancelled", message="Cancelled; nothing was written.")
        return Job("crashed", message=f"The conversion ended unexpectedly ({news['code']}).")
    return replace(job, **news)
