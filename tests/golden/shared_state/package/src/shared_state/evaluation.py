"""Measures the model.

From cell 4 of the notebook.
"""

from typing import Any

from shared_state.state import State


def evaluate(state: State, step: Any, best: Any) -> None:
    """Measures the model.

    Parameters
    ----------
    state : State
        Names that functions share: `found`.
    step
        As `set_up` gives it.
    best
        As `train` gives it.

    Notes
    -----
    From cell 4 of the notebook.
    """
    max = 100
    if best > max:
        state.found = "above"
    step(max)
