"""Turns tagged Jupyter notebooks into tested Python packages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nb2prod.version import __version__ as __version__

if TYPE_CHECKING:
    from nb2prod.conversion import Conversion, check, convert
    from nb2prod.diagnostics import Diagnostic
    from nb2prod.widgets import panel

__all__ = ["Conversion", "Diagnostic", "check", "convert", "panel"]

_PLACES = {"Diagnostic": "diagnostics", "panel": "widgets"}


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for."""
    if name in __all__:
        return getattr(import_module(f"nb2prod.{_PLACES.get(name, 'conversion')}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """How a Jupyter server finds the routes; nothing of it is imported before."""
    from nb2prod.server.extension import Nb2prodExtension

    return [{"module": "nb2prod.server.extension", "app": Nb2prodExtension}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where `jupyter labextension develop` finds the built extension."""
    return [{"src": "labextension", "dest": "nb2prod"}]
