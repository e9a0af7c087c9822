"""Variables that may hold predictions of raw rows; why one does not."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from .program import Program, Refused


class Predictions(object):
    """Knows what the variables that a request names hold after a run."""

    def __init__(self, request: Dict[str, Any], program: Program, alignment: Any) -> None:
        self._request, self._program, self._alignment = request, program, alignment

    def width(self, value: Any, fact: Any) -> int:
        """How many values a variable has for a raw row; 0 where it holds none for these rows."""
        if fact.kind != "rows" or fact.rows is None or not (fact.rows >= 0).any():
            return 0
        return self._columns(value)

    def _columns(self, value: Any) -> int:
        """How many values a variable has for each of some rows; 0 where it has no rows."""
        table = self._alignment.table(value) if self._alignment.height(value) is not None else None
        return 0 if table is None else int(table.shape[1])

    def best(self, ran: Any) -> str:
        """The likeliest variable that has one value for each of some rows, whichever these are."""
        known = ran.spaces[0]
        names = [name for name in self._request["likeliest"] if name in ran.facts and name in known]
        return next((name for name in names if self._columns(known[name]) == 1), "")

    def equal(self, ran: Any, name: str) -> List[str]:
        """Other variables that hold the same predictions."""
        known, same = ran.spaces[0], self._alignment.same
        names = self._request["predictions"]
        names = [n for n in names if n != name and n in ran.facts and n in known]
        predicted = [n for n in names if self.width(known[n], ran.facts[n])]
        return [n for n in predicted if same(known[n], known[name])]

    def said(self, ran: Any, name: str, fact: Any, width: int) -> Optional[Refused]:
        """Why a variable holds no predictions for rows, where something tells."""
        if fact.why is not None or not width:
            return _because(fact)
        binding = [at for at, record in sorted(ran.records.items()) if name in record.binds]
        text = "`%s` has %d values a row, and nothing predicts them: `prediction` names what does"
        return Refused(text % (name, width), *binding[-1][:2] if binding else (-1, 0))

    def missing(self, ran: Any, name: str, fact: Any) -> Refused:
        """Why a variable has no predictions where single rows are followed."""
        return _because(fact) or self._astray(ran, name)

    def _astray(self, ran: Any, name: str) -> Refused:
        """The last statement on the way to a variable that has rows, and gives none."""
        wanted = {name}
        for (number, line, _), record in sorted(ran.records.items(), reverse=True):
            if wanted.isdisjoint({*record.binds, *record.mutates}):
                continue
            if "rows" in record.reads.values() and "rows" not in record.binds.values():
                said = "`%s` follows from `%s`, which gives no rows"
                return Refused(said % (name, self._program.text(number)), number, line)
            wanted.update(record.reads)
        return Refused("`%s` does not follow from the rows" % name)


def _because(fact: Any) -> Optional[Refused]:
    """What an interpreter noted of a variable that exists in training only."""
    if fact is None or fact.why is None:
        return None
    return Refused(fact.why.text, fact.why.statement, fact.why.line)
