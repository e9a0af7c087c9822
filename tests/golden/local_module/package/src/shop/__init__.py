"""Orders

Generated from the notebook `local_module.ipynb`; start with `run`.
"""

from shop.evaluation import evaluate
from shop.pipeline import run
from shop.preprocessing import preprocess

__all__ = [
    "evaluate",
    "preprocess",
    "run",
]
