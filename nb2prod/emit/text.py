"""Words of the notebook inside generated text: quoted, never trusted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence


def docstring(text: str) -> str:
    """A docstring literal that holds exactly this text, whatever is in it."""
    shown = "".join(char if char.isprintable() or char == "\n" else " " for char in text)
    shown = shown.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if shown.endswith('"'):
        shown = shown[:-1] + '\\"'
    end = "\n" if "\n" in shown else ""
    return f'"""{shown}{end}"""'


def wrapped(text: str, width: int = 72) -> str:
    """A paragraph in lines; the items of a list hang below their marks."""
    lines = []
    for line in text.split("\n"):
        mark = re.match(r"(- |\d+[.)] )", line)
        indent = " " * len(mark[0]) if mark else ""
        lines += textwrap.wrap(line, width, subsequent_indent=indent)
    return "\n".join(lines)


def cells_text(cells: Sequence[tuple[int, str]]) -> str:
    """``cell 3`` or ``cells 3, 5 and 8``."""
    numbers = [str(number) for number, _ in cells]
    if len(numbers) == 1:
        return f"cell {numbers[0]}"
    return f"cells {', '.join(numbers[:-1])} and {numbers[-1]}"


def toml_string(text: str) -> str:
    """A basic TOML string."""
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif char.isprintable():
            out.append(char)
        else:
            out.append(f"\\u{ord(char):04x}" if ord(char) < 0x10000 else "")
    return '"' + "".join(out) + '"'


def markdown_code(text: str) -> str:
    """Code inside a cell of a markdown table, on one line."""
    shown = " ".join(text.split()).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"


def name_list(names: Iterable[str]) -> str:
    """Names of variables or functions in a sentence."""
    return ", ".join(f"`{name}`" for name in names)


def code_span(text: str) -> str:
    """Text that markdown shows as it is, on one line; a backtick would end it."""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return "`" + shown.replace("`", "'") + "`"


def markdown_text(text: str) -> str:
    """Plain words inside markdown: no markup, links or HTML of their own."""
    shown = " ".join(text.split())
    for char in "\\`*_{}[]<>|#":
        shown = shown.replace(
            char, "\\" + char if char not in "<>" else {"<": "&lt;", ">": "&gt;"}[char]
        )
    return shown
