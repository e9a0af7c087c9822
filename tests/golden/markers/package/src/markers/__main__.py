"""Runs the command line as `python -m markers`."""

from markers.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
