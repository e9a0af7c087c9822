"""Statements that are run as a whole: what they do to rows shows behind them."""

from __future__ import annotations

import ast
from typing import Any, Collection, Dict

from .facts import ALWAYS, BOTH, FITTED, LAYOUT, ROWS, TRAINING, Failed, Value, Why
from .moments import image
from .rows import Rows, copied, is_view
from .run import Run
from .syntax import binds, module_of, names_in, variable

_SEVERAL = (list, dict, set)


class Wholes(object):
    """Runs statements without looking into them."""

    def __init__(self, run: Run) -> None:
        self._run, self._rows = run, Rows(run)

    def ran(self, node: ast.stmt) -> None:
        """A statement that is only run on all rows: what it binds from rows is there in training only."""
        run, names = self._run, names_in(node)
        known = {name: run.facts[name].kind for name in sorted(names & run.facts.keys())}
        run.record.reads.update(known)
        for name in known:
            run.variable(variable(name, node))
        code = compile(module_of(node), "<notebook>", "exec")
        alone = ROWS in known.values() and TRAINING not in known.values()
        read = [n for n in known if not binds(node, n)]
        read = [n for n in read if alone or run.open or known[n] == ROWS]
        images = {name: image(run.spaces[0].get(name)) for name in read}
        if alone:
            if self._each_alone(node, code, images):
                return
        else:
            exec(code, run.spaces[0])
        same = [name for name in images if images[name] == image(run.spaces[0].get(name))]
        whys = [run.facts[name].why for name in known]
        if LAYOUT in known.values() or run.deciding or any(why and why.lasting for why in whys):
            why = next((w for w in whys if w and w.lasting), run.by_columns(node))
            self.lost(node, why, same)
            return
        if {ROWS, TRAINING} & {*known.values()}:
            same = [name for name in same if run.open or known[name] == ROWS]
            self.lost(node, run.why(node, "can't be followed row by row"), same)
            return
        kind = FITTED if FITTED in known.values() else ALWAYS
        for name in sorted(names & run.spaces[0].keys() - {"__builtins__"}):
            if binds(node, name):
                run.bind(name, run.shared(node, run.spaces[0][name], kind))
        self._run.record.does(BOTH if kind == ALWAYS else TRAINING)

    def _each_alone(self, node: ast.stmt, code: Any, images: Dict[str, Any]) -> bool:
        """Runs a statement on all rows and on few; whether each row has alone what it has among all.

        ``images`` are of the variables that it does not bind, as they were before.
        """
        run, names = self._run, sorted(names_in(node) & self._run.facts.keys())
        before = [dict(space) for space in run.spaces]
        for space in run.spaces[1:]:
            for name in names:
                if isinstance(space.get(name), _SEVERAL) or run.facts[name].kind == ROWS:
                    space[name] = copied(space[name])
        exec(code, run.spaces[0])
        failed = run.each(lambda n: exec(code, run.spaces[n + 1]))
        # Choices with rows that are left out elsewhere may have no table any more.
        spoiled = [any(isinstance(held.get(n), Failed) for n in names) for held in before[1:]]
        for space, error, lost in zip(run.spaces[1:], failed, spoiled):
            if error and lost:
                space.update({n: error for n in names_in(node) if binds(node, n)})
        whole = not any(error and not lost for error, lost in zip(failed, spoiled))
        found = self._rows_after(node, before[0]) if whole else {}
        if not found:
            for space, held in zip(run.spaces[1:], before[1:]):
                space.clear()
                space.update(held)
            return False
        for name in [n for n in found if images.get(n) == image(run.spaces[0][n])]:
            del found[name]  # it was only looked at
            for space, held in zip(run.spaces[1:], before[1:]):
                space[name] = held[name]
        why = run.why(node, "has no value for a row alone")
        for name in sorted(names_in(node)):
            if name in found:
                full, *subs = [space.get(name) for space in run.spaces]
                run.bind(name, Value(node, full, subs, ROWS, found[name]))
            elif binds(node, name):
                run.lose(name, None, why)
        for name in images:
            self._filled(node, name, images[name])
        self._run.record.does(BOTH if found else TRAINING)
        return True

    def _filled(self, node: ast.stmt, name: str, before: Any) -> None:
        """What a statement put into a list, a dict or a set may follow from the columns that tables have."""
        run, held = self._run, self._run.spaces[0].get(name)
        if not self._is_open(node) or not isinstance(held, _SEVERAL) or image(held) == before:
            return
        if run.facts[name].kind == ALWAYS:
            run.facts[name] = run.facts[name]._replace(kind=LAYOUT)
            run.record.binds.setdefault(name, LAYOUT)
        elif run.facts[name].kind == FITTED:
            run.lose(name, None, run.by_columns(node))

    def _is_open(self, node: ast.stmt) -> bool:
        """Whether a statement reads tables that may have other columns where rows are served."""
        facts = [self._run.facts[name] for name in names_in(node) if name in self._run.facts]
        return any(fact.kind == ROWS and self._run.is_open(fact.rows) for fact in facts)

    def _rows_after(self, node: ast.stmt, before: Dict[str, Any]) -> Dict[str, Any]:
        """The rows of each variable that a statement changed; nothing where one of them can't have them."""
        run = self._run
        found: Dict[str, Any] = {}
        tables = [f.rows for n, f in run.facts.items() if f.kind == ROWS and n in names_in(node)]
        for name in sorted(names_in(node)):
            full, *subs = [space.get(name) for space in run.spaces]
            height = run.alignment.height(full)
            kept = (
                full is before.get(name)
                and not binds(node, name)
                and not isinstance(full, _SEVERAL)
            )
            fact = run.facts.get(name)
            if (
                run.is_code(name)
                or name not in run.spaces[0]
                or kept
                and fact
                and fact.kind != ROWS
            ):
                continue
            rows = next((rows for rows in tables if rows is not None and len(rows) == height), None)
            seen = rows is not None and self._rows.verified(full, rows, subs)
            if seen or seen is None and not run.choices:
                found[name] = rows
            elif not binds(node, name) and not all(_alike(full, sub) for sub in subs):
                return {}
        return found

    def lost(self, node: ast.stmt, why: Why, read: Collection[str] = ()) -> None:
        """What a statement binds or may change, and does not only read, is there in training only from here on."""
        run = self._run
        why = run.by_columns(node) if self._is_open(node) and not why.lasting else why
        for name in sorted(names_in(node) - {*read}):
            bound, fact = binds(node, name), run.facts.get(name)
            held = run.spaces[0].get(name)
            filled = (
                fact is not None and fact.kind in (ALWAYS, LAYOUT) and isinstance(held, _SEVERAL)
            )
            if why.lasting and (bound or filled) and not run.is_code(name):
                run.lose(name, None, why)
            elif not bound and fact is not None and fact.kind == ALWAYS and not run.is_code(name):
                if type(held) is list and run.alignment.height(held) in run.heights:
                    run.lose(name, None, why)  # an item for each row
                else:
                    run.become(variable(name, node), FITTED)
            elif bound and run.alignment.height(held) not in run.heights and not is_view(held):
                run.bind(name, run.shared(node, held, FITTED))
            elif bound or fact is not None and fact.kind == ROWS:
                run.lose(name, fact.rows if fact else None, why)
        self._run.record.does(TRAINING, why)


def _alike(one: Any, other: Any) -> bool:
    """Whether a list is the same, whatever rows there are."""
    return isinstance(one, _SEVERAL) and repr(one) == repr(other)
