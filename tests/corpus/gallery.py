"""Splits a sphinx-gallery script into notebook cells, as the gallery's own notebooks are split."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import Literal

_BLOCK = re.compile(r"# ?%%|#{20,}\s*$")
_PERCENT = re.compile(r"# ?%%\s*")


@dataclass(frozen=True, slots=True)
class ScriptCell:
    """A piece of the script."""

    kind: Literal["markdown", "code"]
    source: str


def split_script(script: str) -> list[ScriptCell]:
    """Give the script's cells: its docstring, then text (from `# %%` or a line of `#`) and code."""
    lines = script.splitlines()
    comments = _comment_lines(script)
    cells: list[ScriptCell] = []
    code: list[str] = []
    docstring, number = _docstring(script)
    _add(cells, "markdown", docstring)
    while number < len(lines):
        if number not in comments or not _BLOCK.match(lines[number]):
            code.append(lines[number])
            number += 1
            continue
        _add(cells, "code", code)
        code = []
        text = [_PERCENT.sub("", lines[number])] if _PERCENT.match(lines[number]) else []
        number += 1
        while number in comments and not _PERCENT.match(lines[number]):
            text.append(re.sub("^# ?", "", lines[number]))
            number += 1
        _add(cells, "markdown", text)
    _add(cells, "code", code)
    return cells


def _add(cells: list[ScriptCell], kind: Literal["markdown", "code"], lines: list[str]) -> None:
    source = "\n".join(lines).strip("\n")
    if source.strip():
        cells.append(ScriptCell(kind, source))


def _docstring(script: str) -> tuple[list[str], int]:
    """Give the module's docstring and the index of the line after it."""
    body = ast.parse(script).body
    text = ast.get_docstring(ast.Module(body, []), clean=False)
    if text is None or body[0].end_lineno is None:
        return [], 0
    return [text.strip()], body[0].end_lineno


def _comment_lines(script: str) -> set[int]:
    """Give the indices of the comments at column 0, which look-alikes in strings are not."""
    tokens = tokenize.generate_tokens(io.StringIO(script).readline)
    return {
        token.start[0] - 1
        for token in tokens
        if token.type == tokenize.COMMENT and token.start[1] == 0
    }
