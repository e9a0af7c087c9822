"""The command line: `markers run`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="markers", description="One cell, several roles"
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
    from markers.pipeline import run

    try:
        results = run()
    except FileNotFoundError as error:
        missing = f"no such file: {error.filename}" if error.filename else str(error)
        place = f"relative paths start from {os.getcwd()}"
        print(f"markers: {missing} ({place})", file=sys.stderr)
        return 1
    try:
        for name, value in results.items():
            print(f"{name} = {value!r}")
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has seen enough. Python flushes once more as it ends: that goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0
