"""When the random states move that everybody shares: between two looks, whatever drew from them."""

from __future__ import annotations

import pickle
import sys
from typing import Any, Callable, Dict, Mapping

try:
    from ctypes import string_at
except ImportError:  # a Python that was built without it
    string_at = None  # type: ignore[assignment]

#: The key and the position of numpy's Mersenne twister, as they lie in memory.
_TWISTER = 625 * 4


def states(before: Mapping[str, Any]) -> Dict[str, Any]:
    """A fingerprint of each library's state; ``before`` is what the look before this one gave.

    Each statement of a notebook waits for this: numpy takes far longer to say what its state is than
    to draw.
    """
    found = {}
    for name, look in _LOOKS.items():
        library = sys.modules.get(name)
        if library is not None:
            try:
                found[name] = look(library, before.get(name))
            except Exception:  # noqa: BLE001 - half of a library, or another one of that name
                continue
    return found


def _random(random: Any, before: Any) -> Any:
    return hash(random.getstate())


def _numpy(random: Any, before: Any) -> Any:
    """Key and position, and the normal number that is kept back where they come in pairs."""
    twister = getattr(random.mtrand._rand, "_bit_generator", None)
    if twister is None:  # before 1.17
        return pickle.dumps(random.get_state()), None
    if string_at is None or type(twister).__name__ != "MT19937":
        return pickle.dumps(random.get_state(legacy=False)), None
    twisted = string_at(twister.ctypes.state_address, _TWISTER)
    if before == (twisted, None):
        return before  # to keep a number back, it would have had to draw
    whole = random.get_state(legacy=False)
    return twisted, whole["gauss"] if whole["has_gauss"] else None


def _torch(torch: Any, before: Any) -> Any:
    state = torch.get_rng_state()
    return bytes(state.tolist()) if string_at is None else string_at(state.data_ptr(), len(state))


_LOOKS: Dict[str, Callable[[Any, Any], Any]] = {
    "random": _random,
    "numpy.random": _numpy,
    "torch": _torch,
}


class Draws:
    """Tells whether a state moved since `begin`."""

    def __init__(self) -> None:
        self._states: Dict[str, Any] = {}
        self._drew = False

    def begin(self) -> None:
        """Forgets what moved until now."""
        self._states.update(states(self._states))
        self._drew = False

    def meet(self) -> None:
        """Takes the states of libraries that were not there before, as they are."""
        for name, state in states({}).items():
            self._states.setdefault(name, state)

    def lap(self) -> Dict[str, Any]:
        """What moved since `begin`."""
        self._look()
        return {"drew": self._drew}

    def _look(self) -> None:
        found = states(self._states)
        # A library that has come meanwhile has not moved by that.
        self._drew |= any(self._states.get(name, now) != now for name, now in found.items())
        self._states.update(found)
