"""What is installed where a notebook runs. ``python environment.py`` prints it as JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Dict, Iterable, List, Set

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


def installed() -> Dict[str, Any]:
    """The interpreter, and the version of every distribution that it finds, by normalised name."""
    versions = {_normal(d.metadata["Name"]): d.version for d in _found()}
    return {"python": sys.version, "versions": dict(sorted(versions.items()))}


def with_requirements(names: Iterable[str]) -> Dict[str, str]:
    """Distributions and all that they need, as far as it is installed; name -> version."""
    found = {_normal(d.metadata["Name"]): d for d in _found()}
    pending: List[str] = [_normal(name) for name in names]
    seen: Set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen or name not in found:
            continue
        seen.add(name)
        for requirement in found[name].requires or ():
            needed = _NAME.match(requirement)
            # What only an extra asks for is not needed.
            if needed and "extra ==" not in requirement:
                pending.append(_normal(needed.group(1)))
    return {name: found[name].version for name in sorted(seen)}


def _found() -> List[Any]:
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7
        return []
    # The first one found is the one that is imported.
    return [d for d in reversed(list(metadata.distributions())) if d.metadata["Name"]]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    json.dump(installed(), sys.stdout)
