"""Turns tagged Jupyter notebooks into tested Python packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nb2prod.version import __version__ as __version__

if TYPE_CHECKING:
    from nb2prod.conversion import Conversion, check, convert
    from nb2prod.diagnostics import Diagnostic

__all__ = ["Conversion", "Diagnostic", "check", "convert"]


def __getattr__(name: str) -> Any:
    """The public names, imported when they are first asked for."""
    if name in __all__:
        from nb2prod import conversion, diagnostics

        source = diagnostics if name == "Diagnostic" else conversion
        return getattr(source, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """How a Jupyter server finds the routes; nothing of it is imported before."""
    from nb2prod.server.extension import Nb2prodExtension

    return [{"module": "nb2prod.server.extension", "app": Nb2prodExtension}]
