"""Magics

Generated from the notebook `magics.ipynb`; start with `run`.
"""

from magics.evaluation import evaluate
from magics.pipeline import run
from magics.prediction import predict
from magics.preprocessing import preprocess
from magics.training import train

__all__ = [
    "evaluate",
    "predict",
    "preprocess",
    "run",
    "train",
]
