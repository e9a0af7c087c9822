"""Runs the command line as `python -m thresholds`."""

from thresholds.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
