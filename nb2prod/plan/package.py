"""The plan of a package: what `emit` writes down, decided to the last name."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code, effects_of, import_origins
from nb2prod.analysis.effects import Effect
from nb2prod.analysis.events import UNBOUND, Place
from nb2prod.analysis.futures import delays_annotations
from nb2prod.analysis.program import Program, Source, Statement
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.analysis.stars import is_star, replaced_name
from nb2prod.diagnostics import Diagnostic, diagnostic, in_order
from nb2prod.metrics import variables
from nb2prod.modules import LocalModule
from nb2prod.notebook import Settings
from nb2prod.plan import naming
from nb2prod.plan.byname import global_variables, not_found_by_name, resolved_names
from nb2prod.plan.chain import Serving
from nb2prod.plan.documentation import (
    Documentation,
    Introduction,
    documentation,
    introduction,
    prose,
)
from nb2prod.plan.hoisting import STDLIB, Hoisted, HoistKind, hoisted, late_imports
from nb2prod.plan.interface import Interface, interfaces
from nb2prod.plan.leftout import left_out
from nb2prod.plan.lifetimes import lifetimes
from nb2prod.plan.modulestate import kept_between_runs, rebound_globals
from nb2prod.plan.mortality import mortal_names
from nb2prod.plan.ordering import settled
from nb2prod.plan.qualnames import qualified_names
from nb2prod.plan.results import crossing_values, last_values, stale_values
from nb2prod.plan.slicing import sliced
from nb2prod.plan.stages import Parameter, Run, cut, parameters_of
from nb2prod.plan.storage import Storage, storage
from nb2prod.plan.surroundings import Surroundings, surroundings
from nb2prod.plan.takeover import completed
from nb2prod.roles import Role


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: a function in a module of its own."""

    role: Role
    function: str
    module: str
    statements: tuple[int, ...]
    interface: Interface
    #: Takes the shared state.
    shares_state: bool
    is_async: bool
    #: Name of the named tuple of its results, where there are several.
    result_type: str | None
    #: Imports that it repeats at its top, because they must not run earlier.
    late: tuple[str, ...]
    #: Names that its statements bind.
    binds: frozenset[str]
    documentation: Documentation


@dataclass(frozen=True, slots=True)
class Module:
    """A module of stage code: definitions, then perhaps a stage function."""

    name: str
    definitions: tuple[Hoisted, ...]
    stage: Stage | None
    #: Notebook names at module level that it uses, whoever defines them.
    uses: frozenset[str]


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """Everything that the emitters need."""

    name: str
    #: Name of the notebook's file, or of a notebook that is none.
    notebook: str
    #: Name of the notebook's kernelspec.
    kernel: str | None
    #: The notebook's code cells.
    sources: tuple[Source, ...]
    introduction: Introduction
    settings: Settings
    code: Code
    parameters: tuple[Parameter, ...]
    stages: tuple[Stage, ...]
    modules: tuple[Module, ...]
    hoisted: Mapping[str, Hoisted]
    #: The module of each definition and constant.
    home: Mapping[str, str]
    storage: Storage
    results: tuple[str, ...]
    #: Statements with star imports of libraries, which every module repeats.
    stars: tuple[int, ...]
    #: Names that are read whenever the program runs.
    certain: frozenset[str]
    #: Imports that nobody names: they are there for what loading the module does.
    loud: tuple[int, ...]
    late: frozenset[str]
    local: Mapping[str, LocalModule]
    requirements: tuple[str, ...]
    #: Names that each statement's strings name (queries, formulas).
    named_in_strings: Mapping[int, frozenset[str]]
    #: Definitions inside stages whose qualified name can be seen, by statement and place.
    qualified: Mapping[int, Mapping[Place, str]]
    lazy_annotations: bool
    surroundings: Surroundings
    diagnostics: tuple[Diagnostic, ...]
    #: From raw rows to predictions, where a run showed how.
    serving: Serving | None = None

    @property
    def notes(self) -> tuple[Source, ...]:
        """Tagged cells that hold only comments."""
        return tuple(
            source
            for source in self.sources
            if source.shipped and source.tree and not source.tree.body and "#" in source.python
        )

    @property
    def modules_by_stage(self) -> dict[str, Module]:
        """The module of each stage function."""
        return {module.stage.function: module for module in self.modules if module.stage}

    @property
    def observed(self) -> list[tuple[str, str, list[str]]]:
        """Each stage as a run of the package is watched: module, function, and names of its results."""
        return [(s.module, s.function, list(s.interface.outputs)) for s in self.stages]

    def last_to_give(self, name: str, function: str) -> Statement | None:
        """The last statement of a stage that binds a name, else that mentions it; of all for ``run``."""
        numbers = [n for s in self.stages if function in (s.function, "run") for n in s.statements]
        binds = self.code.binds_at()
        binding = [n for n in numbers if name in binds.get(n, ())]
        statements = [self.code.statements[n] for n in sorted(binding or numbers)]
        for statement in reversed(statements):
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement.node)):
                return statement
        return statements[-1] if binding else None

    def of_role(self, role: Role) -> tuple[Stage, ...]:
        """The stages of one role, in order."""
        return tuple(stage for stage in self.stages if stage.role is role)

    def stretch(self, role: Role) -> tuple[Stage, ...]:
        """From the first stage of a role to its last, with the others that run between them."""
        at = [number for number, stage in enumerate(self.stages) if stage.role is role]
        return self.stages[at[0] : at[-1] + 1] if at else ()


