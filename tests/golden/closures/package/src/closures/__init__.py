"""Helpers that read globals, and helpers that don't

Generated from the notebook `closures.ipynb`; start with `run`.
"""

from closures.evaluation import evaluate
from closures.pipeline import run
from closures.prediction import predict
from closures.preprocessing import preprocess
from closures.training import train

__all__ = [
    "evaluate",
    "predict",
    "preprocess",
    "run",
    "train",
]
