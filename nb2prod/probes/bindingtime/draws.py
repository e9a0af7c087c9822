"""The random generators that a whole program shares."""

from __future__ import annotations

import random
import sys
from typing import Any, Dict


def states() -> Dict[str, Any]:
    """Their states, by the names of their modules."""
    found: Dict[str, Any] = {"random": random.getstate()}
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        kind, keys, *rest = numpy.random.get_state()
        found["numpy.random"] = (kind, keys.tobytes(), *rest)
    return found
