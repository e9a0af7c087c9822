"""Rows of the notebook's tables: few enough to lie beside tests, where the whole is too large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

#: Rows of a table that are kept, beside its first line.
ROWS = 500
#: Characters of a file that need no sample.
_SMALL = 50_000


def samples(folder: Path, files: Sequence[str], limit: int) -> Iterator[Mapping[str, str]]:
    """Texts for the files, to be tried in turn: rows from all over each table, then its first rows.

    The first shows every part of a table, the second is without gaps, as series need it. Nothing
    where a file is no text or lies elsewhere, or where even the samples are longer than ``limit``.
    """
    for spread in (True, False):
        found: dict[str, str] = {}
        for name in files:
            if ".." in Path(name).parts:
                return
            try:
                found[name] = sample(folder / name, spread=spread)
            except (OSError, UnicodeDecodeError):
                return
        if sum(map(len, found.values())) <= limit:
            yield found


def sample(path: Path, *, spread: bool) -> str:
    """The first record of a text file and `ROWS` others; all of a small file.

    Raises
    ------
    OSError, UnicodeDecodeError
        Where it can't be read as text.
    """
    with path.open(encoding="utf-8", newline="") as file:
        if path.stat().st_size <= _SMALL:
            return file.read()
        if not spread:
            return "".join(islice(_records(file), ROWS + 1))
        count = sum(1 for _ in _records(file)) - 1
        chosen = {0} | {1 + at * (count - 1) // (ROWS - 1) for at in range(ROWS)}
        file.seek(0)
        return "".join(record for at, record in enumerate(_records(file)) if at in chosen)


def _records(lines: Iterable[str]) -> Iterator[str]:
    """Rows of a table: a line, or several where a quoted field goes on."""
    held, open_quote = "", False
    for line in lines:
        held += line
        open_quote ^= line.count('"') % 2 == 1
        if not open_quote:
            yield held
            held = ""
    if held:
        yield held
