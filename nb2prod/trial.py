"""A package beside its notebook, before it is written: both run, and what they compute is compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nb2prod import cache
from nb2prod.analysis.program import Statement
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.draws import dropped_draw
from nb2prod.emit.paritytests import COPIED, copied_data
from nb2prod.filetree import FileTree, write
from nb2prod.inputpaths import with_path_parameters
from nb2prod.notebook import NotebookError
from nb2prod.observations import beyond, removable, unpicklable
from nb2prod.planning import NOTHING_RECORDED, Planned, emitted, planned_file
from nb2prod.planning import planned as plan_notebook
from nb2prod.progress import Phase, Progress, Step
from nb2prod.recorded import CellRun, Recorded
from nb2prod.repeatability import unrepeatable, with_derived
from nb2prod.verify import Comparison, Parity, compared

if TYPE_CHECKING:
    from nb2prod.execute import Recording

#: How often a notebook that seems to differ from its package runs again, to see whether it repeats itself.
_REPETITIONS = 2
#: Copies of data files that are named.
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Run:
    """How the notebook is to run."""

    kernel: str | None
    timeout: int | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a package that is not written yet, with the proof where there was a run."""

    tree: FileTree
    diagnostics: tuple[Diagnostic, ...]
    parity: Parity | None = None
    remembered: bool = False
    #: What the cells of the notebook did, where there was a run.
    cells: tuple[CellRun, ...] = ()

    @property
    def first_difference(self) -> Comparison | None:
        """The first value that the package computes otherwise than the notebook."""
        return self.parity.first_difference if self.parity else None

    @property
    def drew(self) -> bool:
        """Whether the notebook drew from a random state that everybody shares."""
        return any(cell.drew for cell in self.cells)


def untried(
    planned: Planned, path: Path, folder: Path, recorded: Recorded = NOTHING_RECORDED
) -> Made | Diagnostic:
    """The files of a package, without a proof."""
    assert planned.plan is not None
    try:
        tree = emitted(
            planned.plan,
            notebook_folder=path.parent,
            output=folder,
            recorded=recorded,
            environment=planned.environment,
        )
    except NotebookError as error:
        return error.problem
    return Made(tree, planned.diagnostics)


def tried(planned: Planned, path: Path, folder: Path, run: Run) -> Made | Diagnostic:
    """Runs the notebook, and the package that tells of it.

    A static guess may have dropped what drew random numbers: a package that differs is made again
    with every statement, and taken if that makes it the notebook's equal.
    """
    made = _once(planned, path, folder, run)
    if isinstance(made, Diagnostic) or made.first_difference is None or not made.drew:
        return made
    whole = planned_file(path, planned.name, whole=True)
    if whole.plan is None:
        return made
    again = _once(whole, path, folder, run, whole=True)
    if isinstance(again, Diagnostic) or again.first_difference is not None:
        return made
    assert planned.plan is not None
    drawing = dropped_draw(planned.plan, whole.plan, made.cells)
    note = _kept_for_the_draws(made.first_difference.name, drawing)
    return replace(again, diagnostics=(*again.diagnostics, note))


def _kept_for_the_draws(name: str, drawing: Statement | None) -> Diagnostic:
    """The note on a package with every statement, at the first one that it has because of that."""
    if drawing is None:
        return diagnostic("NB311", f"without it, `{name}` would differ")
    cell = drawing.cell
    message = f"this draws random numbers: without it, `{name}` would differ"
    return diagnostic("NB311", message, cell=cell.number, cell_id=cell.id, line=drawing.line)


