"""The random generators of a program: those that all of it shares, and those in its variables."""

from __future__ import annotations

import random
import sys
from typing import Any, Callable, Dict, Iterator, Tuple


class Draws(object):
    """The states of generators at one moment."""

    def __init__(self, variables: Dict[str, Any]) -> None:
        self._held = {name: (read(), write) for name, read, write in _generators(variables)}

    def undo(self) -> None:
        """Lets nothing be drawn since then."""
        for state, write in self._held.values():
            write(state)

    def since(self, before: "Draws") -> Iterator[str]:
        """The generators that were drawn from, or seeded, since another moment: their modules and variables."""
        for name, (state, _) in self._held.items():
            if name not in before._held or repr(before._held[name][0]) != repr(state):
                yield name


def _generators(variables: Dict[str, Any]) -> Iterator[Tuple[str, Callable[[], Any], Any]]:
    """Each with what gives its state and what sets it; states show all that tells them from others."""
    yield "random", random.getstate, random.setstate
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        yield "numpy.random", *_older(numpy.random)
    for name, value in variables.items():
        if isinstance(value, random.Random):
            yield name, value.getstate, value.setstate
        elif numpy is not None and isinstance(value, numpy.random.RandomState):
            yield name, *_older(value)
        elif numpy is not None and isinstance(value, numpy.random.Generator):
            yield name, *_newer(value.bit_generator)


def _older(generator: Any) -> Tuple[Callable[[], Any], Any]:
    def state() -> Any:
        kind, keys, *rest = generator.get_state()
        return kind, keys.tobytes(), *rest

    def restore(state: Any) -> None:
        kind, keys, *rest = state
        generator.set_state((kind, sys.modules["numpy"].frombuffer(keys, dtype="uint32"), *rest))

    return state, restore


def _newer(generator: Any) -> Tuple[Callable[[], Any], Any]:
    return lambda: generator.state, lambda state: setattr(generator, "state", state)
