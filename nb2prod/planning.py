"""A notebook as a plan, and a plan as files: nothing is run, and nothing is written."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nb2prod.analysis.origins import loaded_modules
from nb2prod.analysis.program import Program, read_program
from nb2prod.analysis.stars import standard_exports
from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic, diagnostic, has_errors, in_order
from nb2prod.filetree import FileTree
from nb2prod.modules import SHELL_COMMANDS, imported_modules, local_modules, shell_commands
from nb2prod.notebook import Notebook, NotebookError, read
from nb2prod.plan.naming import package_name, package_problem
from nb2prod.plan.package import PackagePlan, plan
from nb2prod.recorded import Recorded
from nb2prod.secrets import without_secrets

NOTHING_RECORDED = Recorded()


@dataclass(frozen=True, slots=True)
class Planned:
    """A notebook's plan, or the reasons why there is none."""

    name: str
    plan: PackagePlan | None
    diagnostics: tuple[Diagnostic, ...]
    #: The notebook without its secrets, and the environment variables that stand for them.
    notebook: Notebook | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Its statements with their roles, where it could be read.
    program: Program | None = None


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
        return Planned(wanted, None, in_order(found), program=program)
    for module in local.values():
        found.append(diagnostic("NB303", f"`{module.path}` is copied into the package"))
    if any(module == SHELL_COMMANDS for s in program.sources for module, _ in s.imports):
        local = {**local, SHELL_COMMANDS: shell_commands()}
    result = plan(program, wanted, local, whole=whole)
    found += result.diagnostics
    diagnostics = in_order(found)
    failed = has_errors(found)
    return Planned(
        wanted,
        None if failed else result,
        diagnostics,
        notebook,
        cleaned.environment,
        program,
    )


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