def plan(
    program: Program, name: str, local: Mapping[str, LocalModule], *, whole: bool = False
) -> PackagePlan:
    """Plans the package of a program that has no errors so far; its diagnostics may hold new ones.

    ``whole`` keeps every tagged statement, also those that nothing seems to need.
    """
    settings = program.notebook.settings
    found: list[Diagnostic] = list(program.diagnostics)
    complete = completed(program)
    found += complete.diagnostics
    code = complete.code
    found += left_out(program)
    found += _namespace_problems(code)
    found += _timing_notes(code)
    bound = {bind.name for _, bind in code.flow.defs.values()} | {
        name for capture in code.flow.captures for name in capture.closure.writes
    }
    stars_anywhere = any(is_star(s.node) for s in code.statements)
    for output in settings.outputs:
        if output not in bound and not stars_anywhere:
            message = f"`metadata.nb2prod.outputs` lists `{output}`, which no tagged cell binds"
            found.append(diagnostic("NB207", message))

    measured = [name for name in variables(settings.metrics) if name in bound]
    asked = tuple(dict.fromkeys((*settings.outputs, *measured))) if settings.outputs else ()
    roots = asked or tuple(dict.fromkeys((*last_values(code), *measured)))
    needed = (*roots, *resolved_names(code))
    if not whole:
        shipped = sliced(code, needed, STDLIB)
        stale = () if asked else stale_values(code, shipped)
        code = sliced(code, (*needed, *stale), STDLIB) if stale else shipped
    lives = lifetimes(code)
    origins = import_origins(code)
    rebound = rebound_globals(local)
    stars = any(is_star(s.node) for s in code.statements)
    at_module = hoisted(code, lives, origins, stars=stars, rebound=rebound)
    shared = global_variables(code, origins, at_module)
    if shared:
        at_module = hoisted(code, lives, origins, stars=stars, rebound=rebound, shared=shared)
    ordered = settled(code, lives, at_module)
    found += ordered.diagnostics
    if ordered.code is not code:
        code = ordered.code
        lives = lifetimes(code)
        at_module = hoisted(code, lives, origins, stars=stars, rebound=rebound, shared=shared)
    parameters, problems = parameters_of(code, lives)
    found += problems
    while True:
        at_module = _without_private_constants(code, at_module)
        cutting = cut(code, at_module, parameters)
        if cutting.code is code:
            break
        # Runs were joined: that shifts positions, and lets more be joined.
        code = cutting.code
        lives = lifetimes(code)
        at_module = hoisted(code, lives, origins, stars=stars, rebound=rebound, shared=shared)
        parameters, _ = parameters_of(code, lives)
    runs = cutting.runs
    late = late_imports(code, at_module, origins, rebound)
    found += not_found_by_name(code, origins, at_module)
    found += kept_between_runs(code, local, origins)
    module_names = frozenset(at_module) | late
    kept = storage(code, runs, module_names, lives, asked, shared)
    reading = _reading(code)
    definitions = [
        number
        for entry in at_module.values()
        if entry.kind is HoistKind.DEFINITION
        for number in entry.statements
    ]
    if reading.of(definitions) & kept.state.keys():
        # What is looked up by name, or reads a builtin that is rebound on some path only.
        kept = dataclasses.replace(kept, is_global=True)
    found += _state_notes(code, kept)
    elsewhere = module_names | kept.state.keys()
    results = asked
    if not results:
        crossing = interfaces(code, runs, elsewhere, roots)
        inputs = [interface.inputs for interface in crossing]
        values = crossing_values(code, runs, inputs, elsewhere)
        named = {parameter.name for parameter in parameters}
        results = tuple(dict.fromkeys(v for v in (*values, *roots) if v not in named))
    if not results:
        found.append(diagnostic("NB310", "`run()` gives no results"))
    flows = interfaces(code, runs, elsewhere, results, mortal_names(code, origins, local))
    found += _star_conflicts(code)
    intro = introduction(program, name)
    stages = _stages(program, intro, code, runs, flows, kept, late, reading, frozenset(at_module))
    home = _homes(code, at_module, stages, reading)
    return PackagePlan(
        name=name,
        notebook=program.notebook.file or program.notebook.name,
        kernel=program.notebook.kernel,
        sources=program.sources,
        introduction=intro,
        settings=settings,
        code=code,
        parameters=parameters,
        stages=stages,
        modules=_modules(code, at_module, stages, home, reading),
        hoisted=at_module,
        home=home,
        storage=kept,
        results=results,
        stars=tuple(n for n, s in enumerate(code.statements) if is_star(s.node)),
        certain=frozenset(
            u.read.name for u in code.flow.uses if u.read.certain and not u.read.soft
        ),
        loud=_loud(code, at_module, reading),
        late=late,
        local=local,
        requirements=program.requirements,
        named_in_strings=_named_in_strings(code),
        qualified=qualified_names(code, origins, local),
        lazy_annotations=any(delays_annotations(s.node) for s in program.statements if s.shipped),
        surroundings=surroundings(code, origins, local),
        diagnostics=in_order(found),
    )


