"""Runs a notebook in its own kernel, and a package in the same environment; both are watched.

Each run has a mirror of the notebook's folder of its own, so that the user's files are never
written, and both start from the same random states and the same files.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nb2prod import cache
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.emit.badinput import MissingFile
from nb2prod.kernels import kernel_manager
from nb2prod.mirror import digest, mirror
from nb2prod.plan.package import PackagePlan
from nb2prod.probes.samples import sampled
from nb2prod.progress import Phase, Progress, Step, unwatched
from nb2prod.recorded import CellRun, Description, Installed, Model, Recorded
from nb2prod.recording import Piece, pieces
from nb2prod.secrets import HIDDEN
from nb2prod.verify import Observation

if TYPE_CHECKING:
    from nbclient import NotebookClient

PROBES = Path(__file__).parent / "probes"
#: Sums in another order would differ in the last bits, hashes in the order of sets.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "Agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
#: What a package may take beside its notebook: that much more, in seconds and as a factor.
_PATIENCE = (120, 5)
#: Characters of what one cell shows that are kept for the report.
_SHOWN = 400_000
#: Bytes of what a process wrote in which its last line is looked for.
_SAID = 20_000
#: Characters of a command that are kept.
_TOLD = 200

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Recording:
    """What the notebook's run was seen to compute, and the environment of its kernel."""

    observation: Observation
    #: The kernel's interpreter.
    python: Path
    #: How long the notebook's cells took.
    seconds: float
    #: What generated text may tell of it, but for the values: `samples` gives these.
    told: Recorded
    #: Names what the record depends on: code, data files and environment.
    key: str
    #: Nothing was run: an earlier run is remembered.
    remembered: bool = False


def record(
    plan: PackagePlan,
    folder: Path,
    *,
    kernel: str | None = None,
    timeout: int | None = None,
    environment: Mapping[str, str] = NOTHING,
    progress: Progress = unwatched,
    again: bool = False,
) -> Recording | Diagnostic:
    """Runs the tagged cells top to bottom in a fresh kernel, or remembers that it did.

    Parameters
    ----------
    plan
        The package's plan: its cells, and the values to watch.
    folder
        The notebook's folder; the run sees a copy of it.
    kernel
        Name of the kernelspec, or path of an interpreter; the notebook's own by default.
    timeout
        Seconds that a cell may take; no limit by default.
    environment
        Variables that the run finds set: the secrets of the notebook. Their values are never kept.
    progress
        Is told before each piece of a cell that runs.
    again
        Run even where an earlier run is remembered.

    Returns
    -------
    Recording or Diagnostic
        Why there is none: no kernel, a cell that fails, or no room for a copy of the folder.
    """
    name = kernel or plan.kernel or "python3"
    parts = pieces(plan)
    try:
        probes = [path.read_text(encoding="utf-8") for path in sorted(PROBES.glob("*.py"))]
        cells = [(part.source, part.boundaries) for part in parts]
        key = cache.key_of(
            name, cells, plan.results, probes, digest(folder), sorted(environment.items())
        )
        known = None if again else cache.load(key)
        if known is not None and _environment(known["python"]) == known["environment"]:
            return _recording(known, key, remembered=True)
        answer = _run(plan, parts, name, folder, timeout, environment, progress)
    except OSError as error:
        return _no_room(error)
    if isinstance(answer, Diagnostic):
        return answer
    cache.store(key, answer)
    return _recording(answer, key)


