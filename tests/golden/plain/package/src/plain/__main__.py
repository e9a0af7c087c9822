"""Runs the command line as `python -m plain`."""

from plain.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
