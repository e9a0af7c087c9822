"""What pip installs: one wheel with the extension and its routes switched on, and no Node anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.ui.server import BUNDLE, REPOSITORY

_SOURCES = (
    "nb2prod", "labextension", "jupyter-config", "hatch_build.py", "pyproject.toml", "package.json",
    "yarn.lock", ".yarnrc.yml", "README.md", "LICENSE", "docs", "Makefile", "CONTRIBUTING.md",
    "CHANGELOG.md", "example_notebooks",
)  # fmt: skip


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no Node can be found."""
    empty = tmp_path_factory.mktemp("bin")
    return {**{k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, "PATH": str(empty)}


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
def sdist(clone: Path, without_node: dict[str, str]) -> Path:
    return _build(clone, "sdist", without_node)


def test_the_wheel_is_small_and_switched_on(
    clone: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    wheel = _build(clone, "wheel", without_node)
    assert wheel.stat().st_size < 500_000
    _is_switched_on(wheel, tmp_path, without_node)


def test_the_sdist_holds_the_bundle(
    sdist: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    _is_switched_on(sdist, tmp_path, without_node)


def test_a_clone_without_node_still_has_the_command_line(
    clone: Path, without_node: dict[str, str], tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(clone, bare, ignore=shutil.ignore_patterns("dist"))
    shutil.rmtree(bare / "nb2prod" / "labextension")
    python = _environment(tmp_path / "env")
    _install(python, bare, without_node)
    done = _run([str(python), "-m", "nb2prod", "--version"], tmp_path, without_node)
    assert "nb2prod" in done


def _is_switched_on(archive: Path, folder: Path, environment: dict[str, str]) -> None:
    python = _environment(folder / "env")
    _install(python, archive, environment)
    prefix = python.parent.parent
    jupyter = {**environment, "JUPYTER_CONFIG_DIR": str(folder / "config"), "HOME": str(folder)}
    listed = _run([str(python), "-m", "jupyterlab.labextensions", "list"], folder, jupyter)
    assert f"{prefix}/share/jupyter/labextensions" in listed
    assert any(
        "nb2prod" in line and "enabled" in line and "OK" in line for line in listed.split("\n")
    )
    servers = _run(
        [str(python), "-m", "jupyter_server.extension.serverextension", "list"], folder, jupyter
    )
    found = servers[servers.index(f"{prefix}/etc/jupyter") :]
    assert "nb2prod" in found
    assert "enabled" in found[found.index("nb2prod") :]


def _build(source: Path, kind: str, environment: dict[str, str]) -> Path:
    """With the build backend of this environment: nothing is fetched."""
    out = source / "dist"
    code = f"import hatchling.build as b; print(b.build_{kind}({str(out)!r}))"
    done = _run([sys.executable, "-c", code], source, environment)
    return out / done.strip().split("\n")[-1]


def _environment(folder: Path) -> Path:
    """A fresh one, which finds the libraries of this one, but none of its Jupyter files."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    home = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (home / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def _install(python: Path, what: Path, environment: dict[str, str]) -> None:
    options = ["--no-deps", "--no-build-isolation", "--force-reinstall", "--ignore-installed", "-q"]
    _run([str(python), "-m", "pip", "install", *options, str(what)], what.parent, environment)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr
