"""Calls that fit and apply at once: what they learned from all rows is applied to the few."""

from __future__ import annotations

import ast
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from .facts import FITTED, ROWS, Value
from .lookups import categories, with_categories
from .rows import Rows
from .run import Run
from .syntax import given_by_name, method_of, place


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

    def again(self, function: Callable[..., Any], arguments: List[Any], **more: Any) -> Any:
        """Calls something with other values of the same arguments."""
        count = len(self.node.args)
        named = dict(zip([k.arg or "" for k in self.node.keywords], arguments[count:]))
        return function(*arguments[:count], **dict(named, **more))

    def arguments(self, choice: int) -> List[Any]:
        """The arguments over a choice of rows."""
        return [kid.subs[choice] for kid in self.kids[1:]]


class Replays(object):
    """Knows the calls whose fitted part can be told from the applied one."""

    def __init__(self, run: Run, rows: Rows) -> None:
        self._run, self._rows = run, rows
        #: By the name of what is called: the function that replays it.
        self._known: Dict[str, Callable[[_Call], Optional[Value]]] = {
            "fit_transform": self._fit_transform,
            "drop": self._drop,
            "get_dummies": self._get_dummies,
            "astype": self._astype,
            "add_constant": self._add_constant,
            "cut": self._cut,
            "qcut": self._cut,
        }

    def found(
        self, node: ast.AST, full: Any, kids: List[Value], of_rows: List[Value]
    ) -> Optional[Value]:
        """The value of an expression as rows, where what it fits is known."""
        if isinstance(node, ast.Subscript):
            return self._present(node, full, kids, of_rows)
        replay = self._known.get(method_of(node))
        if replay is None or not isinstance(node, ast.Call):
            return None
        data = next((k for k in kids[1:] if k.kind == ROWS), None)
        return replay(_Call(node, kids, full, data))

    def _replayed(
        self, call: _Call, compute: Callable[[int], Any], kind: str, **edit: Any
    ) -> Optional[Value]:
        """The rows, where applying what was learned gives them."""
        of_rows = [kid for kid in call.kids if kid.kind == ROWS]
        subs = self._run.each(compute)
        found = self._rows.rowwise(call.node, call.full, subs, of_rows, call.kids)
        if found is not None:
            given = {key: value for key, value in edit.items() if value is not None}
            self._run.record.edit(kind, place(call.node), **given)
        return found

    def _fit_transform(self, call: _Call) -> Optional[Value]:
        data = call.data
        estimator: Any = getattr(call.function, "__self__", None)
        if data is None or call.kids[0].kind == ROWS or not hasattr(estimator, "transform"):
            return None
        assert isinstance(call.node.func, ast.Attribute)
        self._run.learn(call.node, [data])
        return self._replayed(
            call,
            lambda n: estimator.transform(data.subs[n]),
            "fit_transform",
            owner=place(call.node.func.value),
            of=place(data.node),
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
        if pandas is None or call.function is not pandas.get_dummies or data is not call.kids[1]:
            return None
        named = [k.arg for k in call.node.keywords]
        columns = given_by_name(call.node).get("columns")
        wanted = None
        if columns is not None:
            wanted = call.kids[1 + len(call.node.args) + named.index("columns")].full
        known = categories(data.full, wanted)

        def dummies(n: int) -> Any:
            _, *more = call.arguments(n)
            return call.again(pandas.get_dummies, [with_categories(data.subs[n], known), *more])

        at = place(columns) if columns is not None else None
        return self._replayed(call, dummies, "dummies", of=place(data.node), columns=at)

    def _astype(self, call: _Call) -> Optional[Value]:
        """Categories that follow from all rows."""
        kind = call.kids[-1]
        if call.kids[0].kind != ROWS or str(kind.full) != "category":
            return None
        return self._replayed(
            call,
            lambda n: call.kids[0].subs[n](call.full.dtype),
            "dtype",
            argument=place(kind.node),
        )

    def _cut(self, call: _Call) -> Optional[Value]:
        """Edges of bins that follow from all rows."""
        pandas = sys.modules.get("pandas")
        data, node = call.data, call.node
        if pandas is None or len(node.args) != 2 or data is not call.kids[1]:
            return None
        if call.function not in (pandas.cut, pandas.qcut):
            return None
        bins = call.again(call.function, [k.full for k in call.kids[1:]], retbins=True)[1]
        more = {"include_lowest": True} if call.function is pandas.qcut else {}

        def cut(n: int) -> Any:
            rows, _, *others = call.arguments(n)
            return call.again(pandas.cut, [rows, bins, *others], **more)

        return self._replayed(
            call,
            cut,
            "bins",
            of=place(data.node),
            argument=place(node.args[1]),
            method=method_of(node),
            function=place(node.func),
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
        self._run.record.edit("codes", place(node), of=place(data.node))
        parts = [found, self._run.shared(node, values, FITTED)]
        both = [(sub, values) for sub in subs]
        return Value(node, full, both, ROWS, found.rows, found, parts=parts)