# ---------------------------------------------------------------------- checks
def _namespace_problems(code: Code) -> Iterable[Diagnostic]:
    mends = {
        "eval": "Use `ast.literal_eval` for data, or give `eval` the names that it may see.",
        "exec": "Write the code out, or give `exec` a namespace of its own.",
        "get_ipython": "Use the magic itself, or leave the cell untagged.",
        "query": "Write the names of the variables into the query.",
        "unittest": "Run the tests in an untagged cell, or load them from their class.",
        "doctest": "Run the tests in an untagged cell.",
        "cProfile": "Call the function itself: `cProfile.Profile().runcall(f)`.",
        "profile": "Call the function itself: `profile.Profile().runcall(f)`.",
        "__main__": "Name the variables that are meant; `timeit` takes the function itself.",
    }
    for statement, facts in zip(code.statements, code.facts, strict=True):
        for call in facts.namespace_calls:
            yield diagnostic(
                "NB204",
                f"`{call.text}` reaches for the notebook's namespace",
                hint=mends.get(call.function, "Name the variables that are meant."),
                cell=statement.cell.number,
                cell_id=statement.cell.id,
                line=call.place[0],
            )


def _timing_notes(code: Code) -> Iterable[Diagnostic]:
    """Timings that choose by the clock how often they run a statement that may have effects."""
    if "autorange" not in code.names.mentioned:
        return
    effects = effects_of(code)
    for statement in code.statements:
        for node in ast.walk(statement.node):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Call(args=[timed, *_]), attr="autorange")
                ):
                    run = timed.body if isinstance(timed, ast.Lambda) else ast.Call(timed, [], [])
                    if effects.of(run) is not Effect.PURE:
                        yield diagnostic(
                            "NB307",
                            "how often the timed statement runs depends on the clock",
                            cell=statement.cell.number,
                            cell_id=statement.cell.id,
                            # The call of a cell that is timed as a whole stands below it.
                            line=min(node.lineno, statement.cell.source.count("\n") + 1),
                        )
                case _:
                    pass


def _state_notes(code: Code, kept: Storage) -> Iterable[Diagnostic]:
    for name, why in sorted(kept.state.items()):
        place = next(((n, bind) for n, bind in code.flow.defs.values() if bind.name == name), None)
        statement = code.statements[place[0]] if place else None
        yield diagnostic(
            "NB302",
            f"`{name}` lives in the shared state: {why}",
            cell=statement.cell.number if statement else None,
            cell_id=statement.cell.id if statement else None,
            line=place[1].place[0] if place else None,
        )


