"""The file to read first: read -> analyze -> plan -> emit -> (run and compare) -> write."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nb2prod import cache
from nb2prod.analysis.origins import loaded_modules
from nb2prod.analysis.program import read_program
from nb2prod.analysis.stars import standard_exports
from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic, diagnostic, has_errors, in_order
from nb2prod.filetree import FileTree, Written, obstacle, write
from nb2prod.modules import SHELL_COMMANDS, imported_modules, local_modules, shell_commands
from nb2prod.notebook import Notebook, NotebookError, read
from nb2prod.outside import beyond
from nb2prod.plan.naming import package_name, package_problem
from nb2prod.plan.package import PackagePlan, plan
from nb2prod.recorded import Recorded
from nb2prod.repeatability import unrepeatable, with_derived
from nb2prod.secrets import without_secrets
from nb2prod.verify import Comparison, Parity, compared

if TYPE_CHECKING:
    from nb2prod.execute import Recording

NOTHING_RECORDED = Recorded()

#: How often a notebook that seems to differ from its package runs again, to see whether it repeats itself.
_REPETITIONS = 2


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of one notebook."""

    notebook: Path
    name: str
    #: The package's folder; None where nothing was written.
    package: Path | None
    diagnostics: tuple[Diagnostic, ...]
    #: Where an edited package is kept that ``force`` replaced.
    backup: Path | None = None
    #: The proof, where the notebook was run.
    parity: Parity | None = None
    #: The proof is that of an earlier run: notebook, data and environment are the same.
    remembered: bool = False

    @property
    def ok(self) -> bool:
        """Whether the package was written."""
        return self.package is not None


