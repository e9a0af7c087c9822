"""Runs the command line as `python -m magics`."""

from magics.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
