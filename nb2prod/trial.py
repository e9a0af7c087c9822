"""A package beside its notebook, before it is written: both run, and what they compute is compared."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nb2prod import cache
from nb2prod.analysis.program import Statement
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.draws import dropped_draw
from nb2prod.emit.badinput import MissingFile, missing_files
from nb2prod.emit.contractcode import pandera
from nb2prod.emit.datafiles import data_files
from nb2prod.emit.distributions import dependencies
from nb2prod.emit.lock import lock_text
from nb2prod.emit.paritytests import COPIED, copied_data
from nb2prod.filetree import Artifacts, FileTree, write
from nb2prod.inputpaths import with_path_parameters
from nb2prod.locking import locked
from nb2prod.metrics import metrics
from nb2prod.notebook import NotebookError
from nb2prod.observations import beyond, missed, removable, unpicklable
from nb2prod.plan.package import PackagePlan
from nb2prod.planning import NOTHING_RECORDED, Planned, emitted, planned_file
from nb2prod.planning import planned as plan_notebook
from nb2prod.progress import Phase, Progress, Step
from nb2prod.recorded import CellRun, Installed, Recorded, Sample
from nb2prod.repeatability import timed, unrepeatable, with_derived
from nb2prod.roles import Role
from nb2prod.sampling import samples as rows_of
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
    #: The model that the package serves with.
    artifacts: Artifacts = field(default_factory=dict)

    @property
    def first_difference(self) -> Comparison | None:
        """The first value that the package computes otherwise than the notebook."""
        return self.parity.first_difference if self.parity else None

    @property
    def drew(self) -> bool:
        """Whether the notebook drew from a random state that everybody shares."""
        return any(cell.drew for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a package was seen to compute beside its notebook, and what it was seen to refuse."""

    parity: Parity
    #: As in `Recorded`.
    refused: tuple[tuple[str, str], ...]


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
        kernel=run.kernel,
        timeout=run.timeout,
        environment=planned.environment,
    )
    recording = recorded(path.parent, progress=run.progress)
    if isinstance(recording, Diagnostic):
        return recording
    planned = _with_paths(planned, path.parent, recording.told, whole=whole)
    told, unlocked = _with_lock(planned.plan, path.parent, recording, _with_values(recording))
    made = untried(planned, path, folder, told)
    if isinstance(made, Diagnostic):
        return made
    assert planned.plan is not None
    run.progress(Step(Phase.PROVING))
    proof = _proved(planned, made.tree, path.parent, recording, recorded)
    if isinstance(proof, Diagnostic):
        return proof
    parity = proof.parity
    known = told
    told = replace(_repeatable(planned.plan, told, parity), refused=proof.refused)
    if parity.first_difference is None:
        sample = _sample(planned, made.tree, path.parent, told, recorded)
        if isinstance(sample, Parity):
            parity = sample
        else:
            told = replace(told, sample=sample)
    if told != known:
        made = untried(planned, path, folder, told)
        if isinstance(made, Diagnostic):
            return made
    unserved: tuple[Diagnostic, ...] = ()
    if parity.first_difference is None:
        serving = _served(planned, path, folder, told, recording)
        if isinstance(serving, Made):
            made = serving
        elif serving is not None:
            unserved = (serving,)
    ids = {source.cell.number: source.cell.id for source in planned.plan.sources}
    found = [
        *unlocked,
        *unrepeatable(planned.plan, parity.unstable),
        *beyond(recording.told.cells, ids, path.parent),
        *removable(recording.told.cells, ids),
        *unpicklable(planned.plan, recording.told),
        *missed(planned.plan, told),
        *_copies(made.tree, "rows" if told.sample else "copies"),
        *unserved,
    ]
    diagnostics = (*made.diagnostics, *found)
    report = _report(planned, made.tree, told, parity, diagnostics)
    tree = {**made.tree, "report.html": report}
    return Made(
        tree, diagnostics, parity, recording.remembered, recording.told.cells, made.artifacts
    )


