"""When each value of a notebook exists: always, once it was trained, or for each row.

A differential interpreter. It runs the notebook's statements on all rows, and beside that on a few of
them, and looks at each expression: one whose value for a row is the same in both belongs to the row.
What is no row is fitted: the few rows take it from all rows. What only leaves rows out, or puts them in
another order, is left out beside the few. All else is there in training only, with the reason.
"""

from . import sources
from .datasets import pruned
from .expressions import Unfollowed
from .functions import Inside
from .interpreter import Interpreter

__all__ = ["Inside", "Interpreter", "Unfollowed", "pruned", "sources"]
