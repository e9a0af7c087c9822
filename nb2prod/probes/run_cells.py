"""Captures values inside the notebook's kernel, between its cells."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from typing import Any, Dict, List, Mapping


class Recorder:
    """Keeps what the kernel's namespace holds at each stage boundary, and at the end."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._boundaries: Dict[str, Any] = {}
        self._descriptions: Dict[str, Dict[str, List[str]]] = {}
        spec = importlib.util.spec_from_file_location(
            "_nb2prod_capture", os.path.join(os.path.dirname(__file__), "capture.py")
        )
        assert spec is not None and spec.loader is not None
        self._capture = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self._capture)
        self._capture.seed()

    def boundary(self, function: str, namespace: Mapping[str, Any], names: List[str]) -> None:
        """Notes the results of a stage."""
        self._boundaries[function] = self._capture.captured(namespace, names)
        self._descriptions[function] = {
            name: self._capture.described(namespace[name]) for name in names if name in namespace
        }

    def end(self, namespace: Mapping[str, Any], names: List[str]) -> None:
        """Notes the results of the run, and writes everything down."""
        answer = {
            "boundaries": self._boundaries,
            "results": self._capture.captured(namespace, names),
            "python": sys.executable,
            "distributions": distributions(),
            "descriptions": self._descriptions,
        }
        with open(os.path.join(self._folder, "record.json"), "w", encoding="utf-8") as file:
            json.dump(answer, file)


def distributions() -> Dict[str, List[str]]:
    """For each top-level module that is loaded, the distribution that it comes from and its version."""
    try:
        from importlib import metadata
    except ImportError:  # Python 3.7
        return {}
    loaded = {name.partition(".")[0] for name in sys.modules}
    found: Dict[str, List[str]] = {}
    for distribution in metadata.distributions():
        name, version = distribution.metadata["Name"], distribution.version
        listed = (distribution.read_text("top_level.txt") or "").split() or [
            file.parts[0].partition(".")[0]
            for file in distribution.files or ()
            if file.suffix == ".py"
        ]
        for module in set(listed) & loaded:
            found.setdefault(module, [name, version])
    return found
