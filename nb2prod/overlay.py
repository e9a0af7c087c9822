"""Libraries that a package's model file needs, laid over an environment that lacks them.

The notebook's own environment is never changed: what it lacks is installed into the cache once, and
stands at the very end of the path, so that all that the notebook uses is found where it was before.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from nb2prod import cache
from nb2prod.emit.lock import distribution_of
from nb2prod.packageindex import ERRORS, indexes, python_version, reason, uv
from nb2prod.probes import environment
from nb2prod.recorded import Installed

#: What reads model files, whatever the notebook uses.
REQUIREMENTS = ("cloudpickle>=2", "skops>=0.13")
#: Overlays that are kept: the latest.
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Overlay:
    """A folder with further libraries; none where none are needed, or where they can't be had."""

    path: Path | None = None
    installed: Mapping[str, Installed] = field(default_factory=dict)
    #: Why they can't be had.
    reason: str = ""


def laid(python: Path, folder: Path, installed: Mapping[str, Installed]) -> Overlay:
    """What an interpreter lacks of `REQUIREMENTS`, from the cache or else from the package index.

    Parameters
    ----------
    python
        The interpreter; nothing is installed where it looks.
    folder
        The notebook's: an index that is configured for its project counts.
    installed
        What the interpreter has: no other version of that is taken.
    """
    missing = [text for text in REQUIREMENTS if distribution_of(text) not in installed]
    if not missing:
        return Overlay()
    pins = [f"{name}=={found.version}" for name, found in sorted(installed.items())]
    try:
        version, found = python_version(python, folder), indexes(python, folder)
        key = cache.key_of("overlay", version, missing, pins)
        place = cache.folder() / f"overlay-{key}"
        if place.is_dir():
            os.utime(place)
        else:
            _install(place, missing, pins, python, folder, found, version)
    except ERRORS as error:
        return Overlay(reason=reason(error))
    return Overlay(place, _distributions(place, installed))


def _install(
    place: Path,
    missing: list[str],
    pins: list[str],
    python: Path,
    folder: Path,
    found: Mapping[str, str],
    version: str,
) -> None:
    """Fills a new folder, which then takes its place: others see it whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="new-") as scratch:
        known, new = Path(scratch, "known.txt"), Path(scratch, "overlay")
        known.write_text("\n".join(pins), encoding="utf-8")
        asked = ["compile", "-", "--quiet", "--no-build", "--no-header", "--no-annotate"]
        asked += ["--python-version", version, "--constraint", str(known)]
        needed = uv(asked, python, folder, found, "\n".join(missing)).split()
        lacking = [pin for pin in needed if pin not in pins]
        asked = ["install", "--quiet", "--no-deps", "--no-build", "--target", str(new)]
        uv([*asked, *lacking], python, folder, found)
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
