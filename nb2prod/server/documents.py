"""A posted notebook as the answers of the routes: plain values that `api.schema.json` describes.

Runs in a worker process: nothing here knows the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from nb2prod.analysis.code import analyse
from nb2prod.analysis.program import Program
from nb2prod.analysis.variables import Line, variables
from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic
from nb2prod.flowchart import PARAMETERS, arrows
from nb2prod.notebook import Notebook, NotebookError, parsed
from nb2prod.plan.documentation import plain
from nb2prod.plan.inferred import inferred
from nb2prod.plan.package import PackagePlan
from nb2prod.planning import Planned, emitted, planned
from nb2prod.regions import previews
from nb2prod.show import facts
from nb2prod.suggest import suggestions
from nb2prod.suggest.headings import headings_of

#: What JSON can hold.
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Posted:
    """A notebook as it was posted; none, with the reason, where it can't be read."""

    notebook: Notebook | None
    problems: tuple[Diagnostic, ...]
    #: Where its modules lie; None for a notebook without a place.
    folder: Path | None

    @property
    def ids(self) -> dict[int, str]:
        return {cell.number: cell.id for cell in self.notebook.cells} if self.notebook else {}


@with_room
def analysis(document: Json, folder: Path | None) -> Json:
    """Roles, diagnostics, plan and variables; what is known also where there is no plan."""
    posted = _posted(document, folder)
    if posted.notebook is None:
        return _analysis([], posted, posted.problems, None, [])
    made = _planned(posted, posted.notebook)
    ids, program = posted.ids, made.program
    cells, found = [], []
    if program is not None:
        headings = headings_of(posted.notebook)
        cells = [
            {
                "number": source.cell.number,
                "id": source.cell.id,
                "roles": [
                    {"line": span.line, "role": span.role.value if span.role else None}
                    for span in source.spans
                ],
                "heading": plain(headings[source.cell.number][0]),
            }
            for source in program.sources
        ]
        found = _variables(program, ids)
    plan = _plan(made.plan, ids) if made.plan else None
    return _analysis(cells, posted, made.diagnostics, plan, found)


@with_room
def proposals(document: Json, folder: Path | None) -> Json:
    """The suggested roles, splits and names."""
    posted = _posted(document, folder)
    found = suggestions(posted.notebook) if posted.notebook else ()
    return {
        "cells": [
            {
                "cell": proposal.cell,
                "cell_id": posted.ids[proposal.cell],
                "role": proposal.role.value,
                "reason": proposal.reason,
                "tagged": proposal.tagged,
                "splits": [
                    {"line": split.line, "role": split.role.value, "reason": split.reason}
                    for split in proposal.splits
                ],
                "results": [
                    {"line": shown.line, "name": shown.name, "text": shown.text}
                    for shown in proposal.results
                ],
            }
            for proposal in found
        ]
    }


@with_room
def preview(document: Json, folder: Path | None) -> Json:
    """The modules as they would be written now, without a run."""
    posted = _posted(document, folder)
    if posted.notebook is None:
        return {"modules": [], "diagnostics": told(posted.problems, posted.ids)}
    made = _planned(posted, posted.notebook)
    if made.plan is None:
        return {"modules": [], "diagnostics": told(made.diagnostics, posted.ids)}
    try:
        tree = emitted(
            made.plan,
            notebook_folder=folder,
            output=folder / made.name if folder else None,
            environment=made.environment,
        )
    except NotebookError as error:
        return {"modules": [], "diagnostics": told([error.problem], posted.ids)}
    modules = [
        {
            "path": shown.path,
            "text": shown.text,
            "regions": [
                {
                    "name": region.name,
                    "kind": region.kind.value,
                    "start": region.start,
                    "end": region.end,
                    "cells": [posted.ids[number] for number in region.cells],
                }
                for region in shown.regions
            ],
        }
        for shown in previews(made.plan, tree)
    ]
    return {"modules": modules, "diagnostics": told(made.diagnostics, posted.ids)}


