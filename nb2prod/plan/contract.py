"""The contract of raw rows, from what a run saw of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nb2prod.columns import Bounds, Column
from nb2prod.plan.chain import Contract

#: Categories are among those that the run saw; for numbers and dates that is no condition.
_CATEGORIES = ("string", "integer", "number", "boolean")


def contract_of(told: Mapping[str, Any], target: Collection[str]) -> Contract:
    """The contract from what `probes.rowschema` found; all columns are needed until it is tried."""
    columns = tuple(_column(facts) for facts in told["rows"] if facts["name"] not in target)
    prediction = _column(told["prediction"])
    if prediction.allowed.values is not None:  # the model may know further labels
        prediction = replace(prediction, allowed=Bounds(), observed=prediction.allowed)
    return Contract(columns, prediction)


def settled(contract: Contract, needed: Sequence[Any], open_: Collection[Any]) -> Contract:
    """The contract with the columns that are needed; categories of ``open_`` ones are no condition."""
    if not needed:
        return contract
    kept = [column for column in contract.columns if column.name in needed]
    return replace(
        contract,
        columns=tuple(
            replace(column, allowed=Bounds(), observed=column.allowed)
            if column.name in open_
            else column
            for column in kept
        ),
        spared=tuple(str(c.name) for c in contract.columns if c.name not in needed),
    )


def _column(facts: Mapping[str, Any]) -> Column:
    kind, categories = facts["kind"], facts.get("categories")
    return Column(
        facts["name"],
        kind,
        facts["dtype"],
        facts["nullable"],
        allowed=Bounds(tuple(categories)) if categories and kind in _CATEGORIES else Bounds(),
        observed=Bounds(None, facts.get("minimum"), facts.get("maximum")),
        infinite=facts.get("infinite", False),
        ordered=facts.get("ordered", False) and kind != "any",
        format=facts.get("format", ""),
        none=facts["none"],
    )