def _served(
    planned: Planned, path: Path, folder: Path, told: Recorded, recording: Recording
) -> Made | Diagnostic | None:
    """The package with what serves raw rows, the reason why it has none, or None: nothing is predicted."""
    from nb2prod import overlay, serving

    assert planned.plan is not None
    followed = serving.follow(planned.plan, path.parent, recording, planned.environment)
    if followed is None:
        return None
    plan = serving.with_serving(planned.plan, followed, recording.observation)
    if isinstance(plan, Diagnostic):
        return plan
    made = untried(replace(planned, plan=plan), path, folder, told)
    if isinstance(made, Diagnostic):
        return made
    _, contract = pandera(told.distributions.get("pandas", ("", ""))[1])
    needed = (*overlay.READERS, contract)
    beside = overlay.laid(needed, recording.python, path.parent, told.installed)
    surroundings = (followed, recording, planned.environment, beside.path)
    found = serving.trained(plan, made.tree, path.parent, *surroundings, _measured(plan, told))
    if isinstance(found, Diagnostic):
        return found
    # Only the model tells how it is stored and what it needs: the package is made again with that.
    assert plan.serving is not None
    plan = replace(plan, serving=replace(plan.serving, files=found.files, contract=found.contract))
    told, unlocked = _relocked(plan, path.parent, recording, told, beside.installed)
    made = untried(replace(planned, plan=plan), path, folder, told)
    if isinstance(made, Diagnostic):
        return made
    texts = serving.proved(plan, made.tree, found.artifacts, *surroundings)
    if isinstance(texts, Diagnostic):
        return texts
    return replace(
        made,
        tree={**made.tree, **texts},
        artifacts=found.artifacts,
        diagnostics=(*made.diagnostics, *unlocked, *serving.pickles(plan, beside.reason)),
    )


def _relocked(
    plan: PackagePlan,
    folder: Path,
    recording: Recording,
    told: Recorded,
    beside: Mapping[str, Installed],
) -> tuple[Recorded, Sequence[Diagnostic]]:
    """What the run told, with what serves raw rows among the locked versions."""
    told = replace(told, installed={**beside, **told.installed})
    if not told.lock:  # the reason is known
        return told, []
    return _with_lock(plan, folder, recording, replace(told, lock=""))


def _measured(plan: PackagePlan, told: Recorded) -> dict[str, float]:
    """The metrics of the recorded run."""
    evaluating = [stage.function for stage in plan.of_role(Role.EVALUATE)]
    found = metrics(told, evaluating, plan.settings.metrics)
    return {metric.name: metric.value for metric in found if metric.value is not None}


def _with_values(recording: Recording) -> Recorded:
    from nb2prod.execute import samples

    return replace(recording.told, values=samples(recording.observation))


def _with_lock(
    plan: PackagePlan | None, folder: Path, recording: Recording, told: Recorded
) -> tuple[Recorded, Sequence[Diagnostic]]:
    """What the run told, with the lock file for it; and a note where there is none."""
    assert plan is not None
    pins = lock_text(dependencies(plan, told), told.installed)
    lock = locked(pins, recording.python, folder)
    return (told, [lock]) if isinstance(lock, Diagnostic) else (replace(told, lock=lock), [])


def _repeatable(plan: PackagePlan, told: Recorded, parity: Parity) -> Recorded:
    """What the run told, with the values alone that every run gives."""
    moved, passing = {(c.stage, c.name) for c in parity.unstable}, timed(plan)
    return told.without(
        {
            (stage, name)
            for stage, values in told.values.items()
            for name in values
            if name in passing or (stage, name) in moved
        }
    )


