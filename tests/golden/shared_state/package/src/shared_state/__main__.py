"""Runs the command line as `python -m shared_state`."""

from shared_state.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
