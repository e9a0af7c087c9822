"""A star import of a library

Generated from the notebook `library_stars.ipynb`; start with `run`.
"""

from library_stars.evaluation import evaluate
from library_stars.pipeline import run
from library_stars.preprocessing import preprocess
from library_stars.training import train

__all__ = [
    "evaluate",
    "preprocess",
    "run",
    "train",
]
