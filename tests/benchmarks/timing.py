"""CPU time, in this process and of commands: the least of several runs, so that neighbours don't count."""

from __future__ import annotations

import gc
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def seconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    """CPU seconds that ``work`` takes in this process."""
    least = float("inf")
    for _ in range(repeat):
        gc.collect()
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


def command_seconds(command: Sequence[str], *, cwd: Path, repeat: int = 5) -> float:
    """CPU seconds of a command and its children; it has to succeed."""
    least = float("inf")
    for _ in range(repeat):
        began = _children()
        subprocess.run(command, cwd=cwd, check=True, capture_output=True)
        least = min(least, _children() - began)
    return least


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
