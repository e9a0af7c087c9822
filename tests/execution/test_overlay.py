"""Libraries that model files need, laid over an environment that lacks them, from an index of our own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod import overlay
from nb2prod.recorded import Installed

from .test_execution import run, written
from .test_locking import index as index
from .test_locking import wheel
from .test_modelfiles import table

pytestmark = pytest.mark.execution

PYTHON = Path(sys.executable)


def site(folder: Path) -> dict[str, str]:
    """The modules in an overlay, and their versions."""
    return {path.stem: path.read_text("utf-8").split("'")[1] for path in folder.glob("*.py")}


def laid(folder: Path, *requirements: str, **installed: str) -> overlay.Overlay:
    known = {name: Installed(version, ()) for name, version in installed.items()}
    return overlay.laid(requirements, PYTHON, folder, known)


@pytest.fixture
def shelf(index: Path) -> Path:
    """A reader that needs arrays and a table of its own; others that need what is not there."""
    wheel(index, "reader", "1.0", "arrays>=1", "frames")
    wheel(index, "arrays", "1.0")
    wheel(index, "arrays", "2.0")
    wheel(index, "frames", "3.0")
    wheel(index, "checker", "1.0", "arrays>=2")
    return index


def test_nothing_is_laid_where_nothing_is_missing(tmp_path: Path, cache: Path) -> None:
    assert laid(tmp_path, "reader>=1", reader="1.0") == overlay.Overlay()
    assert list(cache.iterdir()) == []


def test_only_what_is_missing_is_laid(shelf: Path, tmp_path: Path) -> None:
    """The interpreter's own arrays stay: the older ones, and no copy of them."""
    found = laid(tmp_path, "reader>=1", arrays="1.0")
    assert found.path is not None, found.reason
    assert site(found.path) == {"reader": "1.0", "frames": "3.0"}
    assert found.installed["reader"] == Installed("1.0", ("arrays", "frames"))
    known = subprocess.run([PYTHON, "-c", "import reader"], capture_output=True, check=False)
    assert known.returncode != 0


def test_it_is_laid_once(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = laid(tmp_path, "reader>=1", arrays="1.0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    assert laid(tmp_path, "reader>=1", arrays="1.0") == first
    other = laid(tmp_path, "reader>=1", arrays="2.0")
    assert other.path is None
    assert other.reason


def test_what_can_not_be_had_leaves_the_others_alone(
    shelf: Path, tmp_path: Path, cache: Path
) -> None:
    found = laid(tmp_path, "nowhere", "checker", "reader>=1", arrays="1.0")
    assert found.path is not None
    assert site(found.path) == {"reader": "1.0", "frames": "3.0"}
    assert "arrays" in found.reason or "checker" in found.reason
    assert [path for path in cache.iterdir() if path.name.startswith("new")] == []


def test_a_failure_leaves_nothing(
    shelf: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "frames/frames-3.0-py3-none-any.whl").write_bytes(b"no wheel")
    found = laid(tmp_path, "reader>=1", arrays="1.0")
    assert found.path is None
    assert "\n" not in found.reason
    assert found.reason
    assert not any(path.is_dir() for path in cache.iterdir())


def test_without_skops_a_model_is_a_pickle_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in an environment that is too old for it, and where no index is."""
    hiding = tmp_path / "hiding"
    (hiding / "skops").mkdir(parents=True)
    (hiding / "skops/__init__.py").write_text("raise ImportError('hidden')\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(hiding))
    table(tmp_path)
    path = written(
        tmp_path,
        ("setup", "import pandas as pd\nfrom sklearn.linear_model import LinearRegression"),
        ("preprocessing", "df = pd.read_csv('rows.csv')\nX = df[['fare']]"),
        ("train", "model = LinearRegression().fit(X, df['y'])"),
        ("predict", "p = model.predict(X)"),
    )
    done = run(path)
    assert done.package is not None
    (found,) = [d for d in done.diagnostics if d.code.startswith("NB6")]
    assert (found.code, found.cell, found.line) == ("NB604", 3, 1)
    assert "skops is not installed" in found.message
    assert (done.package / "src/demo/model/model.pickle").exists()
    assert "skops" not in (done.package / "pyproject.toml").read_text("utf-8")