def _run(
    plan: PackagePlan,
    parts: tuple[Piece, ...],
    name: str,
    folder: Path,
    timeout: int | None,
    environment: Mapping[str, str],
    progress: Progress,
) -> dict[str, Any] | Diagnostic:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    manager = kernel_manager(name)
    if isinstance(manager, Diagnostic):
        return manager
    book = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    with mirror(folder) as place, tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            book, km=manager, timeout=timeout, resources={"metadata": {"path": str(place)}}
        )
        client.owns_km = True  # whatever happens, the kernel ends with the run

        def execute(source: str, *, kept: bool = False) -> None:
            cell = nbformat.v4.new_code_cell(source)  # type: ignore[no-untyped-call]
            book.cells.append(cell)
            client.execute_cell(cell, len(book.cells) - 1, store_history=kept)

        request = {
            "pieces": [_asked(part) for part in parts],
            "results": plan.results,
            "hidden": list(environment),
        }
        Path(scratch, "request.json").write_text(json.dumps(request), encoding="utf-8")
        piece: Piece | None = None
        shown: list[list[Any]] = []
        try:
            quiet = subprocess.DEVNULL
            surroundings = {**os.environ, **_FIXED, **environment}
            with (
                client.setup_kernel(env=surroundings, stdout=quiet, stderr=quiet),
                _without_patience(client),
            ):
                execute(_recorder(scratch))
                for number, piece in enumerate(parts):
                    progress(Step(Phase.RECORDING, number, len(parts), piece.cell))
                    execute(piece.source, kept=True)
                    shown.append(book.cells[-1].get("outputs", []))
                progress(Step(Phase.RECORDING, len(parts), len(parts)))
                piece = None
                execute("__nb2prod__.end()")
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            return _failure(error, piece, Path(scratch))
        except RuntimeError as error:
            # The kernel never came up.
            return diagnostic("NB501", f"the kernel `{name}` does not start: {error}")
        answer: dict[str, Any] = json.loads(Path(scratch, "record.json").read_text("utf-8"))
    hidden = answer.pop("hidden")
    for part, cell, outputs in zip(parts, answer["cells"], shown, strict=True):
        for which in ("draws", "unmoved"):
            cell[which] = [part.below(count) for count in cell[which]]
        cell["commands"] = [_redacted(text, hidden)[:_TOLD] for text in cell["commands"]]
        small = len(json.dumps(outputs)) <= _SHOWN
        cell["outputs"] = _redacted(outputs, hidden) if small else []
    return answer


@contextlib.contextmanager
def _without_patience(client: NotebookClient) -> Iterator[None]:
    """Whoever interrupts a run does not wait until the kernel is ready to end."""
    try:
        yield
    except KeyboardInterrupt:
        client.shutdown_kernel = "immediate"
        raise


def _asked(part: Piece) -> dict[str, object]:
    """What the recorder is to know of a piece."""
    return {
        "cell": part.cell,
        "line": part.line,
        "boundaries": part.boundaries,
        "asked": list(part.asked.items()),
    }


def _redacted(shown: Any, hidden: list[str]) -> Any:
    """What a cell showed, without the values of secrets."""
    match shown:
        case str():
            for secret in hidden:
                shown = shown.replace(secret, HIDDEN)
            return shown
        case list():
            return [_redacted(part, hidden) for part in shown]
        case dict():
            return {key: _redacted(part, hidden) for key, part in shown.items()}
        case _:
            return shown


def _recording(answer: dict[str, Any], key: str, *, remembered: bool = False) -> Recording:
    return Recording(
        Observation(answer["boundaries"], answer["results"]),
        Path(answer["python"]),
        answer["seconds"],
        Recorded(
            {
                module: (name, version)
                for module, (name, version) in answer["distributions"].items()
            },
            {
                stage: {name: _description(*words) for name, words in values.items()}
                for stage, values in answer["descriptions"].items()
            },
            {name: Installed(*found) for name, found in answer["requirements"].items()},
            cells=tuple(CellRun(**cell) for cell in answer["cells"]),
        ),
        key,
        remembered,
    )


def samples(seen: Observation) -> dict[str, dict[str, Any]]:
    """All values, small enough for tests, those of the run under ``run``; most are as a stage gave them."""
    found: dict[str, dict[str, Any]] = {}
    last: dict[str, tuple[Any, Any]] = {}
    for stage, named in {**seen.boundaries, "run": seen.results}.items():
        kept = found[stage] = {}
        for name, facts in named.items():
            before, sample = last.get(name, (None, None))
            kept[name] = sample if before == facts else sampled(facts)
            last[name] = facts, kept[name]
    return found


def _description(kind: str, columns: str, hint: str, models: list[list[Any]]) -> Description:
    held = (
        Model(path, of, library, [(name, text) for name, text in parameters])
        for path, of, library, parameters in models
    )
    return Description(kind, columns, hint, tuple(held))


