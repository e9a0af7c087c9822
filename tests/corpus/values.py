"""Gets the values of a notebook, and of the package made from it, each from a fresh process."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nb2prod.verify import Facts

from .fetch import HERE, Corpus
from .table import Notebook

SECONDS = 400
# One thread: sums in another order would differ in the last bits.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "ignore",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LOKY_MAX_CPU_COUNT": "1",
}


class ProcessFailedError(Exception):
    """A run ended otherwise than well; the text is the end of what it said."""


def notebook_values(notebook: Notebook, path: Path, corpus: Corpus) -> dict[str, Facts]:
    """Run the tagged cells of the notebook at `path`, in its folder."""
    return _observe(notebook, ("corpus.run_cells", str(path)), path.parent, (), corpus)


def package_values(notebook: Notebook, path: Path, corpus: Corpus) -> dict[str, Facts]:
    """Convert and prove the notebook at `path` by the command line; run the package in its folder."""
    project = path.parent.with_name("project")
    command = shlex.split(os.environ.get("NB2PROD", "")) or [sys.executable, "-m", "nb2prod"]
    arguments = [
        "convert",
        str(path),
        "--output",
        str(project),
        "--name",
        notebook.package,
        "--kernel",
        str(corpus.python),
    ]
    _run([*command, *arguments], path.parent, dict(os.environ))
    return _observe(
        notebook, ("corpus.run_package", notebook.package), path.parent, (project / "src",), corpus
    )


def _observe(
    notebook: Notebook, module: Sequence[str], folder: Path, imports: Sequence[Path], corpus: Corpus
) -> dict[str, Facts]:
    __tracebackhide__ = True
    request, result = folder / "request.json", folder / "result.json"
    wanted = {
        "outputs": notebook.outputs,
        "rows": dict(notebook.rows),
        "borrowed": notebook.borrowed,
    }
    request.write_text(json.dumps(wanted), encoding="utf-8")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "PYTHONSTARTUP"}
    }
    environment.update(
        _FIXED,
        PYTHONPATH=os.pathsep.join(map(str, (HERE.parent, *imports))),
        IPYTHONDIR=str(folder / ".ipython"),
        MPLCONFIGDIR=str(corpus.cache / "matplotlib"),  # its list of fonts takes seconds to make
    )
    _run([str(corpus.python), "-m", *module, str(request), str(result)], folder, environment)
    values: dict[str, Facts] = json.loads(result.read_text(encoding="utf-8"))
    return values


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    """Run to the end, and end the process group: workers that are left would hold a pipe open."""
    __tracebackhide__ = True
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(SECONDS)
        finally:
            _kill_group(process.pid)
            process.wait()
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - 3000))
            text = said.read().decode(errors="replace").strip()
            raise ProcessFailedError(f"{shlex.join(command)} ended with status {status}:\n{text}")


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended, and so have its workers
        os.killpg(leader, signal.SIGKILL)
