"""When the random states move that everybody shares: between two looks, whatever drew from them."""

from __future__ import annotations

import ast
import pickle
import sys
from typing import Any, Callable, Dict, List, Mapping, Optional

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
    """Tells which statements of a cell moved a state, and whether anything did, since `begin`.

    It is a transformer of syntax, as IPython knows them: a call of `passed` goes between the statements
    of the next cell. IPython compiles and runs each statement for itself, so nothing else changes: what
    is shown, what tracebacks tell, where imports from the future may stand.
    """

    def __init__(
        self,
        passed: str,
        between: Callable[[Optional[int], Optional[int]], None] = lambda done, following: None,
    ) -> None:
        """``passed`` is how a cell writes the call, such as ``noted.passed()``.

        ``between`` is told of each statement that is done and the one that comes, by how far below the
        first one they stand; None where there is none.
        """
        self._passed = passed
        self._between = between
        self._states: Dict[str, Any] = {}
        self._awaits = False
        self._drew = False
        #: Where the first statement stands, how far below it each one does, the place of the one that runs, and
        #: those that drew.
        self._first = 1
        self._below: List[int] = []
        self._at = 0
        self._drawing: List[int] = []

    def begin(self) -> None:
        """Forgets what moved until now, and waits for a cell."""
        self._states.update(states(self._states))
        self._awaits, self._drew = True, False
        self._below, self._at, self._drawing = [], 0, []

    def meet(self) -> None:
        """Takes the states of libraries that were not there before, as they are."""
        for name, state in states({}).items():
            self._states.setdefault(name, state)

    def visit(self, tree: Any) -> Any:
        """The cell that was waited for with its calls; magics give their own code, which is left alone."""
        if not self._awaits or not isinstance(tree, ast.Module):
            return tree
        self._awaits = False
        lines = [_first_line(statement) for statement in tree.body]
        self._first = lines[0] if lines else 1
        self._below = [self.below(line) for line in lines]
        body = tree.body[:1]
        # Between them alone: what stands last is shown.
        for statement in tree.body[1:]:
            body += [ast.parse(self._passed).body[0], statement]
        tree.body = body
        self._between(None, self._below[0] if self._below else None)
        return tree

    def below(self, line: int) -> int:
        """How far below the first statement of the cell a line of it is."""
        return line - self._first

    def passed(self) -> None:
        """A statement is done and the next one comes."""
        self._look()
        self._at += 1
        self._between(*self._below[self._at - 1 : self._at + 1])

    def lap(self) -> Dict[str, Any]:
        """What moved since `begin`: whether anything, and how far below the first statement it was."""
        self._look()
        if self._below:
            self._between(self._below[-1], None)
        return {"drew": self._drew, "draws": self._drawing}

    def _look(self) -> None:
        found = states(self._states)
        # A library that has come meanwhile has not moved by that.
        if any(self._states.get(name, now) != now for name, now in found.items()):
            self._drew = True
            self._drawing += self._below[self._at : self._at + 1]
        self._states.update(found)


def _first_line(statement: Any) -> int:
    """Where a statement starts, decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    lines: List[int] = [statement.lineno] + [decorator.lineno for decorator in decorators]
    return min(lines)
