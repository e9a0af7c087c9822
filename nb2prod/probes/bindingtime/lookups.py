"""What generated packages do too: these functions are copied into them."""

from __future__ import annotations

import sys
from typing import Any, Dict


def categories(data: Any, columns: Any = None) -> Dict[Any, Any]:
    """The categories of the columns that `pandas.get_dummies` would expand; of a single one under None."""
    pandas = sys.modules["pandas"]
    if not hasattr(data, "columns"):
        return {None: pandas.Categorical(data).categories}
    if columns is None:
        columns = data.select_dtypes(include=["object", "category", "string"]).columns
    return {name: pandas.Categorical(data[name]).categories for name in columns}


def with_categories(data: Any, known: Dict[Any, Any]) -> Any:
    """The same data, its columns with the categories that were known in training."""
    pandas = sys.modules["pandas"]
    if None in known:
        return data.astype(pandas.CategoricalDtype(known[None]))
    kinds = {name: pandas.CategoricalDtype(values) for name, values in known.items()}
    return data.astype({name: kind for name, kind in kinds.items() if name in data.columns})


def with_new_categories(data: Any, known: Dict[Any, Any], *, new: str) -> Any:
    """The same data, its columns with the categories that were known, and with those of values that were not.

    These are "sorted" among the known ones, or "last".
    """
    pandas = sys.modules["pandas"]
    kinds = {}
    for name, values in known.items():
        if name is None or name in data.columns:
            column = data if name is None else data[name]
            found = column.dropna().unique()
            if any(value not in values for value in found):
                values = values.union(found, sort=None if new == "sorted" else False)
            kinds[name] = pandas.CategoricalDtype(values)
    return data.astype(kinds.get(None, kinds))


def of_groups(groups: Any, known: Any) -> Any:
    """What is known of the group of each row; nothing of groups that training did not see."""
    pandas = sys.modules["pandas"]
    names = [groups[name].to_numpy() for name in groups.columns]
    found = known.reindex(pandas.MultiIndex.from_arrays(names) if len(names) > 1 else names[0])
    return found.set_axis(groups.index)
