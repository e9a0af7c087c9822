"""Sets role tags in a notebook file and leaves every other byte as it is.

The JSON text is edited in place: the standard library's decoder tells where each value ends, so
the places of the tags are found without writing the notebook anew.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.notebook import NotebookError, read
from nb2prod.roles import Role, role_of_tag

_DECODER = json.JSONDecoder(strict=False)
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class _Span:
    """A value in the text, without the white space around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Member:
    """A key of an object with its value."""

    key: _Span
    value: _Span


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def write_tags(path: Path, roles: Mapping[int, Role]) -> Diagnostic | None:
    """Gives each cell, by its number, a role tag; the reason where nothing was written."""
    try:
        read(path)
    except NotebookError as error:
        return error.problem
    try:
        content = path.read_bytes()
        if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
            return diagnostic("NB403", f"{path}: is read-only", hint="Nothing was written.")
        text = content.decode("utf-8")
        cells = _cells(text)
        if cells is None or any(not 0 < number <= len(cells) for number in roles):
            message = f"{path}: the cells don't stand where they do in notebook format 4"
            return diagnostic("NB101", message, hint="Open and save it in JupyterLab.")
        unit = _unit(text)
        edits = [
            e for number, role in roles.items() for e in _edits(text, cells[number - 1], role, unit)
        ]
        if edits:
            _replace(path.resolve(), _edited(text, edits).encode("utf-8"))
    except OSError as error:
        reason = f"{error.filename or path}: {error.strerror or error}"
        return diagnostic("NB403", reason, hint="Nothing was written.")
    return None


def tags_with(tags: Sequence[str], role: Role) -> list[str]:
    """The tags of a cell that gets a role: it takes the place of another, foreign tags stay."""
    kept: list[str] = []
    placed = False
    for tag in tags:
        held = role_of_tag(tag)
        if held is None:
            kept.append(tag)
        elif not placed:
            kept.append(tag if held is role else role.value)
            placed = True
    return kept if placed else [*kept, role.value]


# ---------------------------------------------------------------------- finding the place
def _cells(text: str) -> list[_Span] | None:
    """The cells' objects, or None where the file has another layout."""
    start = 1 if text.startswith("\ufeff") else 0
    root = _members(text, _blank(text, start))
    if "cells" not in root or text[root["cells"].value.start] != "[":
        return None
    return list(_items(text, root["cells"].value.start))


def _members(text: str, start: int) -> dict[str, _Member]:
    """The members of the object at ``start``; of equal keys the last, as `json` reads them."""
    found: dict[str, _Member] = {}
    at = _blank(text, start + 1)
    while text[at] != "}":
        key, key_end = _DECODER.raw_decode(text, at)
        value = _value(text, _blank(text, _blank(text, key_end) + 1))
        found[key] = _Member(_Span(at, key_end), value)
        at = _blank(text, value.end)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return found


def _items(text: str, start: int) -> Iterator[_Span]:
    """The items of the array at ``start``."""
    at = _blank(text, start + 1)
    while text[at] != "]":
        item = _value(text, at)
        yield item
        at = _blank(text, item.end)
        if text[at] == ",":
            at = _blank(text, at + 1)


def _value(text: str, start: int) -> _Span:
    return _Span(start, _DECODER.raw_decode(text, start)[1])


def _blank(text: str, start: int) -> int:
    """Where white space ends."""
    match = _BLANK.match(text, start)
    return match.end() if match else start


def _unit(text: str) -> str:
    """The indentation of the file's first level; empty where the file stands on one line."""
    start = text.index("{") + 1
    return text[start : _blank(text, start)].rpartition("\n")[2]


