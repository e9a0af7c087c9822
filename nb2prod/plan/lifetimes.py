"""When the code of a closure may run: from the first use of its name to the last.

Where a function's value goes somewhere that is not followed (stored, returned, passed on), it may
run at any later time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nb2prod.analysis.code import Code
from nb2prod.analysis.flow import Capture

NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Statement positions between which a closure may run; ``first > last`` if it never does."""

    first: int
    last: int


def lifetimes(code: Code) -> Mapping[int, Lifetime]:
    """The lifetime of each closure, by its id."""
    return _Work(code).all()


class _Work:
    def __init__(self, code: Code) -> None:
        self._code = code
        self._direct: dict[str, tuple[int, int]] = {}
        for use in code.flow.uses:
            name, at = use.read.name, use.statement
            first, last = self._direct.get(name, (at, at))
            if name in code.facts[at].escapes or use.read.soft:
                last = NEVER
            self._direct[name] = (min(first, at), max(last, at))
        self._capturing: dict[str, list[Capture]] = {}
        for capture in code.flow.captures:
            for name in capture.closure.reads:
                self._capturing.setdefault(name, []).append(capture)
        self._named: dict[str, Lifetime] = {}
        self._classes = {b.name for _, b in code.flow.defs.values() if b.how == "class"}

    def all(self) -> dict[int, Lifetime]:
        return {capture.closure.id: self._of(capture) for capture in self._code.flow.captures}

    def _of(self, capture: Capture) -> Lifetime:
        binder = capture.closure.binder
        if binder is None:
            return Lifetime(capture.statement, NEVER)
        named = self._of_name(binder)
        # Instances keep a class's methods alive wherever they go.
        stays = capture.closure.lingers or binder in self._classes
        if stays and named.first != NEVER:
            return Lifetime(max(named.first, capture.statement), NEVER)
        return Lifetime(max(named.first, capture.statement), named.last)

    def _of_name(self, name: str) -> Lifetime:
        """When code that is bound to a name may run."""
        if name in self._named:
            return self._named[name]
        # All names that reach this one through closures: a fixpoint over "is captured by".
        first, last = NEVER, -1
        pending, seen = [name], {name}
        while pending:
            current = pending.pop()
            if current in self._direct:
                direct = self._direct[current]
                first, last = min(first, direct[0]), max(last, direct[1])
            for capture in self._capturing.get(current, ()):
                binder = capture.closure.binder
                escapes = current in self._code.facts[capture.statement].escapes
                if binder is None:
                    first, last = min(first, capture.statement), NEVER
                elif binder not in seen:
                    seen.add(binder)
                    pending.append(binder)
                if escapes or capture.closure.lingers or binder in self._classes:
                    last = NEVER
        self._named[name] = Lifetime(first, last)
        return self._named[name]
