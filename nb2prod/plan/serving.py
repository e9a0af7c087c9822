"""From raw rows to predictions: which statements train, which serve, and what training hands to serving.

A backward slice from the predictions, twice at once: over what serving needs, and over what training
needs for it. When a statement runs was found out by running it (`probes.bindingtime`).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nb2prod.analysis.code import Code
from nb2prod.plan.celltext import CellText, within
from nb2prod.plan.chain import Edit, Learned, Serving, Span, Step, Unserved, When
from nb2prod.plan.chainrecords import BLOCKS, Record, bound_anew, read_in_heads, records_of
from nb2prod.plan.contract import contract_of
from nb2prod.plan.fieldnames import grouped_words, numbered, words
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
    "encoded": "encoders",
    "spread": "columns",
    "piped": "",
    "columns": "columns",
    "aligned": "columns",
    "folds": "folds",
}
#: What else is told of an edit (`Edit.facts`).
_FACTS = ("parameter", "grouped", "some", "applied", "number", "values", "new", "numbers")
#: Edits of what only training computes.
_HIDING = (
    "choice", "parts", "fitted", "items", "absent", "folds", "fit_transform", "encoded", "unbound",
)  # fmt: skip
_ALWAYS, _ROWS, _FITTED = "always", "rows", "fitted"


def served(plan: PackagePlan, code: Code, found: Mapping[str, Any]) -> Serving:
    """The chain, from what the run of `probes.run_chain` found of a plan's code; raises `Unserved`."""
    if "refused" in found:
        raise Unserved(*found["refused"])
    return _Slicing(plan, code, found).chain()


def _with_strings(plan: PackagePlan, records: Mapping[int, Record]) -> Iterator[tuple[int, Record]]:
    """Records that read what their queries and formulas name, as it is when they run."""
    kinds = dict.fromkeys([*plan.hoisted, *(p.name for p in plan.parameters)], _ALWAYS)
    for number, record in sorted(records.items()):
        named = plan.named_in_strings.get(number, frozenset()) & kinds.keys()
        yield number, replace(record, reads={**{n: kinds[n] for n in named}, **record.reads})
        kinds |= record.binds


