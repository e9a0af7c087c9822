"""The oracle: what it calls the same, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from .capture import capture, difference, is_plain
from .notebooks import Cell, Program
from .oracle import verdict
from .shrink import shrink

PROGRAM = Program(
    seed=0,
    cells=(
        Cell("import random\nrows = [1]\nalias = rows", "setup", "setup"),
        Cell("rows = [99]", None),
        Cell(
            "%time rows.append(random.random())\nclass Box: pass\nbox = Box(); box.n = len(rows)",
            "train",
            "train",
        ),
    ),
    outputs=("rows", "alias", "box"),
    constructs=frozenset(),
)
HEAD = "import random\nclass Box: pass\n"
END = "    return dict(rows=rows, alias=rows, box=box)\n"
RIGHT = "    rows = [1]; rows.append(random.random()); box = Box(); box.n = 2\n"


@pytest.mark.parametrize(
    ("package", "kind", "detail"),
    [
        (f"{HEAD}def run():\n{RIGHT}    return dict(rows=rows, alias=rows, box=box, more=1)\n", "same", ""),
        (f"{HEAD}def run():\n{RIGHT}    return dict(rows=rows, alias=rows[:], box=box)\n", "differs", "alias"),
        (f"{HEAD}def run():\n{RIGHT}    return dict(rows=rows, alias=rows)\n", "differs", "box: missing"),
        (f"{HEAD}def run():\n{RIGHT}    box.n = 2.0\n{END}", "differs", "box"),
        (
            f"{HEAD}random.random()\ndef run():\n{RIGHT}{END}",
            "differs",
            "rows: [2]",
        ),
        (
            f"{HEAD}n = 1\ndef run():\n{RIGHT}    global n; n += 1; box.n = n\n{END}",
            "differs",
            "box (second run)",
        ),
        (
            f"{HEAD}box = Box()\ndef run():\n{RIGHT.replace('box = Box()', 'box.__dict__.clear()')}"
            + END,
            "same",
            "",
        ),
        ("def run():\n    return 1 / 0\n", "crash", "run: ZeroDivisionError"),
        ("import nothing_here\n", "crash", "import: ModuleNotFoundError"),
        ("def run():\n    raise SystemExit(3)\n", "crash", "run: SystemExit"),
    ],
)  # fmt: skip
def test_verdict(package: str, kind: str, detail: str) -> None:
    found = verdict(PROGRAM, _packaged(package))
    assert found.kind == kind
    assert detail in found.detail


def test_a_refusal_is_a_verdict() -> None:
    assert verdict(PROGRAM, lambda notebook, output, name: "E1: no").detail == "E1: no"


def test_shrinking_keeps_what_fails() -> None:
    program = shrink(
        PROGRAM,
        lambda smaller: any("len(rows)" in cell.source for cell in smaller.cells),
    )
    assert [cell.source for cell in program.cells] == [
        "rows = [1]\nbox = Box(); box.n = len(rows)"
    ] or (
        sum(len(cell.source) for cell in program.cells)
        < sum(len(cell.source) for cell in PROGRAM.cells)
    )


SHARED: list[int] = []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1, True), (1, True, False), (1, 1.0, False), (0.0, -0.0, False), (float("nan"), float("nan"), True),
        ([1, [2]], [1, [2]], True), ([SHARED, SHARED], [[], []], False), ((1,), [1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False), ({1, 2}, {2, 1}, True), (np.int64(1), 1, False),
        (np.arange(2), np.arange(2.0), False), (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1]}), True),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]}), False), (len, max, False), (print, print, True),
    ],
)  # fmt: skip
def test_captures_are_exact(one: object, other: object, same: bool) -> None:
    assert (difference(capture({"x": one}), capture({"x": other})) is None) is same


def test_a_cycle_has_a_capture() -> None:
    row: list[object] = []
    row.append(row)
    assert difference(capture({"x": row}), capture({"x": row})) is None


def test_functions_and_iterators_are_no_outputs() -> None:
    data: list[object] = [1, [], {}, pd.Series([1]), None]
    others: list[object] = [len, int, iter([]), np]
    assert [value for value in [*data, *others] if is_plain(value)] == data


def _packaged(source: str) -> Callable[[Path, Path, str], str | None]:
    def convert(notebook: Path, output: Path, name: str) -> str | None:
        package = output / "src" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(source)
        return None

    return convert
