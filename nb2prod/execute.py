"""Runs a notebook in its own kernel, and a package in the same environment; both are watched.

Each run has a mirror of the notebook's folder of its own, so that the user's files are never
written, and both start from the same random states and the same files.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import Description, Recorded
from nb2prod.recording import Piece, pieces
from nb2prod.verify import Observation

PROBES = Path(__file__).parent / "probes"
#: Files above this size are linked into a mirror instead of copied.
_LINKED_ABOVE = 64 * 2**20
_NOT_MIRRORED = (".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints")
#: Sums in another order would differ in the last bits, hashes in the order of sets.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Recording:
    """What the notebook's run was seen to compute, and the environment of its kernel."""

    observation: Observation
    #: The kernel's interpreter.
    python: Path
    #: What generated text may tell of it.
    told: Recorded


def record(
    plan: PackagePlan,
    folder: Path,
    *,
    kernel: str | None = None,
    timeout: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Recording | Diagnostic:
    """Runs the tagged cells top to bottom in a fresh kernel.

    Parameters
    ----------
    plan
        The package's plan: its cells, and the values to watch.
    folder
        The notebook's folder; the run sees a copy of it.
    kernel
        Name of the kernelspec; the notebook's own by default.
    timeout
        Seconds that a cell may take; no limit by default.
    progress
        Is told how many pieces of cells have run, and of how many.

    Returns
    -------
    Recording or Diagnostic
        Why there is none: no kernel, or a cell that fails.
    """
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    name = kernel or plan.kernel or "python3"
    parts = pieces(plan)
    book = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    with mirror(folder) as place, tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            book,
            kernel_name=name,
            timeout=timeout,
            resources={"metadata": {"path": str(place)}},
        )

        def execute(source: str, *, kept: bool = False) -> None:
            cell = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
            book.cells.append(cell)
            client.execute_cell(cell, len(book.cells) - 1, store_history=kept)

        piece: Piece | None = None
        try:
            quiet = subprocess.DEVNULL
            with client.setup_kernel(env={**os.environ, **_FIXED}, stdout=quiet, stderr=quiet):
                execute(_recorder(scratch))
                for number, piece in enumerate(parts):
                    progress(number, len(parts))
                    execute(piece.source, kept=True)
                    for function, names in piece.boundaries:
                        execute(f"__nb2prod__.boundary({function!r}, globals(), {list(names)!r})")
                progress(len(parts), len(parts))
                piece = None
                execute(f"__nb2prod__.end(globals(), {list(plan.results)!r})")
        except NoSuchKernel:
            found = ", ".join(f"`{known}`" for known in KernelSpecManager().find_kernel_specs())
            return diagnostic("NB501", f"there is no kernel `{name}`; there is {found or 'none'}")
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return _failure(error, piece)
        answer = json.loads(Path(scratch, "record.json").read_text(encoding="utf-8"))
    return Recording(
        Observation(answer["boundaries"], answer["results"]),
        Path(answer["python"]),
        Recorded(
            {
                module: (name, version)
                for module, (name, version) in answer["distributions"].items()
            },
            {
                stage: {name: Description(*words) for name, words in values.items()}
                for stage, values in answer["descriptions"].items()
            },
        ),
    )


def observe(
    plan: PackagePlan, package: Path, folder: Path, python: Path
) -> Observation | Diagnostic:
    """Runs the package in the notebook's environment and captures the same boundaries."""
    with mirror(folder) as place, tempfile.TemporaryDirectory() as scratch:
        request, result = Path(scratch, "request.json"), Path(scratch, "result.json")
        stages = [
            (stage.module, stage.function, list(stage.interface.outputs)) for stage in plan.stages
        ]
        wanted = {"source": str(package / "src"), "package": plan.name, "stages": stages}
        request.write_text(json.dumps(wanted), encoding="utf-8")
        done = subprocess.run(
            [python, PROBES / "run_package.py", request, result],
            cwd=place,
            env={**os.environ, **_FIXED},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if not result.exists():
            said = done.stdout.strip().splitlines()[-1:] or ["it ended without a word"]
            return diagnostic("NB503", f"the package does not run: {said[0]}")
        answer = json.loads(result.read_text(encoding="utf-8"))
    return Observation(answer["boundaries"], answer["results"])


@contextlib.contextmanager
def mirror(folder: Path) -> Iterator[Path]:
    """A copy of a folder, without environments and repositories; very large files are links."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        place = Path(scratch, folder.name or "notebook")
        shutil.copytree(
            folder,
            place,
            copy_function=_copied,
            ignore=_ignored,
            symlinks=True,
        )
        yield place


def _copied(source: str, target: str) -> None:
    if os.stat(source).st_size > _LINKED_ABOVE:
        os.symlink(source, target)
    else:
        shutil.copy2(source, target)


def _ignored(folder: str, names: list[str]) -> set[str]:
    """Repositories, environments and generated packages are not what a notebook reads."""
    return {
        name
        for name in names
        if name in _NOT_MIRRORED or os.path.exists(os.path.join(folder, name, ".nb2prod.json"))
    }


def _recorder(scratch: str) -> str:
    """Puts the recorder into the kernel, under a name that no notebook has."""
    path = str(PROBES / "run_cells.py")
    return f"__nb2prod__ = __import__('runpy').run_path({path!r})['Recorder']({scratch!r})"


def _failure(error: Exception, piece: Piece | None) -> Diagnostic:
    said = getattr(error, "ename", "") or type(error).__name__
    value = getattr(error, "evalue", "")
    mends = {
        "ModuleNotFoundError": "Install the package in the kernel's environment, or choose --kernel.",
        "FileNotFoundError": "Put the file where the notebook looks for it, beside the notebook.",
    }
    return diagnostic(
        "NB502",
        f"the notebook itself fails here: {said}{': ' + value if value else ''}",
        hint=mends.get(said),
        cell=piece.cell if piece else None,
        cell_id=piece.cell_id if piece else None,
        line=piece.line if piece else None,
    )
