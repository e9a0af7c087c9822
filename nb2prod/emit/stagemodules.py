"""One Python module per stage: imports, definitions, the result type, the stage function."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence

import libcst as cst

from nb2prod.emit.imports import (
    ImportLine,
    late_lines,
    loud_lines,
    notebook_imports,
    order_matters,
    rendered,
)
from nb2prod.emit.parametertypes import SCALARS, parameter_type
from nb2prod.emit.recordedtypes import module_hints
from nb2prod.emit.stagecode import StageCode
from nb2prod.emit.text import cells_text, docstring, name_list, wrapped
from nb2prod.plan.hoisting import HoistKind
from nb2prod.plan.naming import field_names
from nb2prod.plan.package import Module, PackagePlan, Stage
from nb2prod.plan.stages import Parameter
from nb2prod.recorded import Description, Recorded

_BLANK = cst.Module(body=[])
#: Characters of a default that documentation tells.
_TOLD = 60


def module_text(
    plan: PackagePlan,
    module: Module,
    code: StageCode,
    recorded: Recorded,
    seen: Mapping[str, str],
) -> str:
    """The source of one module, not yet formatted; ``seen`` are the types that the run told."""
    words = code.words
    definitions: list[str] = []
    for entry in module.definitions:
        for number in entry.statements:
            definitions.append(_text(code.definition(number)))
    types = module_hints(plan, module, seen, words.any)
    stage = ""
    if module.stage:
        stage = _stage_text(plan, module.stage, code, recorded, types.texts)
    body = "\n\n".join([*definitions, stage])
    # An annotation may be a string, where what it names can't be had at run time.
    read = [body, *(text.strip('"') for text in types.texts.values())]
    names = {n.id for text in read for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)}
    logs = words.logger in names and plan.surroundings.logs
    last = max(_numbers(module), default=0)
    lines = notebook_imports(
        plan, module.uses, _only_in_strings(plan, module), last, code.import_comments
    )
    lines += _package_imports(plan, module)
    lines += loud_lines(plan, last)
    if module.stage:
        lines += _own_imports(plan, module.stage, code, names)
    if plan.storage.is_global and any(f"{words.state}." in text for text in definitions):
        where = f"{plan.name}.state"
        lines.append(ImportLine(2, where, f"from {where} import {_as('state', words.state)}"))
    if logs:
        lines.append(_import("logging", words.logging))
    if words.builtins in names:
        lines.append(_import("builtins", words.builtins))
    head = docstring(_summary(plan, module))
    if plan.lazy_annotations:
        head += "\n\nfrom __future__ import annotations"
    if types.imports:
        lines.append(_from("typing", "TYPE_CHECKING", words.type_checking))
    parts = [head, rendered(lines, keep_order=order_matters(plan))]
    if types.imports:
        block = rendered(types.imports, keep_order=False)
        parts.append(f"if {words.type_checking}:\n{textwrap.indent(block, '    ')}")
    if logs:
        parts.append(f"{words.logger} = {words.logging}.getLogger(__name__)")
    return "\n\n".join([*parts, body])


def _text(statements: Sequence[cst.BaseStatement]) -> str:
    return "".join(_BLANK.code_for_node(statement) for statement in statements)


def _import(module: str, name: str) -> ImportLine:
    alias = "" if name == module else f" as {name}"
    return ImportLine(0, module, f"import {module}{alias}")


def _own_imports(
    plan: PackagePlan, stage: Stage, code: StageCode, names: Collection[str]
) -> Iterable[ImportLine]:
    words = code.words
    if words.any in names:
        yield _from("typing", "Any", words.any)
    if stage.result_type:
        yield _from("typing", "NamedTuple", words.named_tuple)
    if stage.shares_state:
        yield ImportLine(
            2,
            f"{plan.name}.state",
            f"from {plan.name}.state import {_as('State', words.state_type)}",
        )


def _from(module: str, name: str, local: str) -> ImportLine:
    return ImportLine(0, module, f"from {module} import {_as(name, local)}")


def _as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"


def _package_imports(plan: PackagePlan, module: Module) -> Iterable[ImportLine]:
    """Definitions of other modules of the package."""
    for name in sorted(module.uses):
        home = plan.home.get(name)
        if home is not None and home != module.name:
            where = f"{plan.name}.{home}"
            comment = ""
            if name in _only_in_strings(plan, module):
                comment = "  # noqa: F401 (named in a formula)"
            yield ImportLine(2, where, f"from {where} import {name}", comment)


def _only_in_strings(plan: PackagePlan, module: Module) -> frozenset[str]:
    """Names that only occur in queries and formulas of a module."""
    numbers = _numbers(module)
    named = frozenset().union(*(plan.named_in_strings.get(n, frozenset()) for n in numbers))
    written = {name for n in numbers for name in plan.code.facts[n].names.values()}
    return named - written


def _numbers(module: Module) -> list[int]:
    """The statements of a module."""
    numbers = [n for entry in module.definitions for n in entry.statements]
    return [*numbers, *(module.stage.statements if module.stage else ())]


def _summary(plan: PackagePlan, module: Module) -> str:
    if module.stage is None:
        return "Definitions that the stages share."
    title = module.stage.documentation.summary
    cells = cells_text(module.stage.documentation.cells)
    return f"{title.rstrip('.')}.\n\nFrom {cells} of the notebook."


# ---------------------------------------------------------------------- the stage function
def _stage_text(
    plan: PackagePlan,
    stage: Stage,
    code: StageCode,
    recorded: Recorded,
    known: Mapping[str, str],
) -> str:
    words = code.words
    any_ = words.any
    outputs = stage.interface.outputs
    fields = field_names(outputs)
    result_type = "None"
    parts: list[str] = []
    if stage.result_type:
        result_type = stage.result_type
        lines = [f"class {result_type}({words.named_tuple}):"]
        lines.append(textwrap.indent(docstring(_result_words(stage, fields, recorded)), "    "))
        lines.append("")
        lines += [f"    {fields[name]}: {known.get(name, any_)}" for name in outputs]
        parts.append("\n".join(lines))
    elif outputs:
        result_type = known.get(outputs[0], any_)
    parameters = [f"{words.state}: {words.state_type}"] if stage.shares_state else []
    kinds = parameter_kinds(plan, stage)
    kinds = {**known, **kinds}
    parameters += [f"{name}: {kinds.get(name, any_)}" for name in stage.interface.inputs]
    start = "async def" if stage.is_async else "def"
    header = f"{start} {stage.function}({', '.join(parameters)}) -> {result_type}:"
    body, ending = code.body(stage)
    lines = [header, textwrap.indent(stage_docstring(plan, stage, words.state, recorded), "    ")]
    lines += [f"    {line}" for line in late_lines(plan, stage.late)]
    function = cst.parse_statement("\n".join([*lines, "    pass"]) + "\n")
    assert isinstance(function, cst.FunctionDef)
    assert isinstance(function.body, cst.IndentedBlock)
    last = _return(stage, fields)
    statements = [*function.body.body[:-1], *body]
    if last is not None:
        statements.append(last.with_changes(leading_lines=ending))
        ending = []
    block = function.body.with_changes(body=statements, footer=ending)
    parts.append(_text([function.with_changes(body=block)]))
    return "\n\n\n".join(parts)


def parameter_kinds(plan: PackagePlan, stage: Stage) -> dict[str, str]:
    """Types of the inputs that are still what the caller of `run` gave."""
    places = sources(plan)
    return {
        parameter.name: kind
        for parameter in plan.parameters
        if places.get((stage.function, parameter.name), "") is None
        and (kind := parameter_type(parameter)) in SCALARS - plan.code.names.bound
    }


def _return(stage: Stage, fields: dict[str, str]) -> cst.BaseStatement | None:
    outputs = stage.interface.outputs
    if not outputs:
        return None
    if len(outputs) == 1:
        return cst.parse_statement(f"return {outputs[0]}\n")
    values = ", ".join(f"{fields[name]}={name}" for name in outputs)
    return cst.parse_statement(f"return {stage.result_type}({values})\n")


def stage_docstring(plan: PackagePlan, stage: Stage, state: str, recorded: Recorded) -> str:
    """NumPy style: what it does, parameters, results, source cells."""
    documented = stage.documentation
    blocks = [documented.summary.rstrip(".") + "."]
    blocks += map(wrapped, documented.paragraphs)
    makers, source = producers(plan), sources(plan)
    inputs = []
    if stage.shares_state:
        inputs.append(f"{state} : State\n    Names that functions share: {_shared(plan, stage)}.")
    for name in stage.interface.inputs:
        said = f"{makers.get((stage.function, name), 'A value of the notebook')}."
        seen = recorded.describe(source.get((stage.function, name)), name)
        # Its columns stand where it is made.
        inputs.append(_entry(name, said, seen and Description(seen.kind)))
    if inputs:
        blocks.append("Parameters\n----------\n" + "\n".join(inputs))
    outputs = stage.interface.outputs
    if len(outputs) > 1:
        blocks.append(
            "Returns\n-------\n"
            f"{stage.result_type}\n"
            + textwrap.indent(
                wrapped(f"With the fields {name_list(field_names(outputs).values())}."), "    "
            )
        )
    elif outputs:
        seen = recorded.describe(stage.function, outputs[0])
        said = _entry(outputs[0], "The notebook's variable of that name.", seen)
        blocks.append(f"Returns\n-------\n{said}")
    blocks.append(f"Notes\n-----\nFrom {cells_text(documented.cells)} of the notebook.")
    return docstring("\n\n".join(blocks))


def _entry(name: str, said: str, seen: Description | None) -> str:
    """A name in a docstring, with what a recorded run saw under it."""
    if seen is None:
        return f"{name}\n    {said}"
    columns = f" Columns: {seen.columns}." if seen.columns else ""
    body = textwrap.indent(wrapped(f"{said}{columns}".strip(), 68), "    ")
    return f"{name} : {seen.kind}" + (f"\n{body}" if body else "")


def _result_words(stage: Stage, fields: dict[str, str], recorded: Recorded) -> str:
    """The docstring of a stage's result type."""
    summary = f"What `{stage.function}` gives."
    seen = {name: recorded.describe(stage.function, name) for name in fields}
    if not any(seen.values()):
        return summary
    entries = []
    first: dict[str, str] = {}
    for name, field in fields.items():
        described = seen[name]
        columns = described.columns if described else ""
        if described and columns in first:
            # Parts of one table, such as those of a split, have its columns.
            entries.append(
                _entry(field, f"Columns as `{first[columns]}`.", Description(described.kind))
            )
            continue
        if columns:
            first[columns] = field
        entries.append(_entry(field, "", described))
    summary = f"What `{stage.function}` gives, as the recorded run saw it."
    return f"{summary}\n\nAttributes\n----------\n" + "\n".join(entries)


