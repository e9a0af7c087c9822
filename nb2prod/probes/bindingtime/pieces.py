"""Functions that are applied to pieces of a table: to each column, or to each group of rows."""

from __future__ import annotations

import ast
import copy
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

from .facts import FITTED, ROWS, Failed, Record, Value
from .rows import Rows
from .run import Run
from .syntax import method_of, place


class _Piece(NamedTuple):
    """A piece over all rows and over few, with the rows that it has."""

    value: Value
    #: The choices of rows, of each only what is in this piece.
    choices: List[List[int]]
    #: Where its rows stand in each choice.
    places: List[List[int]]


class Pieces(object):
    """Follows a function into the pieces that it is applied to: what it fits, it fits to each piece."""

    def __init__(self, run: Run, rows: Rows, value: Callable[[ast.expr], Value]) -> None:
        self._run, self._rows, self._value = run, rows, value

    def found(self, node: ast.AST, full: Any, kids: List[Value]) -> Optional[Value]:
        """The rows that come out, where the function is written out and what it fits is a part of it."""
        function = kids[1].node if len(kids) == 2 and kids[0].kids else None
        if method_of(node) not in ("apply", "transform") or not isinstance(function, ast.Lambda):
            return None
        base, arguments = kids[0].kids[0], function.args.args
        if base.table.rows is None or len(arguments) != 1:
            return None
        grouped = "SeriesGroupBy" in type(base.full).__name__
        if not grouped and not self._run.alignment.is_frame(base.full):
            return None
        pieces = _groups(self._run, base) if grouped else _columns(self._run, base)
        record = Record(self._run.rounds)
        results = [self._followed(function, piece, record) for piece in pieces]
        if not results or any(edit["kind"] != "fitted" for edit in record.edits):
            return None
        parts = [result for result in results if result is not None]
        if len(parts) < len(results):
            return None
        together = _below if grouped else _beside
        subs = self._run.each(lambda n: together(base.subs[n], pieces, parts, n))
        found = self._rows.rowwise(node, full, subs, [base], [])
        if found is None:
            return None
        for edit in record.edits:
            self._run.record.edit(
                "each",
                edit["at"],
                of=place(base.node),
                parameter=arguments[0].arg,
                grouped=grouped,
            )
        self._run.record.reads.update(record.reads)
        return found

    def encoded(self, node: ast.Call, full: Any, kids: List[Value]) -> Optional[Value]:
        """`apply` of `fit_transform`: each column has a fitted encoder of its own."""
        function = node.args[0] if len(kids) == 2 and node.args and kids[0].kids else None
        owner, parameter = _encoder(function) if method_of(node) == "apply" else (None, "")
        base = kids[0].kids[0] if owner is not None else None
        if owner is None or base is None or not self._run.alignment.is_frame(base.full):
            return None
        space, known = self._run.spaces[0], {}
        code = compile(ast.Expression(body=owner), "<notebook>", "eval")
        for name in base.full.columns:
            column = base.full[name]
            encoder = eval(code, {**space, parameter: column} if parameter else space)
            known[name] = copy.deepcopy(encoder).fit(column)
        subs = self._run.each(
            lambda n: base.subs[n].apply(lambda column: known[column.name].transform(column))
        )
        found = self._rows.rowwise(node, full, subs, [base], [])
        if found is not None:
            self._run.learn(node, [base])
            self._run.record.edit(
                "encoded", place(node), of=place(base.node), owner=place(owner), parameter=parameter
            )
        return found

    def piped(self, node: ast.Call, full: Any, kids: List[Value]) -> Optional[Value]:
        """What `assign` and `pipe` give, where functions that are written out fit something."""
        if method_of(node) not in ("assign", "pipe") or not kids[0].kids:
            return None
        base, record = kids[0].kids[0], Record(self._run.rounds)
        functions = [kid.node for kid in kids[1:] if isinstance(kid.node, ast.Lambda)]
        parameters = {function.args.args[0].arg for function in functions if function.args.args}
        if base.table.rows is None or len(parameters) != 1:
            return None
        assigns = method_of(node) == "assign"
        if not self._run.alignment.is_frame(base.full) or (node.args if assigns else kids[2:]):
            return None
        subs = self._assigned(node, base, kids[1:], record, assigns=assigns)
        if subs is None or any(edit["kind"] != "fitted" for edit in record.edits):
            return None
        found = self._rows.rowwise(node, full, subs, [base], [])
        if found is None:
            return None
        (parameter,) = parameters
        for edit in record.edits:
            self._run.record.edit("piped", edit["at"], of=place(base.node), parameter=parameter)
        self._run.record.reads.update(record.reads)
        return found

    def _assigned(
        self, node: ast.Call, base: Value, given: List[Value], record: Record, *, assigns: bool
    ) -> Optional[List[Any]]:
        """The few rows once all functions were followed."""
        run, full, subs = self._run, base.full, base.subs
        names = [k.arg or "" for k in node.keywords] if assigns else [""]
        for name, kid in zip(names, given):
            part: Optional[Value] = kid
            if isinstance(kid.node, ast.Lambda):
                value = Value(base.node, full, subs, ROWS, base.table.rows)
                piece = _Piece(value, run.choices, [[] for _ in run.choices])
                part = self._followed(kid.node, piece, record)
            if part is None:
                return None
            if not assigns:
                return part.subs
            full = full.assign(**{name: part.full})
            new, before = part.subs, subs
            subs = [
                one
                if isinstance(one, Failed) or isinstance(item, Failed)
                else one.assign(**{name: item})
                for one, item in zip(before, new)
            ]
        return subs

    def _followed(self, function: ast.Lambda, piece: _Piece, record: Record) -> Optional[Value]:
        """What the function gives for one piece; None where that is not of its rows."""
        run = self._run
        held = run.spaces, run.facts, run.record, run.choices
        run.spaces, run.facts = [dict(space) for space in run.spaces], dict(run.facts)
        run.record, run.choices = Record([]), piece.choices
        name = function.args.args[0].arg
        try:
            run.bind(name, piece.value)
            found = self._value(function.body)
            run.expect_fitted([found])
        finally:
            inner = run.record
            run.spaces, run.facts, run.record, run.choices = held
        record.edits += [e for e in inner.edits if e not in record.edits]
        record.reads.update({n: kind for n, kind in inner.reads.items() if n != name})
        return found if found.kind in (ROWS, FITTED) else None


