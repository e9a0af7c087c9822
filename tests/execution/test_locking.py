"""The lock file, from a package index that is real and of our own."""

from __future__ import annotations

import hashlib
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nb2prod.diagnostics import Diagnostic
from nb2prod.locking import locked

from .test_execution import run, written

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomllib")

pytestmark = pytest.mark.execution

PYTHON = Path(sys.executable)


def wheel(folder: Path, name: str, version: str, *needs: str) -> Path:
    """A distribution with one module that holds its version."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{name}-{version}-py3-none-any.whl"
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        words = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        words += "".join(f"Requires-Dist: {need}\n" for need in needs)
        archive.writestr(f"{information}/METADATA", words)
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")
    return path


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an index that uv asks, and no other one."""
    folder = tmp_path / "index"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
        monkeypatch.delenv("UV_OFFLINE")
        yield folder
        server.shutdown()


def test_files_and_hashes_come_from_the_index(index: Path, tmp_path: Path) -> None:
    path = wheel(index, "tinyblock", "1.2.0")
    text = locked("# the run\ntinyblock==1.2.0\n", PYTHON, tmp_path)
    assert isinstance(text, str), text
    (package,) = tomllib.loads(text)["packages"]
    assert (package["name"], package["version"]) == ("tinyblock", "1.2.0")
    (file,) = package["wheels"]
    assert file["url"].endswith(path.name)
    assert file["hashes"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_run_gives_the_same_lock(index: Path, tmp_path: Path) -> None:
    path = wheel(index, "tinyblock", "1.2.0")
    first = locked("tinyblock==1.2.0\n", PYTHON, tmp_path)
    path.with_name("tinyblock-1.2.0-1-py3-none-any.whl").write_bytes(path.read_bytes())
    assert locked("tinyblock==1.2.0\n", PYTHON, tmp_path) == first


@pytest.mark.parametrize("columns", ["80", "1000"])
@pytest.mark.parametrize(
    ("pin", "reason"), [("tinyblock==9", "no version"), ("nowhere==1", "not found")]
)
def test_what_the_index_lacks_is_a_note(
    index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pin: str,
    reason: str,
    columns: str,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    wheel(index, "tinyblock", "1.2.0")
    found = locked(f"{pin}\n", PYTHON, tmp_path)
    assert isinstance(found, Diagnostic)
    assert found.code == "NB318"
    assert reason in found.message


def test_no_index_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_OFFLINE")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:hidden@127.0.0.1:9/simple")
    found = locked("tinyblock==1\n", PYTHON, tmp_path)
    assert isinstance(found, Diagnostic)
    assert found.code == "NB318"
    assert "hidden" not in found.message
    assert "\n" not in found.message


def test_offline_there_is_none(tmp_path: Path) -> None:
    assert locked("tinyblock==1\n", PYTHON, tmp_path) == ""


def test_a_login_never_reaches_a_package(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wheel(index, "tinyblock", "1.2.0")
    # What an index calls a file may hold a login of its own.
    link = f'<a href="http://me:hidden@127.0.0.1/{path.name}">{path.name}</a>'
    (path.parent / "index.html").write_text(link, "utf-8")
    found = locked("tinyblock==1.2.0\n", PYTHON, tmp_path)
    assert "hidden" not in str(found)


def test_a_package_has_the_lock_beside_the_pins(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wheel(index, "tinyblock", "1.2.0")
    place = tmp_path / "site"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(place)
    monkeypatch.setenv("PYTHONPATH", str(place))
    done = run(written(tmp_path, ("train", "import tinyblock\nv = tinyblock.VERSION")))
    assert done.package is not None, done.diagnostics
    assert path.name in (done.package / "pylock.toml").read_text("utf-8")
    assert "pylock.toml" in (done.package / "README.md").read_text("utf-8")


def test_a_package_without_a_lock_does_not_speak_of_one(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("train", "import numpy as np\nv = np.ones(3)")))
    assert done.package is not None, done.diagnostics
    assert not (done.package / "pylock.toml").exists()
    assert "pylock" not in (done.package / "README.md").read_text("utf-8")
