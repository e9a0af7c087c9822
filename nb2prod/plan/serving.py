"""From raw rows to predictions: which statements train, which serve, and what training hands to serving.

A backward slice from the predictions, twice at once: over what serving needs, and over what training
needs for it. When a statement runs was found out by running it (`probes.bindingtime`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nb2prod.analysis.scopes import BUILTINS
from nb2prod.plan.celltext import CellText, within
from nb2prod.plan.chain import Edit, Serving, Span, Step
from nb2prod.plan.contract import contract_of
from nb2prod.plan.hoisting import HoistKind
from nb2prod.plan.naming import fresh, slug
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.unread import Unread

#: Edits that look something up, and the last word for the name of what that is.
_FITTING = {
    "fitted": "",
    "fit_transform": "",
    "dummies": "categories",
    "categories": "categories",
    "dtype": "dtype",
    "dtypes": "dtypes",
    "bins": "bins",
    "quantiles": "bins",
    "codes": "codes",
    "groups": "",
    "each": "",
    "columns": "columns",
}
_ALWAYS, _ROWS, _FITTED = "always", "rows", "fitted"


class Unserved(Exception):
    """Why there is no such chain: what, and the statement and line where that was seen."""

    def __init__(self, text: str, statement: int = -1, line: int = 0) -> None:
        super().__init__(text)
        self.text, self.statement, self.line = text, statement, line


def served(plan: PackagePlan, found: Mapping[str, Any]) -> Serving:
    """The chain, from what the run of `probes.run_chain` found; raises `Unserved`."""
    if "refused" in found:
        raise Unserved(*found["refused"])
    return _Slicing(plan, found).chain()


def candidates(plan: PackagePlan) -> tuple[str, ...]:
    """Variables that may hold the predictions, the likeliest first."""
    if plan.settings.prediction:
        return (plan.settings.prediction,)
    predicting = [
        n for stage in plan.stages if stage.role.value == "predict" for n in stage.statements
    ]
    binds = plan.code.binds_at()
    names = [name for n in sorted(predicting, reverse=True) for name in sorted(binds.get(n, ()))]
    for number in range(len(plan.code.statements) - 1, -1, -1):
        node = plan.code.statements[number].node
        if isinstance(node, ast.Assign) and any(
            isinstance(part, ast.Attribute) and part.attr.startswith("predict")
            for part in ast.walk(node)
        ):
            names += [t.id for t in node.targets if isinstance(t, ast.Name)]
    return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class _Record:
    """What the run told of one statement, with those inside it."""

    both: bool
    binds: Mapping[str, str]
    mutates: frozenset[str]
    reads: Mapping[str, str]
    edits: tuple[Mapping[str, Any], ...]
    inner_training: frozenset[tuple[int, int]]
    #: What it fits to rows that the model was not trained on.
    apart: tuple[Any, ...] | None

    @property
    def touched(self) -> set[str]:
        return {*self.binds, *self.mutates}


class _Slicing:
    def __init__(self, plan: PackagePlan, found: Mapping[str, Any]) -> None:
        self._plan = plan
        self._found = found
        self._records = dict(_records(plan, found["records"]))
        number, (first, start, last, end) = found["source"]
        self._forget_source(number, (first, start, last, end))
        self._parameters = {parameter.name for parameter in plan.parameters}
        self._taken: set[str] = {"fitted", "training", "frame"}
        #: The field of a variable as the statement with this number left it.
        self._fields: dict[tuple[str, int], str] = {}
        self._types: dict[str, str] = {}
        self._imported: set[str] = set()
        #: Definitions that fit something themselves: those are written out beside their calls.
        self._inside = {
            edit["statement"]
            for r in self._records.values()
            for edit in r.edits
            if edit["kind"] == "inside"
        }

    def _forget_source(self, number: int, place: Span) -> None:
        """What reads the rows in the notebook is not run where they are given."""
        inside, outside = set[str](), set[str]()
        for (line, column), name in self._plan.code.facts[number].names.items():
            here = within((line, column, line, column), place)
            (inside if here else outside).add(name)
        record = self._records[number]
        reads = {n: kind for n, kind in record.reads.items() if n not in inside - outside}
        self._records[number] = replace(record, reads=reads)

    def chain(self) -> Serving:
        """Goes backward from the predictions."""
        plan, found = self._plan, self._found
        prediction = found["prediction"]
        serving, training = {prediction}, {prediction}
        steps: list[Step] = []
        unread = Unread(plan.code, self._records, prediction)
        for parameter in plan.parameters:
            self._taken.add(parameter.name)
        for number in sorted(self._records, reverse=True):
            record = self._records[number]
            if not record.touched & (serving | training):
                continue
            if self._at_module_level(number, record):
                continue
            if unread.is_unread(number, record.touched) and not self._is_kept(number):
                continue
            unread.add(number)
            both = record.both and bool(record.touched & serving)
            apart = next((e for e in record.edits if e["kind"] == "parts"), None)
            if apart is not None:  # a split: only some of what it gives is served
                both = bool({*apart["served"]} & serving)
            node = plan.code.statements[number].node
            if isinstance(
                node, ast.Assign | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
            ):
                gone = set(record.binds) - record.mutates
                serving -= gone
                training -= gone
            step = self._step(number, record, both=both)
            if both:
                kinds = self._kinds(number, record)
                serving |= {
                    name
                    for name, kind in kinds.items()
                    if kind in (_ALWAYS, _ROWS) and self._is_served(number, name, step.edits)
                }
            training |= set(record.reads) | (record.touched & training)
            steps.append(step)
        ordered = tuple(self._with_kept(steps[::-1]))
        number, place = found["source"]
        read = {n for step in ordered for n in self._records[step.statement].reads}
        fields = {p.name: "" for p in plan.parameters if p.name in read} | self._types
        return Serving(
            ordered,
            (number, tuple(place)),
            prediction,
            tuple(found["target"]),
            found["form"],
            found["columns"],
            contract_of(found["contract"], found["target"]),
            fields,
            frozenset(self._imported),
        )

    def _is_kept(self, number: int) -> bool:
        """Whether serving looks up a variable as this statement left it."""
        return any(number == left for _, left in self._fields)

    def _at_module_level(self, number: int, record: _Record) -> bool:
        """Whether the package has it at module level: then it is imported. Parameters are state."""
        if record.touched <= self._parameters:
            return True
        hoisted = self._plan.hoisted
        if record.touched <= hoisted.keys() and number not in self._inside:
            self._imported |= record.touched
            return True
        return False

    def _kinds(self, number: int, record: _Record) -> dict[str, str]:
        """What a statement reads, by when it exists; what a function reads, when it is called."""
        node = self._plan.code.statements[number].node
        if isinstance(node, ast.For | ast.If | ast.With):
            # What is bound inside is looked up there, and read as a variable.
            return {name: kind for name, kind in record.reads.items() if name not in record.binds}
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            return dict(record.reads)
        free = set(self._plan.code.facts[number].names.values())
        kinds = {}
        for name in free & {*record.reads}:
            bound = [r.binds[name] for n, r in sorted(self._records.items()) if name in r.binds]
            if bound:
                kinds[name] = bound[-1]
        return kinds

    def _step(self, number: int, record: _Record, *, both: bool) -> Step:
        edits: list[Edit] = []
        looked_up: dict[str, str] = {}
        if both:
            if any(edit["kind"] in _FITTING for edit in record.edits):
                self._sound(record)
            edits = [self._edit(number, e) for e in _unique(record.edits) if e["kind"] != "inside"]
            for name, kind in sorted(self._kinds(number, record).items()):
                if kind == _FITTED and self._is_served(number, name, edits):
                    looked_up[name] = self._field(name, number)
        return Step(number, not both, record.inner_training, tuple(edits), looked_up)

    def _is_served(self, number: int, name: str, edits: Sequence[Edit]) -> bool:
        """Whether a name is read where rows are served, and not only where training is."""
        places = [
            (line, column, line, column)
            for (line, column), read in self._plan.code.facts[number].names.items()
            if read == name
        ]
        return not places or any(not _is_hidden(place, edits) for place in places)

    def _sound(self, record: _Record) -> None:
        """Refuses what is fitted to the rows that are predicted, and not to those of training."""
        if record.apart is not None:
            text, number, line, model = record.apart
            cell = self._plan.code.statements[model].cell.number
            raise Unserved(
                f"{text} fits to rows that the model, which cell {cell} fits, was not trained on",
                number,
                line,
            )

    def _field(self, name: str, reader: int) -> str:
        """The field of a variable, as the last statement left it that touched it before this one."""
        node = self._plan.code.statements[reader].node
        late = isinstance(node, ast.FunctionDef | ast.ClassDef)
        touching = [
            n for n, r in self._records.items() if name in r.touched and (late or n < reader)
        ]
        if not touching:
            raise Unserved(f"`{name}` is fitted where nothing binds it", reader)
        key = (name, max(touching))
        self._sound(self._records[key[1]])
        if key not in self._fields:
            self._fields[key] = self._new(
                name.lstrip("_") or "value", self._found["types"].get(name, "")
            )
        return self._fields[key]

    def _new(self, wanted: str, hint: str) -> str:
        name = wanted if wanted not in self._taken else _numbered(wanted, self._taken)
        self._taken.add(name)
        self._types[name] = hint
        return name

    def _edit(self, number: int, told: Mapping[str, Any]) -> Edit:
        kind, rounds = str(told["kind"]), tuple(told["rounds"])
        cell = CellText(self._plan.code.statements[number].source)
        text = cell.at(tuple(told["at"]))
        name = ""
        if kind in _FITTING:
            owner = cell.at(tuple(told["owner"])) if "owner" in told else ""
            if owner.isidentifier():
                wanted = owner
            else:
                wanted = _words(owner or text)
            if kind == "groups":
                wanted = _grouped_words(text)
            elif _FITTING[kind]:
                wanted = _words(text, _FITTING[kind])
            name = self._new(wanted, "rounds" if rounds else "")
        places = {
            key: tuple(told[key])
            for key in ("owner", "argument", "columns", "function")
            if told.get(key)
        }
        return Edit(
            kind if not told.get("simple") else "group",
            tuple(told["at"]),
            name,
            tuple(told["of"]) if told.get("of") else None,
            places,
            {key: told[key] for key in ("parameter", "grouped", "some", "applied") if key in told},
            {variable: tuple(place) for variable, place in told.get("served", {}).items()},
            tuple(tuple(place) for place in told.get("items", ())),
            rounds,
        )

    def _with_kept(self, steps: list[Step]) -> Iterator[Step]:
        """The steps, each with what training keeps of what it left."""
        kept: dict[int, list[tuple[str, str]]] = {}
        for (name, number), field_ in self._fields.items():
            kept.setdefault(number, []).append((name, field_))
        there = {step.statement for step in steps}
        if kept.keys() - there:
            number = min(kept.keys() - there)
            raise Unserved("what it fits is not part of the chain", number)
        for step in steps:
            names = tuple(sorted(kept.get(step.statement, ())))
            changed = {
                name
                for later in there
                if later > step.statement
                for name in self._records[later].mutates
            }
            copied = frozenset(name for name, _ in names if name in changed)
            yield replace(step, kept=names, copied=copied)


def _records(plan: PackagePlan, told: Iterable[Any]) -> Iterator[tuple[int, _Record]]:
    """The records of whole statements, each with those of the statements in it."""
    by_statement: dict[int, list[Any]] = {}
    for number, line, column, record in told:
        by_statement.setdefault(number, []).append((line, column, record))
    for number, records in by_statement.items():
        line, column, top = min(records, key=lambda r: (r[0], r[1]))
        edits = tuple(
            {**edit, "rounds": record["rounds"]}
            for _, _, record in records
            for edit in record["edits"]
        )
        training = frozenset(
            (at, start)
            for at, start, record in records
            if (at, start) != (line, column) and record["kinds"] == ["training"]
        )
        for at, _, record in records:
            if (at, column) != (line, column) and set(record["kinds"]) >= {"training", "both"}:
                if not any(edit["kind"] == "parts" for edit in record["edits"]):
                    raise Unserved("what it does is another thing each round", number, at)
        yield (
            number,
            _Record(
                "both" in top["kinds"],
                top["binds"],
                frozenset(top["mutates"]),
                top["reads"],
                edits,
                training,
                next((tuple(r["apart"]) for _, _, r in records if r.get("apart")), None),
            ),
        )


def _unique(edits: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each place once: a loop sees it in each round."""
    found: dict[tuple[int, ...], Mapping[str, Any]] = {}
    for edit in edits:
        known = found.setdefault(tuple(edit["at"]), edit)
        if known["kind"] != edit["kind"]:
            raise Unserved("what it does is another thing each round")
    return list(found.values())