# ---------------------------------------------------------------------- editing
def _edits(text: str, cell: _Span, role: Role, unit: str) -> Iterator[_Edit]:
    members = _members(text, cell.start)
    lead = _lead(text, cell.start, members)
    metadata = members.get("metadata")
    if metadata is None or text[metadata.value.start] != "{":
        tags = _member("tags", _array([json.dumps(role.value)], _deeper(lead, unit), unit), text)
        body = _wrapped("{}", [tags], lead, unit)
        yield _set(text, cell, members, "metadata", body, lead)
        return
    inner = _members(text, metadata.value.start)
    inner_lead = _lead(text, metadata.value.start, inner) if inner else _deeper(lead, unit)
    held = inner.get("tags")
    if held is not None and text[held.value.start] == "[":
        yield from _retagged(text, held.value, role, inner_lead, unit)
    elif inner:
        array = _array([json.dumps(role.value)], inner_lead, unit)
        yield _set(text, metadata.value, inner, "tags", array, inner_lead)
    else:
        tags = _member("tags", _array([json.dumps(role.value)], inner_lead, unit), text)
        body = _wrapped("{}", [tags], lead, unit)
        yield _Edit(metadata.value.start, metadata.value.end, body)


def _retagged(text: str, array: _Span, role: Role, lead: str, unit: str) -> Iterator[_Edit]:
    """Replaces the items of a list of tags; its layout stays."""
    items = list(_items(text, array.start))
    raw = [text[item.start : item.end] for item in items]
    values = [json.loads(item) for item in raw]
    tags = [value for value in values if isinstance(value, str)]
    wanted = tags_with(tags, role)
    if wanted == tags:
        return
    spelled = dict(
        zip(tags, (r for r, v in zip(raw, values, strict=True) if isinstance(v, str)), strict=True)
    )
    written = [spelled.get(tag, json.dumps(tag)) for tag in wanted]
    if not items:
        yield _Edit(array.start, array.end, _array(written, lead, unit))
        return
    before = text[array.start + 1 : items[0].start]
    after = text[items[-1].end : array.end]
    between = "," + before if "\n" in before else _comma(text)
    if len(items) > 1:
        between = text[items[0].end : items[1].start]
    yield _Edit(array.start + 1, array.end, before + between.join(written) + after)


def _set(
    text: str, owner: _Span, members: Mapping[str, _Member], key: str, value: str, lead: str
) -> _Edit:
    """Sets a member of an object that has others: in its place, or behind the last."""
    if key in members:
        span = members[key].value
        return _Edit(span.start, span.end, value)
    if not members:
        return _Edit(owner.start + 1, owner.start + 1, _member(key, value, text))
    end = max(member.value.end for member in members.values())
    separator = "," + lead if "\n" in lead else _comma(text)
    return _Edit(end, end, separator + _member(key, value, text))


def _lead(text: str, start: int, members: Mapping[str, _Member]) -> str:
    """What stands before the first key of an object: a line break with indentation, or nothing."""
    if not members:
        return ""
    return text[start + 1 : _blank(text, start + 1)]


def _deeper(lead: str, unit: str) -> str:
    return lead + unit if "\n" in lead else lead


def _array(items: Sequence[str], lead: str, unit: str) -> str:
    return _wrapped("[]", items, lead, unit)


def _wrapped(brackets: str, items: Sequence[str], lead: str, unit: str) -> str:
    """Items in brackets: each on a line of its own, one level below ``lead``, or all on one."""
    opening, closing = brackets[0], brackets[1]
    if "\n" not in lead:
        return opening + ", ".join(items) + closing
    inner = _deeper(lead, unit)
    return opening + inner + ("," + inner).join(items) + lead + closing


def _member(key: str, value: str, text: str) -> str:
    return f'"{key}":{_after_colon(text)}{value}'


def _after_colon(text: str) -> str:
    """What the file writes between a colon and its value."""
    match = re.search(r'"\s*:([ \t]*)', text)
    return match[1] if match else " "


def _comma(text: str) -> str:
    """What the file writes between members on one line."""
    return ", " if _after_colon(text) else ","


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(path, name)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
