"""The command line: `library-stars run`."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="library-stars", description="A star import of a library"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the whole pipeline and show its results")
    run.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code."""
    options = vars(_parser().parse_args(arguments))
    level = logging.WARNING if options["quiet"] else logging.INFO
    logging.basicConfig(level=level, format="%(message)s")
    # Here, so that a look at the help loads no libraries.
    from library_stars.pipeline import run

    for name, value in run().items():
        print(f"{name} = {value!r}")
    return 0
