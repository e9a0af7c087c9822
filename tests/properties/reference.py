"""The reference: IPython runs a program's cells from top to bottom, in a new namespace."""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import os
import random
import subprocess
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from .notebooks import Cell


class NotebookError(Exception):
    """A cell of the program raises when it runs as a notebook."""


def run_notebook(cells: Sequence[Cell]) -> dict[str, object]:
    """What the names bound by tagged cells hold at the end, in the order of their binding."""
    shell, module = _shell(), types.ModuleType("__main__")
    shell.user_module, shell.user_ns = module, module.__dict__
    shell.init_user_ns()
    shell.compile.reset_compiler_flags()
    main, sys.modules["__main__"] = sys.modules["__main__"], module
    known, own = set(shell.user_ns), set[str]()
    try:
        with sandbox():
            for number, cell in enumerate(cells, 1):
                if not cell.runs:
                    continue
                shell.hidden_errors = []
                result = shell.run_cell(cell.source, silent=True, store_history=False)
                if not result.success or shell.hidden_errors:
                    raise NotebookError(
                        f"cell {number}: {result.error_in_exec or result.error_before_exec!r}"
                    )
                if cell.helper:
                    own |= set(shell.user_ns) - known
                known |= set(shell.user_ns)
            hidden = own | _IPYTHON
            return {name: value for name, value in shell.user_ns.items() if name not in hidden}
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def sandbox() -> Iterator[None]:
    """An empty working folder, seeded random states, no output; the environment is put back."""
    environment, path, here = dict(os.environ), list(sys.path), os.getcwd()
    random.seed(0)
    np.random.seed(0)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)
            sys.path[:] = path
            os.environ.clear()
            os.environ.update(environment)


@functools.cache
def _shell() -> Any:
    """One shell for the process; what costs time and says nothing about values is switched off."""
    config = Config()
    config.HistoryManager.enabled = False
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    main = sys.modules["__main__"]
    shell: Any = InteractiveShell.instance(config=config)
    sys.modules["__main__"] = main
    shell.enable_matplotlib = lambda gui=None: (None, "inline")
    shell.hidden_errors = []  # `%%capture` shows an error and reports success
    shell.showtraceback = lambda *args, **kwargs: shell.hidden_errors.append(args)
    shell.showsyntaxerror = shell.show_usage_error = shell.showtraceback
    shell.system = shell.system_piped = shell.system_raw = functools.partial(_system, shell)
    return shell


def _system(shell: Any, command: str) -> None:
    done = subprocess.run(
        shell.var_expand(command, depth=2),
        shell=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    print(done.stdout, end="")


_IPYTHON_NAMES = (
    "__name__ __doc__ __package__ __loader__ __spec__ __builtin__ __builtins__ _ih _oh _dh"
    " In Out get_ipython exit quit open _ __ ___ _i _ii _iii _exit_code __annotations__"
    " __warningregistry__ _i1"
)
_IPYTHON = frozenset(_IPYTHON_NAMES.split())
