"""Sets role tags and role markers in a notebook file and leaves every other byte as it is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.jsontext import (
    Edit,
    Member,
    Span,
    after_colon,
    blank,
    characters,
    comma,
    edited,
    items,
    members,
    separator,
)
from nb2prod.notebook import NotebookError, read
from nb2prod.roles import PREFIX, Role, role_of_tag

#: The text of a notebook and its cells -> what to change; None where it can't be done.
_Change: TypeAlias = Callable[[str, Sequence[Span]], "list[Edit] | None"]


def write_tags(
    path: Path, roles: Mapping[int, Role | None], *, seen: str | None = None
) -> Diagnostic | None:
    """Gives each cell, by its number, a role tag, or takes it away; the reason where nothing was written.

    ``seen`` is the `fingerprint` of the file that the numbers are about: another one stays as it is.
    """

    def change(text: str, cells: Sequence[Span]) -> list[Edit] | None:
        if any(not 0 < number <= len(cells) for number in roles):
            return None
        unit = _unit(text)
        return [
            edit
            for number, role in roles.items()
            for edit in _edits(text, cells[number - 1], role, unit)
        ]

    return _write(path, change, seen)


def write_marker(
    path: Path, number: int, line: int, role: Role, *, seen: str | None = None
) -> Diagnostic | None:
    """Puts a line ``# nb2prod: ROLE`` above a line of a cell; the reason where nothing was written."""

    def change(text: str, cells: Sequence[Span]) -> list[Edit] | None:
        if not 0 < number <= len(cells):
            return None
        source = members(text, cells[number - 1].start).get("source")
        return None if source is None else _marked(text, source.value, line, role)

    return _write(path, change, seen)


def fingerprint(content: bytes) -> str:
    """Tells a file from what becomes of it when somebody else saves it."""
    return hashlib.sha256(content).hexdigest()


def tags_with(tags: Sequence[str], role: Role | None) -> list[str]:
    """The tags of a cell that gets a role, or none: it takes the place of another, foreign tags stay."""
    kept: list[str] = []
    placed = role is None
    for tag in tags:
        held = role_of_tag(tag)
        if held is None:
            kept.append(tag)
        elif role is not None and not placed:
            kept.append(tag if held is role else role.value)
            placed = True
    return kept if placed or role is None else [*kept, role.value]


def _write(path: Path, change: _Change, seen: str | None) -> Diagnostic | None:
    try:
        read(path)
    except NotebookError as error:
        return error.problem
    try:
        before = _version(path)
        content = path.read_bytes()
        if seen is not None and fingerprint(content) != seen:
            return _changed(path)
        if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
            return diagnostic("NB403", f"{path}: is read-only", hint="Nothing was written.")
        text = content.decode("utf-8")
        cells = _cells(text)
        edits = None if cells is None else change(text, cells)
        if edits is None:
            message = f"{path}: the cells don't stand where they do in notebook format 4"
            return diagnostic("NB101", message, hint="Open and save it in JupyterLab.")
        if edits:
            new = edited(text, edits).encode("utf-8")
            if _version(path) != before:
                return _changed(path)
            _replace(path.resolve(), new)
    except OSError as error:
        reason = f"{error.filename or path}: {error.strerror or error}"
        return diagnostic("NB403", reason, hint="Nothing was written.")
    return None


