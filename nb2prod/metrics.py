"""The numbers that say how good a model is: those that the notebook declares, or all that it evaluates."""

from __future__ import annotations

import ast
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

    @property
    def missed(self) -> bool:
        """Whether the run's number is beyond its bounds."""
        if self.value is None:
            return False
        low = self.least is not None and self.value < self.least
        return low or self.most is not None and self.value > self.most

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
        return [Metric(_plain(path), value) for path, value in evaluated.items()]
    # Some are computed where the model is fitted.
    places = evaluated, _numbers(recorded, recorded.values)
    return [
        Metric(name, _found(name, places), bounds.get("min"), bounds.get("max"))
        for name, bounds in declared.items()
    ]


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


def _found(name: str, places: Iterable[Mapping[tuple[str, ...], float]]) -> float | None:
    """The number that a declared name means: a variable, a variable and key, or a key of one mapping."""
    for numbers in places:
        for path, value in numbers.items():
            if name in (_plain(path), _subscript(path)):
                return value
        held = [value for path, value in numbers.items() if path[-1] == name]
        if len(held) == 1:
            return held[0]
    return None


def _plain(path: tuple[str, ...]) -> str:
    return " ".join(" ".join(path).split())


def _subscript(path: tuple[str, ...]) -> str:
    return path[0] + "".join(f"[{key!r}]" for key in path[1:])
