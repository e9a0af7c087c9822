"""Expressions of a notebook that may give its raw rows."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List

from .program import Program, Refused

#: Tables that are tried as the raw rows.
TABLES = 6


class Candidates(object):
    """Finds tables that are read, or made where none is."""

    def __init__(self, request: Dict[str, Any], program: Program, sources: Any) -> None:
        self._request, self._program, self._sources = request, program, sources

    def all(self) -> Iterator[Any]:
        """Expressions that may give the raw rows: what is read, else what is made."""
        wanted, sources = self._request["input"], self._sources
        if wanted:
            source = sources.bound(self._program.numbered, wanted)
            if source is None:
                said = "`metadata.nb2prod.input` names `%s`, which no statement binds"
                raise Refused(said % wanted)
            yield source
            return
        found = sources.reads(self._program.numbered)
        if not found:
            ran = self._program.ran([], None, [])
            found = self.leading(ran, [*ran.tables, *ran.arrays])
        for source in found[:TABLES]:
            yield source

    def read_or_made(self, ran: Any) -> List[Any]:
        """The expressions that read tables; where none does, those that make some."""
        reads = self._sources.reads(self._program.numbered)
        return reads or self.leading(ran, [*ran.tables, *ran.arrays])[:TABLES]

    def leading(self, ran: Any, spots: Iterable[Any]) -> List[Any]:
        """Those of the expressions that may have to do with predictions."""
        leading = [spot for spot in spots if self._leads(spot[0], ran.records)]
        return [self._sources.Source(*spot) for spot in leading]

    def _leads(self, number: int, records: Dict[Any, Any]) -> bool:
        """Whether a statement may have to do with predictions, by the names that are read and bound."""
        reached = set()  # type: set[str]
        for at, record in sorted(records.items()):
            if at[0] == number or at[0] > number and not reached.isdisjoint(record.reads):
                reached.update(record.binds, record.mutates)
        return not reached.isdisjoint(self._request["predictions"])


def outer(spots: Iterable[Any]) -> List[Any]:
    """The expressions that stand in none of the others; each comes after those in it."""
    found: List[Any] = []
    for number, place in reversed(list(dict.fromkeys(spots))):
        at, around = found[-1] if found else (-1, place)
        if number != at or place[:2] < around[:2] or place[2:] > around[2:]:
            found.append((number, place))
    return found[::-1]
