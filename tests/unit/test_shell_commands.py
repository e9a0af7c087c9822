"""The output of shell commands is what IPython gives: a list of lines that can do more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.utils.text import SList as IPythonList

from nb2prod.shell_commands import SList, output

LINES = ["b 10 x", "a 9", "", "C 21 y", "pyproject.toml"]


@pytest.mark.parametrize(
    "use",
    [
        lambda lines: lines,
        lambda lines: (lines.n, lines.s, lines.l, lines.p),
        lambda lines: (lines.nlstr, lines.spstr, lines.list, lines.paths),
        lambda lines: (lines.n, lines.append("z"), lines.n, lines.nlstr),
        lambda lines: lines.grep("c"),
        lambda lines: lines.grep("c", prune=True).n,
        lambda lines: lines.grep("1", field=1),
        lambda lines: lines.grep(lambda line: line.startswith("a")),
        lambda lines: lines.fields(),
        lambda lines: lines.fields(0).s,
        lambda lines: lines.fields(1, 0),
        lambda lines: lines.fields(-1),
        lambda lines: (lines.sort(), list(lines)),
        lambda lines: lines.sort(1),
        lambda lines: lines.sort(1, nums=True).n,
        lambda lines: lines.sort(nums=True),
        lambda lines: (lines[0], lines[1:], len(lines), lines == LINES),
    ],
)
def test_lines_do_what_ipythons_do(use: Callable[[Any], object]) -> None:
    assert use(SList(LINES)) == use(IPythonList(LINES))


def test_output_is_what_the_command_writes_errors_included(tmp_path: Path) -> None:
    assert output(f"cd {tmp_path}; echo a; echo 'b  c' >&2; printf d") == ["a", "b  c", "d"]
    assert output("false") == []
    assert isinstance(output("true"), SList)
