"""The modules that tie stages together: pipeline, parameters and state."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.events import UNBOUND
from nb2prod.emit.imports import late_lines, rendered
from nb2prod.emit.parametertypes import parameter_type
from nb2prod.emit.recordedtypes import Hints, pipeline_hints
from nb2prod.emit.stagemodules import parameter_kinds, parameter_words, producers
from nb2prod.emit.text import docstring, name_list, wrapped
from nb2prod.emit.vocabulary import Vocabulary
from nb2prod.plan import naming
from nb2prod.plan.hoisting import HoistKind, is_immutable
from nb2prod.plan.package import PackagePlan, Stage
from nb2prod.plan.stages import Parameter
from nb2prod.recorded import Recorded, plain_number
from nb2prod.roles import Role

#: Numbers among the results that the example shows.
_SHOWN = 3
#: Roles whose functions are entry points of the package.
ENTRY_ROLES = (Role.PREPROCESSING, Role.TRAIN, Role.EVALUATE, Role.PREDICT)


@dataclass(frozen=True, slots=True)
class _Words:
    """Names inside `pipeline`, where the notebook's variables live too."""

    state: str
    state_type: str
    bound: str
    modules: dict[str, str]
    logger: str
    asyncio: str
    copy: str
    logging: str
    any: str
    loop: str
    os: str
    folder: str
    environment: str
    pyplot: str
    figures: str
    type_checking: str


def pipeline_text(
    plan: PackagePlan, words: Vocabulary, recorded: Recorded, seen: Mapping[str, str]
) -> str:
    """`pipeline.py`: `run`, and the roles that have several stages; ``seen`` as for stages."""
    own = _words(plan, words)
    repeated = [role for role in ENTRY_ROLES if len(plan.of_role(role)) > 1]
    used = dict.fromkeys(stage.module for stage in plan.stages)
    used.update(dict.fromkeys(plan.home[n] for n in plan.results if n in plan.home))
    if plan.parameters:
        used["parameters"] = None
    lines = [docstring(f"Runs the stages of {plan.name} in the notebook's order."), ""]
    lines += ["from __future__ import annotations", ""]
    if any(stage.is_async for stage in plan.stages):
        lines.append(_import("asyncio", own.asyncio))
    if any(not is_immutable(parameter.default) for parameter in plan.parameters):
        lines.append(_import("copy", own.copy))
    around = plan.surroundings
    if around.progress:
        lines.append(_import("logging", own.logging))
    if around.restores_folder or around.restores_environment:
        lines.append(_import("os", own.os))
    types = _stretch_hints(plan, repeated, own, seen)
    typing = [_as("Any", own.any)]
    if types.imports:
        typing.insert(0, _as("TYPE_CHECKING", own.type_checking))
    lines += [f"from typing import {', '.join(typing)}", ""]
    if around.closes_figures:
        lines += [_import("matplotlib.pyplot", own.pyplot), ""]
    listed = ", ".join(_as(module, own.modules[module]) for module in sorted(used))
    if listed:
        lines.append(f"from {plan.name} import {listed}")
    if plan.storage.state:
        names = [_as("State", own.state_type)]
        if plan.storage.is_global:
            names.append(_as("state", own.state))
            shares = any(s.shares_state for role in repeated for s in plan.stretch(role))
            names = names if shares else names[1:]
        lines.append(f"from {plan.name}.state import {', '.join(names)}")
    if types.imports:
        block = textwrap.indent(rendered(types.imports, keep_order=False), "    ")
        lines += ["", f"if {own.type_checking}:", block]
    if around.progress:
        lines += ["", f"{own.logger} = {own.logging}.getLogger(__name__)"]
    lines += ["", ""]
    lines.append(_run_text(plan, own, recorded))
    for role in repeated:
        lines += ["", "", _stretch_text(plan, role, own, types.texts)]
    return "\n".join(lines)


def _words(plan: PackagePlan, words: Vocabulary) -> _Words:
    taken = {parameter.name for parameter in plan.parameters} | {*plan.results}
    for stage in plan.stages:
        taken.update(stage.interface.inputs, stage.interface.outputs)

    def new(wanted: str) -> str:
        return naming.fresh(wanted, taken)

    modules = [*(module.name for module in plan.modules), "parameters"]
    return _Words(
        state=new(words.state),
        state_type=new(words.state_type),
        bound=words.bound,
        modules={name: name if name not in taken else new(f"{name}_module") for name in modules},
        logger=new("logger"),
        asyncio=new("asyncio"),
        copy=new("copy"),
        logging=new("logging"),
        any=new("Any"),
        loop=new("loop"),
        os=new("os"),
        folder=new("folder"),
        environment=new("environment"),
        pyplot=new("plt"),
        figures=new("figures"),
        type_checking=new("TYPE_CHECKING"),
    )


