"""What holds for the package whatever the data."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import thresholds
from thresholds import parameters

#: The folder that the notebook's relative paths start from.
DATA_FOLDER = Path(os.environ.get("THRESHOLDS_DATA", Path(__file__).parents[1] / ".."))
DATA_FILES: list[str] = []
RESULTS: list[str] = ["best", "scores", "grid", "kept"]
#: The stages, and how many values each gives.
STAGES: list[tuple[str, str, int]] = [
    ("thresholds.preprocessing", "preprocess", 1),
    ("thresholds.training", "train", 1),
    ("thresholds.evaluation", "evaluate", 1),
]
#: The parameters that stages take.
HANDED: list[str] = ["share", "seed", "verbose", "grid", "title"]


def test_importing_runs_nothing(tmp_path: Path) -> None:
    code = "import thresholds, thresholds.pipeline"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_entry_points_are_documented() -> None:
    for name in thresholds.__all__:
        assert inspect.getdoc(getattr(thresholds, name))


DEFAULTS: dict[str, Any] = {
    "share": parameters.share,
    "seed": parameters.seed,
    "verbose": parameters.verbose,
    "grid": parameters.grid,
    "title": parameters.title,
}


def test_parameters_have_the_values_of_the_notebook() -> None:
    assert parameters.share == 0.25
    assert parameters.seed == 7
    assert parameters.verbose is True
    assert parameters.grid == [0.1, 0.5, 0.9]
    assert parameters.title == 'a "quoted" title: 100 %'


def test_run_takes_every_parameter_by_keyword() -> None:
    signature = inspect.signature(thresholds.run)
    assert list(signature.parameters) == list(DEFAULTS)
    for parameter in signature.parameters.values():
        assert parameter.kind is parameter.KEYWORD_ONLY
        assert parameter.default in (DEFAULTS[parameter.name], None)


def test_what_run_is_given_reaches_the_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    for module, function, count in STAGES:

        def stage(*arguments: Any, count: int = count) -> Any:
            given.extend(arguments)
            return tuple(range(count)) if count > 1 else None

        monkeypatch.setattr(importlib.import_module(module), function, stage)
    overrides: dict[str, Any] = {name: object() for name in HANDED}
    thresholds.run(**overrides)
    for name, value in overrides.items():
        assert any(argument is value for argument in given), name


def test_run_refuses_unknown_parameters() -> None:
    unknown: dict[str, Any] = {"no such parameter": 1}
    with pytest.raises(TypeError):
        thresholds.run(**unknown)


@pytest.mark.skipif(
    not all((DATA_FOLDER / name).is_file() for name in DATA_FILES),
    reason="the notebook's data files are not here: set THRESHOLDS_DATA",
)
def test_run_gives_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA_FOLDER)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    try:
        first = thresholds.run()
    except OSError as error:
        pytest.skip(f"what the notebook reads is not here: {error}")
    assert set(first) == set(RESULTS)
    second = thresholds.run()
    assert {name: type(value).__name__ for name, value in second.items()} == {
        name: type(value).__name__ for name, value in first.items()
    }
