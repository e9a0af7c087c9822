"""Two rounds

Generated from a notebook; start with `run`.
"""

from stages.pipeline import evaluate, run, train

__all__ = [
    "evaluate",
    "run",
    "train",
]
