"""Captures values inside the notebook's kernel, between its cells."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from typing import Any, Dict, List, Mapping, Optional


class Recorder:
    """Keeps what the kernel's namespace holds at each stage boundary, and at the end.

    IPython calls it after each cell: a message of its own for each would take longer than small cells.
    """

    def __init__(self, folder: str) -> None:
        """``folder`` holds the request, and gets the record."""
        with open(os.path.join(folder, "request.json"), encoding="utf-8") as file:
            request = json.load(file)
        shell = sys.modules["IPython"].get_ipython()
        self._folder = folder
        self._namespace: Mapping[str, Any] = shell.user_ns
        #: Those that are still to run, the next one last.
        self._pieces: List[Dict[str, Any]] = request["pieces"][::-1]
        self._results: List[str] = request["results"]
        #: As JSON at once: the garbage collector would go through the parts again and again.
        self._boundaries: Dict[str, str] = {}
        self._descriptions: Dict[str, Dict[str, List[Any]]] = {}
        #: What went wrong here: IPython keeps to itself what those whom it calls raise.
        self._error: Optional[BaseException] = None
        self._capture = _beside("capture")
        self._describe = _beside("describe")
        self._models = _beside("models")
        self._types = _beside("typenames")
        self._environment = _beside("environment")
        self._capture.hide(request["hidden"])
        self._unmoved = _beside("unmoved").Unmoved(self._capture.captured, self._namespace)
        # The name that the kernel knows this recorder by: cells call it between their statements.
        self.draws = _beside("draws").Draws("__nb2prod__.draws.passed()", self._unmoved.between)
        _beside("seeds").seed(self.draws.meet)
        self._started = time.perf_counter()
        self._cells: List[Dict[str, Any]] = []
        self._watch = _beside("watch").Watch()
        shell.ast_transformers.append(self.draws)
        shell.events.register("post_run_cell", self._ran)
        self._begin()

    def _ran(self, result: Any) -> None:
        """A cell has run: notes what it did, and the results of the stages that end with it."""
        if not result.info.store_history or not self._pieces or self._error is not None:
            return  # none of the notebook's own
        self._watch.stop()
        try:
            if result.error_in_exec is not None:
                self._write("failed.json", json.dumps(self._failed_below(result.error_in_exec)))
                return
            piece = self._pieces.pop()
            seen = self._watch.lap(), self.draws.lap(), self._unmoved.lap()
            self._cells.append({"cell": piece["cell"], "line": piece["line"]})
            for facts in seen:
                self._cells[-1].update(facts)
            for function, names in piece["boundaries"]:
                self._boundary(function, names)
            self._begin()
        except BaseException as error:  # noqa: BLE001 - `end` says so
            self._error = error

    def _boundary(self, function: str, names: List[str]) -> None:
        namespace = self._namespace
        self._boundaries[function] = json.dumps(self._capture.captured(namespace, names))
        self._descriptions[function] = {
            name: self._described(namespace[name]) for name in names if name in namespace
        }

    def _begin(self) -> None:
        """Watches the next piece."""
        if self._pieces:
            self._unmoved.ask(dict(self._pieces[-1]["asked"]))
            self.draws.begin()
            self._watch.start()

    def _failed_below(self, error: BaseException) -> Optional[int]:
        """How far below the first statement of its cell it failed."""
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_globals is self._namespace:
                return int(self.draws.below(trace.tb_lineno))
            trace = trace.tb_next
        return None

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

    def end(self) -> None:
        """Notes the results of the run, and writes everything down."""
        seconds = time.perf_counter() - self._started
        if self._error is not None:
            raise self._error
        found = self._environment.distributions()
        answer = {
            "results": self._capture.captured(self._namespace, self._results),
            "python": sys.executable,
            "seconds": seconds,
            "cells": self._cells,
            "hidden": self._capture.hidden(),
            "distributions": self._environment.loaded(found),
            "descriptions": self._descriptions,
            "environment": self._environment.installed(found),
            "requirements": self._environment.requirements(found),
        }
        boundaries = ", ".join(json.dumps(f) + ": " + text for f, text in self._boundaries.items())
        # As one text: piece by piece json would not use its compiled encoder.
        self._write("record.json", '{"boundaries": {%s}, %s' % (boundaries, json.dumps(answer)[1:]))

    def _write(self, name: str, text: str) -> None:
        with open(os.path.join(self._folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def _beside(name: str) -> Any:
    """A module of this folder, under a name that no notebook has."""
    spec = importlib.util.spec_from_file_location(
        "_nb2prod_" + name, os.path.join(os.path.dirname(__file__), name + ".py")
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
