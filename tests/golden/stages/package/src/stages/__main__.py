"""Runs the command line as `python -m stages`."""

from stages.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
