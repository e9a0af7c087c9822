"""The page: facts of a conversion, rendered by a template that escapes everything."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nb2prod.diagnostics import Diagnostic
from nb2prod.emit.paritytests import COPIED
from nb2prod.filetree import FileTree
from nb2prod.metrics import metrics
from nb2prod.notebook import Cell, Notebook
from nb2prod.plan.package import PackagePlan, Stage
from nb2prod.recorded import CellRun, Recorded
from nb2prod.report.flow import picture
from nb2prod.report.rendering import harmless_exporter, rendered
from nb2prod.report.verdict import verdict_on
from nb2prod.roles import Role
from nb2prod.verify import Parity

if TYPE_CHECKING:
    from markupsafe import Markup


def report_page(
    plan: PackagePlan,
    notebook: Notebook,
    tree: FileTree,
    recorded: Recorded,
    parity: Parity,
    diagnostics: Sequence[Diagnostic],
) -> str:
    """The report of one conversion as a self-contained page: no script, nothing from elsewhere."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nb2prod.report"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    runs: dict[int, list[CellRun]] = {}
    for run in recorded.cells:
        runs.setdefault(run.cell, []).append(run)
    return environment.get_template("report.html.j2").render(
        name=plan.name,
        title=plan.introduction.title,
        about=_about(plan),
        owner=plan.settings.owner,
        verdict=verdict_on(parity),
        picture=Markup(picture(plan)),
        light=_colours("default"),
        dark=_colours("github-dark"),
        shared=_shared(plan, tree),
        stages=[_stage(plan, stage, tree, recorded, parity) for stage in plan.stages],
        cells=_cells(plan, notebook, runs),
        parameters=[(p.name, ast.unparse(p.default)) for p in plan.parameters],
        results=[
            (c.name, _described(plan, recorded, c.name), c.likeness.value, c.detail)
            for c in parity.comparisons
            if c.stage == "run"
        ],
        metrics=metrics(
            recorded,
            [stage.function for stage in plan.of_role(Role.EVALUATE)],
            plan.settings.metrics,
        ),
        files=_files(recorded),
        hosts=sorted({host for cell in recorded.cells for host in cell.hosts}),
        commands=[(cell.cell, command) for cell in recorded.cells for command in cell.commands],
        dependencies=sorted(_locked(tree)),
        diagnostics=diagnostics,
        timings=recorded.cells,
        slowest=max((cell.seconds for cell in recorded.cells), default=1) or 1,
        seconds=sum(cell.seconds for cell in recorded.cells),
        memory=max((cell.memory for cell in recorded.cells), default=0),
        written=sorted(path for path in tree if not path.startswith(f"{COPIED}/")),
    )


def _stage(
    plan: PackagePlan, stage: Stage, tree: FileTree, recorded: Recorded, parity: Parity
) -> dict[str, Any]:
    likeness = {c.name: c for c in parity.comparisons if c.stage == stage.function}
    outputs = []
    for name in stage.interface.outputs:
        seen, found = recorded.describe(stage.function, name), likeness.get(name)
        outputs.append(
            (
                name,
                seen.kind if seen else "",
                seen.columns.split(", ") if seen and seen.columns else [],
                found.likeness.value if found else "",
            )
        )
    return {
        "function": stage.function,
        "module": stage.module,
        "role": stage.role.value,
        "summary": stage.documentation.summary,
        "cells": [number for number, _ in stage.documentation.cells],
        "inputs": stage.interface.inputs,
        "outputs": outputs,
        "code": _highlighted(tree[f"src/{plan.name}/{stage.module}.py"]),
    }


def _shared(plan: PackagePlan, tree: FileTree) -> list[tuple[str, list[str], Markup]]:
    """Modules without a stage: their names, what they define, and their code."""
    return [
        (module, sorted(names), _highlighted(tree[f"src/{plan.name}/{module}.py"]))
        for module, names in _definitions(plan).items()
    ]


def _definitions(plan: PackagePlan) -> dict[str, set[str]]:
    """The definitions of each module that has no stage."""
    staged = {module.name for module in plan.modules_by_stage.values()}
    found: dict[str, set[str]] = {}
    for name, module in sorted(plan.home.items(), key=lambda item: item[::-1]):
        if module not in staged:
            found.setdefault(module, set()).add(name)
    return found


def _cells(
    plan: PackagePlan, notebook: Notebook, runs: Mapping[int, Sequence[CellRun]]
) -> list[dict[str, Any]]:
    """Every cell of the notebook, rendered, with where its code went."""
    places: dict[int, dict[str, str]] = {}
    for parameter in plan.parameters:
        number = plan.code.statements[parameter.statement].cell.number
        places.setdefault(number, {})["parameters of run()"] = "#interfaces"
    for stage in plan.stages:
        for number, _ in stage.documentation.cells:
            places.setdefault(number, {})[f"{stage.function}()"] = f"#stage-{stage.function}"
    owners = {module.name: function for function, module in plan.modules_by_stage.items()}
    for name, home in sorted(plan.home.items()):
        number = plan.code.statements[plan.hoisted[name].statements[0]].cell.number
        owner = owners.get(home)
        places.setdefault(number, {})[name] = f"#stage-{owner}" if owner else f"#module-{home}"
    roles = {
        source.cell.number: [s.role.value for s in source.spans if s.role is not None]
        for source in plan.sources
    }
    found = []
    exporter = harmless_exporter()
    for cell in notebook.cells:
        outputs = [shown for run in runs.get(cell.number, ()) for shown in run.outputs]
        found.append(
            {
                "number": cell.number,
                "kind": cell.kind,
                "roles": list(dict.fromkeys(roles.get(cell.number, []))),
                "places": places.get(cell.number, {}),
                "body": rendered(cell, outputs, exporter),
            }
        )
    return found


def _about(plan: PackagePlan) -> Markup:
    """What the notebook says of itself, which is markdown."""
    text = "\n\n".join(plan.introduction.paragraphs)
    return rendered(Cell(0, "about", "markdown", text), (), harmless_exporter())


def _colours(style: str) -> Markup:
    """The style sheet of highlighted code, ours and nbconvert's."""
    from markupsafe import Markup
    from pygments.formatters import HtmlFormatter

    formatter: HtmlFormatter[str] = HtmlFormatter(style=style)
    return Markup(formatter.get_style_defs([".code", ".highlight"]))  # type: ignore[no-untyped-call]


def _highlighted(text: str) -> Markup:
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(highlight(text, PythonLexer(), HtmlFormatter(cssclass="code")))


def _described(plan: PackagePlan, recorded: Recorded, name: str) -> str:
    for stage in reversed(plan.stages):
        seen = recorded.describe(stage.function, name)
        if seen:
            return seen.kind
    return ""


def _files(recorded: Recorded) -> list[tuple[str, str, list[int]]]:
    found: dict[tuple[str, str], list[int]] = {}
    for cell in recorded.cells:
        for how, paths in (("read", cell.read), ("written", cell.written)):
            for path in paths:
                found.setdefault((path, how), []).append(cell.cell)
    return [(path, how, cells) for (path, how), cells in sorted(found.items())]


def _locked(tree: FileTree) -> list[str]:
    lines = tree.get("requirements.lock", "").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
