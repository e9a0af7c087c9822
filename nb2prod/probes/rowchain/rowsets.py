"""Rows that are tried, and what a package has to give for them."""

from __future__ import annotations

import random
from typing import Any, Collection, List, Optional, Sequence, Tuple

from .program import Look, Program, Refused, Taught, Tools

#: Rows of the batch, and single rows beside it.
_BATCH, _SINGLE = 12, 5
#: Single rows with what is rare.
_RARE = 8


class RowSets(object):
    """Picks raw rows, and has the notebook predict others than it does."""

    def __init__(self, program: Program, tools: Tools) -> None:
        self._program = program
        self._alignment, self._choice = tools.alignment, tools.rowchoice

    def choices(self, raw: Any, predicted: Sequence[int]) -> List[List[int]]:
        """A batch, single rows, and a batch of what is rare in raw rows, of which some are predicted."""
        known = sorted({row for row in predicted if row >= 0})
        chosen = random.Random(0)
        lacking = self._choice.lacking(raw, known)
        batch = sorted({*lacking, *chosen.sample(known, min(_BATCH, len(known)))})
        chosen.shuffle(batch)
        singles = [*lacking[:_SINGLE], *chosen.sample(known, min(_SINGLE, len(known)))]
        various = self._choice.various(raw, chosen)
        singles += [row for row in various if row not in singles][:_RARE]
        others = [*various, *chosen.sample(range(len(raw)), min(_BATCH, len(raw)))]
        others = sorted(set(others), key=others.index)
        # One row comes twice: what is merged by its number has more rows then.
        return [batch, *([row] for row in singles), [*others, *others[:1]]]

    def predicted(self, ran: Any, name: str) -> Tuple[List[int], Any]:
        """The raw rows that have predictions, and these."""
        rows = ran.facts[name].rows.tolist()
        place = [n for n, row in enumerate(rows) if row >= 0]
        value = self._alignment.taken(ran.spaces[0][name], place)
        return [rows[n] for n in place], self._alignment.table(value)

    def with_others(
        self, look: Look, taught: Optional[Taught], known: Collection[int]
    ) -> Optional[Tuple[Any, Any, List[int], Any]]:
        """What the notebook gives where some of the ``known`` rows are others, which have what only training knows.

        These are the rows to learn from, where they are others, too, all raw rows, those that are predicted,
        and the predictions. Nothing where there are no such rows, or where what is predicted takes part in what
        is learned.
        """
        ran, source, name = look
        training = taught.run if taught else ran
        tries = ran.open or taught and not any((rows >= 0).any() for _, rows, _, _ in ran.learned)
        if not tries or source.split or not ran.raw.columns.is_unique:
            return None
        others = [row for row in self._telling(training) if taught or row not in known][
            : len(known)
        ]
        if not others:
            return None
        places = random.Random(0).sample(sorted(known), len(others))
        table = self._choice.replaced(ran.raw, places, training.raw.iloc[others])
        try:
            again = self._program.ran([], source._replace(rows=table), [])
            predicted = self.predicted(again, name)
        except Exception as error:  # noqa: BLE001 - the notebook's own code, on other rows
            if not ran.open:
                return None
            said = "columns are made of values that other rows have, and with such rows the notebook fails"
            raise Refused("%s: %s: %s" % (said, type(error).__name__, error)) from None
        if taught and not self._learns_same(ran, again):
            return None
        return (None if taught else again.raw, again.raw, *predicted)

    def _learns_same(self, one: Any, other: Any) -> bool:
        """Whether models are fitted to the same twice."""
        fitted = [[data.full for _, data, _ in ran.fitted_to] for ran in (one, other)]
        return len(fitted[0]) == len(fitted[1]) and all(map(self._alignment.same, *fitted))

    def _telling(self, ran: Any) -> List[int]:
        """Raw rows that have what is rare in them, and in what the last model is fitted to."""
        found: List[int] = self._choice.various(ran.raw, random.Random(0))
        for _, data, _ in ran.fitted_to[-1:]:
            table, rows = self._alignment.table(data.full), data.table.rows
            if table is not None and rows is not None and len(table) == len(rows):
                found = [*self._choice.telling(table, rows), *found]
        return list(dict.fromkeys(found))
