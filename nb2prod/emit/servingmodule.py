"""The modules that serve: `scoring`, written from the notebook's statements, and those around it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

from nb2prod.emit.datasetmodule import is_table
from nb2prod.emit.imports import ImportLine, loud_lines, notebook_imports, rendered
from nb2prod.emit.layout import indented
from nb2prod.emit.parametertypes import parameter_type
from nb2prod.emit.recordedtypes import state_hints
from nb2prod.emit.servingcode import chain_code
from nb2prod.emit.servingwords import ServingWords, serving_words
from nb2prod.emit.text import cells_text, docstring
from nb2prod.plan.chain import Serving
from nb2prod.plan.package import PackagePlan
from nb2prod.probes import modelfiles
from nb2prod.probes.bindingtime import lookups

_COPIED = Path(__file__).parents[1] / "copied"


def scoring_text(plan: PackagePlan, serving: Serving) -> str:
    """`scoring.py`: the fitted state, and the function that fits it or looks it up."""
    words = serving_words(plan)
    body = chain_code(plan, serving, words)
    used = {n.id for n in ast.walk(ast.parse(_wrapped(body))) if isinstance(n, ast.Name)}
    hints = state_hints(
        plan,
        {name: hint for name, hint in serving.fields.items() if hint not in ("", "rounds")},
        used & serving.imported,
        plan.code.names.identifiers | set(vars_of(words)),
        words.any,
    )
    state = _state(plan, serving, words, hints.texts)
    lines = notebook_imports(
        plan, used & serving.imported, frozenset(), len(plan.code.statements), _silent
    )
    lines += loud_lines(plan, len(plan.code.statements))
    lines += [
        ImportLine(
            2, f"{plan.name}.{plan.home[name]}", f"from {plan.name}.{plan.home[name]} import {name}"
        )
        for name in sorted(used & serving.imported & plan.home.keys())
    ]
    dataclasses = [_as("dataclass", words.dataclass), _as("field", words.field)]
    lines.append(ImportLine(0, "dataclasses", f"from dataclasses import {', '.join(dataclasses)}"))
    lines.append(ImportLine(0, "typing", f"from typing import {_as('Any', words.any)}"))
    if words.deepcopy in used:
        lines.append(ImportLine(0, "copy", f"from copy import {_as('deepcopy', words.deepcopy)}"))
    tables = is_table(serving.form) and (not serving.learned or is_table(serving.learned.form))
    checked = [*hints.imports]
    if tables:
        imported = f"from pandas import {_as('DataFrame', words.data_frame)}"
        checked.append(ImportLine(1, "pandas", imported))
    if checked:
        imported = f"from typing import {_as('TYPE_CHECKING', words.type_checking)}"
        lines.append(ImportLine(0, "typing", imported))
    copied = _lookups(words, used)
    if copied and "import pandas as pd" not in {line.text for line in lines}:
        lines.append(ImportLine(1, "pandas", "import pandas as pd"))
    head = [
        docstring(
            "From raw rows to predictions: one function trains and serves.\n\n"
            + _cells(plan, serving)
        ),
        "from __future__ import annotations",
        rendered(lines, keep_order=False),
    ]
    if checked:
        block = textwrap.indent(rendered(checked, keep_order=False), "    ")
        head.append(f"if {words.type_checking}:\n{block}")
    parts = ["\n\n".join(head), state, *copied]
    rows = words.data_frame if tables else words.any
    header = (
        f"def {words.score}({words.frame}: {rows}, {words.fitted}: {words.state_type}, *, "
        f"{words.training}: bool) -> {words.any}:"
    )
    said = docstring(
        "Predictions for raw rows; fits what it needs where it trains.\n\n"
        f"Parameters\n----------\n{words.frame}\n    Raw rows; they may be changed.\n"
        f"{words.fitted}\n    Is filled where it trains, and looked up where it serves.\n"
        f"{words.training}\n    Whether the rows are those to learn from."
    )
    parts.append("\n".join([header, textwrap.indent(said, "    "), indented(body)]))
    return "\n\n\n".join(parts)


def serving_facts(plan: PackagePlan, serving: Serving) -> dict[str, object]:
    """What the templates see."""
    words = serving_words(plan)
    files = serving.files
    parameters = [p for p in plan.parameters if p.name in serving.fields]
    return {
        # Before a model was trained, the package can write all formats.
        "formats": dict(files.formats) if files else {},
        "used": {*(files.formats.values() if files else modelfiles.FORMATS)},
        "trusted": files.trusted if files else (),
        "objects": files is None or bool(files.trusted or files.formats),
        "columns": [str(column.name) for column in serving.contract.columns],
        "rows": "{}" if is_table(serving.form) else "given({})",
        "learned_rows": "{}" if is_table((serving.learned or serving).form) else "given({})",
        "spared": serving.contract.spared,
        "known": list(serving.learned.columns if serving.learned else serving.columns),
        "kinds": {column.kind for column in serving.contract.columns},
        "infinite": [str(c.name) for c in serving.contract.columns if c.infinite],
        "target": list(serving.learned.target if serving.learned else serving.target),
        # The cell that reads the rows to learn from, where the predicted ones are another file's.
        "learned": serving.learned and plan.code.statements[serving.learned.source[0]].cell.number,
        "untrained": [
            str(column.name)
            for column in serving.contract.columns
            if serving.learned and column.name not in serving.learned.columns
        ],
        "prediction": serving.prediction,
        "outputs": [str(column.name) for column in serving.contract.outputs],
        "several": len(serving.contract.outputs) > 1,
        "state_type": words.state_type,
        "score": words.score,
        "frame": words.frame,
        # A parameter may have that name, too.
        "rows_name": words.frame if any(p.name == "frame" for p in parameters) else "frame",
        "fitted": words.fitted,
        "training": words.training,
        "parameters": [{"name": p.name, "type": parameter_type(p)} for p in parameters],
        "parameter_names": tuple(p.name for p in parameters),
        "field_names": tuple(n for n in serving.fields if n not in {p.name for p in parameters}),
        "variable": f"{plan.name.upper()}_MODEL",
    }


def storage_files(plan: PackagePlan, serving: Serving) -> Iterator[tuple[str, str]]:
    """The copies of the modules that write and read values: path and text."""
    yield "storage/__init__.py", '"""Values in files that run no code as they are read."""\n'
    files = serving.files
    wanted = {
        "archive": True,
        "objects": files is None or bool(files.trusted or files.formats),
        "pickle_file": files is None or bool(files.pickled),
        "plain": True,
        "skops_file": files is None or "skops" in files.formats.values(),
    }
    for name in (name for name, needed in wanted.items() if needed):
        text = (_COPIED / f"{name}.py").read_text(encoding="utf-8")
        text = text.replace("  # type: ignore[import-untyped]", "")
        yield f"storage/{name}.py", text.replace("nb2prod.copied", f"{plan.name}.storage")


def vars_of(words: ServingWords) -> list[str]:
    """All of the words."""
    return [getattr(words, name) for name in words.__slots__]


def _state(
    plan: PackagePlan, serving: Serving, words: ServingWords, texts: dict[str, str] | object
) -> str:
    """The dataclass of the fitted state."""
    assert isinstance(texts, dict)
    parameters = {p.name: parameter_type(p) for p in plan.parameters}
    lines = [f"@{words.dataclass}", f"class {words.state_type}:"]
    lines.append('    """What training learned from its rows, and serving looks up."""\n')
    for name in serving.fields:
        if name in parameters:
            lines.append(
                f"    {name}: {parameters[name] if '[' not in parameters[name] else words.any}"
            )
    for name, hint in serving.fields.items():
        if name in parameters:
            continue
        if hint == "rounds":
            lines.append(
                f"    {name}: dict[{words.any}, {words.any}] = {words.field}(default_factory=dict)"
            )
        else:
            lines.append(f"    {name}: {texts.get(name, words.any)} = {words.field}(init=False)")
    return "\n".join(lines)


def _lookups(words: ServingWords, used: set[str]) -> list[str]:
    """The functions that look up what was learned: those that the proof used."""
    found = []
    for function, name in (
        (lookups.categories, words.categories),
        (lookups.with_categories, words.with_categories),
        (lookups.with_new_categories, words.with_new_categories),
        (lookups.of_groups, words.of_groups),
    ):
        if name not in used:
            continue
        text = inspect.getsource(function).replace(f"def {function.__name__}(", f"def {name}(")
        text = text.replace('    pandas = sys.modules["pandas"]\n', "").replace("pandas.", "pd.")
        text = text.replace("`pd.get_dummies`", "`pandas.get_dummies`")
        found.append(text.replace("Dict[", "dict[").replace("Any", words.any).strip())
    return found


def _cells(plan: PackagePlan, serving: Serving) -> str:
    numbers = {plan.code.statements[step.statement].cell.number for step in serving.steps}
    return f"From {cells_text([(n, '') for n in sorted(numbers)])} of the notebook."


def _silent(_: int) -> tuple[tuple[str, ...], str]:
    return (), ""


def _wrapped(body: str) -> str:
    return "def f():\n" + indented(body)


def _as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"
