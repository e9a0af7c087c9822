"""The command line: `awaiting run`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="awaiting", description="Top-level await")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the whole pipeline and show its results")
    run.add_argument("--quiet", action="store_true", help="show no progress")
    run.add_argument(
        "--count",
        dest="parameter_count",
        metavar="INT",
        type=int,
        default=argparse.SUPPRESS,
        help="the notebook has 3",
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code."""
    options = vars(_parser().parse_args(arguments))
    level = logging.WARNING if options["quiet"] else logging.INFO
    logging.basicConfig(level=level, format="%(message)s")
    parameters = {
        key[len("parameter_") :]: value
        for key, value in options.items()
        if key.startswith("parameter_")
    }
    # Here, so that a look at the help loads no libraries.
    from awaiting.pipeline import run

    try:
        results = run(**parameters)
    except FileNotFoundError as error:
        missing = f"no such file: {error.filename}" if error.filename else str(error)
        place = f"relative paths start from {os.getcwd()}"
        print(f"awaiting: {missing} ({place})", file=sys.stderr)
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
