"""The bounds. Ratios of CPU time within one run, so that a slower machine moves both sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .notebooks import LINES, cells, code, document, with_numbers
from .subjects import JUPYTER, NB2PROD, convert, ratio
from .timing import command_seconds, seconds

pytestmark = pytest.mark.benchmark

IMAGE_BYTES = 50_000_000
#: CPU time of one process still varies by that much between two runs.
NOISE = 1.1


@pytest.mark.parametrize("count", [100, 1000])
def test_converting_takes_at_most_three_times_parsing_and_formatting(count: int) -> None:
    assert ratio(count, repeat=1 if count >= 1000 else 3).value <= 3


def test_time_grows_with_the_notebook_and_no_faster() -> None:
    small, large = document(cells(200)), document(cells(800))
    assert seconds(lambda: convert(large), repeat=2) <= 4 * 1.4 * seconds(lambda: convert(small))


def test_time_grows_with_what_a_cell_writes_out_and_no_faster() -> None:
    small, large = document(with_numbers(1000)), document(with_numbers(4000))
    assert seconds(lambda: convert(large), repeat=2) <= 4 * 1.4 * seconds(lambda: convert(small))


def test_outputs_cost_nothing_beyond_reading_the_file(tmp_path: Path) -> None:
    written = cells(50)
    bare, loaded = tmp_path / "bare.ipynb", tmp_path / "loaded.ipynb"
    bare.write_text(document(written))
    loaded.write_text(document(written, image_bytes=IMAGE_BYTES))
    without = seconds(lambda: convert(bare.read_text()))
    reading = seconds(lambda: json.loads(loaded.read_text()))
    assert seconds(lambda: convert(loaded.read_text())) <= (without + reading) * NOISE


def test_help_starts_no_slower_than_nbconverts(tmp_path: Path) -> None:
    ours = command_seconds([*NB2PROD, "--help"], cwd=tmp_path)
    assert ours <= command_seconds([*JUPYTER, "--help"], cwd=tmp_path)


def test_check_takes_less_than_nbconverts_script(tmp_path: Path) -> None:
    (tmp_path / "ten.ipynb").write_text(document(cells(10)))
    ours = command_seconds([*NB2PROD, "check", "ten.ipynb"], cwd=tmp_path)
    assert ours < command_seconds([*JUPYTER, "--to", "script", "ten.ipynb"], cwd=tmp_path)


def test_the_notebooks_are_as_described() -> None:
    written = cells(100)
    compile(code(written), "notebook", "exec")
    assert {cell.source.count("\n") + 1 for cell in written} == {LINES}
    assert len({cell.role for cell in written}) == 6
