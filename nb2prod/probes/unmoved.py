"""Which statements left the values as they were that they name: they may only have shown something."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

_Captured = Callable[[Mapping[str, Any], List[str]], Any]


class Unmoved:
    """Looks at the variables of some statements of a cell, before and after each."""

    def __init__(self, captured: _Captured, namespace: Mapping[str, Any]) -> None:
        self._captured = captured
        self._namespace = namespace
        #: Variables to look at, by how far below the first statement of the cell the statement stands.
        self._asked: Mapping[int, List[str]] = {}
        self._before: Any = None
        self._found: List[int] = []

    def ask(self, asked: Mapping[int, List[str]]) -> None:
        """Says which statements of the next cell are meant."""
        self._asked, self._found = asked, []

    def between(self, done: Optional[int], following: Optional[int]) -> None:
        """One statement of the cell is done, and another one comes; None before the first and after the last."""
        if done is not None and done in self._asked and self._look(done) == self._before:
            self._found.append(done)
        if following is not None and following in self._asked:
            self._before = self._look(following)

    def _look(self, at: int) -> Any:
        return self._captured(self._namespace, self._asked[at])

    def lap(self) -> Dict[str, List[int]]:
        """The statements of the cell that changed nothing, by their places."""
        found, self._asked, self._found = sorted(set(self._found)), {}, []
        return {"unmoved": found}
