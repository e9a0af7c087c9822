"""What the run told of the statements of a chain, whole statement by whole statement."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2prod.plan.chain import Unserved
from nb2prod.plan.package import PackagePlan

#: Statements with others in them.
BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try)


@dataclass(frozen=True, slots=True)
class Record:
    """What the run told of one statement, with those inside it."""

    both: bool
    binds: Mapping[str, str]
    mutates: frozenset[str]
    reads: Mapping[str, str]
    #: Those that it reads before it binds them.
    enters: Mapping[str, str]
    edits: tuple[Mapping[str, Any], ...]
    inner_training: frozenset[tuple[int, int]]
    #: The random generators that it draws from, or seeds.
    draws: frozenset[str]
    #: What it fits to rows that the model was not trained on.
    apart: tuple[Any, ...] | None
    #: Of each `try` in it the statements that ran.
    ways: Mapping[tuple[int, int], frozenset[tuple[int, int]]]

    @property
    def touched(self) -> set[str]:
        return {*self.binds, *self.mutates}


def records_of(plan: PackagePlan, told: Iterable[Any]) -> Iterator[tuple[int, Record]]:
    """The records of whole statements, each with those of the statements in it."""
    by_statement: dict[int, list[Any]] = {}
    for number, line, column, record in told:
        by_statement.setdefault(number, []).append((line, column, record))
    for number, records in by_statement.items():
        line, column, top = min(records, key=lambda r: (r[0], r[1]))
        node = plan.code.statements[number].node
        edits = tuple(
            {**edit, "rounds": record["rounds"]}
            for _, _, record in records
            for edit in record["edits"]
        )
        training = frozenset(
            (at, start)
            for at, start, record in records
            if (at, start) != (line, column) and record["kinds"] == ["training"]
        )
        for at, _, record in records:
            if (at, column) != (line, column) and set(record["kinds"]) >= {"training", "both"}:
                if not any(edit["kind"] == "parts" for edit in record["edits"]):
                    raise Unserved("what it does is another thing each round", number, at)
        yield (
            number,
            Record(
                "both" in top["kinds"],
                top["binds"],
                frozenset(top["mutates"]),
                top["reads"],
                top["enters"],
                edits,
                training,
                frozenset(top["draws"]),
                next((tuple(r["apart"]) for r in _serving(node, records) if r.get("apart")), None),
                {
                    (at, start): frozenset((line, column) for line, column in record["way"])
                    for at, start, record in records
                    if record["way"] is not None
                },
            ),
        )


def _serving(node: ast.stmt, records: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Of a statement's records those that have to do with what is served: scores of folds have not."""
    blocks = {(n.lineno, n.col_offset) for n in ast.walk(node) if isinstance(n, BLOCKS)}
    told = [record for at, start, record in records if (at, start) not in blocks]
    heads = [record for at, start, record in records if (at, start) in blocks]
    yield from (record for record in heads if "both" in record["kinds"])
    serving = [record for record in told if record["kinds"] != ["training"]]
    read = {name for record in serving for name in record["reads"]}
    for record in told:
        if not blocks or record in serving or read & {*record["binds"], *record["mutates"]}:
            yield record


def bound_anew(node: ast.stmt, record: Record) -> frozenset[str]:
    """What a statement gives a value that does not depend on the one before; generators are seeded."""
    match node:
        case ast.Assign() | ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return frozenset(record.binds) - record.mutates
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(attr="seed") | ast.Name(id="seed"), args=[_])
        ):
            return record.draws
        case _:
            return frozenset()


def read_in_heads(node: ast.stmt) -> set[str]:
    """The variables that blocks read before they run what is in them."""
    heads: list[ast.AST] = []
    for block in ast.walk(node):
        match block:
            case ast.For(iter=head) | ast.While(test=head) | ast.If(test=head):
                heads.append(head)
            case ast.With(items=items):
                heads += items
            case _:
                pass
    return {n.id for head in heads for n in ast.walk(head) if isinstance(n, ast.Name)}
