"""Threshold search

Generated from the notebook `thresholds.ipynb`; start with `run`.
"""

from thresholds.evaluation import evaluate
from thresholds.pipeline import run
from thresholds.preprocessing import preprocess
from thresholds.training import train

__all__ = [
    "evaluate",
    "preprocess",
    "run",
    "train",
]
