"""Measures the model.

From cell 5 of the notebook.
"""

import asyncio
from typing import Any

from awaiting.common import doubles


async def evaluate(answers: Any) -> Any:
    """Measures the model.

    Parameters
    ----------
    answers
        As `preprocess` gives it.

    Returns
    -------
    again
        The notebook's variable of that name.

    Notes
    -----
    From cell 5 of the notebook.
    """
    async with asyncio.Lock():
        again = [answer async for answer in doubles(answers)]
    return again
