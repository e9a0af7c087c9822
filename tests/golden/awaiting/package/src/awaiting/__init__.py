"""Top-level await

Generated from a notebook; start with `run`.
"""

from awaiting.evaluation import evaluate
from awaiting.pipeline import run
from awaiting.preprocessing import preprocess

__all__ = [
    "evaluate",
    "preprocess",
    "run",
]
