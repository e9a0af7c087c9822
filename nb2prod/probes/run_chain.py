"""Follows the raw rows of a notebook to its predictions, in a process of its own.

``python run_chain.py REQUEST RESULT``; both are JSON files. The request has the statements (number, text of
the cell, position in it), the names that may hold the predictions, the one wanted first, and those of them
that may hold several for a row (``tables``), the names that the notebook's settings give for the raw rows
and the target, and the environment variables of secrets.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import os
import pickle
import random
import sys
from typing import (
    Any,
    Collection,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
)

#: Rows of the batch, and single rows beside it.
_BATCH, _SINGLE = 12, 5
#: Single rows with what is rare.
_RARE = 8
#: Tables that are tried as the raw rows.
_TABLES = 6
#: Calls of the notebook's own functions that are followed inside.
_INSIDE = 8


class Refused(Exception):
    """Why no rows can be predicted: what, and where that was seen."""

    def __init__(self, text: str, statement: int = -1, line: int = 0) -> None:
        super().__init__(text)
        self.text, self.statement, self.line = text, statement, line


def main(request_path: str, result_path: str) -> None:
    """Writes down what was found, or why there is nothing."""
    names = ("bindingtime", "alignment", "seeds", "typenames", "rowchoice", "capture", "rowschema")
    modules = [_beside(name) for name in names]
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path[:] = [os.getcwd()] + [
        p for p in sys.path if p != os.path.dirname(os.path.abspath(__file__))
    ]
    answer = followed(request, *modules)
    with open(result_path, "w", encoding="utf-8") as file:
        file.write(json.dumps(answer))


def followed(
    request: Dict[str, Any],
    times: Any,
    alignment: Any,
    seeds: Any,
    types: Any,
    choice: Any,
    capture: Any,
    schema: Any,
) -> Dict[str, Any]:
    """What was found, or why there is nothing."""
    try:
        chain = _Chain(request, times, alignment, seeds, types, choice)
        found, predictions = chain.found()
        capture.hide(request["hidden"])
        return {
            **found,
            "captured": capture.captured({"": predictions}, [""])[""],
            "contract": schema.described(request["kept"], found["prediction"], capture.hidden()),
        }
    except Refused as why:
        return {"refused": [why.text, why.statement, why.line]}


class _Chain:
    def __init__(
        self,
        request: Dict[str, Any],
        times: Any,
        alignment: Any,
        seeds: Any,
        types: Any,
        choice: Any,
    ) -> None:
        self._request = request
        self._times, self._alignment, self._seeds = times, alignment, seeds
        self._types, self._choice = types, choice
        #: (number, text, syntax) of each statement.
        self._statements: List[Tuple[int, str, ast.stmt]] = []
        for number, text, position in request["statements"]:
            self._statements.append((number, text, ast.parse(text).body[position]))
        self._numbered = [(number, node) for number, _, node in self._statements]

    def found(self) -> Tuple[Dict[str, Any], Any]:
        """The times of all statements and what else the package needs; and the predictions."""
        sources = self._times.sources
        made = not self._request["input"] and not sources.reads(self._numbered)
        for source in sources.inner_reads(self._numbered) if made else ():
            try:
                return self._followed(*self._first_look([source]))
            except Refused:  # what the function gives are rows, too
                pass
        if made:
            return self._made()
        sources = iter(self._sources())
        try:
            looked = self._first_look(sources)
        except Refused:
            new = None if self._request["input"] else self._new()
            if new is None:
                raise
            return new
        try:
            return self._followed(*looked)
        except Refused as why:
            return self._further(sources, why)

    def _further(self, sources: Iterator[Any], why: Refused) -> Tuple[Dict[str, Any], Any]:
        """What was found for one of the other sources; why the first one does not serve, where none does."""
        while True:
            try:
                looked = self._first_look(sources)
            except Refused:
                raise why from None
            try:
                return self._followed(*looked)
            except Refused:
                pass

    def _new(self) -> Optional[Tuple[Dict[str, Any], Any]]:
        """What was found for rows that are written out to be predicted, by a model of rows that are read."""
        try:
            ran = self._ran([], None, [])
            reads = self._times.sources.reads(self._numbered)
            written = [s for s in self._leading(ran, _outer(ran.anew)) if s not in reads]
            first, source, name = self._first_look(written[-_TABLES:], learned=True)
            if _is_modelled(first) and not self._target(first):  # nobody could train on others
                return None
            return self._followed(first, source, name)
        except Refused:
            return None

    def _made(self) -> Tuple[Dict[str, Any], Any]:
        """What was found for rows that the notebook makes.

        Without their target nobody could train on others: then it is looked at what is split, or at what a
        model is fitted to and what it predicts.
        """
        try:
            looked = self._first_look(self._sources())
            if self._target(looked[0]):
                return self._followed(*looked)
        except Refused:
            found = self._given() or self._new()
            if found is None:
                raise
            return found
        return self._given() or self._followed(*looked)

    def _given(self) -> Optional[Tuple[Dict[str, Any], Any]]:
        """What was found for rows in a variable."""
        return self._of_split() or self._of_model()

    def _of_split(self) -> Optional[Tuple[Dict[str, Any], Any]]:
        """What was found for rows that are split with their target; None where that does not serve."""
        split = next(self._times.sources.splits(self._numbered), None)
        if split is None:
            return None
        try:
            looked = self._first_look([split])
            return self._followed(*looked) if self._target(looked[0]) else None
        except Refused:
            return None

    def _of_model(self) -> Optional[Tuple[Dict[str, Any], Any]]:
        """What was found for rows that a model predicts, where it is fitted to others; None where that does
        not serve."""
        names = self._request["predictions"]
        found = self._times.sources.predicted(self._numbered, names)
        for name, predicted, fitted in itertools.islice(found, _TABLES):
            try:
                ran, learned = self._ran([], predicted, []), self._ran([], fitted, [])
                fact = ran.facts.get(name)
                known = fact is not None and self._width(ran.spaces[0][name], fact)
                target = self._target(learned) if known and _learns(learned) else []
                if target and {*learned.raw.columns} == {*ran.raw.columns, *target}:
                    return self._served(ran, predicted, name, (fitted, learned), [])
            except Refused:
                pass
        return None

    def _followed(self, first: Any, source: Any, name: str) -> Tuple[Dict[str, Any], Any]:
        """What was found for a source whose rows lead to a variable with predictions, as a first look saw."""
        learned = self._learned(first, source)
        if learned is None and first.fits_otherwise and not first.fits_rows:
            raise Refused("the notebook makes what its model learns from without the target")
        *derived, target = self._targets(first)
        for apart in derived:
            try:
                return self._served(first, source, name, learned, apart)
            except Refused:  # callers have to have it: features are made from it, too
                pass
        try:
            return self._served(first, source, name, learned, target)
        except Refused:
            for other in self._equal(first, name):
                try:
                    return self._served(first, source, other, learned, target)
                except Refused:  # the first reason is the one to tell
                    pass
            raise

    def _equal(self, ran: Any, name: str) -> List[str]:
        """Other variables that hold the same predictions."""
        known, same = ran.spaces[0], self._alignment.same
        names = self._request["predictions"]
        names = [n for n in names if n != name and n in ran.facts and n in known]
        predicted = [n for n in names if self._width(known[n], ran.facts[n])]
        return [n for n in predicted if same(known[n], known[name])]

    def _served(
        self,
        first: Any,
        source: Any,
        name: str,
        learned: Optional[Tuple[Any, Any]],
        target: List[Any],
    ) -> Tuple[Dict[str, Any], Any]:
        """The chain to a variable; raises `Refused` where single rows can't have it."""
        rows = first.facts[name].rows
        known = sorted({row for row in rows.tolist() if row >= 0})
        chosen = random.Random(0)
        lacking = self._choice.lacking(first.raw, known)
        batch = sorted({*lacking, *chosen.sample(known, min(_BATCH, len(known)))})
        chosen.shuffle(batch)
        singles = [*lacking[:_SINGLE], *chosen.sample(known, min(_SINGLE, len(known)))]
        various = self._choice.various(first.raw, chosen)
        singles += [row for row in various if row not in singles][:_RARE]
        others = [*various, *chosen.sample(range(len(first.raw)), min(_BATCH, len(first.raw)))]
        others = sorted(set(others), key=others.index)
        # One row comes twice: what is merged by its number has more rows then.
        choices = [batch, *([row] for row in singles), [*others, *others[:1]]]
        ran = self._over(choices, source, target, name)
        fact = ran.facts.get(name)
        if fact is None or fact.kind != "rows":
            why = fact and fact.why
            if why is None:
                raise self._astray(ran, name)
            raise Refused(why.text, why.statement, why.line)
        _mark_apart(ran, fact.rows)
        value = ran.spaces[0][name]
        learning = learned[1].raw if learned else ran.raw
        predicted, kept = self._predicted(ran, name)
        tried = self._with_others(ran, source, name, learned, {*predicted})
        with open(self._request["kept"], "wb") as file:
            pickle.dump((learning, ran.raw, predicted, kept, tried), file)
        # What a model is fitted to has the rows that it predicts, and their target.
        form = learned[1].form if learned and source.split else ran.form
        found = {
            "records": [[*place, record.told()] for place, record in ran.records.items()],
            "prediction": name,
            "source": source[:2],
            "split": list(source.split),
            "target": [t for t in target if t in ran.raw.columns],
            "columns": {str(c): str(t) for c, t in ran.raw.dtypes.items()},
            "form": self._times.pruned(form, ran.fields),
            "learned": learned and self._told(*learned),
            "types": {n: self._types.hinted(v) for n, v in ran.spaces[0].items() if n in ran.facts},
        }
        return found, value

    def _predicted(self, ran: Any, name: str) -> Tuple[List[int], Any]:
        """The raw rows that have predictions, and these."""
        rows = ran.facts[name].rows.tolist()
        place = [n for n, row in enumerate(rows) if row >= 0]
        value = self._alignment.taken(ran.spaces[0][name], place)
        return [rows[n] for n in place], self._alignment.table(value)

    def _with_others(
        self,
        ran: Any,
        source: Any,
        name: str,
        learned: Optional[Tuple[Any, Any]],
        known: Collection[int],
    ) -> Optional[Tuple[Any, Any, List[int], Any]]:
        """What the notebook gives where some of the ``known`` rows are others, which have what only training knows.

        These are the rows to learn from, where they are others, too, all raw rows, those that are predicted,
        and the predictions. Nothing where there are no such rows, or where what is predicted takes part in what
        is learned.
        """
        taught = learned[1] if learned else ran
        tries = ran.open or learned and not any((rows >= 0).any() for _, rows, _, _ in ran.learned)
        if not tries or source.split or not ran.raw.columns.is_unique:
            return None
        others = [row for row in self._telling(taught) if learned or row not in known][: len(known)]
        if not others:
            return None
        places = random.Random(0).sample(sorted(known), len(others))
        table = self._choice.replaced(ran.raw, places, taught.raw.iloc[others])
        try:
            again = self._ran([], source._replace(rows=table), [])
            predicted = self._predicted(again, name)
        except Exception as error:  # noqa: BLE001 - the notebook's own code, on other rows
            if not ran.open:
                return None
            said = "columns are made of values that other rows have, and with such rows the notebook fails"
            raise Refused("%s: %s: %s" % (said, type(error).__name__, error)) from None
        if learned and not self._learns_same(ran, again):
            return None
        return (None if learned else again.raw, again.raw, *predicted)

    def _learns_same(self, one: Any, other: Any) -> bool:
        """Whether models are fitted to the same twice."""
        fitted = [[data.full for _, data, _ in ran.fitted_to] for ran in (one, other)]
        return len(fitted[0]) == len(fitted[1]) and all(map(self._alignment.same, *fitted))

    def _telling(self, ran: Any) -> List[int]:
        """Raw rows that have what is rare in them, and in what the last model is fitted to."""
        found: List[int] = self._choice.various(ran.raw, random.Random(0))
        for _, data, _ in ran.fitted_to[-1:]:
            table, rows = self._alignment.table(data.full), data.table.rows
            if table is not None and rows is not None and len(table) == len(rows):
                found = [*self._choice.telling(table, rows), *found]
        return list(dict.fromkeys(found))

    def _astray(self, ran: Any, name: str) -> Refused:
        """The last statement on the way to a variable that has rows, and gives none."""
        wanted = {name}
        for (number, line, _), record in sorted(ran.records.items(), reverse=True):
            if wanted.isdisjoint({*record.binds, *record.mutates}):
                continue
            if "rows" in record.reads.values() and "rows" not in record.binds.values():
                said = "`%s` follows from `%s`, which gives no rows"
                return Refused(said % (name, self._text(number)), number, line)
            wanted.update(record.reads)
        return Refused("`%s` does not follow from the rows" % name)

    def _text(self, number: int) -> str:
        """A statement on one line, as far as it goes there."""
        _, cell, node = next(s for s in self._statements if s[0] == number)
        return " ".join((ast.get_source_segment(cell, node) or "").split())[:80]

    # ------------------------------------------------------------------ the first look
    def _first_look(self, sources: Iterable[Any], *, learned: bool = False) -> Tuple[Any, Any, str]:
        """The raw rows and the variable with their predictions: one value a row, else several.

        ``learned`` allows for a model of other rows.
        """
        said: Optional[Refused] = None
        several: Optional[Tuple[Any, Any, str]] = None
        for source in sources:
            ran = self._ran([], source, [])
            if ran.fits_otherwise and not ran.fits_rows and not learned:
                continue  # the model is of other rows, and could not be trained on these
            for name in self._request["predictions"]:
                fact = ran.facts.get(name)
                if fact is None:
                    continue
                width = self._width(ran.spaces[0][name], fact)
                if width == 1:
                    return ran, source, name
                if width > 1 and several is None and name in self._request["tables"]:
                    several = ran, source, name
                if said is None:
                    said = self._said(ran, name, fact, width)
        if several is not None:
            return several
        name = self._request["predictions"][0]
        raise said or Refused(
            "no rows that the notebook reads or makes lead to `%s`" % name, self._request["until"]
        )

    def _said(self, ran: Any, name: str, fact: Any, width: int) -> Optional[Refused]:
        """Why a variable holds no predictions for rows, where something tells."""
        if fact.why is not None:
            return Refused(fact.why.text, fact.why.statement, fact.why.line)
        if not width:
            return None
        binding = [at for at, record in sorted(ran.records.items()) if name in record.binds]
        text = "`%s` has %d values a row, and nothing predicts them: `prediction` names what does"
        return Refused(text % (name, width), *binding[-1][:2] if binding else (-1, 0))

    def _width(self, value: Any, fact: Any) -> int:
        """How many values a variable has for a raw row; 0 where it holds none for these rows."""
        if fact.kind != "rows" or fact.rows is None or not (fact.rows >= 0).any():
            return 0
        table = self._alignment.table(value)
        return 0 if table is None else int(table.shape[1])

    def _sources(self) -> Iterator[Any]:
        """Expressions that may give the raw rows: what is read, else what is made."""
        wanted, sources = self._request["input"], self._times.sources
        if wanted:
            source = sources.bound(self._numbered, wanted)
            if source is None:
                said = "`metadata.nb2prod.input` names `%s`, which no statement binds"
                raise Refused(said % wanted)
            yield source
            return
        found = sources.reads(self._numbered)
        if not found:
            ran = self._ran([], None, [])
            found = self._leading(ran, [*ran.tables, *ran.arrays])
        for source in found[:_TABLES]:
            yield source

    def _read_or_made(self, ran: Any) -> List[Any]:
        """The expressions that read tables; where none does, those that make some."""
        reads = self._times.sources.reads(self._numbered)
        return reads or self._leading(ran, [*ran.tables, *ran.arrays])[:_TABLES]

    def _learned(self, first: Any, served: Any) -> Optional[Tuple[Any, Any]]:
        """Another source, of the rows that the model learns from, and the program with those followed."""
        if _is_modelled(first):
            return None
        # Without a model that is fitted to a target, what is learned by hand counts.
        counts = not _learns(first) and not first.fits_otherwise
        by_hand: Optional[Tuple[Any, Any]] = None
        for source in self._read_or_made(first):
            if source == served:
                continue
            try:
                ran = self._ran([], source, [])
            except Refused:
                continue
            if _is_modelled(ran) and (self._target(ran) or not first.fits_otherwise):
                return source, ran
            if counts and by_hand is None and _learns(ran):
                by_hand = source, ran
        return by_hand

    def _told(self, source: Any, ran: Any) -> Dict[str, Any]:
        """What is known of the rows that the model learns from."""
        names = [name for name in ran.raw.columns if type(name) is str]
        form = self._times.pruned(ran.form, ran.fields)
        told = {"source": source[:2], "split": list(source.split), "form": form}
        return {**told, "columns": names, "target": self._target(ran)}

    def _leading(self, ran: Any, spots: Iterable[Any]) -> List[Any]:
        """Those of the expressions that may have to do with predictions."""
        leading = [spot for spot in spots if self._leads(spot[0], ran.records)]
        return [self._times.sources.Source(*spot) for spot in leading]

    def _leads(self, number: int, records: Dict[Any, Any]) -> bool:
        """Whether a statement may have to do with predictions, by the names that are read and bound."""
        reached = set()  # type: set[str]
        for at, record in sorted(records.items()):
            if at[0] == number or at[0] > number and not reached.isdisjoint(record.reads):
                reached.update(record.binds, record.mutates)
        return not reached.isdisjoint(self._request["predictions"])

    def _target(self, ran: Any) -> List[Any]:
        """The column that the last model was fitted to, or that the settings name."""
        return self._targets(ran)[0]

    def _targets(self, ran: Any) -> List[List[Any]]:
        """The target, and what to try without it where that is a column computed from a raw one."""
        target = self._known_target(ran, {})
        derived = [] if target else self._known_target(ran, ran.derived)
        return [derived, target] if derived else [target]

    def _known_target(self, ran: Any, derived: Dict[str, Any]) -> List[Any]:
        if self._request["target"]:
            return [self._request["target"]]
        for value, data, _ in reversed(ran.fitted_to):
            origin = value.origin.union(*(derived.get(name, ()) for name in value.origin))
            named = [name for name in ran.raw.columns if name in origin]
            if len(named) > 1 and self._width(value.full, value) == len(named):
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

    def _over(
        self, choices: Sequence[Sequence[int]], source: Any, target: Sequence[Any], name: str
    ) -> Any:
        """The program over choices of rows; once more, where it told what more is to be known."""

        def is_known(ran: Any) -> bool:
            return name in ran.facts and ran.facts[name].kind == "rows"

        both, followed = True, []  # type: bool, List[Any]
        ran = self._ran(choices, source, target, both=both)
        if ran.gets_both and not is_known(ran):  # as wholes, they may be known row by row
            both = False
            ran = self._ran(choices, source, target)
        if ran.unfollowed and not is_known(ran):
            followed = ran.unfollowed
            ran = self._ran(choices, source, target, followed)
        opened = _opened(ran)
        return self._ran(choices, source, target, followed, opened, both) if opened else ran

    def _ran(
        self,
        choices: Sequence[Sequence[int]],
        source: Any,
        target: Sequence[Any],
        followed: Sequence[Any] = (),
        opened: Collection[Any] = (),
        both: bool = False,
    ) -> Any:
        """The program, on all rows and on the chosen ones; anew for each call that is followed inside."""
        inside: List[Any] = [*followed]
        for _ in range(_INSIDE):
            try:
                return self._once(choices, source, target, inside, opened, both)
            except self._times.Inside as call:
                inside.append(call.args)
        return self._once(choices, source, target, inside, opened, both, asking=False)

    def _once(
        self,
        choices: Sequence[Sequence[int]],
        source: Any,
        target: Sequence[Any],
        inside: Any,
        opened: Collection[Any],
        both: bool,
        asking: bool = True,
    ) -> Any:
        self._seeds.seed()
        interpreter = self._times.Interpreter(
            self._alignment, choices, source, target, inside, asking, opened, both
        )
        for text in self._request["imports"]:
            interpreter.imported(text)
        for number, text, node in self._statements:
            try:
                interpreter.ran(number, text, node)
            except self._times.Unfollowed as error:
                raise Refused(error.args[0], number, getattr(error.args[1], "lineno", 0)) from None
            if number == self._request["until"]:
                break
        return interpreter.run


