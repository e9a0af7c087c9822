"""The contract of raw rows, from what a run saw of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from nb2prod.columns import Bounds, Column
from nb2prod.plan.chain import Contract

#: Categories are among those that the run saw; for numbers and dates that is no condition.
_CATEGORIES = ("string", "integer", "number", "boolean")


def contract_of(told: Mapping[str, Any], target: Collection[str]) -> Contract:
    """The contract from what `probes.rowschema` found; all columns are needed until it is tried."""
    columns = tuple(_column(facts) for facts in told["rows"] if facts["name"] not in target)
    return Contract(columns, tuple(map(_output, told["outputs"])))


def settled(contract: Contract, needs: Mapping[str, Collection[Any]]) -> Contract:
    """The contract with what was tried by `probes.rowneeds`: columns, texts, gaps and infinities."""
    needed = needs["needed"]
    if not needed:
        return contract
    return replace(
        contract,
        columns=tuple(_tried(c, needs) for c in contract.columns if c.name in needed),
        spared=tuple(str(c.name) for c in contract.columns if c.name not in needed),
    )


def _tried(column: Column, needs: Mapping[str, Collection[Any]]) -> Column:
    if column.name in needs["open"]:
        column = replace(column, allowed=Bounds(), observed=column.allowed)
    elif column.name in needs["free"]:
        column = replace(column, allowed=Bounds())
    return replace(
        column,
        nullable=column.name in needs["missing"],
        infinite=column.name in needs["infinite"],
    )


def _output(facts: Mapping[str, Any]) -> Column:
    column = _column(facts)
    if column.allowed.values is not None:  # the model may know further labels
        return replace(column, allowed=Bounds(), observed=column.allowed)
    return column


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
