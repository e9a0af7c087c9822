"""Options, seeds and values for all stages.

From cell 2 of the notebook.
"""


def set_up() -> None:
    """Options, seeds and values for all stages.

    Notes
    -----
    From cell 2 of the notebook.
    """
