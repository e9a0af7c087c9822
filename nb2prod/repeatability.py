"""Which values a notebook does not give twice, and why: calls that are known for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

from nb2prod.analysis.calls import root
from nb2prod.analysis.code import import_origins
from nb2prod.analysis.origins import dotted
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.plan.package import PackagePlan
from nb2prod.verify import Comparison, Likeness, Parity

#: Calls that give another value each time, and why; ``seeded`` ones only without an argument.
_CLOCK = frozenset(
    "time.time time.time_ns time.perf_counter time.monotonic time.process_time time.ctime time.localtime"
    " time.strftime datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow"
    " datetime.date.today pandas.Timestamp.now pandas.Timestamp.today pandas.to_datetime.now".split()
)
_ENTROPY = frozenset(
    "os.urandom uuid.uuid1 uuid.uuid4 secrets.token_hex secrets.token_bytes secrets.token_urlsafe"
    " secrets.randbelow secrets.choice random.SystemRandom os.getpid".split()
)
_SEEDED = frozenset(
    "numpy.random.default_rng numpy.random.RandomState numpy.random.SeedSequence random.Random"
    " numpy.random.seed random.seed numpy.random.PCG64".split()
)

#: Where searches and models of scikit-learn keep how long they took.
_MEASURED = re.compile(r"(mean|std|split\d+)_(fit|score)_time|refit_time_|(fit|score)_time")


def with_derived(plan: PackagePlan, parity: Parity) -> Parity:
    """The proof, where a value that is computed from an unrepeatable one is not held against the package.

    A search that is timed gives other times in each run, and now and then another model: that two runs
    of the notebook agree on the model's predictions does not make them repeatable. Nor do they where
    the notebook itself chooses by the times.
    """
    moved: dict[str, set[str]] = {}
    for value in parity.unstable:
        moved.setdefault(value.stage, set()).add(value.name)
    sources = _derived(plan, moved)
    return Parity(
        tuple(
            replace(c, likeness=Likeness.UNSTABLE, source=sources[c.name])
            if c.likeness is Likeness.DIFFERENT and c.name in sources
            else c
            for c in parity.comparisons
        )
    )


def timed(plan: PackagePlan) -> Set[str]:
    """Variables that depend on how long something took, though they may be the same in a few runs."""
    return _derived(plan, {}).keys()


def _derived(plan: PackagePlan, moved: Mapping[str, Set[str]]) -> dict[str, str]:
    """Variables computed from measured times, or from those that ``moved`` after a stage; each with
    what it is computed from."""
    sources: dict[str, str] = {}
    for name, hoisted in plan.hoisted.items():
        times = (_measured(plan.code.statements[number].node) for number in hoisted.statements)
        sources.update((name, time) for time in times if time)
    for stage in plan.stages:
        sources.update((name, name) for name in moved.get(stage.function, ()))
        for number in stage.statements:
            node = plan.code.statements[number].node
            named = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
            source = next((sources[name] for name in sorted(named & sources.keys())), None)
            source = source or _measured(node)
            if source:
                changed = _changed(node) - sources.keys() - plan.hoisted.keys()
                sources.update((name, source) for name in changed)
    return sources


def _measured(statement: ast.stmt) -> str:
    """The measured time that a statement reads, as an attribute or by its name in a table."""
    for node in ast.walk(statement):
        match node:
            case ast.Attribute(attr=str(name)) | ast.Constant(value=str(name)) if (
                _MEASURED.fullmatch(name)
            ):
                return name
    return ""


def _changed(statement: ast.stmt) -> set[str]:
    """Names that a statement binds, and those whose values it may change by a method or in a part."""
    found = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=owner)):
                found |= _owner(owner)
            case ast.Subscript(value=owner, ctx=ast.Store()):
                found |= _owner(owner)
            case ast.Attribute(value=owner, ctx=ast.Store()):
                found |= _owner(owner)
    return found


def _owner(node: ast.expr) -> set[str]:
    """The variable that an expression such as ``a.b[c]`` begins with."""
    first = root(node)
    return {first.id} if isinstance(first, ast.Name) else set()


def unrepeatable(plan: PackagePlan, values: Iterable[Comparison]) -> Iterator[Diagnostic]:
    """A warning for each value that the notebook does not repeat, with the first call to blame."""
    sources = list(_sources(plan))
    order = {stage.function: number for number, stage in enumerate(plan.stages)}
    for value in values:
        last = order.get(value.stage, len(order))
        blamed = next(((cell, line, why) for at, cell, line, why in sources if at <= last), None)
        message = f"`{value.name}` after `{value.stage}` is another one each time the notebook runs"
        if value.source:
            message = (
                f"`{value.name}` after `{value.stage}` is another one in the package: it is computed"
                f" from `{value.source}`, which is another one each time the notebook runs"
            )
        if blamed is None:
            yield diagnostic("NB505", message)
        else:
            cell, line, why = blamed
            yield diagnostic("NB505", f"{message}: {why}", cell=cell, line=line)


def first_source(plan: PackagePlan) -> tuple[int, int, str] | None:
    """The first call that gives something new each time: its statement, its line and why."""
    for number, statement in enumerate(plan.code.statements):
        for line, why in _calls(statement.node, import_origins(plan.code)):
            return number, line, why
    return None


def _sources(plan: PackagePlan) -> Iterator[tuple[int, int, int, str]]:
    """Calls that give something new each time: stage, cell, line and why."""
    origins = import_origins(plan.code)
    for at, stage in enumerate(plan.stages):
        for number in stage.statements:
            statement = plan.code.statements[number]
            for line, why in _calls(statement.node, origins):
                yield at, statement.cell.number, line, why


def _calls(statement: ast.stmt, origins: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            why = _why(dotted(node.func, origins) or "", node)
            if why:
                yield node.lineno, why


def _why(path: str, node: ast.Call) -> str:
    if path in _CLOCK:
        return f"`{ast.unparse(node.func)}` reads the clock"
    if path in _ENTROPY:
        return f"`{ast.unparse(node.func)}` is random by design"
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    unseeded = all(isinstance(a, ast.Constant) and a.value is None for a in arguments)
    if path in _SEEDED and unseeded:
        return f"`{ast.unparse(node.func)}()` has no seed"
    return ""
