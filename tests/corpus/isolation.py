"""What the processes of notebook and package share: seeds, no network, the way to answer.

Runs in the environment of the notebooks' libraries.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .observe import Leaf, observe

_LOCAL = {None, "", "localhost", "127.0.0.1", "::1", b"localhost"}


def isolate() -> None:
    """Seed the generators and refuse connections: no result hangs on chance or on a server."""
    random.seed(0)
    np.random.seed(0)
    np.random.default_rng = _seeded_default_rng
    sys.addaudithook(_refuse_network)


_default_rng = np.random.default_rng


def _seeded_default_rng(seed: Any = None) -> np.random.Generator:
    """Seed what has no seed: with entropy from the system a notebook would differ from itself."""
    return _default_rng(0 if seed is None else seed)


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in _LOCAL:
        raise ConnectionRefusedError(f"the corpus runs without network, {host!r} was asked for")


def answer(values: Mapping[str, object], request: Path, result: Path) -> None:
    """Observe what `request` names among `values`, write it to `result`, and end the process.

    Worker processes that a library left behind must not hold up the end.
    """
    wanted = json.loads(request.read_text(encoding="utf-8"))
    observed: dict[str, dict[str, Leaf]] = {}
    for name in wanted["outputs"]:
        if name in values:
            rows = wanted["rows"].get(name)
            observed[name] = observe(values[name], values[rows] if rows else None)
    result.write_text(json.dumps(observed), encoding="utf-8")
    sys.stdout.flush()
    os._exit(0)
