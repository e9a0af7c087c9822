"""The chain from raw rows to their predictions, and what is known of both."""

from __future__ import annotations

import pickle
from typing import Any, Dict, List, Optional, Tuple

from .predictions import Predictions
from .program import Look, Program, Taught, Tools
from .rowsets import RowSets
from .targets import Targets

#: What is told of a chain, and the predictions.
Found = Tuple[Dict[str, Any], Any]


class Serving(object):
    """Follows rows that a search found."""

    def __init__(
        self,
        request: Dict[str, Any],
        program: Program,
        predictions: Predictions,
        targets: Targets,
        tools: Tools,
    ) -> None:
        self._request, self._program, self._tools = request, program, tools
        self._predictions, self._targets = predictions, targets
        self._rowsets = RowSets(program, tools)

    def served(self, look: Look, taught: Optional[Taught], target: List[Any]) -> Found:
        """The chain to predictions that were seen; raises `Refused` where single rows can't have it."""
        first, source, name = look
        choices = self._rowsets.choices(first.raw, first.facts[name].rows.tolist())
        ran = self._program.over(choices, source, target, name)
        fact = ran.facts.get(name)
        if fact is None or fact.kind != "rows":
            raise self._predictions.missing(ran, name, fact)
        _mark_apart(ran, fact.rows)
        value = ran.spaces[0][name]
        learning = taught.run.raw if taught else ran.raw
        predicted, kept = self._rowsets.predicted(ran, name)
        others = self._rowsets.with_others(Look(ran, source, name), taught, {*predicted})
        with open(self._request["kept"], "wb") as file:
            pickle.dump((learning, ran.raw, predicted, kept, others), file)
        # What a model is fitted to has the rows that it predicts, and their target.
        form = taught.run.form if taught and source.split else ran.form
        hinted, pruned = self._tools.typenames.hinted, self._tools.bindingtime.pruned
        found = {
            "records": [[*place, record.told()] for place, record in ran.records.items()],
            "prediction": name,
            "source": source[:2],
            "split": list(source.split),
            "target": [t for t in target if t in ran.raw.columns],
            "columns": {str(c): str(t) for c, t in ran.raw.dtypes.items()},
            "form": pruned(form, ran.fields),
            "learned": taught and self._told(taught),
            "types": {n: hinted(v) for n, v in ran.spaces[0].items() if n in ran.facts},
        }
        return found, value

    def _told(self, taught: Taught) -> Dict[str, Any]:
        """What is known of the rows that the model learns from."""
        ran, source = taught.run, taught.source
        return {
            "source": source[:2],
            "split": list(source.split),
            "form": self._tools.bindingtime.pruned(ran.form, ran.fields),
            "columns": [name for name in ran.raw.columns if type(name) is str],
            "target": self._targets.target(ran),
        }


def _mark_apart(ran: Any, predicted: Any) -> None:
    """Marks statements that fit something to predicted rows, of which the model was trained on none.

    What knows their target once the model is there is no part of them: a threshold, say.
    """
    trained = [(x.table.rows, at) for _, x, at in ran.fitted_to if x.table.rows is not None]
    if not trained and not ran.fitted_elsewhere:
        return
    known, at = trained[-1] if trained else ([], ran.fitted_elsewhere[-1])
    model = {row for row in known if row >= 0}
    served = {row for row in predicted.tolist() if row >= 0}
    for record, rows, why, knows in ran.learned:
        seen = {row for row in rows.tolist() if row >= 0}
        whole = len(seen) == len(rows)  # and none of another file among them
        apart = model and model.isdisjoint(seen) or not trained and whole
        judged = knows and why.statement > at  # how good the model is there
        if apart and seen & served and not judged:
            record.apart = (why.text.strip(), why.statement, why.line, at)
