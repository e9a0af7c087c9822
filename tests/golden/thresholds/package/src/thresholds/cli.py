"""The command line: `thresholds run`."""

from __future__ import annotations

import argparse
import ast
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any


def _boolean(text: str) -> bool:
    """True or false, as people write it."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
    }
    if text.lower() not in words:
        raise argparse.ArgumentTypeError("write true or false")
    return words[text.lower()]


def _literal(text: str) -> Any:
    """A list, dictionary or the like, as Python writes it."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        raise argparse.ArgumentTypeError("write it as Python does: [1, 2]") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="thresholds", description="Threshold search")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the whole pipeline and show its results")
    run.add_argument("--quiet", action="store_true", help="show no progress")
    run.add_argument(
        "--share",
        dest="parameter_share",
        metavar="FLOAT",
        type=float,
        default=argparse.SUPPRESS,
        help="the notebook has 0.25",
    )
    run.add_argument(
        "--seed",
        dest="parameter_seed",
        metavar="INT",
        type=int,
        default=argparse.SUPPRESS,
        help="the notebook has 7",
    )
    run.add_argument(
        "--verbose",
        dest="parameter_verbose",
        metavar="BOOL",
        type=_boolean,
        default=argparse.SUPPRESS,
        help="the notebook has True",
    )
    run.add_argument(
        "--grid",
        dest="parameter_grid",
        metavar="LIST",
        type=_literal,
        default=argparse.SUPPRESS,
        help="the notebook has [0.1, 0.5, 0.9]",
    )
    run.add_argument(
        "--title",
        dest="parameter_title",
        metavar="STR",
        type=str,
        default=argparse.SUPPRESS,
        help="the notebook has 'a \"quoted\" title: 100 %%'",
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
    from thresholds.pipeline import run

    try:
        results = run(**parameters)
    except FileNotFoundError as error:
        missing = f"no such file: {error.filename}" if error.filename else str(error)
        place = f"relative paths start from {os.getcwd()}"
        print(f"thresholds: {missing} ({place})", file=sys.stderr)
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
