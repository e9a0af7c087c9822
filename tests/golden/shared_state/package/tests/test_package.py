"""What holds for the package whatever the data."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import shared_state

#: The folder that the notebook's relative paths start from.
DATA_FOLDER = Path(
    os.environ.get("SHARED_STATE_DATA", Path(__file__).parents[1] / "..")
)
DATA_FILES: list[str] = []
RESULTS: list[str] = ["calls", "history", "best", "level", "found"]


def test_importing_runs_nothing(tmp_path: Path) -> None:
    code = "import shared_state, shared_state.pipeline"
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
    for name in shared_state.__all__:
        assert inspect.getdoc(getattr(shared_state, name))


def test_run_refuses_unknown_parameters() -> None:
    unknown: dict[str, Any] = {"no such parameter": 1}
    with pytest.raises(TypeError):
        shared_state.run(**unknown)


@pytest.mark.skipif(
    not all((DATA_FOLDER / name).is_file() for name in DATA_FILES),
    reason="the notebook's data files are not here: set SHARED_STATE_DATA",
)
def test_run_gives_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA_FOLDER)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    try:
        first = shared_state.run()
    except OSError as error:
        pytest.skip(f"what the notebook reads is not here: {error}")
    assert set(first) == set(RESULTS)
    second = shared_state.run()
    assert {name: type(value).__name__ for name, value in second.items()} == {
        name: type(value).__name__ for name, value in first.items()
    }
