"""A real Jupyter server, started as a process: where it answers."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

#: Seconds that it may take to start.
_PATIENCE = 60


def address(process: subprocess.Popen[bytes], runtime: Path) -> str | None:
    """Its address, as it writes it into its runtime folder; None where it ends before, or never answers."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                url: str = json.loads(file.read_text())["url"]
                _connect(url)
            except (ValueError, ConnectionError):
                continue  # half written, or written before it listens
            return url
        time.sleep(0.05)
    return None


def _connect(url: str) -> None:
    place = urlsplit(url)
    socket.create_connection((place.hostname or "localhost", place.port or 80), timeout=5).close()
