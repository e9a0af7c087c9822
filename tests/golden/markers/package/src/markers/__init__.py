"""One cell, several roles

Generated from the notebook `markers.ipynb`; start with `run`.
"""

from markers.pipeline import evaluate, run
from markers.prediction import predict
from markers.preprocessing import preprocess
from markers.training import train

__all__ = [
    "evaluate",
    "predict",
    "preprocess",
    "run",
    "train",
]
