"""What is installed where a notebook runs. ``python environment.py`` prints it as JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Dict, Iterable, List, Set

#: Where metadata lies: in wheels, in what older tools installed, and in what still older ones did.
_FILES = ("METADATA", "PKG-INFO", "")
_FIELD = re.compile(
    r"^(Name|Version|Requires-Python|Requires-Dist):(.*)$", re.MULTILINE | re.IGNORECASE
)
_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


class Distribution:
    """What the metadata of one distribution says, read once."""

    def __init__(self, found: Any) -> None:
        text = next(filter(None, map(found.read_text, _FILES)), "")
        fields: Dict[str, List[str]] = {}
        # The parser for mails, which others use, takes far longer. What follows the first empty line is prose.
        for name, value in _FIELD.findall(text.partition("\n\n")[0]):
            fields.setdefault(name.lower(), []).append(value.strip())
        self.name = fields.get("name", [""])[0]
        self.version = fields.get("version", [""])[0]
        self.python = fields.get("requires-python", [""])[0]
        self.requires = fields.get("requires-dist", [])
        self._found = found

    def modules(self) -> Set[str]:
        """The top-level modules that it brings."""
        listed = (self._found.read_text("top_level.txt") or "").split()
        if listed:
            return set(listed)
        record = (self._found.read_text("RECORD") or "").splitlines()
        files = (line.partition(",")[0] for line in record)
        return {path.partition("/")[0].partition(".")[0] for path in files if path.endswith(".py")}


def distributions() -> List[Distribution]:
    """All that are installed; of several with one name, the one that is imported comes last."""
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7
        return []
    found = [Distribution(d) for d in metadata.distributions()]
    return [d for d in reversed(found) if d.name]


def installed(found: Iterable[Distribution]) -> Dict[str, Any]:
    """The interpreter, and the version of every distribution that it finds, by normalised name."""
    versions = {_normal(d.name): d.version for d in found}
    return {"python": sys.version, "versions": dict(sorted(versions.items()))}


def requirements(found: Iterable[Distribution], others: Iterable[str] = ()) -> Dict[str, List[Any]]:
    """For each distribution its version, the names of those that it needs and that are there, and the
    Pythons that it runs on. ``others`` are there as well.
    """
    named = {_normal(d.name): d for d in found}
    graph: Dict[str, List[Any]] = {}
    for name, distribution in named.items():
        # What only an extra asks for is not needed.
        wanted = [r for r in distribution.requires if "extra ==" not in r]
        needed = {_normal(match.group(1)) for match in map(_NAME.match, wanted) if match}
        there = sorted(needed & {*named, *others})
        graph[name] = [distribution.version, there, distribution.python]
    return graph


def loaded(found: Iterable[Distribution]) -> Dict[str, List[str]]:
    """For each top-level module that is loaded, the distribution that it comes from and its version."""
    there = {name.partition(".")[0] for name in sys.modules}
    origins: Dict[str, List[str]] = {}
    for distribution in found:
        for module in distribution.modules() & there:
            origins[module] = [distribution.name, distribution.version]
    return origins


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    json.dump(installed(distributions()), sys.stdout)
