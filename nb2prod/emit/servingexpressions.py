"""Expressions of the chain: what becomes of each where its statement trains and serves."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeGuard

from nb2prod.emit.servingwords import ServingWords
from nb2prod.plan.celltext import CellText, span_of, within
from nb2prod.plan.chain import Edit, Learned, Serving, Span, Step
from nb2prod.plan.package import PackagePlan
from nb2prod.probes.bindingtime.facts import NUMBER

#: Expressions that need no brackets behind an operator.
_ATOMS = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant)


class StepText:
    """The text of one statement, with edits and with names that become fields of the fitted state."""

    def __init__(
        self,
        plan: PackagePlan,
        serving: Serving,
        step: Step,
        words: ServingWords,
        *,
        only: Literal["training", "serving"] | None = None,
    ) -> None:
        statement = serving.code.statements[step.statement]
        assert statement.source.tree is not None
        self.node = statement.source.tree.body[statement.position]
        self.cell = CellText(statement.source)
        #: What training does before the statement, filled as expressions are written.
        self.before: list[str] = []
        self._plan, self._serving, self._step, self._words = plan, serving, step, words
        #: The variables for the numbers of rounds, by their loops.
        self._numbers: dict[str, str] = {}
        self._parameters = {parameter.name: parameter.name for parameter in plan.parameters}
        #: Where global names are read.
        self._names = {
            (line, column, line, column + len(name.encode())): name
            for (line, column), name in serving.code.facts[step.statement].names.items()
            if not _is_stored(self.node, line, column)
        }
        #: The expressions that stand for the given rows where it serves, and where it trains.
        self._learned_source = self._given(serving.learned or serving)
        trains = only == "training"
        self._served_source = self._learned_source if trains else self._given(serving)
        #: Where the text runs, if it does not train and serve.
        self._only = "serving" if step.when == "serving" else only
        self._is_split = bool(serving.learned and serving.learned.split)
        self._globals = [span_of(n) for n in ast.walk(self.node) if isinstance(n, ast.Global)]
        self._edited: dict[str, Callable[[Edit, str], str]] = {
            "fitted": self._fitted,
            "choice": self._choice,
            "items": self._items,
            "item": lambda edit, _: self._either(edit, str(edit.facts["number"])),
            "absent": self._absent,
            "unbound": lambda edit, _: self.plain(edit.at) if trains else "_",
            "folds": self._folds,
            "skipped": lambda edit, _: self.cell.at(edit.at),
            "stored": self._stored,
            "saved": self._saved,
            "each": self._each,
            "piped": self._piped,
            "encoded": self._encoded,
            "spread": self._spread,
            "columns": self._columns,
            "aligned": self._aligned,
            "fit_transform": self._fit_transform,
            "present": self._present,
            "codes": self._codes,
            "drop": self._drop,
            "add_constant": self._add_constant,
            "dummies": self._dummies,
            "categories": self._categories,
            "dtype": self._dtype,
            "dtypes": self._dtype,
            "bins": self._bins,
            "quantiles": self._quantiles,
            "group": self._groups,
            "groups": self._groups,
        }

    def unbinds(self, node: ast.stmt) -> bool:
        """Whether a statement sets what only training has, beside what is served."""
        return not self._only and any(
            e.kind == "unbound" and within(e.at, span_of(node)) for e in self._step.edits
        )

    @property
    def is_read_apart(self) -> bool:
        """Whether it has the rows where it serves, and training has others."""
        return bool(self._served_source) and self._learned_source != self._served_source

    def only(self, when: Literal["training", "serving"]) -> StepText:
        """The same statement as it runs where it trains, or where it serves, alone."""
        return StepText(self._plan, self._serving, self._step, self._words, only=when)

    def _given(self, source: Serving | Learned) -> dict[Span, str]:
        """The expressions of the statement that stand for rows that are given, and what they are."""
        number, place = source.source
        if number != self._step.statement:
            return {}
        frame = self._words.frame
        if not source.split:
            written = isinstance(source, Serving) and source.form.get("array")
            return {place: f"{frame}.to_numpy()" if written else frame}
        return {
            at: f"{frame}[{source.split.index(name)}]"
            for at, name in self._names.items()
            if name in source.split
        }

    def is_unwrapped(self, node: ast.stmt) -> TypeGuard[ast.With]:
        """Whether a file is open only to read from it what a variable has."""
        match node:
            case ast.With(items=[ast.withitem(optional_vars=ast.Name(id=name))]):
                saved = [edit.at for edit in self._step.edits if edit.kind == "saved"]
                reads = [n for inner in node.body for n in ast.walk(inner)]
                used = [span_of(n) for n in reads if isinstance(n, ast.Name) and n.id == name]
                return bool(used) and all(any(within(at, s) for s in saved) for at in used)
            case _:
                return False

    def named_in_strings(self, *, served: bool) -> list[str]:
        """Variables for what queries and formulas name and the fitted state has."""
        names = self._parameters | (dict(self._step.looked_up) if served else {})
        named = self._plan.named_in_strings.get(self._step.statement, frozenset())
        fitted = self._words.fitted
        return [assigned(name, f"{fitted}.{names[name]}") for name in sorted(named & names.keys())]

    @property
    def is_fitted_here(self) -> bool:
        """Whether training has its rows in the same statement, and keeps what a model fits to them there."""
        return self._is_split and bool(self._learned_source) and bool(self.before)

    def plain(self, span: Span) -> str:
        """As the notebook has it; parameters are part of the state."""
        saved = [e for e in self._step.edits if e.kind == "saved" and within(e.at, span)]
        changes = [(edit.at, edit.facts["number"]) for edit in saved]
        return self._replaced(span, (), self._parameters, self._learned_source, changes)

    def common(self, span: Span) -> str:
        """With what serving looks up in place of what it can't compute."""
        return self._inner(span, None)

    def augmented(self, node: ast.stmt) -> str:
        """``name -= ...`` where serving looks the name up; empty where it is another statement."""
        match node:
            case ast.AugAssign(target=ast.Name(id=name) as target, value=value) if (
                name in self._step.looked_up
            ):
                behind, ahead = span_of(target)[2:], span_of(value)[:2]
                operator = self.cell.at((*behind, *ahead)).strip(" \\\n(").removesuffix("=")
                field = f"{self._words.fitted}.{self._step.looked_up[name]}"
                given = self.common(span_of(value))
                given = given if isinstance(value, _ATOMS) else f"({given})"
                return f"{name} = {field} {operator} {given}"
            case _:
                return ""

    def _inner(
        self, span: Span, outer: Edit | None, changes: Sequence[tuple[Span, str]] = ()
    ) -> str:
        """An expression inside an edited one, with the edits and names inside it."""
        inside = [e for e in self._step.edits if e is not outer and within(e.at, span)]
        inside = [e for e in inside if e.kind != "parts"]  # of whole statements
        edits = [e for e in inside if not any(o is not e and within(e.at, o.at) for o in inside)]
        names = self._parameters | dict(self._step.looked_up)
        return self._replaced(span, edits, names, self._served_source, changes)

    def _replaced(
        self,
        span: Span,
        edits: Sequence[Edit],
        names: Mapping[str, str],
        source: Mapping[Span, str],
        changes: Sequence[tuple[Span, str]] = (),
    ) -> str:
        """The text of a place with changes, and with edits and names outside of these."""
        found = list(changes)

        def is_free(at: Span) -> bool:
            return not any(within(at, changed) for changed, _ in found)

        found += [(e.at, self._edit(e)) for e in edits if is_free(e.at)]
        # The notebook's globals are variables of a function here.
        found += [
            (at, self.cell.at(at).replace("global", "nonlocal", 1))
            for at in self._globals
            if within(at, span) and is_free(at)
        ]
        found += [(at, rows) for at, rows in source.items() if within(at, span) and is_free(at)]
        found += [
            (at, f"{self._words.fitted}.{names[name]}")
            for at, name in self._names.items()
            if name in names and within(at, span) and is_free(at) and self.cell.at(at) == name
        ]
        return self.cell.replaced(span, found)

    # ------------------------------------------------------------------ edits
    def _edit(self, edit: Edit) -> str:
        state = f"{self._words.fitted}.{edit.state}"
        if edit.rounds and edit.kind != "folds":
            rounds = [self._number(n) if n.startswith(NUMBER) else n for n in edit.rounds]
            key = rounds[0] if len(rounds) == 1 else f"({', '.join(rounds)})"
            state += f"[{key}]"
        return self._edited[edit.kind](edit, state)

    def _learn(self, line: str) -> None:
        """Something that training does first, once."""
        if line not in self.before:
            self.before.append(line)

    def _of(self, edit: Edit) -> str:
        """The rows of an edited expression."""
        assert edit.of is not None
        return self._inner(edit.of, edit)

    def _fitted(self, edit: Edit, state: str) -> str:
        self._learn(assigned(state, self.plain(edit.at)))
        return state

    def chosen(self, span: Span) -> Span:
        """The rows of an expression where it serves: without what only chooses among them."""
        choices = {edit.at: edit.of for edit in self._step.edits if edit.kind == "choice"}
        while (of := choices.get(span)) is not None:
            span = of
        return span

    def _choice(self, edit: Edit, _: str) -> str:
        assert edit.of is not None
        return self._either(edit, self.common(self.chosen(edit.of)))

    def _items(self, edit: Edit, _: str) -> str:
        return self._either(edit, f"[{', '.join(self.common(item) for item in edit.items)}]")

    def _absent(self, edit: Edit, _: str) -> str:
        return self._either(edit, "None")

    def _either(self, edit: Edit, served: str) -> str:
        """What training has, or what serving has."""
        if self._only == "training":
            return self.plain(edit.at)
        if self._only == "serving":
            return served if served.isidentifier() or served[0] == "[" else f"({served})"
        return f"({self.plain(edit.at)} if {self._words.training} else {served})"

    def _folds(self, edit: Edit, state: str) -> str:
        """As many rounds as training had; without the rows that it told apart."""
        loop = next(n for n in ast.walk(self.node) if isinstance(n, ast.For) and self.folds(n))
        target: Any = loop.target
        target = target.elts[-1] if edit.facts["number"] else target
        nothing = f"[({'None, ' * len(target.elts)})] * {state}".replace(", )", ")")
        return f"({self.plain(edit.at)} if {self._words.training} else {nothing})"

    def _number(self, mark: str) -> str:
        """The variable that gets the number of a loop's round."""
        others = len(self._numbers)
        return self._numbers.setdefault(
            mark, self._words.fold + (f"_{others + 1}" if others else "")
        )

    def number(self, loop: ast.For) -> str:
        """The variable for the number of a loop's round; nothing where none is needed."""
        mark = f"{NUMBER}{loop.lineno}:{loop.col_offset}"
        needed = any(mark in edit.rounds for edit in self._step.edits)
        folds = self.folds(loop)
        needed = needed or folds is not None and not folds.facts["number"]
        return self._number(mark) if needed else ""

    def folds(self, loop: ast.For) -> Edit | None:
        """The edit of a loop over folds."""
        place = span_of(loop.iter)
        return next(
            (e for e in self._step.edits if e.kind == "folds" and within(e.at, place)), None
        )

    def _each(self, edit: Edit, state: str) -> str:
        """A part of a function that is applied to pieces: learned for each of them, by its name."""
        parameter = edit.facts["parameter"]
        rows = self._of(edit)
        learned = f"{rows}.apply(lambda {parameter}: {self.plain(edit.at)})"
        self._learn(assigned(state, learned))
        if edit.facts["grouped"]:
            return f"{state}.get({parameter}.name, float('nan'))"
        return f"{state}[{parameter}.name]"

    def _piped(self, edit: Edit, state: str) -> str:
        """A part of a function that a table goes through: learned from that table."""
        parameter = edit.facts["parameter"]
        learned = f"{self._of(edit)}.pipe(lambda {parameter}: {self.plain(edit.at)})"
        self._learn(assigned(state, learned))
        return state

    def _saved(self, edit: Edit, _: str) -> str:
        """What a file would give that has a variable's value."""
        name: str = edit.facts["number"]
        field = self._step.looked_up.get(name)
        return f"{self._words.fitted}.{field}" if field else name

    def _encoded(self, edit: Edit, state: str) -> str:
        """Columns that go through an encoder each."""
        rows, column = self._of(edit), edit.facts["parameter"] or "column"
        encoder = f"{self._words.deepcopy}({self.plain(edit.places['owner'])})"
        learned = f"{{{column}.name: {encoder}.fit({column}) for _, {column} in {rows}.items()}}"
        self._learn(assigned(state, learned))
        return f"{rows}.apply(lambda {column}: {state}[{column}.name].transform({column}))"

    def _spread(self, edit: Edit, state: str) -> str:
        """Texts as columns: those that training saw."""
        found = self._inner(edit.at, edit)
        self._learn(assigned(state, f"list({found}.columns)"))
        return f"{found}.reindex(columns={state}, fill_value=0)"

    def _fit_transform(self, edit: Edit, state: str) -> str:
        rows = self._of(edit)
        applied = edit.facts["applied"]
        function = _last_name(edit.places["function"], f"fit_{applied}")
        changes = [(function, "fit")]
        owner = edit.places.get("owner")
        if owner is not None and self.cell.at(owner) in self._step.looked_up:
            changes.append((owner, self.plain(owner)))
        learned = self._inner(edit.at, edit, changes)
        if edit.facts.get("copied"):  # it is fitted to something else, too
            learned = f"{self._words.deepcopy}({learned})"
        self._learn(assigned(state, learned))
        return f"{state}.{applied}({rows})"

    def skipped(self, node: ast.For) -> str:
        """Which rounds of a loop only training has, as a condition; empty where there are none."""
        at = span_of(node.target)
        edit = next((e for e in self._step.edits if e.kind == "skipped" and e.at == at), None)
        if edit is None:
            return ""
        values = edit.facts["values"]
        compared = f"== {values[0]!r}" if len(values) == 1 else f"in {values!r}"
        serving = "" if self._step.when == "serving" else f" and not {self._words.training}"
        return f"{edit.facts['number']} {compared}{serving}"

    def _stored(self, edit: Edit, _: str) -> str:
        """The columns that are set: those that are there."""
        names = self._inner(edit.at, edit)
        return f"[name for name in {names} if name in {self._of(edit)}]"

    def _present(self, edit: Edit, _: str) -> str:
        """Those of the columns that are there: `filter` takes them in this order."""
        return f"{self._of(edit)}.filter(items={self._inner(edit.places['argument'], edit)})"

    def _columns(self, edit: Edit, state: str) -> str:
        """Columns that training chose."""
        self._learn(assigned(state, f"{self._inner(edit.at, edit)}.columns"))
        rows = self._of(edit)
        return f"{rows}.filter(items={state})" if edit.facts["some"] else f"{rows}[{state}]"

    def _aligned(self, edit: Edit, state: str) -> str:
        """A table with the columns that training made it share with another one."""
        self._learn(assigned(state, f"{self.plain(edit.places['aligned'])}[0].columns"))
        filled = edit.places.get("argument")
        more = f", fill_value={self.common(filled)}" if filled else ""
        return f"{self._inner(edit.at, edit)}.reindex(columns={state}{more})"

    def _codes(self, edit: Edit, state: str) -> str:
        self._learn(assigned(state, f"{self._inner(edit.at, edit)}[1]"))
        return f"({state}.get_indexer({self._of(edit)}), {state})"

    def _drop(self, edit: Edit, _: str) -> str:
        return self._with_argument(edit, "errors='ignore'")

    def _add_constant(self, edit: Edit, _: str) -> str:
        return self._with_argument(edit, "has_constant='add'")

    def _dummies(self, edit: Edit, state: str) -> str:
        data = self._of(edit)
        columns = edit.places.get("columns")
        given = f"{data}, {self._inner(columns, edit)}" if columns else data
        self._learn(assigned(state, f"{self._words.categories}({given})"))
        assert edit.of is not None
        new, words = edit.facts["new"], self._words
        known = f"{words.with_categories}({data}, {state})"
        if new:
            known = f"{words.with_new_categories}({data}, {state}, new={new!r})"
        return self._inner(edit.at, edit, [(edit.of, known)])

    def _categories(self, edit: Edit, state: str) -> str:
        self._learn(assigned(state, f"{self._inner(edit.at, edit)}.categories"))
        return self._with_argument(edit, f"categories={state}")

    def _dtype(self, edit: Edit, state: str) -> str:
        argument = self._inner(edit.places["argument"], edit)
        some = f"[list({argument})]" if edit.kind == "dtypes" and "{" in argument else ""
        self._learn(assigned(state, f"{self._inner(edit.at, edit)}.{edit.kind}{some}"))
        return self._inner(edit.at, edit, [(edit.places["argument"], state)])

    def _bins(self, edit: Edit, state: str) -> str:
        edges = self._with_argument(edit, "retbins=True")
        self._learn(assigned(state, f"{edges}[1]"))
        return self._inner(edit.at, edit, [(edit.places["argument"], state)])

    def _quantiles(self, edit: Edit, state: str) -> str:
        edges = self._with_argument(edit, "retbins=True")
        self._learn(assigned(state, f"{edges}[1]"))
        argument = edit.places["argument"]
        named = next((k for k in ast.walk(self.node) if _is_value(k, argument)), None)
        change = (span_of(named), f"bins={state}") if named else (argument, state)
        cut = _last_name(edit.places["function"], "qcut"), "cut"
        return self._with_argument(edit, "include_lowest=True", [change, cut])

    def _groups(self, edit: Edit, state: str) -> str:
        """What groups have in common, by their keys."""
        function = edit.places["function"]
        learned = self._inner(edit.at, edit, [(_last_name(function, "transform"), "agg")])
        self._learn(assigned(state, learned))
        key = self._inner(edit.places["argument"], edit)
        rows = f"{self._of(edit)}[{key}]" if edit.of else key
        if edit.kind == "group":
            return f"{rows}.map({state})"
        if edit.of is None:
            rows = f"{key}.to_frame()"
        elif not key.startswith("["):
            rows = f"{self._of(edit)}[[{key}]]"
        return f"{self._words.of_groups}({rows}, {state})"

    def _with_argument(
        self, edit: Edit, argument: str, changes: Sequence[tuple[Span, str]] = ()
    ) -> str:
        """A call with one argument more, also behind a comma that is there already."""
        line, column = edit.at[2], edit.at[3] - 1  # of the closing parenthesis
        texts = (
            self._inner(edit.at, edit, [*changes, ((line, column, line, column), more)])
            for more in (f", {argument}", argument)
        )
        return next((text for text in texts if _is_python(f"({text})")), "")


def assigned(name: str, text: str) -> str:
    """A statement that gives a name the value of an expression, which may have stood in parentheses."""
    alone = f"{name} = {text}"
    return alone if _is_python(alone) else f"{name} = ({text})"


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _last_name(function: Span, name: str) -> Span:
    """Where the last name of a function stands."""
    last, end = function[2:]
    return last, end - len(name), last, end


def _is_value(node: ast.AST, at: Span) -> bool:
    """Whether this is an argument with a name, and its value stands there."""
    return isinstance(node, ast.keyword) and span_of(node.value) == at


def _is_stored(node: ast.AST, line: int, column: int) -> bool:
    return any(
        isinstance(n, ast.Name)
        and (n.lineno, n.col_offset) == (line, column)
        and not isinstance(n.ctx, ast.Load)
        for n in ast.walk(node)
    )