#: What workers can do with a document.
TASKS: Mapping[str, Callable[[Json, Path | None], Json]] = {
    "analyze": analysis,
    "suggest": proposals,
    "preview": preview,
}


def told(diagnostics: Iterable[Diagnostic], ids: Mapping[int, str]) -> list[Json]:
    """Diagnostics as plain values; ``ids`` are those of the cells by their numbers."""
    return [
        {
            "code": found.code,
            "severity": found.severity.value,
            "message": found.message,
            "hint": found.hint,
            "cell": found.cell,
            "cell_id": None if found.cell is None else ids.get(found.cell, found.cell_id),
            "line": found.line,
            "mend": found.mend,
            "mend_cell": mended,
            "mend_cell_id": None if mended is None else ids.get(mended),
        }
        for found in diagnostics
        for mended in ((found.mend_cell or found.cell) if found.mend else None,)
    ]


# ---------------------------------------------------------------------- reading
def _posted(document: Json, folder: Path | None) -> _Posted:
    path = str(document["path"])
    raw = document["notebook"]
    file = path.rpartition("/")[2]
    name = file.removesuffix(".ipynb") or "notebook"
    try:
        notebook = parsed(raw, name=name, shown=path)
    except NotebookError as error:
        if error.problem.code != "NB103":
            return _Posted(None, (error.problem,), folder)
        # Settings of the wrong kind say nothing about the cells.
        metadata = {key: value for key, value in raw["metadata"].items() if key != "nb2prod"}
        notebook = parsed({**raw, "metadata": metadata}, name=name, shown=path)
        return _Posted(replace(notebook, file=file), (error.problem,), folder)
    return _Posted(replace(notebook, file=file), (), folder)


def _planned(posted: _Posted, notebook: Notebook) -> Planned:
    made = planned(notebook, None, folder=posted.folder)
    if not posted.problems:
        return made
    return replace(made, plan=None, diagnostics=(*posted.problems, *made.diagnostics))


# ---------------------------------------------------------------------- telling
def _analysis(
    cells: list[Json],
    posted: _Posted,
    diagnostics: Iterable[Diagnostic],
    plan: Json | None,
    found: list[Json],
) -> Json:
    return {
        "cells": cells,
        "diagnostics": told(diagnostics, posted.ids),
        "plan": plan,
        "variables": found,
        "stale": plan is None,
    }


def _plan(plan: PackagePlan, ids: Mapping[int, str]) -> Json:
    shown = facts(plan)
    names = {at: stage.function for at, stage in enumerate(plan.stages)}
    names |= {PARAMETERS: "parameters", len(plan.stages): "results"}
    return {
        "name": shown.name,
        "title": shown.title,
        "parameters": [
            {"name": p.name, "default": p.default, "cell_id": ids[p.cell]} for p in shown.parameters
        ],
        "results": list(shown.results),
        "stages": [
            {
                "role": stage.role,
                "function": stage.function,
                "module": stage.module,
                "heading": stage.heading,
                "cells": [asdict(cell) for cell in stage.cells],
                "takes": [
                    {"names": list(taken.names), "source": taken.source} for taken in stage.takes
                ],
                "gives": list(stage.gives),
            }
            for stage in shown.stages
        ],
        "arrows": [
            {"source": names[start], "target": names[end], "names": list(flowing)}
            for (start, end), flowing in arrows(plan).items()
        ],
        "inferred": asdict(inferred(plan)),
    }


def _variables(program: Program, ids: Mapping[int, str]) -> list[Json]:
    def places(lines: Iterable[Line]) -> list[Json]:
        return [{"cell": cell, "cell_id": ids[cell], "line": line} for cell, line in lines]

    return [
        {"name": found.name, "bindings": places(found.bindings), "uses": places(found.uses)}
        for found in variables(analyse(program.statements))
    ]