class _Slicing:
    def __init__(self, plan: PackagePlan, code: Code, found: Mapping[str, Any]) -> None:
        self._plan, self._code = plan, code
        self._found = found
        self._records = dict(_with_strings(plan, dict(records_of(plan, found["records"]))))
        number, place = found["source"]
        self._split = tuple(found["split"])
        self._source = number, self._read_only_within(number, tuple(place), self._split)
        told = found["learned"]
        self._learned = told and Learned(
            (told["source"][0], tuple(told["source"][1])),
            tuple(told["columns"]),
            tuple(told["target"]),
            tuple(told["split"]),
            told["form"],
        )
        # What reads the rows in the notebook is not run where they are given.
        given, place = self._learned.source if self._learned else (number, place)
        split = self._learned.split if self._learned else self._split
        #: The statement that has the rows to learn from, and the variables that are given there.
        self._given = given, self._read_only_within(given, tuple(place), split)
        self._forget(*self._given)
        if given == number and self._split:  # the same statement fits and predicts
            self._forget(*self._source)
        self._parameters = {parameter.name for parameter in plan.parameters}
        self._taken: set[str] = {"fitted", "training", "frame"}
        #: The field of a variable as the statement with this number left it.
        self._fields: dict[tuple[str, int], str] = {}
        #: Those of them that functions fill which look them up.
        self._shared: set[tuple[str, int]] = set()
        self._types: dict[str, str] = {}
        self._imported: set[str] = set()
        #: Where each name is read, by statement.
        self._read_at: dict[int, dict[str, list[Span]]] = {}
        #: Definitions that fit something themselves: those are written out beside their calls.
        self._inside = {
            edit["statement"]
            for r in self._records.values()
            for edit in r.edits
            if edit["kind"] == "inside"
        }

    def _read_only_within(self, number: int, place: Span, split: Collection[str]) -> set[str]:
        """The names that a statement reads where rows are given, and nowhere else."""
        if split:
            return {*split}
        inside, outside = set[str](), set[str]()
        for (line, column), name in self._code.facts[number].names.items():
            here = within((line, column, line, column), place)
            (inside if here else outside).add(name)
        return inside - outside

    def _forget(self, number: int, names: set[str]) -> None:
        """Lets a statement not read these names."""
        record = self._records[number]
        reads = {name: kind for name, kind in record.reads.items() if name not in names}
        self._records[number] = replace(record, reads=reads)

    def chain(self) -> Serving:
        """Goes backward from the predictions."""
        plan, code, found = self._plan, self._code, self._found
        prediction = found["prediction"]
        serving, training = {prediction}, set[str]()
        #: Names whose values count in training, and statements that training needs for their draws alone.
        counting, drawing = set[str](), set[int]()
        #: Names whose values are changed in place where it serves.
        changed = set[str]()
        generators = {name for record in self._records.values() for name in record.draws}
        steps: list[Step] = []
        unread = Unread(code, self._records, prediction)
        for parameter in plan.parameters:
            self._taken.add(parameter.name)
        for number in sorted(self._records, reverse=True):
            record = self._records[number]
            if self._at_module_level(number, record):
                continue
            served = record.both and bool(record.touched & serving)
            apart = next((e for e in record.edits if e["kind"] == "parts"), None)
            if apart is not None and isinstance(code.statements[number].node, ast.Assign):
                # A split: only some of what it gives is served.
                served = bool({*apart["served"]} & serving)
            needed = (record.touched | code.facts[number].mutates | record.draws) & training
            configures = _configures(code.statements[number].node)
            served |= configures
            if not served and not needed:
                continue
            unread_here = unread.is_unread(number, record.touched) and not configures
            if unread_here and not self._is_kept(number):
                continue
            unread.add(number)
            wanted = frozenset(serving)
            gone = bound_anew(code.statements[number].node, record)
            serving -= gone
            training -= gone
            edits, looked_up = (
                self._edited(number, record, wanted)
                if served
                else ([self._edit(number, e) for e in record.edits if e["kind"] == "saved"], {})
            )
            if served:
                serving |= self._served_by(number, record, edits)
            fits = self._fits(number, record, edits)
            if needed or fits or configures:
                when: When = "both" if served else "training"
                reads = {*record.reads} - self._opened(number)
                training |= reads | ((needed | record.draws) - gone)
            else:
                when = "serving"
            training |= {*looked_up}
            if fits or not counting.isdisjoint(record.touched | code.facts[number].mutates):
                counting = (counting - gone) | ({*record.reads} - generators)
            elif when == "training":
                drawing.add(number)
            counting |= {*looked_up}
            inner = record.inner_training
            drawn = number in drawing and bool(record.draws and record.touched - record.draws)
            steps.append(
                Step(
                    number,
                    when,
                    inner,
                    tuple(edits),
                    looked_up,
                    record.ways,
                    drawn=drawn,
                    shares=bool(changed) and self._shares(number, edits, wanted),
                )
            )
            if served:
                changed |= record.mutates | code.facts[number].mutates
        ordered = tuple(self._with_kept(steps[::-1]))
        number, place = found["source"]
        if self._split:
            self._check_given(step for step in ordered if step.statement not in drawing)
        read = {name for step in ordered for name in self._read_by(step)}
        fields = {p.name: "" for p in plan.parameters if p.name in read} | self._types
        return Serving(
            code,
            ordered,
            (number, tuple(place)),
            self._split,
            prediction,
            tuple(found["target"]),
            found["form"],
            found["columns"],
            contract_of(found["contract"], found["target"]),
            fields,
            frozenset(self._imported),
            self._learned,
        )

    def _check_given(self, steps: Iterable[Step]) -> None:
        """Refuses statements that compute what is given in variables: then training has something else.

        Where they are there for their draws alone, nothing reads what they compute.
        """
        number, reading = self._given
        for step in steps:
            computed = self._records[step.statement].touched & reading
            if step.when != "serving" and step.statement < number and computed:
                name = min(computed)
                said = f"training reads `{name}` before it is given"
                raise Unserved(f"{said}, which cell {self._cell(number)} does", step.statement)

    def _cell(self, number: int) -> int:
        """The number of a statement's cell."""
        return self._code.statements[number].cell.number

    def _given_at(self, number: int) -> set[str]:
        """The variables that serving has with the rows, at the statement that gives them."""
        source, names = self._source
        return names if number == source else set()

    def _served_by(self, number: int, record: Record, edits: Sequence[Edit]) -> set[str]:
        """The variables that a statement reads where it serves."""
        found = {
            name
            for name, kind in self._kinds(number, record).items()
            if kind in (_ALWAYS, _ROWS) and self._is_served(number, name, edits)
        }
        return found - self._given_at(number)

    def _shares(self, number: int, edits: Iterable[Edit], live: Collection[str]) -> bool:
        """Whether a statement chooses among rows, and a variable that it does not bind goes on to hold some."""
        if not any(edit.kind in ("choice", "parts") for edit in edits):
            return False
        records = [record for n, record in sorted(self._records.items()) if n < number]
        kinds = {name: kind for record in records for name, kind in record.binds.items()}
        others = {*live} - {*self._records[number].binds}
        return any(kinds.get(name) == _ROWS for name in others)

    def _fits(self, number: int, record: Record, edits: Sequence[Edit]) -> bool:
        """Whether training has to run a statement because serving looks up what it fits."""
        inside = {name for n in self._inside if n != number for name in self._records[n].binds}
        return any(edit.state for edit in edits) or bool({*record.reads} & inside)

    def _read_by(self, step: Step) -> set[str]:
        """The variables that a statement reads, where it runs."""
        read = {*self._records[step.statement].reads}
        return read - self._given_at(step.statement) if step.when == "serving" else read

    def _opened(self, number: int) -> set[str]:
        """What a `with` statement binds for its body."""
        node = self._code.statements[number].node
        items = node.items if isinstance(node, ast.With) else []
        return {i.optional_vars.id for i in items if isinstance(i.optional_vars, ast.Name)}

    def _is_kept(self, number: int) -> bool:
        """Whether serving looks up a variable as this statement left it."""
        return any(number == left for _, left in self._fields)

    def _at_module_level(self, number: int, record: Record) -> bool:
        """Whether the package has it at module level: then it is imported. Parameters are state."""
        if not record.touched:
            return False
        if record.touched <= self._parameters:
            return True
        hoisted = self._plan.hoisted
        if record.touched <= hoisted.keys() and number not in self._inside:
            self._imported |= record.touched
            return True
        return False

    def _kinds(self, number: int, record: Record) -> dict[str, str]:
        """What a statement reads, by when it exists; what a function reads, when it is called."""
        node = self._code.statements[number].node
        if isinstance(node, BLOCKS):
            # What is bound inside is looked up there, and read as a variable.
            heads = read_in_heads(node)
            inner = {
                n
                for n, kind in record.binds.items()
                if n not in record.enters or kind == _FITTED and n not in heads
            }
            kinds = {name: kind for name, kind in record.reads.items() if name not in inner}
            return kinds | {n: record.enters[n] for n in kinds.keys() & record.binds.keys()}
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            return dict(record.reads)
        free = set(self._code.facts[number].names.values())
        kinds = {}
        for name in free & {*record.reads}:
            bound = [r.binds[name] for n, r in sorted(self._records.items()) if name in r.binds]
            if bound:
                kinds[name] = bound[-1]
        return kinds

    def _edited(
        self, number: int, record: Record, wanted: frozenset[str]
    ) -> tuple[list[Edit], dict[str, str]]:
        """What becomes of a statement where it serves, and the variables that it looks up there."""
        if any(edit["kind"] in _FITTING for edit in record.edits):
            self._sound(record)
        edits = [self._edit(number, e) for e in _unique(record.edits)]
        if isinstance(self._code.statements[number].node, ast.Assign):
            edits = [
                replace(edit, served={n: at for n, at in edit.served.items() if n in wanted})
                for edit in edits
            ]
        cell = CellText(self._code.statements[number].source)
        # What is fitted in the statement itself is looked up there once it is.
        fitted = {
            cell.at(edit.places["owner"]): edit.state
            for edit in edits
            if "owner" in edit.places and not edit.rounds
        }
        # What it reads by way of a function is looked up there.
        named = {*self._code.facts[number].names.values()}
        named |= {edit.facts["number"] for edit in edits if edit.kind == "saved"}
        named |= self._plan.named_in_strings.get(number, frozenset())
        given = self._given_at(number)
        looked_up = {
            name: fitted[name] if name in fitted else self._field(name, number)
            for name, kind in sorted(self._kinds(number, record).items())
            if kind == _FITTED and name in named and name not in given
            if self._is_served(number, name, edits)
        }
        return edits, looked_up

    def _is_served(self, number: int, name: str, edits: Sequence[Edit]) -> bool:
        """Whether a name is read where rows are served, and not only where training is."""
        if number not in self._read_at:
            self._read_at[number] = self._places(number)
        places = self._read_at[number].get(name, ())
        return not places or any(not _is_hidden(place, edits) for place in places)

    def _places(self, number: int) -> dict[str, list[Span]]:
        """Where a statement reads each name, but for where it binds that."""
        parts = [*ast.walk(self._code.statements[number].node)]
        changed = {part.target for part in parts if isinstance(part, ast.AugAssign)}
        stored = {
            (part.lineno, part.col_offset)
            for part in parts
            if isinstance(part, ast.Name)
            and isinstance(part.ctx, ast.Store)
            and part not in changed
        }
        found: dict[str, list[Span]] = {}
        for (line, column), name in self._code.facts[number].names.items():
            if (line, column) not in stored:
                found.setdefault(name, []).append((line, column, line, column))
        return found

    def _sound(self, record: Record) -> None:
        """Refuses what is fitted to the rows that are predicted, and not to those of training."""
        if record.apart is not None:
            text, number, line, model = record.apart
            cell = self._cell(model)
            raise Unserved(
                f"{text} fits to rows that the model, which cell {cell} fits, was not trained on",
                number,
                line,
            )

    def _field(self, name: str, reader: int) -> str:
        """The field of a variable, as the last statement left it that touched it before this one."""
        node = self._code.statements[reader].node
        late = isinstance(node, ast.FunctionDef | ast.ClassDef)
        touching = [
            n for n, r in self._records.items() if name in r.touched and (late or n < reader)
        ]
        if not touching:
            raise Unserved(f"`{name}` is fitted where nothing binds it", reader)
        key = (name, max(touching))
        self._sound(self._records[key[1]])
        filled = self._filled(name, reader, touching) if late else None
        if filled is not None:
            key = (name, filled)
            self._shared.add(key)
        if key not in self._fields:
            self._fields[key] = self._new(
                name.lstrip("_") or "value", self._found["types"].get(name, "")
            )
        return self._fields[key]

    def _filled(self, name: str, function: int, touching: Sequence[int]) -> int | None:
        """The statement that makes what calls of this very function fill: it is kept before they do."""
        records = self._records
        made = [n for n in touching if name in {*records[n].binds} - records[n].mutates]
        node = self._code.statements[function].node
        called = getattr(node, "name", "")
        fills = [n for n in touching if name in records[n].mutates and called in records[n].reads]
        return max(made) if made and fills and max(made) < max(fills) else None

    def _new(self, wanted: str, hint: str) -> str:
        name = wanted if wanted not in self._taken else numbered(wanted, self._taken)
        self._taken.add(name)
        self._types[name] = hint
        return name

    def _edit(self, number: int, told: Mapping[str, Any]) -> Edit:
        kind, rounds = str(told["kind"]), tuple(told["rounds"])
        cell = CellText(self._code.statements[number].source)
        text = cell.at(tuple(told["at"]))
        name = ""
        if kind in _FITTING:
            owner = cell.at(tuple(told["owner"])) if "owner" in told else ""
            if owner.isidentifier():
                wanted = owner
            else:
                wanted = words(owner or text)
            if kind == "groups":
                wanted = grouped_words(text)
            elif _FITTING[kind]:
                wanted = words(text, _FITTING[kind])
            kept = "int" if kind == "folds" else "rounds" if rounds else ""
            name = self._new(wanted, kept)
        places = {
            key: tuple(told[key])
            for key in ("owner", "argument", "columns", "function", "aligned")
            if told.get(key)
        }
        return Edit(
            kind if not told.get("simple") else "group",
            tuple(told["at"]),
            name,
            tuple(told["of"]) if told.get("of") else None,
            places,
            {key: told[key] for key in _FACTS if key in told},
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
            shared = {name for name, number in self._shared if number == step.statement}
            copied = frozenset(name for name, _ in names if name in changed and name not in shared)
            edits = tuple(
                replace(edit, facts={**edit.facts, "copied": True})
                if self._is_fitted_again(step, edit, changed)
                else edit
                for edit in step.edits
            )
            yield replace(step, edits=edits, kept=names, copied=copied)

    def _is_fitted_again(self, step: Step, edit: Edit, changed: Collection[str]) -> bool:
        """Whether the object that an edit fits is fitted to something else later on."""
        if "owner" not in edit.places:
            return False
        statement = self._code.statements[step.statement]
        cell = CellText(statement.source)
        owner = cell.at(edit.places["owner"])
        same = [
            e for e in step.edits if "owner" in e.places and cell.at(e.places["owner"]) == owner
        ]
        anew = {
            target.id
            for part in ast.walk(statement.node)
            if isinstance(part, ast.Assign)
            for target in part.targets
            if isinstance(target, ast.Name)
        }
        each_round = bool(edit.rounds) and owner.isidentifier() and owner not in anew
        return owner in changed or len(same) > 1 or each_round


def _unique(edits: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each place once: a loop sees it in each round."""
    found: dict[tuple[int, ...], Mapping[str, Any]] = {}
    calls: dict[tuple[int, ...], set[tuple[Any, ...]]] = {}
    keys: dict[tuple[int, ...], set[tuple[str, ...]]] = {}
    for edit in edits:
        if edit["kind"] == "inside":
            continue
        at = tuple(edit["at"])
        known = found.setdefault(at, edit)
        if known["kind"] != edit["kind"]:
            raise Unserved("what it does is another thing each round")
        calls.setdefault(at, set()).add(tuple(edit.get("call", ())))
        keys.setdefault(at, set()).add(tuple(edit.get("key", ())))
    return [_told_apart(edit, len(calls[at]), keys[at]) for at, edit in found.items()]


def _told_apart(
    edit: Mapping[str, Any], calls: int, keys: set[tuple[str, ...]]
) -> Mapping[str, Any]:
    """An edit inside a function: the arguments tell the calls apart, where there are several."""
    arguments = len(edit.get("key", ()))
    if calls == len(keys) == 1:
        return {**edit, "rounds": edit["rounds"][arguments:]}
    if len(keys) < calls and edit["kind"] in _FITTING:
        raise Unserved("is fitted in several calls that no argument tells apart", *edit["at"][:1])
    return edit


def _is_hidden(place: Span, edits: Sequence[Edit]) -> bool:
    """Whether an expression stands in what only training computes."""
    return any(
        edit.kind in _HIDING
        and within(place, edit.at)
        and not any(
            within(place, shown) for shown in (edit.of, *edit.served.values(), *edit.items) if shown
        )
        for edit in edits
    )


def _configures(node: ast.stmt) -> bool:
    """Whether a statement tells scikit-learn what transformers give, wherever they are."""
    match node:
        case ast.Expr(
            ast.Call(ast.Name("set_config") | ast.Attribute(attr="set_config"), [], given)
        ):
            return any(keyword.arg == "transform_output" for keyword in given)
    return False