def _is_hidden(place: Span, edits: Sequence[Edit]) -> bool:
    """Whether an expression stands in what only training computes."""
    return any(
        edit.kind in ("choice", "parts", "fitted", "items")
        and within(place, edit.at)
        and not any(
            within(place, shown) for shown in (edit.of, *edit.served.values(), *edit.items) if shown
        )
        for edit in edits
    )


def _numbered(wanted: str, taken: set[str]) -> str:
    number = 2
    while f"{wanted}_{number}" in taken:
        number += 1
    return f"{wanted}_{number}"


def _words(text: str, last: str = "") -> str:
    """A name for what an expression gives: the columns in it, and what is done to them."""
    tree = ast.parse(f"({text})", mode="eval")
    columns = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]
    done = last
    if not done:
        match tree.body:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                done = name
            case ast.Subscript(value=ast.Call(func=ast.Attribute(attr=name))):
                done = name
            case ast.Attribute(attr=name):
                done = name
            case _:
                done = "value"
    done = slug("".join(f"_{c}" if c.isupper() else c for c in done).replace("_", " "))
    name = slug(" ".join([*columns[:2], done.replace("_", " ")])) or "value"
    return fresh(name, BUILTINS)


def _grouped_words(text: str) -> str:
    """A name for what groups have in common: their columns, and what is computed."""
    call = ast.parse(f"({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    done = next(iter(call.args), None)
    match done:
        case ast.Constant(value=str(word)) | ast.Attribute(attr=word):
            return _words(ast.unparse(call.func), f"by_group_{word}")
        case _:
            return _words(ast.unparse(call.func), "by_group")


def constants(plan: PackagePlan, names: Iterable[str]) -> list[str]:
    """Those of the names that other modules of the package define."""
    return sorted(
        name
        for name in names
        if name in plan.home and plan.hoisted[name].kind is not HoistKind.IMPORT
    )