def observe(
    plan: PackagePlan,
    package: Path,
    folder: Path,
    recording: Recording,
    environment: Mapping[str, str] = NOTHING,
    missing: Sequence[MissingFile] = (),
) -> Observation | Diagnostic:
    """Runs the package in the notebook's environment and captures the same boundaries.

    ``missing`` asks which stages refuse a file that is not there.
    """
    try:
        with mirror(folder) as place:
            wanted = {
                "source": str(package / "src"),
                "package": plan.name,
                "stages": plan.observed,
                "hidden": list(environment),
                "missing": [astuple(asked)[:5] for asked in missing],
            }
            more, times = _PATIENCE
            seconds = more + times * recording.seconds
            answer = run_alone(wanted, recording.python, place, seconds, environment)
    except OSError as error:
        return _no_room(error)
    if isinstance(answer, Diagnostic):
        return answer
    refused = tuple((function, argument) for function, argument in answer["refused"])
    return Observation(answer["boundaries"], answer["results"], refused)


def run_alone(
    wanted: Mapping[str, object],
    python: Path,
    place: Path,
    seconds: float,
    environment: Mapping[str, str] = NOTHING,
) -> dict[str, Any] | Diagnostic:
    """Runs a package in a process of its own; ``wanted`` is the request of `run_package`."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        request, result = Path(scratch, "request.json"), Path(scratch, "result.json")
        request.write_text(json.dumps(wanted), encoding="utf-8")
        command = [str(python), str(PROBES / "run_package.py"), str(request), str(result)]
        said = _alone(command, place, seconds, environment)
        if not result.exists():
            return diagnostic("NB503", f"the package does not run: {said}")
        answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return answer


def run_probe(
    name: str,
    request: Mapping[str, object],
    recording: Recording,
    place: Path,
    environment: Mapping[str, str] = NOTHING,
) -> dict[str, Any] | str:
    """What a probe writes down that runs where the notebook ran; what it said last where it fails."""
    more, times = _PATIENCE
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        asked, result = Path(scratch, "request.json"), Path(scratch, "result.json")
        asked.write_text(json.dumps(request), encoding="utf-8")
        command = [str(recording.python), str(PROBES / f"{name}.py"), str(asked), str(result)]
        said = _alone(command, place, more + times * recording.seconds, environment)
        if not result.exists():
            return said
        answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return answer


def _alone(command: list[str], place: Path, seconds: float, environment: Mapping[str, str]) -> str:
    """Runs a command in a group of its own, which ends with it; gives the last line that it wrote."""
    # A file, and no pipe: that would stay open as long as the worker processes of its libraries do.
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(
            command,
            cwd=place,
            env={**os.environ, **_FIXED, **environment},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return f"it was not done after {seconds:.0f} seconds"
        finally:
            _end(process)
        written.seek(-min(written.tell(), _SAID), os.SEEK_END)
        said = written.read().decode(errors="replace").strip().splitlines()
        return said[-1] if said else "it ended without a word"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process with all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(python: str) -> object:
    """What is installed beside an interpreter; None where it is gone."""
    try:
        done = subprocess.run(
            [python, PROBES / "environment.py"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return json.loads(done.stdout)


def _no_room(error: OSError) -> Diagnostic:
    where = f"{error.filename}: " if error.filename else ""
    return diagnostic("NB506", f"{where}{error.strerror or error}")


def _recorder(scratch: str) -> str:
    """Puts the recorder into the kernel, under a name that no notebook has."""
    path = str(PROBES / "run_cells.py")
    return f"__nb2prod__ = __import__('runpy').run_path({path!r})['Recorder']({scratch!r})"


def _failure(error: Exception, piece: Piece | None, scratch: Path) -> Diagnostic:
    said = getattr(error, "ename", "") or type(error).__name__
    value = getattr(error, "evalue", "")
    told = f"{said}{': ' + value if value else ''}"
    if piece is None:
        return diagnostic("NB508", f"the run can't be watched: {told}")
    mends = {
        "ModuleNotFoundError": "Install the package in the kernel's environment, or choose --kernel.",
        "FileNotFoundError": "Put the file where the notebook looks for it, beside the notebook.",
    }
    return diagnostic(
        "NB502",
        f"run from top to bottom, the tagged cells fail here: {told}",
        hint=mends.get(said),
        cell=piece.cell,
        cell_id=piece.cell_id,
        line=_failed_line(piece, scratch / "failed.json"),
    )


def _failed_line(piece: Piece, said: Path) -> int:
    """The line of its cell where a piece failed; the first one of the piece if nobody saw it."""
    below = json.loads(said.read_text(encoding="utf-8")) if said.exists() else None
    return piece.line if below is None else piece.below(below)
