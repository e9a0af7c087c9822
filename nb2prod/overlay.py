"""Libraries that a package's model file needs, laid over an environment that lacks them.

The notebook's own environment is never changed: what it lacks is installed into the cache once, and
stands at the very end of the path, so that all that the notebook uses is found where it was before.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from nb2prod import cache
from nb2prod.emit.lock import distribution_of
from nb2prod.packageindex import ERRORS, indexes, python_version, reason, uv
from nb2prod.probes import environment
from nb2prod.recorded import Installed

#: What reads model files, whatever the notebook uses.
READERS = ("cloudpickle>=2", "skops>=0.13")
#: Overlays that are kept: the latest.
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Overlay:
    """A folder with further libraries; none where none are needed, or where they can't be had."""

    path: Path | None = None
    installed: Mapping[str, Installed] = field(default_factory=dict)
    #: Why some can't be had.
    reason: str = ""


def laid(
    requirements: Iterable[str], python: Path, folder: Path, installed: Mapping[str, Installed]
) -> Overlay:
    """What an interpreter lacks of the requirements, from the cache or else from the package index.

    Parameters
    ----------
    requirements
        Names with bounds. Those that can't be had leave the others alone.
    python
        The interpreter; nothing is installed where it looks.
    folder
        The notebook's: an index that is configured for its project counts.
    installed
        What the interpreter has: no other version of that is taken.
    """
    missing = [text for text in requirements if distribution_of(text) not in installed]
    if not missing:
        return Overlay()
    pins = [f"{name}=={found.version}" for name, found in sorted(installed.items())]
    try:
        asked = (python, folder, indexes(python, folder))
        version = python_version(python, folder)
        had, why = missing, ""
        if not _place(missing, pins, version).is_dir():
            had, needed, why = _resolved(missing, pins, version, *asked)
            if had and not _place(had, pins, version).is_dir():
                lacking = [pin for pin in needed if pin not in pins]
                _install(_place(had, pins, version), lacking, *asked)
    except ERRORS as error:
        return Overlay(reason=reason(error))
    if not had:
        return Overlay(reason=why)
    place = _place(had, pins, version)
    os.utime(place)
    return Overlay(place, _distributions(place, installed), why)


def _place(requirements: list[str], pins: list[str], version: str) -> Path:
    return cache.folder() / f"overlay-{cache.key_of('overlay', version, requirements, pins)}"


def _resolved(
    missing: list[str],
    pins: list[str],
    version: str,
    python: Path,
    folder: Path,
    found: Mapping[str, str],
) -> tuple[list[str], list[str], str]:
    """The requirements that can be had, the versions for them, and why the others can't."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        known = Path(scratch, "known.txt")
        known.write_text("\n".join(pins), encoding="utf-8")
        asked = ["compile", "-", "--quiet", "--no-build", "--no-header", "--no-annotate"]
        asked += ["--python-version", version, "--constraint", str(known)]
        try:
            return missing, uv(asked, python, folder, found, "\n".join(missing)).splitlines(), ""
        except ERRORS:
            if len(missing) == 1:
                raise
        had: list[str] = []
        needed: list[str] = []
        why = ""
        for requirement in missing:
            try:
                needed = uv(asked, python, folder, found, "\n".join([*had, requirement])).split()
            except ERRORS as error:
                why = reason(error)
            else:
                had.append(requirement)
        return had, needed, why


def _install(
    place: Path, pins: list[str], python: Path, folder: Path, found: Mapping[str, str]
) -> None:
    """Fills a new folder, which then takes its place: others see it whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="new-") as scratch:
        new = Path(scratch, "overlay")
        new.mkdir()
        asked = ["install", "--quiet", "--no-deps", "--no-build", "--target", str(new)]
        uv([*asked, *pins], python, folder, found)
        with contextlib.suppress(OSError):  # another conversion was faster
            os.rename(new, place)
    latest = sorted(place.parent.glob("overlay-*"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in latest[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _distributions(place: Path, installed: Mapping[str, Installed]) -> dict[str, Installed]:
    found = map(environment.Distribution, metadata.distributions(path=[str(place)]))
    return {
        name: Installed(version, tuple(needs), python)
        for name, (version, needs, python) in environment.requirements(found, installed).items()
    }