@dataclass(frozen=True, slots=True)
class Planned:
    """A notebook's plan, or the reasons why there is none."""

    name: str
    plan: PackagePlan | None
    diagnostics: tuple[Diagnostic, ...]
    #: The notebook without its secrets, and the environment variables that stand for them.
    notebook: Notebook | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def convert(
    notebook: str | Path,
    *,
    output: str | Path | None = None,
    name: str | None = None,
    force: bool = False,
    run: bool = True,
    kernel: str | None = None,
    timeout: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Conversion:
    """Converts a notebook file into a package.

    Parameters
    ----------
    notebook
        Path of the ``.ipynb`` file.
    output
        Folder of the package; beside the notebook and named like the package by default.
    name
        Name of the package; from ``metadata.nb2prod.name`` or the file's name by default.
    force
        Replace a package whose files were edited, and keep a backup.
    run
        Run the notebook once in its own kernel, and compare the package with it, value by value;
        nothing of the notebook is executed where this is false.
    kernel
        Name of the kernelspec for the run; the notebook's own by default.
    timeout
        Seconds that a cell may take in the run; no limit by default.
    progress
        Is told during the run how many pieces of cells have run, and of how many.

    Returns
    -------
    Conversion
        With ``ok`` false where a diagnostic is an error. Nothing is written then, but for a package
        that differs from its notebook: it is kept in a folder whose name ends in ``.failed``.
    """
    path = Path(notebook)
    planned = planned_file(path, name)
    if planned.plan is None:
        return Conversion(path, planned.name, None, planned.diagnostics)
    folder = Path(output) if output is not None else path.parent / planned.name
    problem = obstacle(folder, force=force)
    if problem is not None:
        return Conversion(path, planned.name, None, (*planned.diagnostics, problem))
    if run:
        made = _recorded(planned, path, folder, _Run(kernel, timeout, progress))
    else:
        made = _emitted(planned, path, folder, NOTHING_RECORDED)
    if isinstance(made, Diagnostic):
        return Conversion(path, planned.name, None, (*planned.diagnostics, made))
    if made.first_difference is not None:
        kept = write(made.tree, folder.with_name(f"{folder.name}.failed"), force=True)
        found = (*made.diagnostics, _differs(made.first_difference, kept))
        return Conversion(path, planned.name, None, found, parity=made.parity)
    written = write(made.tree, folder, force=force)
    if isinstance(written, Diagnostic):
        return Conversion(path, planned.name, None, (*made.diagnostics, written))
    return Conversion(
        path,
        planned.name,
        written.path,
        made.diagnostics,
        written.backup,
        made.parity,
        made.remembered,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """How the notebook is to run."""

    kernel: str | None
    timeout: int | None
    progress: Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Made:
    """The files of a package that is not written yet, with the proof where there was a run."""

    tree: FileTree
    diagnostics: tuple[Diagnostic, ...]
    parity: Parity | None = None
    remembered: bool = False
    #: The notebook drew from a random state that everybody shares.
    drew: bool = False

    @property
    def first_difference(self) -> Comparison | None:
        """The first value that the package computes otherwise than the notebook."""
        return self.parity.first_difference if self.parity else None


def _emitted(planned: Planned, path: Path, folder: Path, recorded: Recorded) -> _Made | Diagnostic:
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
    return _Made(tree, planned.diagnostics)


def _recorded(planned: Planned, path: Path, folder: Path, run: _Run) -> _Made | Diagnostic:
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
    again = _once(whole, path, folder, run)
    if isinstance(again, Diagnostic) or again.first_difference is not None:
        return made
    note = diagnostic("NB311", f"without it, `{made.first_difference.name}` would differ")
    return replace(again, diagnostics=(*again.diagnostics, note))


def _once(planned: Planned, path: Path, folder: Path, run: _Run) -> _Made | Diagnostic:
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
    made = _emitted(planned, path, folder, recording.told)
    if isinstance(made, Diagnostic):
        return made
    again = partial(recorded, again=True)
    parity = _proved(planned, made.tree, path.parent, recording, again)
    if isinstance(parity, Diagnostic):
        return parity
    if parity.unstable:
        told = recording.told.without({(c.stage, c.name) for c in parity.unstable})
        made = _emitted(planned, path, folder, told)
        if isinstance(made, Diagnostic):
            return made
    ids = {source.cell.number: source.cell.id for source in planned.plan.sources}
    found = [
        *unrepeatable(planned.plan, parity.unstable),
        *beyond(recording.told.cells, ids, path.parent),
    ]
    diagnostics = (*made.diagnostics, *found)
    report = _report(planned, made.tree, recording, parity, diagnostics)
    tree = {**made.tree, "report.html": report}
    drew = any(cell.drew for cell in recording.told.cells)
    return _Made(tree, diagnostics, parity, recording.remembered, drew)


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


def _differs(first: Comparison, kept: Written | Diagnostic) -> Diagnostic:
    where = f"; it is kept in {kept.path}" if isinstance(kept, Written) else ""
    return diagnostic(
        "NB504", f"`{first.name}` differs after `{first.stage}`: {first.detail}{where}"
    )


@with_room
def check(notebook: str | Path) -> tuple[Diagnostic, ...]:
    """The diagnostics of a notebook file, without writing or running anything."""
    return planned_file(Path(notebook), None).diagnostics


@with_room
def planned_file(path: Path, name: str | None, *, whole: bool = False) -> Planned:
    """Reads and plans a notebook file; ``whole`` keeps statements that seem to have no effect."""
    try:
        notebook = read(path)
    except NotebookError as error:
        return Planned(name or path.stem, None, (error.problem,))
    return planned(notebook, name, folder=path.parent, whole=whole)


def planned(
    notebook: Notebook, name: str | None, *, folder: Path | None, whole: bool = False
) -> Planned:
    """Plans a notebook; ``folder`` is where its modules lie, None for a notebook without a place."""
    cleaned = without_secrets(notebook)
    notebook = cleaned.notebook
    local = local_modules(folder, imported_modules(notebook))

    def exports(module: str) -> frozenset[str] | None:
        return local[module].exports if module in local else standard_exports(module)

    foreign = frozenset().union(*(module.methods for module in local.values()))
    program = read_program(notebook, exports, foreign)
    trees: list[ast.AST] = [statement.node for statement in program.statements]
    trees += [ast.parse(module.source) for module in local.values()]
    libraries = {module.partition(".")[0] for module in loaded_modules(trees)}
    libraries -= {module.partition(".")[0] for module in local}
    given = (notebook.settings.name or None) if name is None else name
    wanted = package_name(notebook.name, libraries) if given is None else given
    found = [*cleaned.diagnostics, *program.diagnostics]
    problem = package_problem(wanted, libraries)
    if problem is not None:
        found.append(diagnostic("NB104", f"`{wanted}` {problem}"))
    if has_errors(found):
        return Planned(wanted, None, in_order(found))
    for module in local.values():
        found.append(diagnostic("NB303", f"`{module.path}` is copied into the package"))
    if any(module == SHELL_COMMANDS for s in program.sources for module, _ in s.imports):
        local = {**local, SHELL_COMMANDS: shell_commands()}
    result = plan(program, wanted, local, whole=whole)
    found += result.diagnostics
    diagnostics = in_order(found)
    failed = has_errors(found)
    return Planned(wanted, None if failed else result, diagnostics, notebook, cleaned.environment)


def same_folder(notebooks: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Notebooks whose packages would be written to one folder."""
    folders: dict[Path, list[Path]] = {}
    for path in notebooks:
        try:
            notebook = read(path)
        except NotebookError:
            continue  # said when it is converted
        name = notebook.settings.name or package_name(notebook.name)
        folders.setdefault((path.parent / name).resolve(), []).append(path)
    return [tuple(found) for found in folders.values() if len(found) > 1]


@with_room
def emitted(
    result: PackagePlan,
    *,
    notebook_folder: Path | None,
    output: Path | None,
    recorded: Recorded = NOTHING_RECORDED,
    environment: Collection[str] = (),
) -> FileTree:
    """The files of a planned package; ``recorded`` is what a run told of the notebook."""
    # Black and libcst are only needed from here on.
    from nb2prod.emit.package import package_tree

    return package_tree(
        result,
        folder=notebook_folder,
        output=output,
        recorded=recorded,
        environment=environment,
    )
