"""The lock file: the exact versions that the recorded run used, of the package's dependencies and theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nb2prod.recorded import Installed

_HEAD = """\
# What the recorded run used, to the exact version: the package's dependencies, and all that they need.
# pip install -r requirements.lock && pip install --no-deps .
"""


def lock_text(dependencies: Iterable[str], installed: Mapping[str, Installed]) -> str:
    """The lines of a requirements file, sorted by name; empty where nothing is known."""
    pending = [distribution_of(requirement) for requirement in dependencies]
    versions: dict[str, str] = {}
    while pending:
        name = pending.pop()
        found = installed.get(name)
        if found is not None and name not in versions:
            versions[name] = found.version
            pending += found.needs
    pins = [f"{name}=={version}" for name, version in sorted(versions.items())]
    return _HEAD + "".join(f"{pin}\n" for pin in pins) if pins else ""


def distribution_of(requirement: str) -> str:
    """The normalised name in a requirement such as ``scikit-learn>=1.3,<2``."""
    spelled = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", spelled.group()).lower() if spelled else ""
