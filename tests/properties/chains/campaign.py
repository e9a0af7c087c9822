"""The campaign: thousands of random chains, in a pool of processes.

python -m tests.properties.chains.campaign --chains 2000 --jobs 2 --start 0
python -m tests.properties.chains.campaign --show SEED
python -m tests.properties.chains.campaign --shrink SEED
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from .chains import Cells, Chain, generate, runs, texts
from .grammar import LABELS, UNSERVABLE
from .oracle import Kind, Verdict, verdict

#: Chains after which a worker process is replaced, so that memory stays bounded.
_RECYCLE = 20


def judge(seed: int) -> tuple[Chain, Verdict]:
    """Generates, follows and proves one chain."""
    chain = generate(seed)
    return chain, verdict(chain)


def judge_all(seeds: range, jobs: int) -> Iterator[tuple[Chain, Verdict]]:
    """The verdicts as they come in."""
    with multiprocessing.Pool(jobs, maxtasksperchild=_RECYCLE) as pool:
        yield from pool.imap_unordered(judge, seeds, chunksize=5)


def campaign(seeds: range, jobs: int) -> int:
    """Judges all seeds, prints what is not right and the tallies; 1 where a chain is wrong or crashes."""
    kinds, labels, failing = Counter[tuple[bool, str]](), Counter[str](), Counter[str]()
    reasons, began = Counter[str](), time.monotonic()
    for chain, found in judge_all(seeds, jobs):
        servable = UNSERVABLE.label not in chain.labels
        kinds[servable, found.kind] += 1
        labels.update(chain.labels)
        if found.kind != "right":
            failing.update(chain.labels)
            reasons[f"{found.kind}: {_class(found.detail)}"] += 1
            mark = "" if servable else " (neighbours)"
            print(f"seed {chain.seed}: {found.kind}{mark}: {found.detail[:230]}", flush=True)
    print("steps (% of chains; % of these that are not served):")
    total = kinds.total()
    for label in sorted({*LABELS, *labels}, key=lambda label: labels[label]):
        share = failing[label] / labels[label] if labels[label] else 0
        print(f"  {label:36} {labels[label] / total:6.1%} {share:7.1%}")
    print("reasons:")
    for reason, number in reasons.most_common():
        print(f"  {number:5} {reason}")
    for servable, said in ((True, "servable"), (False, "with neighbours")):
        counts = {kind: kinds[servable, kind] for kind in get_args(Kind)}
        share = counts["right"] / max(1, sum(counts.values()))
        print(f"{said}: {counts}, {share:.1%} right")
    print(f"{total} chains in {time.monotonic() - began:.0f} s")
    return 1 if any(kind in ("wrong", "crash") for _, kind in kinds) else 0


def _class(detail: str) -> str:
    """A reason without the notebook's own words."""
    return re.sub(r"`[^`]*`|'[^']*'|[\d.]+", "_", detail.split("\n")[0])[:90]


def shrunk(chain: Chain) -> tuple[Chain, Verdict]:
    """The chain without all pieces that its verdict does not need."""
    found, smaller = verdict(chain), True
    while smaller:
        smaller = False
        for cells in _without_one(chain.cells):
            candidate = replace(chain, cells=cells)
            if runs(candidate) and verdict(candidate).like(found):
                chain, smaller = candidate, True
                break
    return chain, verdict(chain)


def _without_one(cells: Cells) -> Iterator[Cells]:
    for number, (role, pieces) in enumerate(cells):
        for place in range(len(pieces)):
            rest = (*pieces[:place], *pieces[place + 1 :])
            yield (*cells[:number], *([(role, rest)] if rest else []), *cells[number + 1 :])


def show(chain: Chain) -> str:
    """A chain for a reader."""
    return "\n".join(f"# ---- {text}" for text in texts(chain))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chains", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--show", type=int, metavar="SEED")
    parser.add_argument("--shrink", type=int, metavar="SEED")
    options = parser.parse_args()
    if options.show is not None:
        chain = generate(options.show)
        print(show(chain), "\n#", verdict(chain))
        return 0
    if options.shrink is not None:
        chain, found = shrunk(generate(options.shrink))
        print(show(chain), "\n#", found)
        return 0 if found.kind == "right" else 1
    return campaign(range(options.start, options.start + options.chains), options.jobs)


if __name__ == "__main__":
    raise SystemExit(main())
