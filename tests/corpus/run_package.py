"""Runs a converted package and observes what its `run()` gives.

`python -m corpus.run_package NAME REQUEST RESULT`, in the notebooks' environment.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .isolation import answer, isolate


def run_package(name: str) -> Mapping[str, Any]:
    """Import the package and run it. The seeds come first: module level may draw, as cells may."""
    isolate()
    results: Mapping[str, Any] = importlib.import_module(name).run()
    return results


if __name__ == "__main__":
    name, request, result = sys.argv[1:]
    answer(run_package(name), Path(request), Path(result))