def _copies(tree: FileTree, what: str) -> Iterator[Diagnostic]:
    """A note on one line where the package carries data that may be nobody else's business."""
    if found := copied_data(tree):
        shown = ", ".join(f"`{path}`" for path in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN} more" if found[_SHOWN:] else ""
        message = f"the package carries {what} of {shown}{more} in {COPIED}"
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
    recorded: Callable[..., Recording | Diagnostic],
) -> Proof | Diagnostic:
    """Runs the package, which is not in its place yet, and compares it with the recorded run.

    Where they differ, the notebook is ``recorded`` once more, and again while a value that it did
    repeat differs: does it repeat itself?
    """
    from nb2prod.execute import observe

    result = planned.plan
    assert result is not None
    code = {path: text for path, text in tree.items() if path.startswith("src/")}
    key = cache.key_of(recording.key, code)
    known = cache.load(key) if recording.remembered else None
    if known is not None:
        return Proof(Parity.from_facts(known["parity"]), tuple(map(tuple, known["refused"])))
    asked = _askable(result, folder, recording.told)
    with tempfile.TemporaryDirectory() as scratch:
        trial = write(tree, Path(scratch, result.name))
        if isinstance(trial, Diagnostic):
            return trial
        seen = observe(result, trial.path, folder, recording, planned.environment, asked)
    if isinstance(seen, Diagnostic):
        return seen
    stages = [stage.function for stage in result.stages]
    parity = compared(recording.observation, seen, stages)
    for _ in range(_REPETITIONS):
        if parity.first_difference is None:
            break
        repeated = recorded(folder, again=True)
        if isinstance(repeated, Diagnostic):
            return repeated
        seconds = compared(recording.observation, repeated.observation, stages)
        parity = with_derived(result, parity.beside(seconds))
    cache.store(key, {"parity": parity.facts(), "refused": seen.refused})
    return Proof(parity, seen.refused)


def _askable(plan: PackagePlan, folder: Path, told: Recorded) -> list[MissingFile]:
    """The stages that may be run once more, to see what they say of a missing file."""
    busy = {run.cell for run in told.cells if run.written or run.hosts or run.commands}
    stages = {stage.function: stage for stage in plan.stages}
    return [
        asked
        for asked in missing_files(plan, data_files(plan, folder, told))
        if busy.isdisjoint(number for number, _ in stages[asked.function].documentation.cells)
    ]


def _sample(
    planned: Planned,
    tree: FileTree,
    folder: Path,
    told: Recorded,
    recorded: Callable[..., Recording | Diagnostic],
) -> Sample | Parity | None:
    """Rows for the package's tests, where the data as a whole is too large for them.

    The notebook runs on the rows, and the package beside it; a proof that fails there is given
    instead. None where no rows are needed, or where the notebook can't do with fewer.
    """
    plan = planned.plan
    assert plan is not None
    limit = plan.settings.fixtures
    files = data_files(plan, folder, told)
    if not files or not limit or copied_data(tree):
        return None
    if any(cell.hosts for cell in told.cells):
        return None  # nobody wants to be called twice
    for data in rows_of(folder, files, limit):
        with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
            place = Path(scratch)
            texts = {**data, **{module.path: module.source for module in plan.local.values()}}
            for name, text in texts.items():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(text.encode())
            recording = recorded(place)
            if isinstance(recording, Diagnostic):
                continue
            proof = _proved(planned, tree, place, recording, recorded)
        if isinstance(proof, Diagnostic):
            continue
        parity = proof.parity
        if parity.first_difference is not None:
            return parity
        repeated = _repeatable(plan, _with_values(recording), parity)
        return Sample(data, repeated.values)
    return None


def _report(
    planned: Planned,
    tree: FileTree,
    told: Recorded,
    parity: Parity,
    diagnostics: Sequence[Diagnostic],
) -> str:
    from nb2prod.report import report_page

    assert planned.plan is not None
    assert planned.notebook is not None
    return report_page(planned.plan, planned.notebook, tree, told, parity, diagnostics)
