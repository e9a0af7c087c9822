"""Two rounds

Generated from the notebook `stages.ipynb`; start with `run`.
"""

from stages.pipeline import evaluate, run, train

__all__ = [
    "evaluate",
    "run",
    "train",
]
