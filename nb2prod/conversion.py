"""The file to read first: read -> analyze -> plan -> emit -> (run and compare) -> write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.filetree import Written, obstacle, write
from nb2prod.notebook import NotebookError, read
from nb2prod.plan.naming import package_name
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.predicting import candidates
from nb2prod.planning import planned_file
from nb2prod.progress import Phase, Progress, Step, unwatched
from nb2prod.trial import Made, Run, tried, untried
from nb2prod.verify import Comparison, Parity


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
    #: Where a package is kept that differs from its notebook.
    failed: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the package was written."""
        return self.package is not None


def convert(
    notebook: str | Path,
    *,
    output: str | Path | None = None,
    name: str | None = None,
    force: bool = False,
    run: bool = True,
    kernel: str | None = None,
    timeout: int | None = None,
    progress: Progress = unwatched,
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
        Is told each step before it is taken: its phase, and the cell that runs.

    Returns
    -------
    Conversion
        With ``ok`` false where a diagnostic is an error. Nothing is written then, but for a package
        that differs from its notebook: it is kept in a folder whose name ends in ``.failed``.
    """
    path = Path(notebook)
    progress(Step(Phase.READING))
    planned = planned_file(path, name)
    if planned.plan is None:
        return Conversion(path, planned.name, None, planned.diagnostics)
    folder = Path(output) if output is not None else path.parent / planned.name
    problem = obstacle(folder, force=force)
    if problem is not None:
        return Conversion(path, planned.name, None, (*planned.diagnostics, problem))
    if run:
        made = tried(planned, path, folder, Run(kernel, timeout, progress))
    else:
        made = untried(planned, path, folder)
        if isinstance(made, Made) and candidates(planned.plan):
            note = diagnostic(
                "NB603", "`predict` takes what the notebook's own stage takes", hint=""
            )
            made = replace(made, diagnostics=(*made.diagnostics, note))
    if isinstance(made, Diagnostic):
        return Conversion(path, planned.name, None, (*planned.diagnostics, made))
    progress(Step(Phase.WRITING))
    if made.first_difference is not None:
        kept = write(made.tree, folder.with_name(f"{folder.name}.failed"), force=True)
        found = (*made.diagnostics, _differs(planned.plan, made.first_difference, kept))
        place = kept.path if isinstance(kept, Written) else None
        return Conversion(path, planned.name, None, found, parity=made.parity, failed=place)
    written = write(made.tree, folder, force=force, artifacts=made.artifacts)
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


def _differs(plan: PackagePlan, first: Comparison, kept: Written | Diagnostic) -> Diagnostic:
    """The error of a package that differs, at the statement that gives the value."""
    where = f"; the package is kept in {kept.path}" if isinstance(kept, Written) else ""
    message = f"`{first.name}` differs after `{first.stage}`: {first.detail}{where}"
    statement = plan.last_to_give(first.name, first.stage)
    if statement is None:
        return diagnostic("NB504", message)
    cell = statement.cell
    line = statement.node.lineno
    return diagnostic("NB504", message, cell=cell.number, cell_id=cell.id, line=line)


@with_room
def check(notebook: str | Path) -> tuple[Diagnostic, ...]:
    """The diagnostics of a notebook file, without writing or running anything."""
    return planned_file(Path(notebook), None).diagnostics


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
