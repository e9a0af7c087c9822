"""Which of a notebook's tables are its raw rows, and which variable holds their predictions."""

from __future__ import annotations

import itertools
from operator import itemgetter
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

from .candidates import TABLES, Candidates, outer
from .predictions import Predictions
from .program import Look, Program, Refused, Taught, Tools
from .served import Found, Serving
from .targets import Targets


class Search(object):
    """Looks through the tables of a request's notebook for rows that can be served."""

    def __init__(self, request: Dict[str, Any], tools: Tools) -> None:
        self._request, self._sources = request, tools.bindingtime.sources
        self._program = Program(request, tools)
        self._candidates = Candidates(request, self._program, self._sources)
        self._predictions = Predictions(request, self._program, tools.alignment)
        self._targets = Targets(request["target"], self._predictions, tools.alignment)
        self._serving = Serving(request, self._program, self._predictions, self._targets, tools)

    def found(self) -> Found:
        """The times of all statements and what else the package needs; and the predictions."""
        sources, numbered = self._sources, self._program.numbered
        made = not self._request["input"] and not sources.reads(numbered)
        for source in sources.inner_reads(numbered) if made else ():
            try:
                return self._followed(next(self._looks([source])))
            except Refused:  # what the function gives are rows, too
                pass
        if made:
            return self._made()
        looks = self._looks(self._candidates.all())
        try:
            look = next(looks)
        except Refused:
            new = None if self._request["input"] else self._new()
            if new is None:
                raise
            return new
        try:
            return self._followed(look)
        except Refused as why:
            return self._further(look.name, looks, why)

    def _further(self, name: str, looks: Iterator[Look], why: Refused) -> Found:
        """What was found for other rows; why the first ones do not serve, where none do.

        What follows from the model in the predict stages is what the notebook predicts: nothing else stands for it.
        """
        only = name in self._request["likeliest"]
        while True:
            try:
                look = next(looks)
            except (Refused, StopIteration):
                raise why from None
            try:
                if look.name == name or not only:
                    return self._followed(look)
            except Refused:
                pass

    def _new(self) -> Optional[Found]:
        """What was found for rows that are written out to be predicted, by a model of rows that are read."""
        try:
            ran = self._program.ran([], None, [])
            reads = self._sources.reads(self._program.numbered)
            written = [s for s in self._candidates.leading(ran, outer(ran.anew)) if s not in reads]
            look = next(self._looks(written[-TABLES:], elsewhere=True))
            if _is_modelled(look.run) and not self._targets.target(look.run):
                return None  # nobody could train on others
            return self._followed(look)
        except Refused:
            return None

    def _made(self) -> Found:
        """What was found for rows that the notebook makes.

        Without their target nobody could train on others: then it is looked at what is split, or at what a
        model is fitted to and what it predicts.
        """
        try:
            looked = next(self._looks(self._candidates.all()))
            if self._targets.target(looked.run):
                return self._followed(looked)
        except Refused:
            found = self._given() or self._new()
            if found is None:
                raise
            return found
        return self._given() or self._followed(looked)

    def _given(self) -> Optional[Found]:
        """What was found for rows in a variable."""
        return self._of_split() or self._of_model()

    def _of_split(self) -> Optional[Found]:
        """What was found for rows that are split with their target; None where that does not serve."""
        split = next(self._sources.splits(self._program.numbered), None)
        if split is None:
            return None
        try:
            looked = next(self._looks([split]))
            return self._followed(looked) if self._targets.target(looked.run) else None
        except Refused:
            return None

    def _of_model(self) -> Optional[Found]:
        """What was found for rows that a model predicts, where it is fitted to others; None where that does
        not serve."""
        names = self._request["predictions"]
        found = self._sources.predicted(self._program.numbered, names)
        for name, predicted, fitted in itertools.islice(found, TABLES):
            try:
                ran = self._program.ran([], predicted, [])
                taught = Taught(self._program.ran([], fitted, []), fitted)
                fact = ran.facts.get(name)
                known = fact is not None and self._predictions.width(ran.spaces[0][name], fact)
                target = self._targets.target(taught.run) if known and _learns(taught.run) else []
                if target and {*taught.run.raw.columns} == {*ran.raw.columns, *target}:
                    return self._serving.served(Look(ran, predicted, name), taught, [])
            except Refused:
                pass
        return None

    def _followed(self, look: Look) -> Found:
        """What was found for a source whose rows lead to a variable with predictions, as a first look saw."""
        first, served = look.run, self._serving.served
        taught = self._taught(look)
        if taught is None and first.fits_otherwise and not first.fits_rows:
            raise Refused("the notebook makes what its model learns from without the target")
        *derived, target = self._targets.tried(first)
        for apart in derived:
            try:
                return served(look, taught, apart)
            except Refused:  # callers have to have it: features are made from it, too
                pass
        try:
            return served(look, taught, target)
        except Refused:
            for other in self._predictions.equal(first, look.name):
                try:
                    return served(look._replace(name=other), taught, target)
                except Refused:  # the first reason is the one to tell
                    pass
            raise

    def _looks(self, sources: Iterable[Any], *, elsewhere: bool = False) -> Iterator[Look]:
        """Raw rows and variables with their predictions, the likeliest first; raises `Refused` where there are none.

        One value a row comes before several. ``elsewhere`` allows for a model of other rows.
        """
        why: Dict[str, Refused] = {}
        waiting: List[Tuple[Any, Look]] = []
        best = given = ""
        for number, source in enumerate(sources):
            ran = self._program.ran([], source, [])
            if ran.fits_otherwise and not ran.fits_rows and not elsewhere:
                continue  # the model is of other rows, and could not be trained on these
            waiting += [((*rank, number), look) for rank, look in self._seen(ran, source, why)]
            waiting.sort(key=itemgetter(0))
            best = self._predictions.best(ran)
            while waiting and waiting[0][1].name == best:  # whatever the other sources have
                given = best
                yield waiting.pop(0)[1]
        names = {look.name for _, look in waiting} | {given}
        if best in why and names.isdisjoint(self._request["likeliest"]):
            raise why[best]
        if names == {""}:
            raise next(iter(why.values()), None) or Refused(
                "no rows that the notebook reads or makes lead to `%s`"
                % self._request["predictions"][0],
                self._request["until"],
            )
        for _, look in waiting:
            yield look

    def _seen(
        self, ran: Any, source: Any, why: Dict[str, Refused]
    ) -> Iterator[Tuple[Tuple[Any, ...], Look]]:
        """Variables that hold predictions of a source's rows, each with its rank; ``why`` gets why others don't."""
        for place, name in enumerate(self._request["predictions"]):
            fact = ran.facts.get(name)
            if fact is None:
                continue
            width = self._predictions.width(ran.spaces[0][name], fact)
            if width == 1 or width > 1 and name in self._request["tables"]:
                rank = name not in self._request["likeliest"], width > 1, place
                yield rank, Look(ran, source, name)
                continue
            said = self._predictions.said(ran, name, fact, width)
            if said is not None:
                why.setdefault(name, said)

    def _taught(self, look: Look) -> Optional[Taught]:
        """Another source, of the rows that the model learns from, followed."""
        first = look.run
        if _is_modelled(first):
            return None
        # Without a model that is fitted to a target, what is learned by hand counts.
        counts = not _learns(first) and not first.fits_otherwise
        by_hand: Optional[Taught] = None
        for source in self._candidates.read_or_made(first):
            if source == look.source:
                continue
            try:
                ran = self._program.ran([], source, [])
            except Refused:
                continue
            if _is_modelled(ran) and (self._targets.target(ran) or not first.fits_otherwise):
                return Taught(ran, source)
            if counts and by_hand is None and _learns(ran):
                by_hand = Taught(ran, source)
        return by_hand


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