def _outer(spots: Iterable[Any]) -> List[Any]:
    """The expressions that stand in none of the others; each comes after those in it."""
    found: List[Any] = []
    for number, place in reversed(list(dict.fromkeys(spots))):
        at, around = found[-1] if found else (-1, place)
        if number != at or place[:2] < around[:2] or place[2:] > around[2:]:
            found.append((number, place))
    return found[::-1]


def _is_modelled(ran: Any) -> bool:
    """Whether a model is fitted to the rows and a target: the last one, where there are several."""
    models = [data.table.rows for _, data, _ in ran.fitted_to][-1:]
    return any(rows is not None and (rows >= 0).any() for rows in models)


def _learns(ran: Any) -> bool:
    """Whether anything is learned from the rows: by a model, where there is one."""
    learned = [rows for _, rows, _, _ in ran.learned]
    return (
        _is_modelled(ran)
        or not ran.fitted_to
        and any(rows is not None and (rows >= 0).any() for rows in learned)
    )


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


def _opened(ran: Any) -> FrozenSet[Any]:
    """The calls that make columns of the values of predicted rows, where the model knows other rows.

    The model may know values that these rows lack: where they are served, new values get columns, too, and the
    notebook chooses among them.
    """
    trained = [x.table.rows for _, x, _ in ran.fitted_to if x.table.rows is not None]
    model = {row for row in trained[-1] if row >= 0} if trained else set()
    elsewhere = not trained and ran.fitted_elsewhere
    found = [(e.spot, {*e.rows.tolist()}) for e in ran.expanded if trained or elsewhere]
    return frozenset(s for s, rows in found if (not model <= rows if trained else -1 not in rows))


def _beside(name: str) -> Any:
    """A module that lies beside this file; whoever imports that name later gets another one."""
    module = importlib.import_module(name)
    for known in [n for n in sys.modules if n == name or n.startswith(name + ".")]:
        del sys.modules[known]
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # workers that a library left behind must not hold up the end
