"""Captures values inside the notebook's kernel, between its cells."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from typing import Any, Dict, List, Mapping


class Recorder:
    """Keeps what the kernel's namespace holds at each stage boundary, and at the end."""

    def __init__(self, folder: str, hidden: List[str]) -> None:
        self._folder = folder
        #: As JSON at once: the garbage collector would go through the parts again and again.
        self._boundaries: Dict[str, str] = {}
        self._descriptions: Dict[str, Dict[str, List[Any]]] = {}
        self._capture = _beside("capture")
        self._describe = _beside("describe")
        self._models = _beside("models")
        self._types = _beside("typenames")
        self._environment = _beside("environment")
        self._capture.hide(hidden)
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        variables = shell.user_ns if shell is not None else {}
        self.unmoved = _beside("unmoved").Unmoved(self._capture.captured, variables)
        # The name that the kernel knows this recorder by: cells call it between their statements.
        self.draws = _beside("draws").Draws("__nb2prod__.draws.passed()", self.unmoved.between)
        _beside("seeds").seed(self.draws.meet)
        self._started = time.perf_counter()
        self._cells: List[Dict[str, Any]] = []
        self._watch = _beside("watch").Watch()
        if shell is not None:
            shell.ast_transformers.append(self.draws)
        self._begin()

    def piece(self, cell: int, line: int) -> None:
        """Notes what a piece of a cell did, and watches the next one."""
        place = {"cell": cell, "line": line}
        self._cells.append({**place, **self._watch.lap(), **self.draws.lap(), **self.unmoved.lap()})
        self._begin()

    def boundary(self, function: str, namespace: Mapping[str, Any], names: List[str]) -> None:
        """Notes the results of a stage."""
        self._watch.stop()
        self._boundaries[function] = json.dumps(self._capture.captured(namespace, names))
        self._descriptions[function] = {
            name: self._described(namespace[name]) for name in names if name in namespace
        }
        self._begin()

    def _begin(self) -> None:
        self.draws.begin()
        self._watch.start()

    def _described(self, value: Any) -> List[Any]:
        """A value in words, its type, and the models in it."""
        path_of, describe = self._types.public_path, self._describe
        return [
            *describe.described(value, path_of(type(value))),
            self._types.hinted(value),
            [
                [
                    self._told(way),
                    describe.class_name(model, path_of(type(model))),
                    library,
                    [[name, self._told(text)] for name, text in self._models.parameters(model)],
                ]
                for way, model, library in self._models.models(value)
            ],
        ]

    def _told(self, text: str) -> str:
        # Shortened last: a part of a secret would not be known for one.
        return str(self._describe.shortened(self._capture.shown(text)))

    def end(self, namespace: Mapping[str, Any], names: List[str]) -> None:
        """Notes the results of the run, and writes everything down."""
        seconds = time.perf_counter() - self._started
        found = self._environment.distributions()
        answer = {
            "results": self._capture.captured(namespace, names),
            "python": sys.executable,
            "seconds": seconds,
            "cells": self._cells,
            "hidden": self._capture.hidden(),
            "distributions": self._environment.loaded(found),
            "descriptions": self._descriptions,
            "environment": self._environment.installed(found),
            "requirements": self._environment.requirements(found),
        }
        # As one text: piece by piece json would not use its compiled encoder.
        with open(os.path.join(self._folder, "record.json"), "w", encoding="utf-8") as file:
            file.write('{"boundaries": {')
            file.write(
                ", ".join(json.dumps(f) + ": " + text for f, text in self._boundaries.items())
            )
            file.write("}, " + json.dumps(answer)[1:])


def _beside(name: str) -> Any:
    """A module of this folder, under a name that no notebook has."""
    spec = importlib.util.spec_from_file_location(
        "_nb2prod_" + name, os.path.join(os.path.dirname(__file__), name + ".py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
