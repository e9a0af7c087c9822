"""Ask the shell.

From cell 4 of the notebook.
"""

import subprocess
from typing import Any


def preprocess() -> Any:
    """Ask the shell.

    Returns
    -------
    last
        The notebook's variable of that name.

    Notes
    -----
    From cell 4 of the notebook.
    """
    word = "tea"
    lines = subprocess.run(
        f"echo {word}; echo two",
        shell=True,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ).stdout.splitlines()
    print(lines)
    last = lines[-1]
    return last
