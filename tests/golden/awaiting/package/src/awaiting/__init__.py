"""Top-level await

Generated from the notebook `awaiting.ipynb`; start with `run`.
"""

from awaiting.evaluation import evaluate
from awaiting.pipeline import run
from awaiting.preprocessing import preprocess

__all__ = [
    "evaluate",
    "preprocess",
    "run",
]
