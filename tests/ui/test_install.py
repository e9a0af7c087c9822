"""Journey 6: what pip installs is one package with the extension and its routes switched on.

All of it without Node. JupyterLab comes from the package index once: wheel, sdist and bare clone are then installed
into that environment one after the other, each with what it depends on.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Page

from tests.ui.examples import put_churn
from tests.ui.lab import Lab
from tests.ui.pictures import Picture
from tests.ui.server import BUNDLE, REPOSITORY, serving

_SOURCES = (
    "nb2prod", "labextension", "jupyter-config", "hatch_build.py", "pyproject.toml", "package.json",
    "yarn.lock", ".yarnrc.yml", "README.md", "LICENSE", "docs", "Makefile", "CONTRIBUTING.md",
    "CHANGELOG.md", "example_notebooks",
)  # fmt: skip


#: Installs an archive or a folder; it is gone again after the test.
Install: TypeAlias = Callable[[Path], None]


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no Node can be found, and no Jupyter of this machine's users."""
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV") and not name.startswith("JUPYTER")
    }
    found = {
        **kept,
        "PATH": str(home / "bin"),
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    assert not [name for name in ("node", "npm", "jlpm") if shutil.which(name, path=found["PATH"])]
    return found


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources, with the bundle that was built."""
    if not (BUNDLE / "package.json").exists():
        pytest.skip("the extension is not built: make lab")
    folder = tmp_path_factory.mktemp("clone")
    ignored = shutil.ignore_patterns("node_modules", "__pycache__", "lib")
    for name in _SOURCES:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.exists():
            shutil.copy2(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def prefix(tmp_path_factory: pytest.TempPathFactory, without_node: dict[str, str]) -> Path:
    """A fresh virtual environment with JupyterLab and Notebook."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    _pip(folder, without_node, "install", "jupyterlab", "notebook")
    return folder


@pytest.fixture
def install(prefix: Path, without_node: dict[str, str]) -> Iterator[Install]:
    yield lambda what: _pip(prefix, without_node, "install", str(what))
    _pip(prefix, without_node, "uninstall", "--yes", "nb2prod")
    assert "nb2prod" not in _jupyter(prefix, without_node, "labextension", "list")
    assert "nb2prod" not in _jupyter(prefix, without_node, "server", "extension", "list")


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_what_pip_installs_is_switched_on_and_served(
    kind: str,
    install: Install,
    clone: Path,
    prefix: Path,
    without_node: dict[str, str],
    tmp_path: Path,
    page: Page,
    picture: Picture,
) -> None:
    archive = _build(clone, kind, without_node)
    if kind == "wheel":
        # The converter is most of it, and larger than the 500 kB that are wanted; what JupyterLab loads is small.
        assert archive.stat().st_size < 660_000
        with zipfile.ZipFile(archive) as held:
            loaded = [
                file for file in held.infolist() if "labextensions/nb2prod/static" in file.filename
            ]
            assert 0 < sum(file.compress_size for file in loaded) < 60_000
    install(archive)
    listed = _jupyter(prefix, without_node, "labextension", "list")
    assert f"{prefix}/share/jupyter/labextensions" in listed
    assert re.search(r"nb2prod v\S+ .*enabled.* .*OK", listed)
    servers = _jupyter(prefix, without_node, "server", "extension", "list")
    assert re.search(r"nb2prod .*enabled", servers)
    assert re.search(r"nb2prod \S* ?.*OK", servers)
    with serving(tmp_path / "served", "jupyterlab", prefix / "bin" / "python", without_node) as it:
        html = _fetch(f"{it.url}lab")
        (entry,) = re.findall(r'"load": "(static/remoteEntry\.\w+\.js)", "name": "nb2prod"', html)
        assert "nb2prod" in _fetch(f"{it.url}lab/extensions/nb2prod/{entry}")
        schema = json.loads(_fetch(f"{it.url}nb2prod/settings"))["schema"]
        assert {"name", "outputs", "owner"} <= schema["properties"].keys()
        lab = Lab(page, it, it.root / "work")
        lab.open(put_churn(lab.folder, tagged=True))
        lab.panel.locator(".nb2prod-FlowBox").first.wait_for()
        picture(page, f"journey-6-{kind}")


def test_a_clone_without_node_still_has_the_command_line(
    install: Install, clone: Path, prefix: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(clone, bare, ignore=shutil.ignore_patterns("dist"))
    shutil.rmtree(bare / "nb2prod" / "labextension")
    install(bare)
    assert "nb2prod" in _run([str(prefix / "bin" / "nb2prod"), "--version"], tmp_path, without_node)
    assert "nb2prod" not in _jupyter(prefix, without_node, "labextension", "list")


def _build(source: Path, kind: str, environment: dict[str, str]) -> Path:
    """With the build backend of this environment: nothing is fetched."""
    out = source / "dist"
    code = f"import hatchling.build as b; print(b.build_{kind}({str(out)!r}))"
    done = _run([sys.executable, "-c", code], source, environment)
    return out / done.strip().split("\n")[-1]


def _pip(prefix: Path, environment: dict[str, str], *words: str) -> None:
    _run([str(prefix / "bin" / "python"), "-m", "pip", *words, "-q"], prefix, environment)


def _jupyter(prefix: Path, environment: dict[str, str], *words: str) -> str:
    """What it prints, without the colours."""
    printed = _run([str(prefix / "bin" / "jupyter"), *words], prefix, environment)
    return re.sub(r"\x1b\[[0-9;]*m", "", printed)


def _fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr
