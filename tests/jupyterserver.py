"""A real Jupyter server, started as a process: where it answers."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

#: Seconds that it may take to start.
_PATIENCE = 60


def address(process: subprocess.Popen[bytes], runtime: Path) -> str | None:
    """Its address, as it writes it into its runtime folder; None where it ends before, or never does."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                url: str = json.loads(file.read_text())["url"]
            except ValueError:
                continue  # half written
            return url
        time.sleep(0.05)
    return None