def _star_conflicts(code: Code) -> Iterable[Diagnostic]:
    """Names that a star import may replace or bind anew: then no expression can ask for both."""
    for use in code.flow.uses:
        statement = code.statements[use.statement]
        name = replaced_name(statement.node)
        if name == use.read.name and UNBOUND in use.reach and name not in BUILTINS:
            yield diagnostic(
                "NB209",
                f"this star import may replace `{name}`, which may be unbound here",
                cell=statement.cell.number,
                cell_id=statement.cell.id,
                line=statement.line,
            )


def _loud(code: Code, at_module: Mapping[str, Hoisted], reading: _Reading) -> tuple[int, ...]:
    """Module-level imports whose names no statement but themselves mentions."""
    mentioned: set[str] = set()
    for number, statement in enumerate(code.statements):
        if not isinstance(statement.node, ast.Import | ast.ImportFrom):
            mentioned |= reading.of([number])
    return tuple(
        number
        for number, names in code.binds_at().items()
        if isinstance(code.statements[number].node, ast.Import | ast.ImportFrom)
        and names <= at_module.keys()
        and not names & mentioned
    )


# ---------------------------------------------------------------------- where things go
def _without_private_constants(code: Code, at_module: Mapping[str, Hoisted]) -> dict[str, Hoisted]:
    """Constants that only their own stage reads stay local to it."""
    roles = [statement.role for statement in code.statements]
    segment: list[int] = []
    for number, role in enumerate(roles):
        fresh = number == 0 or role is not roles[number - 1]
        segment.append((segment[-1] if segment else -1) + fresh)
    captured = {name for capture in code.flow.captures for name in capture.closure.reads}
    immediate = {
        name
        for entry in at_module.values()
        if entry.kind is HoistKind.DEFINITION
        for number in entry.statements
        for name in code.facts[number].names.values()
    }
    shared: set[str] = set()
    for use in code.flow.uses:
        entry = at_module.get(use.read.name)
        if entry is not None and segment[entry.statements[0]] != segment[use.statement]:
            shared.add(use.read.name)
    return {
        name: entry
        for name, entry in at_module.items()
        if entry.kind is not HoistKind.CONSTANT or name in shared | captured | immediate
    }


