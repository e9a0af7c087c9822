"""Where the values of a JSON text stand, and edits that leave everything around them as it is.

The standard library's decoder tells where each value ends, so nothing is written anew. The text has
to be one that it accepts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_DECODER = json.JSONDecoder(strict=False)
_BLANK = re.compile(r"[ \t\r\n]*")
_CHARACTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Span:
    """A value in the text, without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Member:
    """A key of an object with its value."""

    key: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Edit:
    """What takes the place of a piece of the text."""

    start: int
    end: int
    text: str


def members(text: str, start: int) -> dict[str, Member]:
    """The members of the object at ``start``; of equal keys the last, as `json` reads them."""
    found: dict[str, Member] = {}
    at = blank(text, start + 1)
    while text[at] != "}":
        key, key_end = _DECODER.raw_decode(text, at)
        value = _value(text, blank(text, blank(text, key_end) + 1))
        found[key] = Member(Span(at, key_end), value)
        at = blank(text, value.end)
        if text[at] == ",":
            at = blank(text, at + 1)
    return found


def items(text: str, start: int) -> Iterator[Span]:
    """The items of the array at ``start``."""
    at = blank(text, start + 1)
    while text[at] != "]":
        item = _value(text, at)
        yield item
        at = blank(text, item.end)
        if text[at] == ",":
            at = blank(text, at + 1)


def characters(text: str, string: Span) -> Iterator[tuple[int, str]]:
    """The characters of a string, each with the place where it is spelled."""
    for match in _CHARACTER.finditer(text, string.start + 1, string.end - 1):
        spelled = match[0]
        plain = len(spelled) == 1
        yield match.start(), spelled if plain else json.loads(f'"{spelled}"')


def blank(text: str, start: int) -> int:
    """Where white space ends."""
    match = _BLANK.match(text, start)
    return match.end() if match else start


def after_colon(text: str) -> str:
    """What the text writes between a colon and its value."""
    match = re.search(r'"\s*:([ \t]*)', text)
    return match[1] if match else " "


def comma(text: str) -> str:
    """What the text writes between members on one line."""
    return ", " if after_colon(text) else ","


def separator(text: str, array: Span, held: Sequence[Span]) -> str:
    """What stands between the items of an array; where it has one, what would."""
    if len(held) > 1:
        return text[held[0].end : held[1].start]
    before = text[array.start + 1 : held[0].start]
    return "," + before if "\n" in before else comma(text)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits; they don't overlap."""
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _value(text: str, start: int) -> Span:
    return Span(start, _DECODER.raw_decode(text, start)[1])
