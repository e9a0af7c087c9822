"""Orders

Generated from a notebook; start with `run`.
"""

from shop.evaluation import evaluate
from shop.pipeline import run
from shop.preprocessing import preprocess

__all__ = [
    "evaluate",
    "preprocess",
    "run",
]
