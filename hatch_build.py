"""Puts the JupyterLab extension into the wheel and the sdist.

Where the bundle is missing or old and Node is there, it is built. A wheel without Node and without a
bundle is still good for the command line; an sdist has to hold the bundle, so that nobody who installs
it needs Node. Editable installs never build: `make lab` does.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = "nb2prod/labextension"
SOURCES = (
    "labextension/src",
    "labextension/style",
    "labextension/schema",
    "labextension/package.json",
)
SHARE = "share/jupyter/labextensions/nb2prod"
SERVER_CONFIG = {
    "jupyter-config/server-config/nb2prod.json": "etc/jupyter/jupyter_server_config.d/nb2prod.json"
}


class LabExtension(BuildHookInterface[Any]):
    """The build hook; hatchling finds it by its base class."""

    def dependencies(self) -> list[str]:
        wanted = ["hatch-jupyter-builder>=0.10", "jupyter-builder>=1.3"]
        return wanted if self._can_build() and self._old() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard" and self._can_build() and self._old():
            from hatch_jupyter_builder import npm_builder

            npm_builder(
                self.target_name, version, path=self.root, build_cmd="build:prod", npm=["jlpm"]
            )
        there = (Path(self.root) / BUNDLE / "package.json").exists()
        if self.target_name == "sdist":
            if not there:
                raise RuntimeError(
                    "the sdist needs the JupyterLab extension, and building it needs Node"
                )
            build_data["artifacts"].append(f"/{BUNDLE}")
            return
        shared = dict(SERVER_CONFIG)
        if there:
            shared |= {BUNDLE: SHARE, "labextension/install.json": f"{SHARE}/install.json"}
        else:
            self.app.display_warning("no Node: this wheel comes without the JupyterLab extension")
        build_data["shared_data"].update(shared)

    def _can_build(self) -> bool:
        sources = all((Path(self.root) / source).exists() for source in SOURCES)
        return sources and shutil.which("node") is not None

    def _old(self) -> bool:
        """Whether a source is newer than the bundle. In an unpacked sdist all are of one age."""
        bundle = Path(self.root) / BUNDLE / "package.json"
        if not bundle.exists():
            return True
        built = bundle.stat().st_mtime
        files = (
            path
            for source in SOURCES
            for path in [Path(self.root) / source, *(Path(self.root) / source).rglob("*")]
        )
        return any(path.is_file() and path.stat().st_mtime > built for path in files)