def _shared(plan: PackagePlan, stage: Stage) -> str:
    used = plan.modules_by_stage[stage.function].uses & plan.storage.state.keys()
    return name_list(sorted(used))


def sources(plan: PackagePlan) -> dict[tuple[str, str], str | None]:
    """For each stage and input, the stage that gives the value; None for a parameter of the run."""
    found: dict[tuple[str, str], str | None] = {}
    source: dict[str, str | None] = {parameter.name: None for parameter in plan.parameters}
    for stage in plan.stages:
        for name in stage.interface.inputs:
            if name in source:
                found[(stage.function, name)] = source[name]
        source.update(dict.fromkeys(stage.interface.outputs, stage.function))
    return found


def producers(plan: PackagePlan) -> dict[tuple[str, str], str]:
    """For each stage and input, where the value comes from, in words."""
    given = {parameter.name: parameter_words(plan, parameter) for parameter in plan.parameters}
    return {
        (function, name): given[name] if stage is None else f"As `{stage}` gives it"
        for (function, name), stage in sources(plan).items()
    }


def parameter_words(plan: PackagePlan, parameter: Parameter) -> str:
    """Where a parameter comes from, and what the notebook has there."""
    cell = plan.code.statements[parameter.statement].cell.number
    return f"From cell {cell}; the notebook has `{ast.unparse(parameter.default)[:_TOLD]}`"


def constant_names(plan: PackagePlan) -> list[str]:
    """Module-level constants, in notebook order."""
    entries = [e for e in plan.hoisted.values() if e.kind is HoistKind.CONSTANT]
    return [entry.name for entry in sorted(entries, key=lambda entry: entry.statements[0])]
