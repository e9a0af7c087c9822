"""The tagged program in running order, with the facts of its statements and their flow."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.effects import Effects
from nb2prod.analysis.events import Bind, Closure, walk
from nb2prod.analysis.flow import Flow, reaching
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.origins import origins
from nb2prod.analysis.program import Statement, facts_of, names_of
from nb2prod.analysis.recorder import Facts


@dataclass(frozen=True, slots=True)
class Code:
    """Statements, each with its facts; positions in `flow` are positions in `statements`."""

    statements: tuple[Statement, ...]
    facts: tuple[Facts, ...]
    names: ProgramNames
    flow: Flow

    def binds(self) -> Counter[str]:
        """How often each name is bound, closures' writes included."""
        counts: Counter[str] = Counter()
        for _, bind in self.flow.defs.values():
            counts[bind.name] += 1
        for capture in self.flow.captures:
            counts.update(dict.fromkeys(capture.closure.writes, 1))
        return counts

    def binds_at(self) -> dict[int, frozenset[str]]:
        """The names that each statement binds."""
        bound: dict[int, set[str]] = {}
        for at, bind in self.flow.defs.values():
            bound.setdefault(at, set()).add(bind.name)
        return {number: frozenset(names) for number, names in bound.items()}

    def captures(self) -> dict[int, list[Closure]]:
        """The closures that each statement makes."""
        made: dict[int, list[Closure]] = {}
        for capture in self.flow.captures:
            made.setdefault(capture.statement, []).append(capture.closure)
        return made


def analyse(statements: Iterable[Statement]) -> Code:
    """Reads statements that are new, in running order."""
    ordered = tuple(statements)
    names = names_of(ordered)
    facts = facts_of(ordered, names)
    return _code(ordered, facts, names)


def reordered(code: Code, statements: Sequence[Statement]) -> Code:
    """The same statements, or some of them, in another order."""
    facts = {s.index: f for s, f in zip(code.statements, code.facts, strict=True)}
    return _code(tuple(statements), facts, code.names)


def _code(
    statements: tuple[Statement, ...], facts: Mapping[int, Facts], names: ProgramNames
) -> Code:
    ordered = tuple(facts[statement.index] for statement in statements)
    return Code(statements, ordered, names, reaching(fact.events for fact in ordered))


def import_origins(code: Code) -> dict[str, str]:
    """Names that only ever mean one imported object, with its dotted path."""
    return origins((s.node for s in code.statements), code.binds())


def effects_of(code: Code) -> Effects:
    """A judge of the program's expressions."""
    nodes: list[ast.stmt] = [statement.node for statement in code.statements]
    return Effects(code.names, import_origins(code), nodes, code.binds())


def literals(code: Code) -> Iterator[tuple[str, ast.expr]]:
    """Variables that always have the value of a literal."""
    counts = code.binds()
    changed = {name for facts in code.facts for name in facts.mutates}
    for number, names in code.binds_at().items():
        match code.statements[number].node:
            case (
                ast.Assign(targets=[ast.Name()], value=value)
                | ast.AnnAssign(value=ast.expr() as value)
            ) if is_literal(value):
                yield from ((n, value) for n in names if counts[n] == 1 and n not in changed)
            case _:
                pass


def bound_names(facts: Facts) -> frozenset[str]:
    """Names that a statement itself may bind."""
    return frozenset(event.name for event in walk(facts.events) if isinstance(event, Bind))