def _once(
    planned: Planned, path: Path, folder: Path, run: Run, *, whole: bool = False
) -> Made | Diagnostic:
    """The package and its proof."""
    from nb2prod.execute import record

    assert planned.plan is not None
    recorded = partial(
        record,
        planned.plan,
        path.parent,
        kernel=run.kernel,
        timeout=run.timeout,
        environment=planned.environment,
    )
    recording = recorded(progress=run.progress)
    if isinstance(recording, Diagnostic):
        return recording
    planned = _with_paths(planned, path.parent, recording.told, whole=whole)
    made = untried(planned, path, folder, recording.told)
    if isinstance(made, Diagnostic):
        return made
    assert planned.plan is not None
    again = partial(recorded, again=True)
    run.progress(Step(Phase.PROVING))
    parity = _proved(planned, made.tree, path.parent, recording, again)
    if isinstance(parity, Diagnostic):
        return parity
    if parity.unstable:
        told = recording.told.without({(c.stage, c.name) for c in parity.unstable})
        made = untried(planned, path, folder, told)
        if isinstance(made, Diagnostic):
            return made
    ids = {source.cell.number: source.cell.id for source in planned.plan.sources}
    found = [
        *unrepeatable(planned.plan, parity.unstable),
        *beyond(recording.told.cells, ids, path.parent),
        *removable(recording.told.cells, ids),
        *unpicklable(planned.plan, recording.told),
        *_copies(made.tree),
    ]
    diagnostics = (*made.diagnostics, *found)
    report = _report(planned, made.tree, recording, parity, diagnostics)
    tree = {**made.tree, "report.html": report}
    return Made(tree, diagnostics, parity, recording.remembered, recording.told.cells)


def _copies(tree: FileTree) -> Iterator[Diagnostic]:
    """A note on one line where the package carries data that may be nobody else's business."""
    if found := copied_data(tree):
        shown = ", ".join(f"`{path}`" for path in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if found[_SHOWN:] else ""
        message = f"the package carries copies of {shown}{more} in {COPIED}"
        yield diagnostic("NB317", f"{message}; `fixtures: 0` leaves them out", hint="")


def _with_paths(planned: Planned, folder: Path, told: Recorded, *, whole: bool) -> Planned:
    """The plan with parameters for the files that the notebook read, where nothing else changes."""
    plan, notebook = planned.plan, planned.notebook
    assert plan is not None
    assert notebook is not None
    read: dict[int, set[str]] = {}
    for cell in told.cells:
        read.setdefault(cell.cell, set()).update(p for p in cell.read if not Path(p).is_absolute())
    statements = (plan.code.statements[n] for stage in plan.stages for n in stage.statements)
    shipped = {(s.cell.number, s.node.lineno) for s in statements}
    changed = with_path_parameters(notebook, read, shipped)
    if changed is notebook:
        return planned
    other = plan_notebook(changed, planned.name, folder=folder, whole=whole).plan
    if other is None or other.observed != plan.observed or other.results != plan.results:
        return planned
    taken = {name for stage in other.stages for name in stage.interface.inputs}
    if not {p.name for p in other.parameters} - {p.name for p in plan.parameters} <= taken:
        return planned
    return replace(planned, plan=other)


def _proved(
    planned: Planned,
    tree: FileTree,
    folder: Path,
    recording: Recording,
    again: Callable[[], Recording | Diagnostic],
) -> Parity | Diagnostic:
    """Runs the package, which is not in its place yet, and compares it with the recorded run.

    Where they differ, ``again`` records the notebook once more, and again while a value that it did
    repeat differs: does it repeat itself?
    """
    from nb2prod.execute import observe

    result = planned.plan
    assert result is not None
    code = {path: text for path, text in tree.items() if path.startswith("src/")}
    key = cache.key_of(recording.key, code)
    known = cache.load(key) if recording.remembered else None
    if known is not None:
        return Parity.from_facts(known)
    with tempfile.TemporaryDirectory() as scratch:
        trial = write(tree, Path(scratch, result.name))
        if isinstance(trial, Diagnostic):
            return trial
        seen = observe(result, trial.path, folder, recording, planned.environment)
    if isinstance(seen, Diagnostic):
        return seen
    stages = [stage.function for stage in result.stages]
    parity = compared(recording.observation, seen, stages)
    for _ in range(_REPETITIONS):
        if parity.first_difference is None:
            break
        repeated = again()
        if isinstance(repeated, Diagnostic):
            return repeated
        seconds = compared(recording.observation, repeated.observation, stages)
        parity = with_derived(result, parity.beside(seconds))
    cache.store(key, parity.facts())
    return parity


def _report(
    planned: Planned,
    tree: FileTree,
    recording: Recording,
    parity: Parity,
    diagnostics: Sequence[Diagnostic],
) -> str:
    from nb2prod.report import report_page

    assert planned.plan is not None
    assert planned.notebook is not None
    return report_page(planned.plan, planned.notebook, tree, recording.told, parity, diagnostics)
