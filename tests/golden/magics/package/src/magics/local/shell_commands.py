"""Shell commands whose output is a list of lines, with the attributes that IPython gives such lists.

Copied into packages whose notebook assigns the output of a command: ``files = !ls``.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any


def output(command: str) -> SList:
    """Runs a command in the user's shell and gives the lines that it writes, errors included."""
    done = subprocess.run(
        command,
        shell=True,
        executable=os.environ.get("SHELL") if os.name == "posix" else None,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return SList(done.stdout.decode("utf-8", "replace").splitlines())


class SList(list):  # type: ignore[type-arg]
    """Lines of text, under the name that IPython gives them.

    Whoever asks twice for one of the joined forms gets the same one again.
    """

    def _joined(self, name: str, separator: str) -> str:
        if name not in vars(self):
            vars(self)[name] = separator.join(self)
        return str(vars(self)[name])

    def get_list(self) -> SList:
        """The lines themselves."""
        return self

    def get_nlstr(self) -> str:
        """The lines as one text."""
        return self._joined("_nlstr", "\n")

    def get_spstr(self) -> str:
        """The lines with spaces between."""
        return self._joined("_spstr", " ")

    def get_paths(self) -> Any:
        """The lines that are paths of files or folders."""
        if "_paths" not in vars(self):
            vars(self)["_paths"] = [Path(line) for line in self if os.path.exists(line)]
        return vars(self)["_paths"]

    def grep(self, pattern: Any, prune: bool = False, field: int | None = None) -> SList:
        """Lines, or with ``prune`` the others, that match an expression or a function."""

        def target(line: str) -> str:
            words = [line] if field is None else line.split()
            at = 0 if field is None else field
            return words[at] if -len(words) <= at < len(words) else ""

        def found(line: str) -> bool:
            if isinstance(pattern, str):
                return re.search(pattern, target(line), re.IGNORECASE) is not None
            return bool(pattern(target(line)))

        return SList(line for line in self if found(line) is not bool(prune))

    def fields(self, *fields: int) -> Any:
        """The words of each line at the given places; without places, all words."""
        if not fields:
            return [line.split() for line in self]
        rows = []
        for words in (line.split() for line in self):
            row = [words[at] for at in fields if -len(words) <= at < len(words)]
            if row:
                rows.append(" ".join(row))
        return SList(rows)

    def sort(self, field: int | None = None, nums: bool = False) -> SList:  # type: ignore[override]
        """A sorted copy, by one word or by the digits in it."""

        def key(line: str) -> Any:
            words: Any = line if field is None else SList([line]).fields(field)
            if nums:
                digits = "".join(char for char in words if char.isdigit())
                return int(digits) if digits else 0
            return words

        return SList(line for _, line in sorted((key(line), line) for line in self))

    l = list = property(get_list)  # noqa: E741 (the name that IPython gives it)
    n = nlstr = property(get_nlstr)
    s = spstr = property(get_spstr)
    p = paths = property(get_paths)
