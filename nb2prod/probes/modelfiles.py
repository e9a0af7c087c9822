"""How each field of a trained model is stored: in the least powerful format that holds it exactly."""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from typing import Any, Dict, Iterable, List, Mapping, Optional

#: Beside plain values, the weakest first. The last two run code as they are loaded.
FORMATS = ("xgboost", "lightgbm", "skops", "pickle", "cloudpickle")
_PICKLES = ("pickle", "cloudpickle")
#: Libraries that are only there because of the model file, and the oldest versions that are safe to read one with.
_READERS = {"skops": (0, 13), "cloudpickle": (1, 0)}
#: Types of the standard library that hold others, and no code.
_CONTAINERS = frozenset(["collections.OrderedDict", "collections.defaultdict"])
#: What stands before a reason.
_SAYING = " can't be saved: "
#: The ends of their files.
_SUFFIXES = {"xgboost": ".ubj", "lightgbm": ".txt"}


class _Asked(List[str]):
    """Trusts the classes and functions of some libraries, and remembers which ones."""

    def __init__(self, roots: Iterable[str]) -> None:
        super().__init__()
        self._roots = frozenset(roots)

    def __contains__(self, name: object) -> bool:
        text = str(name)
        if text.partition(".")[0] not in self._roots and text not in _CONTAINERS:
            return False
        if not super().__contains__(text):
            self.append(text)
        return True


def decided(artifact: Any, state: Mapping[str, Any], package: str, capture: Any) -> Dict[str, Any]:
    """The formats, and all that files may name; the package writes with them from now on.

    ``capture`` tells whether what is read back is what was written.
    """
    formats: Dict[str, str] = {}
    trusted: List[str] = []
    pickled: Dict[str, str] = {}
    for field, value in state.items():
        reasons: List[str] = []
        for form in ("", *FORMATS):
            # A class of the notebook's own is its attributes; others have formats of their own.
            roots = {package} if not form else {package, *artifact.LIBRARIES}
            asked = _Asked(roots)
            why = _trouble(artifact, field, value, form, asked, capture)
            if why is None:
                trusted += asked
                if form:
                    formats[field] = form
                if form in _PICKLES:
                    pickled[field] = reasons[0]
                break
            if why:
                reasons.append(why)
        else:
            raise TypeError("`%s` can't be saved: %s" % (field, reasons[-1]))
    artifact.FORMATS = formats
    artifact.TRUSTED = tuple(sorted(set(trusted)))
    readers = {name: _version(name) for name in sorted({*formats.values()} & _READERS.keys())}
    artifact.LIBRARIES = {**artifact.LIBRARIES, **{name: name for name in readers}}
    return {
        "formats": formats,
        "trusted": list(artifact.TRUSTED),
        "readers": readers,
        "pickled": pickled,
    }


def _trouble(
    artifact: Any, field: str, value: Any, form: str, asked: _Asked, capture: Any
) -> Optional[str]:
    """Why a format does not hold a value; None where it does, empty where that is nothing to tell."""
    if form in _READERS and _old(form):
        return _old(form)
    if form in _SUFFIXES and form not in sys.modules:
        return ""
    artifact.FORMATS, artifact.TRUSTED = ({field: form} if form else {}), asked
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        place = artifact.Path(scratch)
        try:
            artifact.save({field: value}, place, {})
            found = artifact.load(place)[field]
        except Exception as error:  # noqa: BLE001 - anybody's objects
            return "" if not form or form in _SUFFIXES else str(error).split(_SAYING)[-1]
        files = os.listdir(scratch)
    if form in _SUFFIXES and not any(name.endswith(_SUFFIXES[form]) for name in files):
        return ""
    if _facts(capture, found) != _facts(capture, value):
        return "%s gives another value back" % (form or "JSON")
    return None


class _Forgetful(Dict[int, Any]):
    """Meets everything for the first time: whether two equal tables are one object is no matter here."""

    def __contains__(self, _: object) -> bool:
        return False


def _facts(capture: Any, value: Any) -> str:
    """The facts about a value, as text: as a number, what is missing differs from itself."""
    leaves: Dict[str, Any] = {}
    capture._walk("", value, 0, leaves, _Forgetful())
    return json.dumps(leaves)


def _old(name: str) -> str:
    """Why a library can't read model files; empty where it can."""
    try:
        importlib.import_module(name)
    except ImportError:
        return "%s is not installed" % name
    found = _version(name)
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
    return "" if numbers >= _READERS[name] else "%s %s is too old" % (name, found)


def _version(name: str) -> str:
    from importlib import metadata

    return metadata.version(name)