def _version(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _changed(path: Path) -> Diagnostic:
    return diagnostic("NB403", f"{path}: somebody else has saved it", hint="Nothing was written.")


# ---------------------------------------------------------------------- finding the place
def _cells(text: str) -> list[Span] | None:
    """The cells' objects, or None where the file has another layout."""
    start = 1 if text.startswith("\ufeff") else 0
    root = members(text, blank(text, start))
    if "cells" not in root or text[root["cells"].value.start] != "[":
        return None
    return list(items(text, root["cells"].value.start))


def _unit(text: str) -> str:
    """The indentation of the file's first level; empty where the file stands on one line."""
    start = text.index("{") + 1
    return text[start : blank(text, start)].rpartition("\n")[2]


# ---------------------------------------------------------------------- tags
def _edits(text: str, cell: Span, role: Role | None, unit: str) -> Iterator[Edit]:
    outer = members(text, cell.start)
    lead = _lead(text, cell.start, outer)
    metadata = outer.get("metadata")
    if metadata is None or text[metadata.value.start] != "{":
        if role is not None:
            array = _array([json.dumps(role.value)], _deeper(lead, unit), unit)
            body = _wrapped("{}", [_member("tags", array, text)], lead, unit)
            yield _set(text, cell, outer, "metadata", body, lead)
        return
    inner = members(text, metadata.value.start)
    inner_lead = _lead(text, metadata.value.start, inner) if inner else _deeper(lead, unit)
    held = inner.get("tags")
    if held is not None and text[held.value.start] == "[":
        yield from _retagged(text, metadata.value, inner, role, inner_lead, unit)
    elif role is not None:
        array = _array([json.dumps(role.value)], inner_lead, unit)
        if inner:
            yield _set(text, metadata.value, inner, "tags", array, inner_lead)
        else:
            body = _wrapped("{}", [_member("tags", array, text)], lead, unit)
            yield Edit(metadata.value.start, metadata.value.end, body)


def _retagged(
    text: str, owner: Span, inner: Mapping[str, Member], role: Role | None, lead: str, unit: str
) -> Iterator[Edit]:
    """Replaces the items of a list of tags, in its layout; a list that becomes empty goes."""
    array = inner["tags"].value
    held = list(items(text, array.start))
    raw = [text[item.start : item.end] for item in held]
    values = [json.loads(item) for item in raw]
    tags = [value for value in values if isinstance(value, str)]
    wanted = tags_with(tags, role)
    if wanted == tags:
        return
    if not wanted:
        yield _without(owner, inner, "tags")
        return
    spelled = dict(
        zip(tags, (r for r, v in zip(raw, values, strict=True) if isinstance(v, str)), strict=True)
    )
    written = [spelled.get(tag, json.dumps(tag)) for tag in wanted]
    if not held:
        yield Edit(array.start, array.end, _array(written, lead, unit))
        return
    before = text[array.start + 1 : held[0].start]
    after = text[held[-1].end : array.end]
    between = separator(text, array, held)
    yield Edit(array.start + 1, array.end, before + between.join(written) + after)


def _without(owner: Span, inner: Mapping[str, Member], key: str) -> Edit:
    """Takes a member out of an object, with the comma that parts it from another one."""
    member = inner[key]
    others = [other for name, other in inner.items() if name != key]
    before = [other.value.end for other in others if other.value.end < member.key.start]
    after = [other.key.start for other in others if other.key.start > member.value.end]
    if before:
        return Edit(max(before), member.value.end, "")
    if after:
        return Edit(member.key.start, min(after), "")
    return Edit(owner.start, owner.end, "{}")


def _set(
    text: str, owner: Span, members: Mapping[str, Member], key: str, value: str, lead: str
) -> Edit:
    """Sets a member of an object that has others: in its place, or behind the last."""
    if key in members:
        span = members[key].value
        return Edit(span.start, span.end, value)
    if not members:
        return Edit(owner.start + 1, owner.start + 1, _member(key, value, text))
    end = max(member.value.end for member in members.values())
    separator = "," + lead if "\n" in lead else comma(text)
    return Edit(end, end, separator + _member(key, value, text))


def _lead(text: str, start: int, members: Mapping[str, Member]) -> str:
    """What stands before the first key of an object: a line break with indentation, or nothing."""
    if not members:
        return ""
    return text[start + 1 : blank(text, start + 1)]


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
    return f'"{key}":{after_colon(text)}{value}'


# ---------------------------------------------------------------------- markers
def _marked(text: str, source: Span, line: int, role: Role) -> list[Edit] | None:
    """A marker above a line of a cell's source, which is a string or a list of them."""
    listed = list(items(text, source.start)) if text[source.start] == "[" else []
    strings = listed or [source]
    if any(text[string.start] != '"' for string in strings):
        return None
    marker = f"# {PREFIX} {role.value}\n"
    reached, previous = 1, ""
    for string in strings:
        first = True
        for place, char in characters(text, string):
            if previous == "\n" or previous == "\r" and char != "\n":
                reached += 1
            if reached == line:
                if first and listed:
                    item = json.dumps(marker) + separator(text, source, listed)
                    return [Edit(string.start, string.start, item)]
                return [Edit(place, place, json.dumps(marker)[1:-1])]
            previous, first = char, False
    return None


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
