"""A counter that functions share

Generated from the notebook `shared_state.ipynb`; start with `run`.
"""

from shared_state.evaluation import evaluate
from shared_state.pipeline import run
from shared_state.prediction import predict
from shared_state.training import train

__all__ = [
    "evaluate",
    "predict",
    "run",
    "train",
]