def _import(module: str, local: str) -> str:
    return f"import {_as(module, local)}"


def _as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"


# ---------------------------------------------------------------------- run
def _run_text(plan: PackagePlan, own: _Words, recorded: Recorded) -> str:
    parameters = [_signature(plan, parameter, own) for parameter in plan.parameters]
    signature = "*, " + ", ".join(parameters) if parameters else ""
    lines = [f"def run({signature}) -> dict[str, {own.any}]:"]
    lines.append(textwrap.indent(_run_docstring(plan, recorded), "    "))
    body: list[str] = []
    if plan.storage.state:
        fresh = f"{own.state} = {own.state_type}()"
        body.append(f"vars({own.state}).clear()" if plan.storage.is_global else fresh)
    for parameter in plan.parameters:
        if not is_immutable(parameter.default):
            default = f"{own.modules['parameters']}.{parameter.name}"
            body.append(f"if {parameter.name} is None:")
            body.append(f"    {parameter.name} = {own.copy}.deepcopy({default})")
        if parameter.name in plan.storage.state:
            body.append(f"{own.state}.{parameter.name} = {parameter.name}")
    imports = {n for n, entry in plan.hoisted.items() if entry.kind is HoistKind.IMPORT}
    imported = [name for name in plan.results if name in plan.late or name in imports]
    steps: list[str] = []
    for number, stage in enumerate(plan.stages, 1):
        if plan.surroundings.progress:
            steps.append(f'{own.logger}.info("{stage.function} ({number}/{len(plan.stages)})")')
        steps.append(_call(stage, own))
    steps += late_lines(plan, imported)
    steps += _results(plan, own)
    undone: list[str] = []
    if any(stage.is_async for stage in plan.stages):
        body.append(f"{own.loop} = {own.asyncio}.new_event_loop()")
        undone.append(f"{own.loop}.close()")
    if plan.surroundings.restores_folder:
        body.append(f"{own.folder} = {own.os}.getcwd()")
        undone.append(f"{own.os}.chdir({own.folder})")
    if plan.surroundings.restores_environment:
        body.append(f"{own.environment} = dict({own.os}.environ)")
        undone.append(f"{own.os}.environ.clear()")
        undone.append(f"{own.os}.environ.update({own.environment})")
    if plan.surroundings.closes_figures:
        body.append(f"{own.figures} = {own.pyplot}.get_fignums()")
        undone.append(f"for number in set({own.pyplot}.get_fignums()).difference({own.figures}):")
        undone.append(f"    {own.pyplot}.close(number)")
    if undone:
        body += ["try:", *(f"    {step}" for step in steps)]
        body.append("finally:  # a second run starts where this one did")
        body += [f"    {step}" for step in undone]
    else:
        body += steps
    return "\n".join([*lines, *(f"    {line}" for line in body)])


def _call(stage: Stage, own: _Words) -> str:
    arguments = [own.state] if stage.shares_state else []
    arguments += stage.interface.inputs
    call = f"{own.modules[stage.module]}.{stage.function}({', '.join(arguments)})"
    if stage.is_async:
        call = f"{own.loop}.run_until_complete({call})"
    outputs = stage.interface.outputs
    return f"{', '.join(outputs)} = {call}" if outputs else call


def _results(plan: PackagePlan, own: _Words) -> list[str]:
    """The mapping from the notebook's names to values at the end of the run."""
    items: list[str] = []
    perhaps: list[str] = []
    for name in plan.results:
        if name in plan.storage.state:
            perhaps.append(name)
        elif name in plan.home:
            items.append(f"{name!r}: {own.modules[plan.home[name]]}.{name}")
        else:
            items.append(f"{name!r}: {name}")
    if perhaps:
        listed = ", ".join(repr(name) for name in perhaps)
        items.append(f"**{own.state}.{own.bound}({listed})")
    return ["return {" + ", ".join(items) + "}"]


def _signature(plan: PackagePlan, parameter: Parameter, own: _Words) -> str:
    default = f"{own.modules['parameters']}.{parameter.name}"
    kind = parameter_type(parameter, own.any)
    if not is_immutable(parameter.default):
        return f"{parameter.name}: {kind} | None = None"
    return f"{parameter.name}: {kind} = {default}"


def about(plan: PackagePlan) -> tuple[str, ...]:
    """Paragraphs about the whole: the description of the settings, or the notebook's introduction."""
    if plan.settings.description:
        return (" ".join(plan.settings.description.split()),)
    return plan.introduction.paragraphs


