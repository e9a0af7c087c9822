"""Rents

Which flats are dear.

Generated from the notebook `plain.ipynb`; start with `run`.
"""

from plain.evaluation import evaluate
from plain.pipeline import run
from plain.prediction import predict
from plain.preprocessing import preprocess
from plain.training import train

__all__ = [
    "evaluate",
    "predict",
    "preprocess",
    "run",
    "train",
]
