"""The modules that `nb2prod.probes.rowchain` is given, as where a notebook runs."""

from __future__ import annotations

from importlib import import_module

from nb2prod.probes import rowchain

TOOLS = rowchain.Tools(*(import_module(f"nb2prod.probes.{n}") for n in rowchain.Tools._fields))
