"""The themes that JupyterLab brings."""

from __future__ import annotations

THEMES = {
    "light": "JupyterLab Light",
    "dark": "JupyterLab Dark",
    "contrast": "JupyterLab Dark High Contrast",
}


def themed(theme: str) -> dict[str, dict[str, object]]:
    """The settings of a server that shows one."""
    return {"@jupyterlab/apputils-extension/themes": {"theme": THEMES[theme]}}
