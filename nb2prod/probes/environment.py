"""What is installed where a notebook runs. ``python environment.py`` prints it as JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Dict, List

_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


def installed() -> Dict[str, Any]:
    """The interpreter, and the version of every distribution that it finds, by normalised name."""
    versions = {_normal(d.metadata["Name"]): d.version for d in _found()}
    return {"python": sys.version, "versions": dict(sorted(versions.items()))}


def requirements() -> Dict[str, List[Any]]:
    """For each distribution its version, and the names of those that it needs and that are there."""
    found = {_normal(d.metadata["Name"]): d for d in _found()}
    graph: Dict[str, List[Any]] = {}
    for name, distribution in found.items():
        # What only an extra asks for is not needed.
        wanted = [r for r in distribution.requires or () if "extra ==" not in r]
        needed = {_normal(match.group(1)) for match in map(_NAME.match, wanted) if match}
        graph[name] = [distribution.version, sorted(needed & found.keys())]
    return graph


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
