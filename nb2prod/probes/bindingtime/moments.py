"""Objects as they were at one moment."""

from __future__ import annotations

import copy
import pickle
from typing import Any


def image(value: Any) -> Any:
    """What a value is, to tell whether it changed; something else each time where that can't be told."""
    try:
        return pickle.dumps(value)
    except Exception:  # noqa: BLE001 - values of the notebook
        return object()


class Moment(object):
    """What an object held, and how to let it hold that again."""

    def __init__(self, value: Any) -> None:
        self._value, self._image = value, image(value)
        try:
            self._held = copy.deepcopy(value)
        except Exception:  # noqa: BLE001 - values of the notebook
            self._held = value

    def undo(self) -> bool:
        """Takes changes back; whether there were any."""
        value, held = self._value, self._held
        if held is value or image(value) == self._image:
            return False
        if isinstance(value, (dict, set)):
            value.clear()
            value.update(held)
        elif isinstance(value, list):
            value[:] = held
        elif hasattr(value, "__dict__"):
            vars(value).clear()
            vars(value).update(vars(held))
        return True
