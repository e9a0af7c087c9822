"""A request that is refused, with words for the person who made it."""

from __future__ import annotations


class Refused(Exception):
    """Becomes an answer with this status, and a `Problem` as its body."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint
