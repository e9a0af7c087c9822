"""Runs the command line as `python -m library_stars`."""

from library_stars.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
