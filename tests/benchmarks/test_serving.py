"""The bounds of serving: ratios to what is written by hand, and memory that does not grow with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from .serving import (
    BY_HAND,
    Subject,
    batch,
    first_prediction,
    one_row,
    peak_bytes,
    small_package,
    subject,
    write_rows,
)

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module", params=[*BY_HAND])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject(request.param, tmp_path_factory.mktemp(request.param) / "notebook")


def test_one_row_takes_at_most_one_and_a_half_times_what_it_takes_by_hand(served: Subject) -> None:
    assert one_row(served) <= 1.5


def test_a_batch_takes_at_most_a_tenth_more_than_by_hand(served: Subject) -> None:
    assert batch(served) <= 1.1


def test_a_first_prediction_waits_for_little_more_than_its_libraries(served: Subject) -> None:
    assert first_prediction(served) <= 1.2


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    source = small_package(tmp_path)
    peaks = []
    for count in (1_000_000, 4_000_000):
        write_rows(tmp_path / "many.csv", count)
        peaks.append(peak_bytes(source, tmp_path / "many.csv"))
    assert peaks[1] <= 1.1 * peaks[0]
    assert peaks[1] < 1_000_000_000
