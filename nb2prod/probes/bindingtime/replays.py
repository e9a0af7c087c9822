"""Calls that fit and apply at once: what they learned from all rows is applied to the few."""

from __future__ import annotations

import ast
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from .facts import FITTED, ROWS, Value
from .groups import grouping
from .lookups import categories, of_groups, with_categories
from .methods import NEIGHBOURS
from .pieces import Pieces
from .rows import Rows
from .run import Expanded, Run
from .syntax import given_by_name, is_starred, method_of, name_of, number_of, place

#: Edits whose fitted part gives values their meaning: other rows' would say something else.
_CODING = ("dtype", "dtypes", "categories", "bins", "quantiles", "spread")


class _Call(NamedTuple):
    """A call on rows: its parts over all rows and over few, and what it gave."""

    node: ast.Call
    kids: List[Value]
    full: Any
    #: The rows that it is given.
    data: Optional[Value]

    @property
    def function(self) -> Any:
        return self.kids[0].full

    def again(
        self, function: Callable[..., Any], arguments: List[Any], names: Any = None, **more: Any
    ) -> Any:
        """Calls something with other values of the same arguments, some of them by other names."""
        count = len(self.node.args)
        given = [(names or {}).get(k.arg or "", k.arg or "") for k in self.node.keywords]
        return function(*arguments[:count], **dict(zip(given, arguments[count:])), **more)

    def over_all(self) -> List[Any]:
        """The arguments over all rows."""
        return [kid.full for kid in self.kids[1:]]

    def arguments(self, choice: int, others: Optional[Dict[int, Any]] = None) -> List[Any]:
        """The arguments over a choice of rows; others in the place of some parts of the call."""
        changed = others or {}
        return [changed.get(n + 1, kid.subs[choice]) for n, kid in enumerate(self.kids[1:])]


