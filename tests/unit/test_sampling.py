"""Rows of tables that are too large."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.sampling import ROWS, sample, samples


def table(path: Path, rows: int, row: str = "{n},some words to fill the line up") -> Path:
    path.write_text("n,words\n" + "".join(row.format(n=n) + "\n" for n in range(rows)), "utf-8")
    return path


def numbers(text: str) -> list[int]:
    return [int(line.partition(",")[0]) for line in text.splitlines()[1:]]


def test_rows_come_from_all_over_the_table(tmp_path: Path) -> None:
    text = sample(table(tmp_path / "a.csv", 9000), spread=True)
    assert text.startswith("n,words\n")
    found = numbers(text)
    assert (len(found), found[0], found[-1]) == (ROWS, 0, 8999)
    assert found == sorted(set(found))


def test_or_from_its_beginning(tmp_path: Path) -> None:
    text = sample(table(tmp_path / "a.csv", 9000), spread=False)
    assert numbers(text) == list(range(ROWS))


def test_a_small_file_is_whole(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", 900)
    assert sample(path, spread=True) == path.read_text("utf-8")


def test_a_row_may_have_line_breaks(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", 3000, '{n},"first\nsecond ""line"" of it"')
    lines = sample(path, spread=True).splitlines()
    assert lines[1::2] == [line for line in lines[1:] if line.endswith('"first')]
    assert lines[2::2] == ['second ""line"" of it"'] * ROWS


def test_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"n\r\n" + b"1234567890\r\n" * 9000)
    assert sample(path, spread=True).count("\r\n") == ROWS + 1


def test_what_is_no_text_has_no_rows(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", 9000)
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe" * 40_000)
    assert list(samples(tmp_path, ["a.csv", "b.bin"], 10**6)) == []
    assert len(list(samples(tmp_path, ["a.csv"], 10**6))) == 2


@pytest.mark.parametrize("name", ["../a.csv", "missing.csv"])
def test_only_files_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "below").mkdir()
    table(tmp_path / "a.csv", 9000)
    assert list(samples(tmp_path / "below", [name], 10**6)) == []


def test_even_the_rows_may_be_too_many(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", 9000)
    assert list(samples(tmp_path, ["a.csv"], 1000)) == []
