"""How far a conversion is, as a share and in words."""

from __future__ import annotations

from nb2prod.server.job import Job


def share(job: Job) -> float:
    """How much of it is done, roughly: cells take the time."""
    if job.ended:
        return 1.0
    before, after = {
        "": (0.0, 0.0),
        "reading": (0.0, 0.02),
        "recording": (0.02, 0.75),
        "proving": (0.75, 0.95),
    }.get(job.phase, (0.95, 1.0))
    return before + (after - before) * (job.done / job.total if job.total else 0)


def words(job: Job) -> str:
    """What it does just now."""
    if job.phase == "recording" and job.cell is not None:
        return f"Runs the notebook: cell {job.cell} ({job.done + 1} of {job.total})"
    return {
        "": "Reads the notebook",
        "reading": "Reads the notebook",
        "recording": "Runs the notebook",
        "proving": "Compares the package with the notebook",
    }.get(job.phase, "Writes the package")