def _run_docstring(plan: PackagePlan, recorded: Recorded) -> str:
    blocks = ["Runs the whole notebook."]
    blocks += map(wrapped, about(plan))
    if plan.parameters:
        listed = [
            f"{parameter.name} : {parameter_type(parameter)}\n    {parameter_words(plan, parameter)}."
            for parameter in plan.parameters
        ]
        blocks.append("Parameters\n----------\n" + "\n".join(listed))
    names = ", ".join(f"`{name}`" for name in plan.results) or "nothing"
    text = textwrap.wrap(f"The notebook's variables and their values at the end: {names}.", 68)
    blocks.append("Returns\n-------\ndict\n" + textwrap.indent("\n".join(text), "    "))
    shown = list(_numbers(plan, recorded))[:_SHOWN]
    if shown:
        given = [f"{p.name}={ast.unparse(p.default)}" for p in plan.parameters]
        call = next((text for text in given if len(text) <= 50), "")
        lines = [f">>> results = run({call})"]
        for expression, value in shown:
            lines += [f">>> {expression}", repr(value)]
        blocks.append("Examples\n--------\nAs in the recorded run:\n\n" + "\n".join(lines))
    return docstring("\n\n".join(blocks))


def _numbers(plan: PackagePlan, recorded: Recorded) -> Iterator[tuple[str, float]]:
    """Results of the recorded run that are numbers, each with the expression that shows it so."""
    for name in plan.results:
        facts = recorded.values.get("run", {}).get(name, {})
        value = plain_number(facts.get(""))
        if value is not None:
            result = f'results["{name}"]'
            # A number of numpy's shows itself otherwise, and not in every version alike.
            yield f"{type(value).__name__}({result})" if ":type" in facts else result, value


# ---------------------------------------------------------------------- several stages of a role
def _stretch_hints(
    plan: PackagePlan, roles: Sequence[Role], own: _Words, seen: Mapping[str, str]
) -> Hints:
    """The types of what these entry points take."""
    names = [name for role in roles for name in stretch_inputs(plan.stretch(role))]
    taken = {"run", *naming.FUNCTIONS.values(), *own.modules.values(), own.state_type}
    taken.update((own.type_checking,), plan.code.names.identifiers)
    return pipeline_hints(plan, seen, names, taken, own.any)


def _stretch_text(plan: PackagePlan, role: Role, own: _Words, known: Mapping[str, str]) -> str:
    """The entry point of a role that comes back: everything from its first stage to its last."""
    stages = plan.stretch(role)
    inputs = stretch_inputs(stages)
    shares = any(stage.shares_state for stage in stages)
    parameters = [f"{own.state}: {own.state_type}"] if shares else []
    kinds = {k: v for stage in reversed(stages) for k, v in parameter_kinds(plan, stage).items()}
    kinds = {**known, **kinds}
    parameters += [f"{name}: {kinds.get(name, own.any)}" for name in inputs]
    outputs = dict.fromkeys(n for stage in plan.of_role(role) for n in stage.interface.outputs)
    start = "async def" if any(stage.is_async for stage in stages) else "def"
    name = naming.FUNCTIONS[role.value]
    steps = []
    for stage in stages:
        step = _call(stage, own)
        if stage.is_async:
            step = step.replace(f"{own.loop}.run_until_complete(", "await (")
        steps.append(step)
    makers = producers(plan)
    words = [*map(wrapped, stretch_words(plan, role))]
    rows = [
        f"{n}\n    {next((makers[(s.function, n)] for s in stages if (s.function, n) in makers), 'A value of the notebook')}."
        for n in inputs
    ]
    if rows:
        words.append("Parameters\n----------\n" + "\n".join(rows))
    given = f"What the {role.value} stages give, by the notebook's names: {name_list(outputs) or 'nothing'}."
    words.append("Returns\n-------\ndict\n" + textwrap.indent(wrapped(given, 68), "    "))
    lines = [f"{start} {name}({', '.join(parameters)}) -> dict[str, {own.any}]:"]
    lines.append(textwrap.indent(docstring("\n\n".join(words)), "    "))
    lines += [f"    {step}" for step in steps]
    lines.append("    return {" + ", ".join(f"{n!r}: {n}" for n in outputs) + "}")
    return "\n".join(lines)


def stretch_words(plan: PackagePlan, role: Role) -> tuple[str, ...]:
    """What the entry point of a role that comes back does, and what that does to its arguments."""
    stages = plan.stretch(role)
    functions = name_list(stage.function for stage in stages)
    runs = (
        f"Runs the pipeline from its first {role.value} stage to its last, in order: {functions}."
    )
    changed = _changed(plan, stages)
    return (runs, f"May change arguments in place: {name_list(changed)}.") if changed else (runs,)


