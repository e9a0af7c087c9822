"""Makes the predictions.

From cells 2 and 7 of the notebook.
"""

from typing import Any


def predict(rows: Any, weights: Any) -> Any:
    """Makes the predictions.

    Parameters
    ----------
    rows
        As `preprocess` gives it.
    weights
        As `train` gives it.

    Returns
    -------
    report
        The notebook's variable of that name.

    Notes
    -----
    From cells 2 and 7 of the notebook.
    """

    def report_of(kind):
        # reads what the train cell binds
        return {kind: [weight * len(rows) for weight in weights]}

    report = report_of("weights")
    return report
