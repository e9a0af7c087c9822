"""Options, seeds and values for all stages.

From cell 2 of the notebook.
"""

from typing import Any, NamedTuple

from shared_state.state import State


class SetUpResult(NamedTuple):
    """What `set_up` gives."""

    history: Any
    step: Any


def set_up(state: State) -> SetUpResult:
    """Options, seeds and values for all stages.

    Parameters
    ----------
    state : State
        Names that functions share: `calls`, `level`.

    Returns
    -------
    SetUpResult
        With the fields `history`, `step`.

    Notes
    -----
    From cell 2 of the notebook.
    """
    state.calls = 0
    history = []
    state.level = 1

    def step(amount):
        """Counts itself."""
        state.calls += 1
        history.append((state.calls, amount * state.level))
        return amount * state.level

    step(0)
    return SetUpResult(history=history, step=step)
