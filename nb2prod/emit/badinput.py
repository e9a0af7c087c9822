"""Stages that a test can give bad input to: the path of a file that is not there."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2prod.plan.package import PackagePlan


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A stage that takes nothing but parameters, and the one that is the path of a data file."""

    module: str
    function: str
    inputs: tuple[str, ...]
    argument: str
    #: What such paths end with.
    suffix: str
    #: Whether the stage reads other files, too.
    beside: bool


def missing_files(plan: PackagePlan, files: Collection[str]) -> Iterator[MissingFile]:
    """Where a file that is not there could be noticed; ``files`` are those that the notebook reads."""
    defaults = {p.name: p.default for p in plan.parameters}
    for stage in plan.stages:
        inputs = stage.interface.inputs
        if stage.shares_state or stage.is_async or not defaults.keys() >= set(inputs):
            continue
        named = [(name, defaults[name]) for name in inputs]
        paths = {
            name: Path(default.value)
            for name, default in named
            if isinstance(default, ast.Constant) and isinstance(default.value, str)
            if Path(default.value).as_posix() in files
        }
        for name, path in paths.items():
            yield MissingFile(
                stage.module, stage.function, inputs, name, path.suffix, beside=len(paths) > 1
            )
