"""The command line. No logic: every command calls one function and shows what it gives."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from nb2prod.conversion import Conversion
    from nb2prod.diagnostics import Diagnostic
    from nb2prod.progress import Progress, Step

_NOTEBOOK = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nb2prod")
def main() -> None:
    """Turns tagged Jupyter notebooks into tested Python packages."""


@main.command()
@click.argument("notebooks", nargs=-1, required=True, type=_NOTEBOOK, metavar="NOTEBOOK...")
@click.option("--output", "-o", type=_NOTEBOOK, help="Folder of the package.")
@click.option("--name", "-n", help="Name of the package.")
@click.option("--force", is_flag=True, help="Replace an edited package; a backup is kept.")
@click.option(
    "--run/--no-run",
    default=True,
    show_default=True,
    help="Run the notebook once, and compare the package with it.",
)
@click.option("--kernel", help="The kernelspec to run the notebook in.")
@click.option("--timeout", type=click.IntRange(min=1), help="Seconds that a cell may run.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Notebooks converted at once.")
def convert(
    notebooks: tuple[Path, ...],
    output: Path | None,
    name: str | None,
    force: bool,
    run: bool,
    kernel: str | None,
    timeout: int | None,
    jobs: int | None,
) -> None:
    """Converts notebooks into packages."""
    if len(notebooks) > 1 and (output is not None or name is not None):
        raise click.UsageError("--output and --name go with one notebook")
    if name == "":
        raise click.BadParameter("a package needs a name", param_hint="--name")
    notebooks = tuple({path.resolve(): path for path in notebooks}.values())
    if len(notebooks) == 1:
        from nb2prod.conversion import convert as convert_one

        with _progress(notebooks[0]) as progress:
            results = [
                convert_one(
                    notebooks[0],
                    output=output,
                    name=name,
                    force=force,
                    run=run,
                    kernel=kernel,
                    timeout=timeout,
                    progress=progress,
                )
            ]
    else:
        settings = {"force": force, "run": run, "kernel": kernel, "timeout": timeout}
        results = _side_by_side(notebooks, settings, jobs=jobs)
    for result in results:
        _show(result.diagnostics, result.notebook)
        _verdict(result)
    sys.exit(0 if all(result.ok for result in results) else 1)


@main.command()
@click.argument("notebook", type=_NOTEBOOK)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
)
def check(notebook: Path, shape: str) -> None:
    """Shows the diagnostics of a notebook, as a linter does. Exit code 1 with errors."""
    from nb2prod.conversion import check as check_one
    from nb2prod.diagnostics import has_errors
    from nb2prod.reports import rendered

    found = check_one(notebook)
    text = rendered(found, notebook, shape)
    if text:
        click.echo(text)
    sys.exit(1 if has_errors(found) else 0)


@main.command()
@click.argument("notebook", type=_NOTEBOOK)
@click.option("--write", is_flag=True, help="Set the suggested tags in the file.")
def suggest(notebook: Path, write: bool) -> None:
    """Proposes a role for each untagged cell, with the reason, and names what cells only show."""
    from nb2prod.notebook import NotebookError, read
    from nb2prod.suggest import suggestions
    from nb2prod.tagging import write_tags

    try:
        proposals = suggestions(read(notebook))
    except NotebookError as error:
        _show([error.problem], notebook)
        sys.exit(1)
    for proposal in proposals:
        click.echo(
            f"cell {proposal.cell}: {click.style(proposal.role.value, bold=True)}"
            f" - {proposal.reason}"
        )
        for split in proposal.splits:
            click.echo(f"    line {split.line}: `# nb2prod: {split.role.value}` - {split.reason}")
        for result in proposal.results:
            click.echo(
                f"    line {result.line}: gives `{result.name}`, the value of `{result.text}`"
            )
    if all(proposal.tagged and not proposal.splits for proposal in proposals):
        click.echo("nothing to suggest: every code cell has a role")
    roles = {proposal.cell: proposal.role for proposal in proposals if not proposal.tagged}
    if write and roles:
        problem = write_tags(notebook, roles)
        if problem is not None:
            _show([problem], notebook)
            sys.exit(1)
        click.echo(f"{len(roles)} tags written to {notebook}")


@main.command()
@click.argument("notebook", type=_NOTEBOOK)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["tree", "json", "mermaid"]),
    default="tree",
    show_default=True,
)
def show(notebook: Path, shape: str) -> None:
    """Shows the stages, what flows between them, and from which cells they come."""
    from nb2prod.planning import planned_file
    from nb2prod.show import shown

    planned = planned_file(notebook, None)
    if planned.plan is None:
        _show(planned.diagnostics, notebook)
        sys.exit(1)
    click.echo(shown(planned.plan, shape))


@main.command()
@click.argument("package", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--kernel", help="The kernelspec, or the interpreter, to run the package with.")
@click.option("--data", type=_NOTEBOOK, help="The folder of the notebook's data.")
@click.option("--isolated", is_flag=True, help="Run its tests in a fresh environment of its pins.")
def verify(package: Path, kernel: str | None, data: Path | None, isolated: bool) -> None:
    """Repeats the proof of a package: does it still compute what the notebook computed?"""
    from nb2prod.diagnostics import Diagnostic

    if isolated:
        from nb2prod.proof import verify_isolated

        if data is not None:
            raise click.UsageError("--data does not go with --isolated")
        done = verify_isolated(
            package, kernel=kernel, said=lambda step: click.echo(f"{package}: {step}")
        )
        if isinstance(done, Diagnostic):
            _show([done], package)
        else:
            click.echo(
                f"{package}: {'verified' if done else 'NOT verified'} in a fresh environment"
            )
        sys.exit(0 if done is True else 1)
    from nb2prod.proof import verify as verify_one

    proof = verify_one(package, kernel=kernel, data=data)
    if isinstance(proof, Diagnostic):
        _show([proof], package)
        sys.exit(1)
    click.echo(f"{package}: {proof}")
    for stage, name, trouble in proof.values:
        if trouble:
            click.echo(f"    `{name}` after `{stage}` differs: {trouble}")
    if proof.edited:
        click.echo(f"    edited since it was generated: {', '.join(proof.edited)}")
    sys.exit(0 if proof.ok else 1)


@contextmanager
def _progress(notebook: Path) -> Iterator[Progress]:
    """A bar for the cells that run, if they do; it says beforehand that they will."""
    with ExitStack() as shown:
        bar: Any = None

        def progress(step: Step) -> None:
            nonlocal bar
            if not step.total:
                return
            if bar is None:
                click.echo(
                    f"{notebook}: runs in a kernel of its own, in a copy of its folder", err=True
                )
                bar = click.progressbar(length=step.total, label="Running", file=sys.stderr)
                shown.enter_context(bar)
            bar.update(step.done - bar.pos)

        yield progress


def _side_by_side(
    notebooks: Iterable[Path], settings: Mapping[str, Any], *, jobs: int | None
) -> list[Conversion]:
    """Converts each notebook in a process of a pool, with a progress bar."""
    from concurrent.futures import ProcessPoolExecutor, as_completed

    from nb2prod.conversion import convert as convert_one
    from nb2prod.conversion import same_folder

    paths = list(notebooks)
    if settings["run"]:
        click.echo("each notebook runs in a kernel of its own, in a copy of its folder", err=True)
    for clash in same_folder(paths):
        listed = " and ".join(map(str, clash))
        raise click.UsageError(
            f"{listed} would be written to one folder: convert them one by one, with --output"
        )
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        futures = {pool.submit(convert_one, path, **settings): path for path in paths}
        done = as_completed(futures)
        with click.progressbar(
            done, length=len(paths), label="Converting", file=sys.stderr
        ) as progress:
            finished = {futures[future]: future.result() for future in progress}
    return [finished[path] for path in paths]


def _show(diagnostics: Iterable[Diagnostic], notebook: Path) -> None:
    from nb2prod.reports import rendered

    text = rendered(tuple(diagnostics), notebook, "text")
    if text:
        click.echo(text, err=True)


def _verdict(result: Conversion) -> None:
    if result.package is not None:
        click.echo(f"{result.notebook}: package `{result.name}` written to {result.package}")
        if result.parity is not None:
            click.echo(f"    {result.parity}; see {result.package / 'report.html'}")
        if result.remembered:
            click.echo("    nothing was run: notebook, data and environment are as they were")
        if result.backup is not None:
            click.echo(f"    the edited package is kept in {result.backup}")
    else:
        click.echo(f"{result.notebook}: not converted", err=True)
