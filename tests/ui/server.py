"""A real Jupyter server with this working copy's extension, on a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.jupyterserver import address

REPOSITORY = Path(__file__).resolve().parents[2]
BUNDLE = REPOSITORY / "nb2prod" / "labextension"

#: What would cover the page, or ask the network.
_SETTINGS: dict[str, dict[str, object]] = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension/plugin": {"enabled": False},
}

_COLLABORATION = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")


@dataclass(frozen=True, slots=True)
class Server:
    """Where it listens, and the folder that it shows."""

    url: str
    root: Path
    log: Path


@contextmanager
def running(
    home: Path,
    app: str = "jupyterlab",
    settings: Mapping[str, dict[str, object]] | None = None,
    *,
    python: str = sys.executable,
    collaborative: bool = False,
    extension: bool = True,
) -> Iterator[Server]:
    """Serves ``home/root`` until the block ends; ``app`` is the module of ``python`` that starts it."""
    environment = _environment(home, {**_SETTINGS, **(settings or {})}, collaborative)
    if not extension:
        (home / "share" / "labextensions" / "nb2prod").unlink()
    with serving(home, app, python, environment) as server:
        yield server


@contextmanager
def serving(
    home: Path, app: str, python: str | Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    """Serves ``home/root`` with whatever the environment brings."""
    root = home / "root"
    root.mkdir(parents=True)
    command = [
        python, "-m", app, "--no-browser", "--allow-root", "--port=0", "--port-retries=0",
        "--ServerApp.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={root}",
    ]  # fmt: skip
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=root, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            url = address(process, Path(environment["JUPYTER_RUNTIME_DIR"]))
            if url is None:
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
            yield Server(url, root, log)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _environment(
    home: Path, settings: Mapping[str, dict[str, object]], collaborative: bool
) -> dict[str, str]:
    for plugin, values in settings.items():
        file = home / "settings" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    (home / "share" / "labextensions").mkdir(parents=True)
    (home / "share" / "labextensions" / "nb2prod").symlink_to(BUNDLE)
    enabled = REPOSITORY / "jupyter-config" / "server-config"
    shutil.copytree(enabled, home / "etc" / "jupyter_server_config.d")
    if not collaborative:
        _switch_off_collaboration(home / "etc")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        "PYTHONPATH": str(REPOSITORY),
        "NB2PROD_CACHE": str(home / "cache"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_PATH": str(home / "share"),
        "JUPYTER_CONFIG_PATH": str(home / "etc"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }


def _switch_off_collaboration(config: Path) -> None:
    """It is installed for one test, and would change how every notebook is opened."""
    server = {"ServerApp": {"jpserver_extensions": {"jupyter_server_ydoc": False}}}
    (config / "jupyter_server_config.d" / "zz.json").write_text(json.dumps(server))
    (config / "labconfig").mkdir()
    disabled = dict.fromkeys(_COLLABORATION, True)
    (config / "labconfig" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": disabled})
    )
