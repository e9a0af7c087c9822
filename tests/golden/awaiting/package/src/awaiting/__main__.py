"""Runs the command line as `python -m awaiting`."""

from awaiting.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