class Replays(object):
    """Knows the calls whose fitted part can be told from the applied one."""

    def __init__(self, run: Run, rows: Rows, value: Callable[[ast.expr], Value]) -> None:
        self._run, self._rows = run, rows
        self._pieces, self._value = Pieces(run, rows, value), value
        #: By the name of what is called: the function that replays it.
        self._known: Dict[str, Callable[[_Call], Optional[Value]]] = {
            "fit_transform": self._fit_transform,
            "fit_predict": self._fit_transform,
            "drop": self._drop,
            "get_dummies": self._get_dummies,
            "astype": self._astype,
            "add_constant": self._add_constant,
            "Series": self._astype,
            "Categorical": self._categorical,
            "cut": self._cut,
            "qcut": self._cut,
            "transform": self._transform,
        }

    def found(
        self, node: ast.AST, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """The value of an expression as rows, where what it fits is known."""
        if isinstance(node, ast.Subscript):
            found = self._present(node, full, kids, of_rows)
            return found or self._columns(node, full, kids, of_rows)
        if not isinstance(node, ast.Call) or is_starred(node):
            return self._columns(node, full, kids, of_rows)
        replay, parts = self._known.get(method_of(node)), kids
        if method_of(node) == "pipe" and node.args and kids[0].kids:
            replay = self._known.get(name_of(node.args[0]))
            parts = [kids[1], kids[0].kids[0], *kids[2:]]
        data = next((k for k in parts[1:] if k.kind == ROWS), None)
        found = replay(_Call(node, parts, full, data)) if replay is not None else None
        found = found or self._pieces.encoded(node, full, kids)
        found = found or self._pieces.found(node, full, kids)
        found = found or self._pieces.piped(node, full, kids)
        return found or self._columns(node, full, kids, of_rows)

    def _replayed(
        self, call: _Call, compute: Callable[[int], Any], kind: str, **edit: Any
    ) -> Optional[Value]:
        """The rows, where applying what was learned gives them."""
        of_rows = [kid for kid in call.kids if kid.kind == ROWS]
        subs = self._run.each(compute)
        # What is fitted here is the edit's own; what calls it needs no other.
        kids = call.kids[1:] if "owner" in edit else call.kids
        found = self._rows.rowwise(call.node, call.full, subs, of_rows, kids)
        if found is not None:
            if kind in _CODING:
                self._run.learn(call.node, of_rows)
            given = {key: value for key, value in edit.items() if value is not None}
            self._run.record.edit(kind, place(call.node), **given)
        return found

    def _fit_transform(self, call: _Call) -> Optional[Value]:
        """`fit_transform` as `transform`, `fit_predict` as `predict`."""
        data, applied = call.data, method_of(call.node).partition("_")[2]
        estimator: Any = getattr(call.function, "__self__", None)
        if data is None or data is not call.kids[1] or call.kids[0].kind == ROWS:
            return None
        if not hasattr(estimator, applied):
            return None
        assert isinstance(call.node.func, ast.Attribute)
        self._run.learn(call.node, [data])
        return self._replayed(
            call,
            lambda n: getattr(estimator, applied)(data.subs[n]),
            "fit_transform",
            applied=applied,
            owner=place(call.node.func.value),
            of=place(data.node),
            function=place(call.node.func),
        )

    def _drop(self, call: _Call) -> Optional[Value]:
        """Columns that are left out, some of them there in training only."""
        if call.kids[0].kind != ROWS:
            return None
        return self._replayed(
            call,
            lambda n: call.again(call.kids[0].subs[n], call.arguments(n), errors="ignore"),
            "drop",
        )

    def _add_constant(self, call: _Call) -> Optional[Value]:
        """The column of ones of statsmodels, which a row alone would not get: all it has is constant."""
        if call.data is None or "has_constant" in given_by_name(call.node):
            return None
        return self._replayed(
            call,
            lambda n: call.again(call.function, call.arguments(n), has_constant="add"),
            "add_constant",
        )

    def _get_dummies(self, call: _Call) -> Optional[Value]:
        pandas = sys.modules.get("pandas")
        data = call.data
        if call.kids[0].kind == ROWS and self._run.alignment.is_frame(call.full):
            return self._spread(call)
        if pandas is None or call.function is not pandas.get_dummies or data is not call.kids[1]:
            return None
        number, first = number_of(call.node, 4, "columns"), number_of(call.node, 6, "drop_first")
        columns = call.kids[number] if number is not None else None
        known = categories(data.full, columns and columns.full)

        def dummies(n: int) -> Any:
            rows = with_categories(data.subs[n], known)
            return call.again(pandas.get_dummies, call.arguments(n, {1: rows}))

        at = place(columns.node) if columns is not None else None
        spot = self._run.number, place(call.node)
        # Where the first column is left out, that is to be the same one whatever comes.
        new = "last" if first is not None and call.kids[first].full else "sorted"
        found = self._replayed(
            call,
            dummies,
            "dummies",
            of=place(data.node),
            columns=at,
            new=new if spot in self._run.open else "",
        )
        if found is not None:
            self._run.expanded.append(Expanded(spot, found.rows))
        return found

    def _spread(self, call: _Call) -> Optional[Value]:
        """Texts as columns of zeros and ones: those of all rows."""
        known = list(call.full.columns)

        def spread(n: int) -> Any:
            found = call.again(call.kids[0].subs[n], call.arguments(n))
            return found.reindex(columns=known, fill_value=0)

        return self._replayed(call, spread, "spread")

    def _astype(self, call: _Call) -> Optional[Value]:
        """Categories that follow from all rows."""
        number = next((n for n, k in enumerate(call.kids) if n and _is_category(k.full)), None)
        if number is None or call.kids[0].kind != ROWS:
            return None
        known = call.full.dtypes if self._run.alignment.is_frame(call.full) else call.full.dtype
        if isinstance(call.kids[number].full, dict):
            known = known[list(call.kids[number].full)]
        return self._replayed(
            call,
            lambda n: call.again(call.kids[0].subs[n], call.arguments(n, {number: known})),
            "dtypes" if hasattr(known, "index") else "dtype",
            argument=place(call.kids[number].node),
        )

    def _categorical(self, call: _Call) -> Optional[Value]:
        """Values with categories that follow from all rows."""
        pandas = sys.modules.get("pandas")
        given = given_by_name(call.node)
        if (
            pandas is None
            or call.function is not pandas.Categorical
            or call.data is not call.kids[1]
        ):
            return None
        if len(call.node.args) != 1 or {"categories", "dtype"} & given.keys():
            return None
        known = call.full.categories
        return self._replayed(
            call,
            lambda n: call.again(call.function, call.arguments(n), categories=known),
            "categories",
        )

    def _cut(self, call: _Call) -> Optional[Value]:
        """Edges of bins that follow from all rows."""
        pandas = sys.modules.get("pandas")
        data, node = call.data, call.node
        if (
            pandas is None
            or call.function not in (pandas.cut, pandas.qcut)
            or data is not call.kids[1]
        ):
            return None
        quantiles = call.function is pandas.qcut
        number = number_of(call.node, 1, "q" if quantiles else "bins")
        if number is None or quantiles and not isinstance(node.func, ast.Attribute):
            return None
        bins = call.again(call.function, call.over_all(), retbins=True)[1]
        names = {"q": "bins"} if quantiles else {}
        more = {"include_lowest": True} if quantiles else {}
        return self._replayed(
            call,
            lambda n: call.again(pandas.cut, call.arguments(n, {number: bins}), names, **more),
            "quantiles" if quantiles else "bins",
            argument=place(call.kids[number].node),
            function=place(node.func),
        )

    def _transform(self, call: _Call) -> Optional[Value]:
        """What the rows of a group have in common: learned by group, and looked up."""
        found = grouping(call.kids[0])
        if found is None or any(_is_neighbour(v) for v in call.over_all()):
            return None
        known = call.again(found.groups.full.agg, call.over_all())
        if getattr(known, "index", None) is None or known.index.nlevels != len(
            found.over_all.columns
        ):
            return None
        return self._replayed(
            call,
            lambda n: of_groups(found.over(n), known),
            "groups",
            of=place(found.base.node) if found.base is not None else None,
            argument=place(found.key.node),
            function=place(call.node.func),
            simple=found.is_simple,
        )

    # ------------------------------------------------------------------ not quite calls
    def _present(
        self, node: ast.Subscript, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """Columns of which some are only there in training, because they are the target's."""
        base, key = kids
        names = list(key.full) if isinstance(key.full, list) or hasattr(key.full, "tolist") else []
        absent = self._run.absent
        lost = [absent[n] for n in names if isinstance(n, str) and n in absent]
        if not lost or len(lost) == len(names) or any(why.statement >= 0 for why in lost):
            return None
        if not self._run.alignment.is_frame(base.full):
            return None
        kept = [name for name in names if name not in absent]
        subs = self._run.each(lambda n: base.subs[n][kept])
        found = self._rows.rowwise(node, full, subs, of_rows, kids)
        if found is not None:
            self._run.record.edit(
                "present", place(node), of=place(base.node), argument=place(key.node)
            )
        return found

    def _columns(
        self, node: ast.AST, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """Columns that are chosen by what is in all rows."""
        is_frame, absent = self._run.alignment.is_frame, self._run.absent
        base = kids[0] if is_frame(kids[0].full) or not kids[0].kids else kids[0].kids[0]
        if not is_frame(full) or not is_frame(base.full) or base.kind != ROWS:
            return None
        names = list(full.columns)
        kept = [name for name in names if name not in absent]
        if not kept or not base.full.columns.is_unique or not {*names} <= {*base.full.columns}:
            return None
        subs = self._run.each(lambda n: base.subs[n][kept])
        found = self._rows.rowwise(node, full, subs, of_rows, [])
        if found is not None:
            self._run.learn(node, [base])
            some = len(kept) < len(names)
            self._run.record.edit("columns", place(node), of=place(base.node), some=some)
        return found

    def factorized(
        self, node: ast.AST, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """`pandas.factorize`: its codes belong to the rows, the values behind them are fitted."""
        if method_of(node) != "factorize" or type(full) is not tuple or len(full) != 2:
            return None
        codes, values = full
        if not hasattr(values, "get_indexer"):
            return None
        data = of_rows[0].table
        subs = self._run.each(lambda n: values.get_indexer(data.subs[n]))
        found = self._rows.rowwise(node, codes, subs, of_rows, kids)
        if found is None:
            return None
        self._run.learn(node, of_rows)
        self._run.record.edit("codes", place(node), of=place(data.node))
        parts = [found, self._run.shared(node, values, FITTED)]
        both = [(sub, values) for sub in subs]
        value = Value(node, full, both, ROWS, found.rows, found, parts=parts)
        value.computed = self._run.depth > 1
        return value

    def aligned(self, node: ast.AST, full: Any, kids: List[Value]) -> Optional[Value]:
        """`a.align(b, axis=1)`: two tables with the same columns, which training knows."""
        is_frame = self._run.alignment.is_frame
        if not isinstance(node, ast.Call) or is_starred(node) or method_of(node) != "align":
            return None
        given = given_by_name(node)
        number = number_of(node, 2, "axis")
        tables = [kids[0].kids[0] if kids[0].kids else kids[0].table, kids[1]]
        if number is None or kids[number].full not in (1, "columns") or "level" in given:
            return None
        if not all(is_frame(table.full) for table in tables):
            return None
        parts = [self._reindexed(node, *both) for both in zip(tables, full)]
        kinds = {part.kind for part in parts if part is not None}
        if None in parts or ROWS not in kinds:
            return None
        subs = [None] * len(self._run.choices)
        return Value(node, full, subs, ROWS, parts=[part for part in parts if part is not None])

    def _reindexed(self, call: ast.Call, table: Value, full: Any) -> Optional[Value]:
        """A table with the columns that it shares with another one."""
        if table.kind != ROWS:
            return Value(call, full, [None] * len(self._run.choices), table.kind, table.rows,
                         why=table.why, origin=table.origin, bulk=table.bulk)  # fmt: skip
        at, names = place(table.node), list(full.columns)
        if any(edit["at"] == at for edit in self._run.record.edits):  # one thing at a place
            return None
        filled = given_by_name(call).get("fill_value")
        value = self._value(filled).full if filled is not None else float("nan")
        subs = self._run.each(lambda n: table.subs[n].reindex(columns=names, fill_value=value))
        found = self._rows.rowwise(table.node, full, subs, [table], [])
        if found is not None:
            self._run.record.edit(
                "aligned", at, argument=filled and place(filled), aligned=place(call)
            )
        return found


def _is_category(value: Any) -> bool:
    """Whether a type is that of categories that are not named, or one for some columns is."""
    if isinstance(value, dict):
        return any(map(_is_category, value.values()))
    return isinstance(value, str) and value == "category"


def _is_neighbour(value: Any) -> bool:
    """Whether a function of groups looks at the rows around a row."""
    return (value if isinstance(value, str) else getattr(value, "__name__", "")) in NEIGHBOURS
