"""What flows between stages: live-ins become parameters, live-outs become results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code
from nb2prod.analysis.events import UNBOUND
from nb2prod.analysis.flow import Flow, Reach
from nb2prod.plan.stages import Run


@dataclass(frozen=True, slots=True)
class Interface:
    """One stage's parameters and results, in the order in which the notebook first binds them."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def interfaces(
    code: Code,
    runs: Sequence[Run],
    elsewhere: Collection[str],
    results: Iterable[str],
    mortal: Collection[str] = (),
) -> tuple[Interface, ...]:
    """The interface of each run; names in ``elsewhere`` (module level, state) don't travel.

    What ``mortal`` names hold leaves its stage, so that it lives as long as it does in the notebook.
    """
    flow = code.flow
    stage = {number: i for i, run in enumerate(runs) for number in run.statements}
    ends = [run.statements[-1] + 1 for run in runs]
    inputs: list[set[str]] = [set() for _ in runs]
    outputs: list[set[str]] = [set() for _ in runs]
    #: For each name, where bindings of an earlier stage are read, and which.
    crossing: dict[str, list[tuple[int, Reach]]] = {}

    def needs(name: str, reach: Reach, at: int) -> None:
        """A name is read in stage ``at`` (or past the last one) and may see these bindings."""
        crossing.setdefault(name, []).append((at, reach))
        for definition in reach:
            if definition == UNBOUND:
                continue
            source = stage.get(flow.statement_of(definition), -1)
            if source == at:
                continue
            if at < len(runs):
                inputs[at].add(name)
            if source >= 0:
                outputs[source].add(name)

    for use in flow.uses:
        name = use.read.name
        if name in elsewhere or use.statement not in stage:
            continue
        if use.read.soft and not _one_source(code, stage, use.reach):
            continue
        needs(name, use.reach, stage[use.statement])
    for capture in flow.captures:
        if capture.statement not in stage:
            continue
        for name, reach in capture.reach.items():
            soft_only = name in capture.closure.soft and not _one_source(code, stage, reach)
            if name not in elsewhere and not soft_only:
                needs(name, reach, stage[capture.statement])
    for name in results:
        if name not in elsewhere:
            needs(name, flow.before(len(code.statements), name), len(runs))
    for i, run in enumerate(runs[:-1]):
        outputs[i] |= _held(flow, run, set(mortal) - set(elsewhere))
    for i, run in enumerate(runs):
        changed = set().union(*(code.facts[n].mutates for n in run.statements))
        for capture in flow.captures:
            if stage.get(capture.statement) == i:
                changed.update(capture.closure.writes)
        for name in changed - set(elsewhere):
            held = flow.before(ends[i], name) - {UNBOUND}
            if any(at > i and held & reach for at, reach in crossing.get(name, ())):
                outputs[i].add(name)
        # A result that this stage may leave alone has to come in to go out.
        for name in outputs[i]:
            reach = flow.before(ends[i], name)
            if any(d != UNBOUND and stage.get(flow.statement_of(d), -1) != i for d in reach):
                inputs[i].add(name)
    order = _binding_order(code)
    return tuple(
        Interface(
            tuple(sorted(inputs[i], key=lambda n: (order.get(n, 0), n))),
            tuple(sorted(outputs[i], key=lambda n: (order.get(n, 0), n))),
        )
        for i in range(len(runs))
    )


def _held(flow: Flow, run: Run, names: Collection[str]) -> set[str]:
    """Those of the names that certainly hold a value of this stage at its end, or one from before."""
    found: set[str] = set()
    for name in names:
        held = flow.before(run.statements[-1] + 1, name)
        if UNBOUND not in held and any(flow.statement_of(d) in run.statements for d in held):
            found.add(name)
    return found


def _one_source(code: Code, stage: Mapping[int, int], reach: Reach) -> bool:
    """Whether a name in a string, if it may be unbound, can only come from one stage."""
    made = {stage.get(code.flow.statement_of(d), -1) for d in reach if d != UNBOUND}
    return UNBOUND not in reach or len(made) == 1


def _binding_order(code: Code) -> dict[str, int]:
    order: dict[str, int] = {}
    for definition, (_, bind) in sorted(
        code.flow.defs.items(), key=lambda item: (item[1][0], item[1][1].place, item[0])
    ):
        order.setdefault(bind.name, definition)
    return {name: i for i, name in enumerate(order)}
