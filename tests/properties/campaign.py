"""The campaign: thousands of random programs, in a pool of processes.

python -m tests.properties.campaign --programs 10000 --jobs 2 --start 0
python -m tests.properties.campaign --show SEED
python -m tests.properties.campaign --shrink SEED
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import get_args

from .grammar import LABELS
from .notebooks import Program, text
from .oracle import Convert, Kind, Verdict, nb2prod_convert, verdict
from .programs import generate
from .rules import unformatted
from .shrink import shrink

RECYCLE = 200
"""Programs after which a worker process is replaced, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One program's verdict."""

    seed: int
    verdict: Verdict
    constructs: frozenset[str]


def judge(seed: int, convert: Convert = nb2prod_convert) -> Judged:
    """Generates, runs, converts and compares one program."""
    program = generate(seed)
    return Judged(seed, verdict(program, convert), program.constructs)


def judge_all(seeds: range, jobs: int, convert: Convert) -> Iterator[Judged]:
    """The verdicts as they come in."""
    judging = partial(judge, convert=convert)
    with multiprocessing.Pool(jobs, initializer=_silence, maxtasksperchild=RECYCLE // 10) as pool:
        yield from pool.imap_unordered(judging, seeds, chunksize=10)


def _silence() -> None:
    """Commands that a package starts write to the process's own output: not onto our terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def campaign(seeds: range, jobs: int, convert: Convert) -> int:
    """Judges all seeds, prints each failure and the tallies; 1 when any program is not the same."""
    kinds, constructs, began = Counter[str](), Counter[str](), time.monotonic()
    failing = Counter[str]()
    for judged in judge_all(seeds, jobs, convert):
        kinds[judged.verdict.kind] += 1
        constructs.update(judged.constructs)
        if judged.verdict.kind != "same":
            failing.update(judged.constructs)
            print(f"seed {judged.seed}: {judged.verdict.kind}: {judged.verdict.detail}", flush=True)
        if sum(kinds.values()) % 1000 == 0:
            print(f"... {dict(kinds)}", flush=True)
    total, seconds = sum(kinds.values()), time.monotonic() - began
    print("constructs (% of programs; % of these that fail):")
    for label in sorted(LABELS, key=lambda label: constructs[label]):
        bad = f"{failing[label] / constructs[label]:7.1%}" if failing[label] else ""
        print(f"  {label:36} {constructs[label] / total:6.1%} {bad}")
    print(
        f"{total} programs in {seconds:.0f} s ({total / seconds:.1f}/s, {jobs} jobs): "
        + ", ".join(f"{kinds[kind]} {kind}" for kind in get_args(Kind))
    )
    return 0 if kinds["same"] == total else 1


def shrunk(program: Program) -> tuple[Program, Verdict]:
    """The smallest program found that fails in the same way, and its verdict."""
    found = verdict(program)
    if found.kind != "same":
        program = shrink(program, lambda smaller: verdict(smaller).like(found))
    return program, verdict(program)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument(
        "--unformatted", action="store_true", help="leave black out: twice the programs in a time"
    )
    parser.add_argument("--show", type=int, metavar="SEED")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    options = parser.parse_args()
    if options.show is not None:
        program = generate(options.show)
        print(text(program), f"\n# outputs: {', '.join(program.outputs)}")
        return 0
    if options.shrink is not None:
        program, why = shrunk(generate(options.shrink))
        print(
            text(program),
            f"\n# outputs: {', '.join(program.outputs)}\n# {why.kind}: {why.detail}",
        )
        return 0 if why.kind == "same" else 1
    seeds = range(options.start, options.start + options.programs)
    return campaign(seeds, options.jobs, unformatted if options.unformatted else nb2prod_convert)


if __name__ == "__main__":
    raise SystemExit(main())
