"""The columns of the raw rows that only training knows."""

from __future__ import annotations

from typing import Any, Dict, List

from .predictions import Predictions


class Targets(object):
    """Finds what models were fitted to; ``named`` is what the settings say."""

    def __init__(self, named: Any, predictions: Predictions, alignment: Any) -> None:
        self._named, self._predictions, self._alignment = named, predictions, alignment

    def target(self, ran: Any) -> List[Any]:
        """The column that the last model was fitted to, or that the settings name."""
        return self.tried(ran)[0]

    def tried(self, ran: Any) -> List[List[Any]]:
        """The target, and what to try without it where that is a column computed from a raw one."""
        target = self._known_target(ran, {})
        derived = [] if target else self._known_target(ran, ran.derived)
        return [derived, target] if derived else [target]

    def _known_target(self, ran: Any, derived: Dict[str, Any]) -> List[Any]:
        """The raw columns that a target is, or is computed from, where ``derived`` says from which."""
        if self._named:
            return [self._named]
        for value, data, _ in reversed(ran.fitted_to):
            origin = value.origin.union(*(derived.get(name, ()) for name in value.origin))
            named = [name for name in ran.raw.columns if name in origin]
            if len(named) > 1 and self._predictions.width(value.full, value) == len(named):
                return named
            if named:
                # A target that is computed from the features themselves leaves them what they are.
                computed = len(named) > 1 or self._is_feature(ran, data, named[0], value)
                return [] if computed else named
            table = value.table
            if table.rows is None or (table.rows < 0).any():
                continue
            raw, same = ran.raw.iloc[table.rows], self._alignment.same
            for name in raw.columns:
                if same(raw[name], value.full):
                    return [name]
            if self._alignment.is_frame(value.full):
                columns = [(n, c) for n, c in value.full.items() if n in raw.columns]
                several = [name for name, column in columns if same(raw[name], column)]
                if several:
                    return several
        return []

    def _is_feature(self, ran: Any, data: Any, name: Any, target: Any) -> bool:
        """Whether the model is fitted to a column as it was in the raw rows, and to a target made from it."""
        rows, full = data.table.rows, data.full
        if rows is None or not self._alignment.is_frame(full) or name not in full.columns:
            return False
        if len(rows) != len(full) or (rows < 0).any() or not full.columns.is_unique:
            return False
        column = ran.raw[name].iloc[rows]
        same = self._alignment.same
        return bool(same(column, full[name]) and not same(column, target.full))
