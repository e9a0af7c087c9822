"""What modules beside the notebook keep: each is loaded once in a process, for all runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from nb2prod.modules import LocalModule


def rebound_globals(local: Mapping[str, LocalModule]) -> frozenset[str]:
    """Globals that functions of the copied modules bind."""
    return frozenset(
        name
        for module in local.values()
        for node in ast.walk(ast.parse(module.source))
        if isinstance(node, ast.Global)
        for name in node.names
    )
