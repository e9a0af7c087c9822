"""CPU time, in this process and of commands.

The least of several runs, so that neighbours don't count; of two that are run in turn, what is usual.
"""

from __future__ import annotations

import gc
import resource
import statistics
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


def in_turn(ours: Callable[[], float], theirs: Callable[[], float], repeat: int) -> float:
    """The median of the ratios of two times, taken one after the other.

    Where large tables come and go, the allocator may spare a single run a third of its time: the least of
    either side then says nothing of the other.
    """
    return statistics.median(ours() / theirs() for _ in range(repeat))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
