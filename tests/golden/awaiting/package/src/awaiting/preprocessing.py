"""Turns the raw data into features.

From cell 4 of the notebook.
"""

import asyncio
from typing import Any

from awaiting.common import ask


async def preprocess(count: int) -> Any:
    """Turns the raw data into features.

    Parameters
    ----------
    count
        From cell 3; the notebook has `3`.

    Returns
    -------
    answers
        The notebook's variable of that name.

    Notes
    -----
    From cell 4 of the notebook.
    """
    answers = await asyncio.gather(*(ask(n) for n in range(count)))
    return answers