def _encoder(function: Optional[ast.expr]) -> Tuple[Optional[ast.expr], str]:
    """Whose `fit_transform` a function is, and the parameter that this is said with."""
    parameter = ""
    if isinstance(function, ast.Lambda) and len(function.args.args) == 1:
        parameter, call = function.args.args[0].arg, function.body
        if not isinstance(call, ast.Call) or call.keywords or len(call.args) != 1:
            return None, ""
        if getattr(call.args[0], "id", "") != parameter:
            return None, ""
        function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "fit_transform":
        return function.value, parameter
    return None, ""


def _columns(run: Run, base: Value) -> List[_Piece]:
    """The columns of a table."""
    pieces = []
    for name in base.full.columns:
        subs = [sub if isinstance(sub, Failed) else sub.get(name) for sub in base.subs]
        value = Value(base.node, base.full[name], subs, ROWS, base.table.rows)
        if name not in run.absent:
            pieces.append(_Piece(value, run.choices, [[] for _ in run.choices]))
    return pieces


def _groups(run: Run, base: Value) -> List[_Piece]:
    """The rows of each group: those groups of which some row was chosen."""
    pieces = []
    known = [_places(sub) for sub in base.subs]
    for key, places in _places(base.full).items():
        rows = base.table.rows[places]
        mine = [there.get(key, []) for there in known]
        if run.choices and not any(mine):
            continue
        subs = [_taken(sub, at, key) for sub, at in zip(base.subs, mine)]
        value = Value(base.node, _taken(base.full, places, key), subs, ROWS, rows)
        choices = [[choice[n] for n in at] for choice, at in zip(run.choices, mine)]
        pieces.append(_Piece(value, choices, mine))
    return pieces


def _places(grouped: Any) -> Dict[Any, List[int]]:
    """Where the rows of each group stand."""
    if isinstance(grouped, Failed):
        return {}
    return {key: [int(n) for n in at] for key, at in grouped.indices.items()}


def _taken(grouped: Any, places: List[int], key: Any) -> Any:
    if isinstance(grouped, Failed):
        return grouped
    return grouped.obj.iloc[places].rename(key)


def _beside(sub: Any, pieces: List[_Piece], parts: List[Value], choice: int) -> Any:
    """Columns as a table."""
    pandas = sys.modules["pandas"]
    named = {piece.value.full.name: part.subs[choice] for piece, part in zip(pieces, parts)}
    return pandas.DataFrame(named, index=sub.index)


def _below(sub: Any, pieces: List[_Piece], parts: List[Value], choice: int) -> Any:
    """The rows of all groups in the order in which they stood; nothing of those without a group."""
    pandas, numpy = sys.modules["pandas"], sys.modules["numpy"]
    found = [numpy.nan] * len(sub.obj)
    for piece, part in zip(pieces, parts):
        places, values = piece.places[choice], part.subs[choice]
        several = list(values) if part.kind == ROWS else [values] * len(places)
        for at, item in zip(places, several):
            found[at] = item
    return pandas.Series(found, index=sub.obj.index)
