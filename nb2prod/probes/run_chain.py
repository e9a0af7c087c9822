"""Follows the raw rows of a notebook to its predictions, in a process of its own.

``python run_chain.py REQUEST RESULT``; both are JSON files. The request has the statements (number, text of
the cell, position in it), the names that may hold the predictions, the one wanted first, those of them that
the notebook predicts last (``likeliest``) and those that may hold several for a row (``tables``), the names
that the notebook's settings give for the raw rows and the target, and the environment variables of secrets.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any


def main(request_path: str, result_path: str) -> None:
    """Writes down what was found, or why there is nothing."""
    rowchain = _beside("rowchain")
    tools = rowchain.Tools(*map(_beside, rowchain.Tools._fields))
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path[:] = [os.getcwd()] + [
        p for p in sys.path if p != os.path.dirname(os.path.abspath(__file__))
    ]
    answer = rowchain.followed(request, tools)
    with open(result_path, "w", encoding="utf-8") as file:
        file.write(json.dumps(answer))


def _beside(name: str) -> Any:
    """A module that lies beside this file; whoever imports that name later gets another one."""
    module = importlib.import_module(name)
    for known in [n for n in sys.modules if n == name or n.startswith(name + ".")]:
        del sys.modules[known]
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # workers that a library left behind must not hold up the end
