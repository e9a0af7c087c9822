"""Rows in groups: by which keys, whatever way it was said."""

from __future__ import annotations

import ast
import sys
from typing import Any, List, NamedTuple, Optional

from .facts import ROWS, Value
from .syntax import method_of

#: What a grouping may be told beside its keys.
_SAID = {"by", "sort", "as_index", "observed", "dropna", "group_keys"}


class Grouping(NamedTuple):
    """Rows in groups."""

    #: The groups, perhaps of some columns alone.
    groups: Value
    #: The table that has the keys as columns; none where the keys are columns themselves.
    base: Optional[Value]
    key: Value
    names: List[Any]

    @property
    def over_all(self) -> Any:
        """The keys of all rows, a table."""
        return self._keys(self.base and self.base.full, self.key.full)

    def over(self, choice: int) -> Any:
        """The keys of a choice of rows."""
        return self._keys(self.base and self.base.subs[choice], self.key.subs[choice])

    def _keys(self, base: Any, key: Any) -> Any:
        return key.to_frame() if base is None else base[self.names]

    @property
    def is_simple(self) -> bool:
        """Whether one column maps to one value."""
        keys, pandas = self.over_all, sys.modules["pandas"]
        one = len(keys.columns) == 1 and not isinstance(self.key.full, list)
        column = isinstance(getattr(self.groups.full, "obj", None), pandas.Series)
        return one and column and str(keys.dtypes.iloc[0]) != "category"


def grouping(method: Value) -> Optional[Grouping]:
    """How the rows are grouped whose method this is; None where that is not said by columns."""
    if not method.kids or "GroupBy" not in type(method.kids[0].full).__name__:
        return None
    groups = grouped = method.kids[0]
    while isinstance(grouped.node, (ast.Subscript, ast.Attribute)) and grouped.kids:
        grouped = grouped.kids[0]
    call = grouped.node
    if method_of(call) != "groupby" or not isinstance(call, ast.Call) or not grouped.kids:
        return None
    names = [k.arg for k in call.keywords]
    if not {*names} <= _SAID or len(call.args) > 1 or not grouped.kids[0].kids:
        return None
    base = grouped.kids[0].kids[0]
    key = grouped.kids[1] if call.args else grouped.kids[1 + names.index("by")]
    if key.kind == ROWS:
        return Grouping(groups, None, key, []) if hasattr(key.full, "to_frame") else None
    wanted = key.full if isinstance(key.full, list) else [key.full]
    if not all(isinstance(name, str) and name in base.full for name in wanted):
        return None
    return Grouping(groups, base, key, wanted)
