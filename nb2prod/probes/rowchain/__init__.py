"""From a notebook's raw rows to its predictions: which of its tables they are, and which rows prove it."""

from __future__ import annotations

from typing import Any, Dict

from .program import Refused, Tools
from .search import Search

__all__ = ["Tools", "followed"]


def followed(request: Dict[str, Any], tools: Tools) -> Dict[str, Any]:
    """The chain that was found, or why there is none."""
    try:
        found, predictions = Search(request, tools).found()
    except Refused as why:
        return {"refused": [why.text, why.statement, why.line]}
    capture, schema = tools.capture, tools.rowschema
    capture.hide(request["hidden"])
    return {
        **found,
        "captured": capture.captured({"": predictions}, [""])[""],
        "contract": schema.described(request["kept"], found["prediction"], capture.hidden()),
    }