def _changed(plan: PackagePlan, stages: Sequence[Stage]) -> tuple[str, ...]:
    """Inputs of several stages in a row whose objects they may change."""
    flow = plan.code.flow
    own = {number for stage in stages for number in stage.statements}
    found = {
        name
        for number in own
        for name in plan.code.facts[number].mutates
        if any(
            (source := flow.statement_of(d)) not in own and _changeable(plan, source)
            for d in flow.before(number, name) - {UNBOUND}
        )
    }
    return tuple(name for name in stretch_inputs(stages) if name in found)


def _changeable(plan: PackagePlan, number: int) -> bool:
    """Whether a statement may bind what can change: `n += 1` leaves a number as it was."""
    match plan.code.statements[number].node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return not is_immutable(value)
        case _:
            return True


def stretch_inputs(stages: Sequence[Stage]) -> tuple[str, ...]:
    """What several stages in a row need from outside."""
    made: set[str] = set()
    inputs: dict[str, None] = {}
    for stage in stages:
        inputs.update(dict.fromkeys(n for n in stage.interface.inputs if n not in made))
        made.update(stage.interface.outputs)
    return tuple(inputs)


# ---------------------------------------------------------------------- parameters, state
def parameters_text(plan: PackagePlan) -> str:
    """`parameters.py`: the notebook's literals, which `run` takes as keyword arguments."""
    lines = [docstring(f"Parameters of {plan.name}, with the notebook's values."), ""]
    lines += ["from __future__ import annotations", ""]
    kinds = [parameter_type(parameter) for parameter in plan.parameters]
    taken = {parameter.name for parameter in plan.parameters}
    any_ = naming.fresh("Any", taken)
    if any("Any" in kind for kind in kinds):
        lines += [f"from typing import {_as('Any', any_)}", ""]
    for parameter in plan.parameters:
        cell = plan.code.statements[parameter.statement].cell
        kind = parameter_type(parameter, any_)
        lines.append(
            f"{parameter.name}: {kind} = {ast.unparse(parameter.default)}  # cell {cell.number}"
        )
    return "\n".join(lines)


def state_text(plan: PackagePlan, words: Vocabulary, users: str) -> str:
    """`state.py`: the names that no function can hold on its own; ``users`` is the code around it."""
    reasons, names = plan.storage.state, plan.code.names
    rows = [f"{name}\n    {_sentence(why)}" for name, why in sorted(reasons.items())]
    head = docstring(
        "The notebook's variables of one run that its stages share.\n\n"
        "Attributes\n----------\n" + "\n".join(rows)
    )
    fields = [f"    {name}: Any" for name in sorted(reasons) if not name.startswith("__")]
    special = 'name[:2] == name[-2:] == "__"'
    own = [name for name in sorted({*reasons, "__file__"} & names.identifiers) if name[:2] == "__"]
    if own:
        special += f" and name not in {tuple(own)!r}"
    methods = "".join(
        "\n" + textwrap.indent(text, "    ")
        for mark, text in _state_methods(words)
        if re.search(mark, users)
    )
    instance = ""
    if plan.storage.is_global:
        instance = "\n\n#: The state of the run that goes on, for what is looked up by name.\nstate = State()\n"
    return f'''"""Variables that functions see change after they were made, or that may be unbound."""

from __future__ import annotations

import builtins
from typing import Any


class State:
{textwrap.indent(head, "    ")}

{chr(10).join(fields)}

    def __getattr__(self, name: str) -> Any:
        """What Python does with a name that is not bound: the builtin, or an error."""
        if {special}:
            raise AttributeError(name)  # copying and pickling ask for these
        try:
            return getattr(builtins, name)
        except AttributeError:
            raise NameError(f"name {{name!r}} is not defined") from None
{methods}{instance}'''


def _state_methods(words: Vocabulary) -> Iterator[tuple[str, str]]:
    """What else a state can do, each with the pattern of the code that asks for it."""
    yield (
        r"\bdel\b",
        '''
def __delattr__(self, name: str) -> None:
    """Unbinds a name."""
    if name not in vars(self):
        raise NameError(f"name {name!r} is not defined")
    super().__delattr__(name)
''',
    )
    yield (
        rf"\.{words.bind}\(",
        f'''
def {words.bind}(self, name: str, value: Any) -> Any:
    """Binds a name inside an expression."""
    setattr(self, name, value)
    return value
''',
    )
    yield (
        rf"\.{words.bind_all}\(",
        f'''
def {words.bind_all}(self, /, **values: Any) -> bool:
    """Binds the names that a pattern captured."""
    vars(self).update(values)
    return True
''',
    )
    yield (
        rf"\.{words.bound}\(",
        f'''
def {words.bound}(self, *names: str) -> dict[str, Any]:
    """Those of the names that are bound, with their values."""
    held = vars(self)
    return {{name: held[name] for name in names if name in held}}
''',
    )


def _sentence(why: str) -> str:
    return why[:1].upper() + why[1:] + "."
