"""The random states that a notebook and its package start from.

Libraries that the program may not use are never imported here: they are seeded as soon as the
program has imported them itself, wherever that import stands.
"""

from __future__ import annotations

import random
import sys
import types
from typing import Any, Callable, Dict, Optional, Sequence

_SEED = 0


def _torch(torch: Any) -> None:
    torch.manual_seed(_SEED)


def _tensorflow(tensorflow: Any) -> None:
    # Without it every eager operation takes a seed of its own from the system.
    give = getattr(tensorflow.random, "set_seed", None) or tensorflow.set_random_seed
    give(_SEED)


_LATER: Dict[str, Callable[[Any], None]] = {"torch": _torch, "tensorflow": _tensorflow}


def seed(seeded: Callable[[], None] = lambda: None) -> None:
    """Seeds what is there, and the others when they come; ``seeded`` is told of each of those."""
    random.seed(_SEED)
    later = _Later(seeded)
    sys.meta_path.insert(0, later)
    for name in [name for name in _LATER if name in sys.modules]:
        later.imported(name)
    try:
        import numpy
    except ImportError:
        return
    numpy.random.seed(_SEED)


class _Later:
    """Waits on ``sys.meta_path`` for libraries to be imported, and goes when all of them were."""

    def __init__(self, seeded: Callable[[], None]) -> None:
        self._seeded = seeded
        self._awaited = dict(_LATER)

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Any:
        """What the other finders find, with a loader that tells when it is done."""
        if name not in self._awaited:
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                self._listen(name, spec.loader)
                return spec
        return None

    def _listen(self, name: str, loader: Any) -> None:
        execute = getattr(loader, "exec_module", None)
        if execute is None or isinstance(loader, type):
            return  # no code of its own to run, or a loader that all modules share

        def executed(module: types.ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            execute(module)
            self.imported(name)

        try:
            loader.exec_module = executed
        except AttributeError:  # a loader that takes no attributes is left as it is
            return

    def imported(self, name: str) -> None:
        """Seeds a library that is there now."""
        give = self._awaited.pop(name, None)
        if not self._awaited and self in sys.meta_path:  # others may have taken it out
            sys.meta_path.remove(self)
        if give is None:
            return
        try:
            give(sys.modules[name])
            self._seeded()
        except Exception:  # noqa: BLE001 - whatever goes wrong here, the import itself went well
            return
