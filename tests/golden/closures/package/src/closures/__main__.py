"""Runs the command line as `python -m closures`."""

from closures.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
