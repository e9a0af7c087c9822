"""Prints the figures: ``python -m tests.benchmarks``, with ``--profile`` the converter's hot spots too."""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import tempfile
from pathlib import Path

from .notebooks import cells, document
from .recording import EXAMPLES, overhead
from .subjects import JUPYTER, NB2PROD, convert, ratio
from .timing import command_seconds, seconds

COUNTS = (100, 1000, 2000)
SHOWN = 15


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="profile 1,000 cells instead")
    if parser.parse_args().profile:
        _profile()
    else:
        _conversions()
        _outputs()
        _commands()
        _recordings()


def _recordings() -> None:
    total = [0.0, 0.0]
    for notebook in EXAMPLES:
        bare, watched = overhead(notebook)
        total[0] += bare
        total[1] += watched
        print(
            f"{notebook.stem}: plain run {bare:.2f} s, recorded {watched:.2f} s: {watched / bare:.2f}"
        )
    print(f"all examples: recorded run {total[1] / total[0]:.2f} times the plain one")


def _conversions() -> None:
    for count in COUNTS:
        found = ratio(count)
        print(
            f"{count:5} cells: {found.converting:6.2f} s, libcst {found.parsing:5.2f} s"
            f" + black {found.formatting:5.2f} s: ratio {found.value:4.2f}"
            f", {1000 * found.converting / count:.1f} ms a cell",
            flush=True,
        )


def _outputs() -> None:
    written = cells(50)
    bare, loaded = document(written), document(written, image_bytes=50_000_000)
    print(
        f"50 MB of outputs: {seconds(lambda: convert(loaded)):.2f} s,"
        f" without {seconds(lambda: convert(bare)):.2f} s,"
        f" json.loads {seconds(lambda: json.loads(loaded)):.2f} s"
    )


def _commands() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "ten.ipynb").write_text(document(cells(10)))
        for name, command, arguments in (
            ("nb2prod", NB2PROD, ("--help",)),
            ("jupyter nbconvert", JUPYTER, ("--help",)),
            ("nb2prod", NB2PROD, ("check", "ten.ipynb")),
            ("jupyter nbconvert", JUPYTER, ("--to", "script", "ten.ipynb")),
        ):
            took = command_seconds((*command, *arguments), cwd=place)
            print(f"{name} {' '.join(arguments)}: {took:.2f} s")


def _profile() -> None:
    text = document(cells(1000))
    convert(document(cells(10)))
    profile = cProfile.Profile()
    profile.runcall(convert, text)
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile).strip_dirs().sort_stats(order).print_stats(SHOWN)


if __name__ == "__main__":
    main()