def _stages(
    program: Program,
    intro: Introduction,
    code: Code,
    runs: Sequence[Run],
    flows: Sequence[Interface],
    kept: Storage,
    late: frozenset[str],
    reading: _Reading,
    definitions: frozenset[str],
) -> tuple[Stage, ...]:
    seen: dict[Role, int] = {}
    taken = set(code.names.identifiers)
    modules = {*naming.MODULES.values(), "pipeline", "parameters", "state", "cli", "local", "tests"}
    modules |= {"scoring", "serving", "artifact", "contract", "schema", "tables", "metrics"}
    functions: set[str] = {"run", *naming.FUNCTIONS.values()}
    stages: list[Stage] = []
    binds = code.binds_at()
    bound = frozenset().union(
        *binds.values(), *(capture.closure.writes for capture in code.flow.captures)
    )
    markdown = prose(program, intro.cell)
    for run, interface in zip(runs, flows, strict=True):
        seen[run.role] = seen.get(run.role, 0) + 1
        statements = [code.statements[n] for n in run.statements]
        documented = documentation(markdown, run.role, statements)
        tag = run.role.value
        if seen[run.role] == 1:
            function, module = naming.FUNCTIONS[tag], naming.MODULES[tag]
        else:
            function = naming.slug(documented.heading) or ""
            if not function or function in functions or function in modules:
                function = f"{naming.FUNCTIONS[tag]}_{seen[run.role]}"
                module = f"{naming.MODULES[tag]}_{seen[run.role]}"
            else:
                module = function
            module = naming.fresh(module, modules)
        functions.add(function)
        modules.add(module)
        used = reading.of(run.statements)
        # What the notebook asks for and nobody binds must not be found in the module.
        if function in definitions or function in used - bound:
            function = naming.fresh(f"{function}_stage", taken)
        outputs = interface.outputs
        result = naming.shouted(function) + "Result" if len(outputs) > 1 else None
        own = frozenset().union(*(binds.get(n, frozenset()) for n in run.statements))
        stages.append(
            Stage(
                role=run.role,
                function=function,
                module=module,
                statements=run.statements,
                interface=interface,
                shares_state=bool(used & kept.state.keys()),
                is_async=any(code.facts[n].awaits for n in run.statements),
                result_type=naming.fresh(result, taken) if result else None,
                late=tuple(sorted((used & late) - own)),
                binds=own,
                documentation=documented,
            )
        )
    return tuple(stages)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Which global names each statement touches, functions inside it included."""

    by_statement: tuple[frozenset[str], ...]

    def of(self, statements: Iterable[int]) -> frozenset[str]:
        return frozenset().union(*(self.by_statement[number] for number in statements))


def _reading(code: Code) -> _Reading:
    closures = code.captures()
    strings = _named_in_strings(code)
    touched = []
    for number, facts in enumerate(code.facts):
        used = set(facts.names.values()) | {name for _, name in facts.bindings}
        for closure in closures.get(number, ()):
            used.update(closure.reads, closure.writes, closure.deletes)
        touched.append(frozenset(used | strings.get(number, frozenset())))
    return _Reading(tuple(touched))


def _named_in_strings(code: Code) -> dict[int, frozenset[str]]:
    """Names that queries and formulas of each statement mention."""
    found: dict[int, frozenset[str]] = {}
    for use in code.flow.uses:
        if use.read.soft:
            held = found.get(use.statement, frozenset())
            found[use.statement] = held | {use.read.name}
    for capture in code.flow.captures:
        if capture.closure.soft:
            held = found.get(capture.statement, frozenset())
            found[capture.statement] = held | capture.closure.soft
    return found


def _homes(
    code: Code, at_module: Mapping[str, Hoisted], stages: Sequence[Stage], reading: _Reading
) -> dict[str, str]:
    """The module of each definition: that of its own stage, or an earlier one that needs it.

    A module then only imports from modules before it.
    """
    order = _module_order(code, stages)
    rank = {module: i for i, module in enumerate(order)}
    names = list(order)
    definitions = {
        name: entry for name, entry in at_module.items() if entry.kind is not HoistKind.IMPORT
    }
    own = {
        name: rank[_module_at(code, entry.statements[0], stages)]
        for name, entry in definitions.items()
    }
    for stage in stages:
        for name in reading.of(stage.statements) & own.keys():
            own[name] = min(own[name], rank[stage.module])
    needs = {
        name: reading.of(entry.statements) & own.keys() - {name}
        for name, entry in definitions.items()
    }
    pending = list(own)
    while pending:
        name = pending.pop()
        for needed in needs[name]:
            if own[needed] > own[name]:
                own[needed] = own[name]
                pending.append(needed)
    return {name: names[number] for name, number in own.items()}


def _module_order(code: Code, stages: Sequence[Stage]) -> list[str]:
    """Modules in the order in which the notebook first needs them; shared things first."""
    order = dict.fromkeys(
        _module_at(code, number, stages)
        for number in range(len(code.statements))
        if code.statements[number].role is not None
    )
    common = naming.MODULES[Role.SETUP.value]
    rest = [module for module in order if module != common]
    rest += [
        stage.module for stage in stages if stage.module not in order and stage.module != common
    ]
    return [common, *rest]


def _module_at(code: Code, number: int, stages: Sequence[Stage]) -> str:
    """The module of the stage that a statement stands in, or next to."""
    role = code.statements[number].role or Role.SETUP
    if role is Role.PARAMETERS:
        role = Role.SETUP
    alike = [stage for stage in stages if stage.role is role]
    if not alike:
        return naming.MODULES[role.value]
    following = [stage for stage in alike if stage.statements[-1] >= number]
    return (following or alike[-1:])[0].module


def _modules(
    code: Code,
    at_module: Mapping[str, Hoisted],
    stages: Sequence[Stage],
    home: Mapping[str, str],
    reading: _Reading,
) -> tuple[Module, ...]:
    by_module = {stage.module: stage for stage in stages}
    modules: list[Module] = []
    names = [m for m in _module_order(code, stages) if m in by_module or m in home.values()]
    for name in names:
        definitions = tuple(
            sorted(
                (at_module[n] for n, module in home.items() if module == name),
                key=lambda entry: entry.statements[0],
            )
        )
        stage = by_module.get(name)
        numbers = [n for entry in definitions for n in entry.statements]
        numbers += stage.statements if stage else ()
        modules.append(Module(name, definitions, stage, reading.of(numbers)))
    return tuple(modules)
