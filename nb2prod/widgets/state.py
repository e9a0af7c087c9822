"""What the panel knows about a notebook file, and what it can do to it: values in, values out.

Whoever edits the notebook has it open somewhere else. So each action looks at the file first, and one
that was saved since it was read is read again and not written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nb2prod.analysis.program import Source, read_program
from nb2prod.conversion import check
from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic, Severity, has_errors
from nb2prod.notebook import Notebook, NotebookError, read
from nb2prod.roles import PREFIX, Role, RoleSpan
from nb2prod.suggest import Split, Suggestion, suggestions
from nb2prod.tagging import fingerprint, write_marker, write_tags

#: The fingerprint of no file.
_NOTHING = ""
#: Characters of a cell's first line that are shown.
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Row:
    """A code cell."""

    number: int
    text: str
    role: Role | None
    #: The roles that marker lines begin further down.
    later: tuple[RoleSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A notebook file as it was when it was read."""

    path: Path
    rows: tuple[Row, ...] = ()
    #: The `fingerprint` of what was read; None where nothing could be.
    seen: str | None = None
    #: By cell; None as long as nobody has asked.
    suggested: Mapping[int, Suggestion] | None = None
    #: None as long as nobody has asked.
    found: tuple[Diagnostic, ...] | None = None
    #: What became of the last action.
    said: str = ""
    #: It was not done.
    failed: bool = False

    @property
    def acceptable(self) -> dict[int, Role]:
        """The roles that are suggested for cells without one."""
        proposals = (self.suggested or {}).values()
        return {p.cell: p.role for p in proposals if not p.tagged}


# ---------------------------------------------------------------------- reading
def opened(path: Path) -> Panel:
    """The panel of a notebook file."""
    return _read(Panel(path))


def refreshed(panel: Panel) -> Panel:
    """The same panel where the file is as it was read; else what the file holds now."""
    try:
        same = fingerprint(panel.path.read_bytes()) == panel.seen
    except OSError:
        same = panel.seen is None and panel.failed
    if same:
        return panel
    return _read(replace(panel, said="The file has changed on disk: this is what it holds now."))


def _read(panel: Panel) -> Panel:
    """What the file holds. A file that can't be read, perhaps just being written, leaves all as it was."""
    try:
        seen = fingerprint(panel.path.read_bytes())
        notebook = read(panel.path)
        rows = tuple(_row(source) for source in _sources(notebook))
        suggested = None if panel.suggested is None else _suggested(notebook)
    except NotebookError as error:
        return replace(panel, said=error.problem.message, failed=True)
    except OSError as error:
        return replace(panel, said=f"{panel.path}: {error.strerror or error}", failed=True)
    found = None if panel.found is None else check(panel.path)
    return replace(panel, rows=rows, seen=seen, suggested=suggested, found=found, failed=False)


@with_room
def _sources(notebook: Notebook) -> tuple[Source, ...]:
    return read_program(notebook).sources


def _suggested(notebook: Notebook) -> dict[int, Suggestion]:
    return {suggestion.cell: suggestion for suggestion in suggestions(notebook)}


def _row(source: Source) -> Row:
    lines = (line.strip() for line in source.cell.source.split("\n"))
    text = next((line for line in lines if line and not _is_marker(line)), "")
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    first = next(span for span in reversed(source.spans) if span.line == 1)
    later = tuple(span for span in source.spans if span.line > 1)
    return Row(source.cell.number, shown, first.role, later)


def _is_marker(line: str) -> bool:
    return line.startswith("#") and line[1:].lstrip().startswith(PREFIX)


# ---------------------------------------------------------------------- looking
def with_suggestions(panel: Panel) -> Panel:
    """Proposes roles, from now on after every change."""
    panel = _read(replace(panel, suggested={}, said=""))
    if panel.failed:
        return panel
    cells, splits = len(panel.acceptable), sum(len(s.splits) for s in _proposals(panel))
    if not cells and not splits:
        return replace(panel, said="Nothing to suggest: every code cell has a role.")
    words = [_count(cells, "role")] * bool(cells) + [_count(splits, "split")] * bool(splits)
    return replace(panel, said=f"Suggested: {' and '.join(words)}.")


def with_findings(panel: Panel) -> Panel:
    """Checks the notebook, from now on after every change."""
    panel = _read(replace(panel, found=(), said=""))
    if panel.failed or panel.found is None:
        return panel
    if has_errors(panel.found):
        errors = sum(found.severity is Severity.ERROR for found in panel.found)
        return replace(panel, said=f"{_count(errors, 'error')}: this is no package yet.")
    return replace(panel, said="Nothing is in the way: the notebook can be converted.")


def _proposals(panel: Panel) -> Sequence[Suggestion]:
    return list((panel.suggested or {}).values())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ---------------------------------------------------------------------- writing
def with_roles(panel: Panel, roles: Mapping[int, Role | None]) -> Panel:
    """Gives cells roles, or takes them away, in the file."""
    after = _written(panel, write_tags(panel.path, roles, seen=panel.seen or _NOTHING))
    if after.failed:
        return after
    kept = [
        row.number for row in after.rows if row.role and roles.get(row.number, row.role) is None
    ]
    if kept:
        cells = ", ".join(map(str, kept))
        said = f"A comment in the first line gives its role to cell {cells}: take it out there."
        return replace(after, said=said, failed=True)
    if len(roles) == 1:
        ((number, role),) = roles.items()
        said = f"Cell {number} is `{role.value}`." if role else f"Cell {number} has no role."
    else:
        said = f"{_count(len(roles), 'cell')} got a role."
    return replace(after, said=f"{said} Reload the notebook in its editor.")


def with_all_accepted(panel: Panel) -> Panel:
    """Gives every cell without a role the suggested one."""
    return with_roles(panel, panel.acceptable) if panel.acceptable else panel


def with_split(panel: Panel, cell: int, split: Split) -> Panel:
    """Puts the marker into a cell from which on it does another job."""
    problem = write_marker(panel.path, cell, split.line, split.role, seen=panel.seen or _NOTHING)
    after = _written(panel, problem)
    if after.failed:
        return after
    said = f"Cell {cell} is `{split.role.value}` from line {split.line} on."
    return replace(after, said=f"{said} Reload the notebook in its editor.")


def with_mend(panel: Panel, finding: Diagnostic) -> Panel:
    """Sets the tag that mends a finding."""
    target = mend_of(finding)
    return panel if target is None else with_roles(panel, dict([target]))


def mend_of(finding: Diagnostic) -> tuple[int, Role] | None:
    """The cell to tag, and its role, where that mends a finding."""
    cell = finding.cell if finding.mend_cell is None else finding.mend_cell
    if finding.mend is None or cell is None:
        return None
    return cell, Role(finding.mend)


def _written(panel: Panel, problem: Diagnostic | None) -> Panel:
    if problem is None:
        return _read(panel)
    current = refreshed(panel)
    if current is not panel:
        return _overtaken(current)
    return replace(panel, said=f"{problem.message}. {problem.hint}", failed=True)


def _overtaken(panel: Panel) -> Panel:
    said = "The file has changed on disk, so nothing was written; this is what it holds now."
    return panel if panel.failed else replace(panel, said=said, failed=True)
