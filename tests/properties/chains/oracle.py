"""The oracle: a chain's package against the notebook's own predictions, without a kernel."""

from __future__ import annotations

import importlib
import pickle
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import numpy as np

from nb2prod.filetree import FileTree
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.predicting import candidates, likeliest, tables
from nb2prod.plan.unrolled import unrolled
from nb2prod.planning import emitted, planned
from nb2prod.probes import (
    alignment,
    rowchain,
    rowchoice,
    run_serving,
    seeds,
)
from nb2prod.serving import Followed, with_serving
from nb2prod.verify import Observation
from tests.unit.cellscript import notebook
from tests.unit.probetools import TOOLS

from .chains import Chain, folder, texts

Kind = Literal["right", "refused", "unproved", "wrong", "crash"]
#: There is no recorded run beside it.
_NOTHING = Observation({}, {})
#: Rows that are served alone.
_ALONE = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a chain, and why."""

    kind: Kind
    detail: str = ""

    def like(self, other: Verdict) -> bool:
        """Whether both say the same, as far as they say."""
        return (self.kind, self._way) == (other.kind, other._way)

    @property
    def _way(self) -> str:
        return self.detail.rpartition("` ")[2] if self.kind == "refused" else self.detail[:20]


def verdict(chain: Chain) -> Verdict:
    """Follows, plans, emits and proves a chain; holds what is served against itself, too."""
    with folder(chain) as place:
        return judged(texts(chain), place)


def judged(cells: Iterable[str], place: Path) -> Verdict:
    """The verdict on the cells of a notebook whose files are in the working directory, at ``place``."""
    step = "plan"
    try:
        plan = planned(notebook(*cells), "demo", folder=None).plan
        assert plan is not None
        step = "follow"
        followed = _followed(plan, place)
        step = "serve"
        found = with_serving(plan, followed, _NOTHING)
        if not isinstance(found, PackagePlan):
            return Verdict("refused", found.message.partition(": ")[2])
        step = "emit"
        tree = _emitted(found)
        step = "prove"
        assert found.serving is not None
        return _proved(tree, place, followed, found.serving.target)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return Verdict("crash", f"{step}: {type(error).__name__}: {error}")


def _followed(plan: PackagePlan, place: Path) -> Followed:
    """As `nb2prod.serving.follow`, in this process."""
    code = unrolled(plan.code)
    request = {
        "statements": [
            (number, s.source.python, s.position)
            for number, s in enumerate(code.statements)
            if s.position >= 0
        ],
        "imports": [],
        "predictions": candidates(plan),
        "tables": tables(plan),
        "likeliest": likeliest(plan),
        "input": None,
        "target": None,
        "until": len(plan.code.statements),
        "kept": str(place / "kept"),
        "hidden": [],
    }
    told = rowchain.followed(request, TOOLS)
    kept = (place / "kept").read_bytes() if (place / "kept").exists() else b""
    return Followed(told, kept, code)


def _emitted(plan: PackagePlan) -> FileTree:
    with patch("nb2prod.emit.package._formatted", lambda text: text):
        return emitted(plan, notebook_folder=None, output=None)


def _proved(
    tree: Mapping[str, str], place: Path, followed: Followed, target: tuple[str, ...]
) -> Verdict:
    """As `nb2prod.probes.run_serving`; and where that says yes, whether rows change each other."""
    learning, raw, rows, expected, others = pickle.loads(followed.kept)
    for path, text in tree.items():
        if path.startswith("src/"):
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text)
    with importable(place / "src"):
        try:
            seeds.seed()
            serving = importlib.import_module("demo.serving")
            model = serving.train(learning)
            given = raw.drop(columns=list(target))
            differs = [
                *run_serving._differences(alignment, model, given, rows, expected),
                *run_serving._among_others(alignment, rowchoice, model, given, learning),
            ]
            if others is not None:
                differs += run_serving._of_others(
                    alignment, seeds, serving, model, list(target), *others
                )
        except Exception as error:  # noqa: BLE001 - the proof refuses whatever fails
            return Verdict("unproved", f"{type(error).__name__}: {error}")
        if differs:
            return Verdict("unproved", differs[0])
        changed = next(_changed(model, given), None)
    return Verdict("wrong", changed) if changed else Verdict("right")


def _changed(model: Any, given: Any) -> Iterator[str]:
    """Rows that are served otherwise among others than alone, also rows that training left out."""
    try:
        together = model.predict(given)
    except ValueError:
        return  # some of them can't be predicted: that is said
    for number in range(0, len(given), max(1, len(given) // _ALONE)):
        alone, among = model.predict(given.iloc[[number]]), together.iloc[[number]]
        if not alignment.same(alone, among):
            yield f"row {number} gives {np.ravel(alone)} alone and {np.ravel(among)} among others"


@contextmanager
def importable(source: Path) -> Iterator[None]:
    sys.path.insert(0, str(source))
    try:
        yield
    finally:
        sys.path.remove(str(source))
        for name in [n for n in sys.modules if n == "demo" or n.startswith("demo.")]:
            del sys.modules[name]


def tallied(verdicts: Mapping[int, Verdict]) -> Counter[str]:
    """How many there are of each kind."""
    return Counter(found.kind for found in verdicts.values())
