"""The numbers that say how good a model is: those that the notebook declares, or all that it evaluates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nb2prod.recorded import Recorded, plain_number


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of the recorded run, with the bounds that the notebook's settings give."""

    name: str
    #: None where the run had no number of that name, or another one each time.
    value: float | None
    least: float | None = None
    most: float | None = None
    #: The variable that holds it, and the key in it; empty where there is none.
    path: tuple[str, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether the run's number is beyond its bounds."""
        if self.value is None:
            return False
        # So that what is not a number is beyond any bound.
        low = self.least is not None and not self.value >= self.least
        return low or self.most is not None and not self.value <= self.most

    @property
    def wanted(self) -> str:
        """The bounds in words; empty where there are none."""
        bounds = (("at least", self.least), ("at most", self.most))
        return ", ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)


def metrics(
    recorded: Recorded, evaluating: Iterable[str], declared: Mapping[str, Mapping[str, float]]
) -> list[Metric]:
    """The declared metrics, or else every number that the evaluating stages leave behind."""
    evaluated = _numbers(recorded, evaluating)
    if not declared:
        return [Metric(_plain(path), value, path=path) for path, value in evaluated.items()]
    # Some are computed where the model is fitted.
    places = evaluated, _numbers(recorded, recorded.values)
    found = []
    for name, bounds in declared.items():
        path, value = _found(name, places)
        found.append(Metric(name, value, bounds.get("min"), bounds.get("max"), path))
    return found


def variables(declared: Iterable[str]) -> list[str]:
    """The variables that declared names begin with; a name may be that of a key, too."""
    starts = [re.match(r"[^\W\d]\w*", name) for name in declared]
    return [start.group() for start in starts if start]


def _numbers(recorded: Recorded, stages: Iterable[str]) -> dict[tuple[str, ...], float]:
    """Numbers by their variable, or by a mapping's variable and the key; full precision."""
    # A later stage's value is the one that counts, whole: its mapping may have lost a key.
    last = {
        name: facts for stage in stages for name, facts in recorded.values.get(stage, {}).items()
    }
    return {
        (name, *keys): number
        for name, facts in last.items()
        for path, value in facts.items()
        if (number := plain_number(value)) is not None and (keys := _keys(path)) is not None
    }


def _keys(path: str) -> tuple[str, ...] | None:
    """The way from a variable to a value: none, or the one key of a mapping."""
    if not path:
        return ()
    try:
        match ast.literal_eval(path):
            case [str(key)]:
                return (key,)
    except (SyntaxError, ValueError):  # lengths, attributes, parts of parts
        pass
    return None


def _found(
    name: str, places: Iterable[Mapping[tuple[str, ...], float]]
) -> tuple[tuple[str, ...], float | None]:
    """The number that a declared name means: a variable, a variable and key, or a key of one mapping."""
    for numbers in places:
        for path, value in numbers.items():
            if name in (_plain(path), _subscript(path)):
                return path, value
        held = [found for found in numbers.items() if found[0][-1] == name]
        if len(held) == 1:
            return held[0]
    return (), None


def _plain(path: tuple[str, ...]) -> str:
    return " ".join(" ".join(path).split())


def _subscript(path: tuple[str, ...]) -> str:
    return path[0] + "".join(f"[{key!r}]" for key in path[1:])
