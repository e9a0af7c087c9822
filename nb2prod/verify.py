"""Compares what a notebook computed with what its package computes, value by value."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

#: A value as plain facts: paths into it, each with its leaf.
Facts: TypeAlias = Mapping[str, Any]

_FLOATS = {"<f8": "d", "<f4": "f"}
#: What the last bits of a sum may differ by when its terms are added in another order.
CLOSE = 1e-9


class Likeness(Enum):
    """How much alike two values are."""

    IDENTICAL = "identical"
    CLOSE = "close"
    #: The notebook itself gives another value when it runs again, or computes it from one of these.
    UNSTABLE = "not repeatable"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Observation:
    """What one run was seen to compute."""

    #: The results of each stage, by its function and their names.
    boundaries: Mapping[str, Mapping[str, Facts]]
    #: The results of the run.
    results: Mapping[str, Facts]
    #: Of a package: stages that name a file that is not there, each with the argument that is its path.
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value of the notebook beside that of the package."""

    #: The stage's function; ``run`` for the results.
    stage: str
    name: str
    likeness: Likeness
    #: Where they differ first, and by how much.
    detail: str = ""
    #: The value that the notebook does not repeat, of one that is computed from it.
    source: str = ""


@dataclass(frozen=True, slots=True)
class Parity:
    """The proof: every value of every boundary, in the order of the run."""

    comparisons: tuple[Comparison, ...]

    @property
    def first_difference(self) -> Comparison | None:
        """The first value that is neither identical nor close."""
        different = (c for c in self.comparisons if c.likeness is Likeness.DIFFERENT)
        return next(different, None)

    @property
    def unstable(self) -> tuple[Comparison, ...]:
        """Values that the notebook itself does not give twice."""
        return tuple(c for c in self.comparisons if c.likeness is Likeness.UNSTABLE)

    def beside(self, again: Parity) -> Parity:
        """The proof in the light of a second run of the notebook, compared with its first."""
        moved = {(c.stage, c.name) for c in again.comparisons if c.likeness is Likeness.DIFFERENT}
        return Parity(
            tuple(
                replace(c, likeness=Likeness.UNSTABLE)
                if c.likeness is Likeness.DIFFERENT and (c.stage, c.name) in moved
                else c
                for c in self.comparisons
            )
        )

    def facts(self) -> list[list[str]]:
        """The proof as plain values."""
        return [[c.stage, c.name, c.likeness.value, c.detail, c.source] for c in self.comparisons]

    @classmethod
    def from_facts(cls, facts: Sequence[Sequence[str]]) -> Parity:
        """The proof that was given by `facts`."""
        return cls(tuple(Comparison(s, n, Likeness(like), d, o) for s, n, like, d, o in facts))

    def count(self, likeness: Likeness) -> int:
        """How many values are that much alike."""
        return sum(c.likeness is likeness for c in self.comparisons)

    def __str__(self) -> str:
        total = len(self.comparisons)
        identical = self.count(Likeness.IDENTICAL)
        if not total:
            return "nothing to compare: no stage hands a value on, and run() gives no result"
        if identical == total:
            return f"identical to the notebook: {total} values at its stage boundaries"
        rest = [
            f"{count} {likeness.value}"
            for likeness in (Likeness.CLOSE, Likeness.UNSTABLE, Likeness.DIFFERENT)
            if (count := self.count(likeness))
        ]
        return f"{identical} of {total} values identical to the notebook's, {', '.join(rest)}"


def compared(notebook: Observation, package: Observation, stages: Sequence[str]) -> Parity:
    """Compares each value that the notebook's run has at a boundary, then the results."""
    found: list[Comparison] = []
    for stage in stages:
        expected = notebook.boundaries.get(stage, {})
        found += _all(stage, expected, package.boundaries.get(stage, {}))
    found += _all("run", notebook.results, package.results)
    return Parity(tuple(found))


def _all(
    stage: str, expected: Mapping[str, Facts], actual: Mapping[str, Facts]
) -> Iterator[Comparison]:
    for name, facts in expected.items():
        if name not in actual:
            yield Comparison(stage, name, Likeness.DIFFERENT, "missing in the package")
            continue
        exact = next(differences(facts, actual[name]), None)
        if exact is None:
            yield Comparison(stage, name, Likeness.IDENTICAL)
            continue
        far = next(differences(facts, actual[name], CLOSE), None)
        likeness = Likeness.CLOSE if far is None else Likeness.DIFFERENT
        yield Comparison(stage, name, likeness, far or exact)


def differences(expected: Facts, actual: Facts, rtol: float | None = None) -> Iterator[str]:
    """One line for each path whose leaves differ: exactly, or by more than ``rtol`` if given."""
    for path in dict.fromkeys((*expected, *actual)):
        if path not in actual:
            yield f"{path or 'value'}: missing in the package"
        elif path not in expected:
            yield f"{path or 'value'}: only in the package"
        elif trouble := _difference(expected[path], actual[path], rtol):
            yield f"{path or 'value'}: {trouble}"


def _difference(expected: object, actual: object, rtol: float | None) -> str | None:
    if _same(expected, actual, rtol):
        return None
    if not isinstance(expected, list) or not isinstance(actual, list):
        return f"{expected!r} != {actual!r}"
    if expected[:2] != actual[:2]:
        return f"array {expected[0]}{expected[1]} != array {actual[0]}{actual[1]}"
    dtype, shape, left = expected
    right = actual[2]
    if isinstance(left, str) and left.startswith("sha256:"):
        return f"array {dtype}{shape}: other values"
    if dtype in _FLOATS:
        left, right = _floats(dtype, left), _floats(dtype, right)
    elif dtype != "object":
        return f"array {dtype}{shape}: other values"
    places = [at for at, pair in enumerate(zip(left, right, strict=True)) if not _same(*pair, rtol)]
    if not places:
        return None
    first = f"{left[places[0]]!r} != {right[places[0]]!r}"
    return f"array {dtype}{shape}: {len(places)} values differ, first {first}"


def _same(expected: object, actual: object, rtol: float | None) -> bool:
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, float) and isinstance(actual, float):
        if math.isnan(expected) or math.isnan(actual):
            return math.isnan(expected) and math.isnan(actual)
        if rtol is not None:
            return math.isclose(expected, actual, rel_tol=rtol, abs_tol=rtol * 1e-3)
    return expected == actual


def _floats(dtype: str, data: str) -> list[float]:
    numbers: list[float] = memoryview(base64.b64decode(data)).cast(_FLOATS[dtype]).tolist()  # type: ignore[call-overload]
    return numbers
