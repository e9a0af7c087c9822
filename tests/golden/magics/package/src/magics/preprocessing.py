"""Ask the shell.

From cell 4 of the notebook.
"""

from typing import Any


def preprocess() -> Any:
    """Ask the shell.

    Returns
    -------
    asked
        The notebook's variable of that name.

    Notes
    -----
    From cell 4 of the notebook.
    """
    from magics.local import shell_commands

    word = "tea"
    lines = shell_commands.output(f"echo {word}; echo two")
    print(lines)
    asked = [*lines, lines.s]
    return asked
