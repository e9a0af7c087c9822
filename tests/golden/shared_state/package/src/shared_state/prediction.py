"""Makes the predictions.

From cell 5 of the notebook.
"""

import logging

from shared_state.state import State

logger = logging.getLogger(__name__)


def predict(state: State) -> None:
    """Makes the predictions.

    Parameters
    ----------
    state : State
        Names that functions share: `found`.

    Notes
    -----
    From cell 5 of the notebook.
    """
    try:
        logger.info(str(state.found))
    except NameError:
        state.found = "below"
