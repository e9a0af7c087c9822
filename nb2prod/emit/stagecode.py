"""The notebook's own statements as the body of a function or of a module."""

from __future__ import annotations

import ast
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst
from libcst.metadata import CodeRange

from nb2prod.analysis.annotations import plain_annotation
from nb2prod.analysis.events import UNBOUND
from nb2prod.analysis.origins import imported
from nb2prod.analysis.program import Source, Statement
from nb2prod.analysis.queries import Query
from nb2prod.emit.cells import CellSyntax, attached, cell_syntax, detached, leading
from nb2prod.emit.imports import LOCAL_PACKAGE, Remarks, line_for
from nb2prod.emit.rewrite import Edits, FrameVariables, block_of, is_main_guard, rewritten
from nb2prod.emit.vocabulary import Vocabulary
from nb2prod.plan.package import PackagePlan, Stage
from nb2prod.roles import role_at

#: (cell, position in its body), or (line, column).
Place = tuple[int, int]
_FOR_ITS_EFFECT = "  # noqa: F401 (loading it has an effect)"
_BLANK_LINE = cst.EmptyLine(indent=False)


def stage_code(plan: PackagePlan, words: Vocabulary) -> StageCode:
    """What turns the statements of a plan into syntax."""
    places = frozenset((s.cell.number, s.position) for s in plan.code.statements)
    roles = {s.cell.number: s.role for s in reversed(plan.code.statements)}
    full = sorted(roles)
    above: dict[int, list[Source]] = {}
    below: dict[int, list[Source]] = {}
    for source in plan.notes:
        at, role = bisect(full, source.cell.number), role_at(source.spans, 1)
        if at < len(full) and roles[full[at]] is role:
            above.setdefault(full[at], []).append(source)
        elif at and roles[full[at - 1]] is role:
            below.setdefault(full[at - 1], []).append(source)
    return StageCode(plan, words, places, above, below)


@dataclass(slots=True)
class StageCode:
    """Turns planned statements into syntax; holds the parsed cells of one package."""

    plan: PackagePlan
    words: Vocabulary
    #: Places, as (cell, position), of the statements that are shipped.
    _kept: frozenset[Place]
    #: Cells that hold only comments, by the next one of their role that holds more ...
    _notes_above: Mapping[int, Sequence[Source]]
    #: ... or the one before, where the next is of another role.
    _notes_below: Mapping[int, Sequence[Source]]
    _cells: dict[int, CellSyntax] = field(default_factory=dict)
    _positions: dict[int, Mapping[cst.CSTNode, CodeRange]] = field(default_factory=dict)

    def definition(self, number: int) -> list[cst.BaseStatement]:
        """A module-level definition or constant."""
        return self._statement(number, None)

    def body(self, stage: Stage) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
        """A stage's statements, with comments and headings of cells; the comments behind the last."""
        headings = dict(stage.documentation.headings)
        several = len(stage.documentation.cells) > 1
        body: list[cst.BaseStatement] = []
        waiting: list[cst.EmptyLine] = []
        at = (-1, -1)
        for number in stage.statements:
            statement = self.plan.code.statements[number]
            new = self._statement(number, stage)
            if not new:
                continue
            lines = [*waiting, *self._comments_above(statement, at)]
            if statement.cell.number != at[0]:
                heading = headings.get(statement.cell.number) if several else None
                if heading and not any(
                    heading in (line.comment.value if line.comment else "") for line in lines
                ):
                    lines = [cst.EmptyLine(comment=cst.Comment(f"# {heading}")), *lines]
                if body:
                    lines = [_BLANK_LINE, *lines]
            body.append(new[0].with_changes(leading_lines=lines))
            body.extend(new[1:])
            at = (statement.cell.number, statement.position)
            waiting = self._comments_below(statement)
        return body, waiting

    # ------------------------------------------------------------------ one statement
    def _cell(self, source: Source) -> CellSyntax:
        number = source.cell.number
        if number not in self._cells:
            self._cells[number] = cell_syntax(source)
        return self._cells[number]

    def _comments_above(self, statement: Statement, at: Place) -> list[cst.EmptyLine]:
        """The comments since the statement at ``at``; of what is left out only those set apart."""
        if statement.position < 0:
            return []
        cell = self._cell(statement.source)
        lines: list[cst.EmptyLine] = []
        if statement.cell.number != at[0]:
            for note in self._notes_above.get(statement.cell.number, ()):
                lines += [*self._cell(note).footer, _BLANK_LINE]
        first = at[1] + 1 if statement.cell.number == at[0] else 0
        for position in range(max(first, 0), statement.position):
            if (statement.cell.number, position) not in self._kept:
                lines += detached(cell.statements[position].leading_lines)
        own = leading(cell.statements[statement.position])
        return [*lines, _BLANK_LINE, *own] if lines and own else [*lines, *own]

    def _comments_below(self, statement: Statement) -> list[cst.EmptyLine]:
        """The comments from a cell's last statement that is shipped to its end."""
        if statement.position < 0:
            return []
        cell = self._cell(statement.source)
        lines: list[cst.EmptyLine] = []
        for position in range(statement.position + 1, len(cell.statements)):
            if (statement.cell.number, position) in self._kept:
                return []
            lines += detached(cell.statements[position].leading_lines)
        lines += cell.footer
        for note in self._notes_below.get(statement.cell.number, ()):
            lines += [_BLANK_LINE, *self._cell(note).footer]
        return [_BLANK_LINE, *lines] if lines else []

    def import_comments(self, number: int) -> Remarks:
        """The comments above an import that moves to the top of a module, and the one behind it."""
        statement = self.plan.code.statements[number]
        if statement.position < 0 or "#" not in statement.source.python:
            return (), ""
        node = self._cell(statement.source).statements[statement.position]
        above = [line.comment.value for line in attached(leading(node)) if line.comment]
        behind = (
            node.trailing_whitespace.comment if isinstance(node, cst.SimpleStatementLine) else None
        )
        return tuple(above), behind.value if behind else ""

    def _statement(self, number: int, stage: Stage | None) -> list[cst.BaseStatement]:
        statement = self.plan.code.statements[number]
        if isinstance(statement.node, ast.Import | ast.ImportFrom):
            return self._import(statement, stage)
        cell = self._cell(statement.source)
        node = cell.statements[statement.position]
        edits = self._edits(number, stage, cell)
        before = self._aliases(number)
        parts: Sequence[cst.BaseStatement] = [node]
        if isinstance(node, cst.If) and is_main_guard(node):
            parts = block_of(node.body).body
        if edits:
            positions = self._positions.get(statement.cell.number)
            if positions is None:
                positions = self._positions[statement.cell.number] = cell.positions()
            parts = [new for part in parts for new in rewritten(part, edits, positions, self.words)]
        return [*before, *parts]

    def _import(self, statement: Statement, stage: Stage | None) -> list[cst.BaseStatement]:
        """An import that stays where it stands: only the names that are not at module level."""
        lines: list[str] = []
        used = set(stage.interface.outputs) if stage else set()
        for number in stage.statements if stage else ():
            used.update(self.plan.code.facts[number].names.values())
        bindings = imported(statement.node)
        for binding in bindings:
            if binding.name in self.plan.hoisted:
                continue
            text = line_for(self.plan, binding, "").text
            if binding.name in self.plan.storage.state:
                text += f"\n{self.words.state}.{binding.name} = {binding.name}"
            elif binding.name not in used:
                text += _FOR_ITS_EFFECT
            lines.append(text)
        return list(cst.parse_module("\n".join(lines) + "\n").body) if lines else []

    def _aliases(self, number: int) -> list[cst.BaseStatement]:
        """Variables of the state under their own names, for code that finds them by name."""
        facts = self.plan.code.facts[number]
        given = {name for query in facts.queries.values() for name in query.names}
        given |= {name for formula in facts.formulas.values() for name in formula.names}
        named = self.plan.named_in_strings.get(number, frozenset()) - given
        names = named & self.plan.storage.state.keys()
        if not names:
            return []
        perhaps = {
            use.read.name
            for use in self.plan.code.flow.uses
            if use.statement == number and use.read.soft and UNBOUND in use.reach
        }
        state = self.words.state
        return [
            cst.parse_statement(
                f'if {state}.{self.words.bound}("{name}"):\n    {name} = {state}.{name}\n'
                if name in perhaps
                else f"{name} = {state}.{name}\n"
            )
            for name in sorted(names)
        ]

    def _variables(self, number: int, query: Query) -> str:
        """The dictionary of the variables that a query is to find."""
        state, words = self.plan.storage.state, self.words
        if query.known:
            entries = [
                f"{name!r}: " + (f"{words.state}.{name}" if name in state else name)
                for name in query.names
            ]
            return f"{{{', '.join(entries)}}}"
        # The text may name what the function itself holds, and of the others what is bound by now.
        unbound = self._unbound(number)
        entries = [f"**{self._builtin('locals')}()"]
        entries += [f"{n!r}: {n}" for n in query.names if n not in state and n not in unbound]
        if shared := [name for name in query.names if name in state]:
            entries.append(f"**{words.state}.{words.bound}({', '.join(map(repr, shared))})")
        return f"{{{', '.join(entries)}}}"

    def _builtin(self, name: str) -> str:
        """How a builtin is reached whose name may be one of the notebook's variables."""
        return f"{self.words.builtins}.{name}" if name in self.plan.code.names.bound else name

    def _unbound(self, number: int) -> set[str]:
        """Names that a statement would read, and that nothing has bound by then."""
        uses = [use for use in self.plan.code.flow.uses if use.statement == number]
        bound = {use.read.name for use in uses if use.reach - {UNBOUND}}
        return {use.read.name for use in uses} - bound

    def _formulas(
        self, number: int, local: Collection[str], cell: CellSyntax
    ) -> dict[Place, FrameVariables]:
        """What formulas inside functions and comprehensions find in a notebook, but not in a stage."""
        plan, words = self.plan, self.words
        found: dict[Place, FrameVariables] = {}
        for place, formula in plan.code.facts[number].formulas.items():
            names = [name for name in formula.names if name not in plan.hoisted]
            variables = FrameVariables(
                mentioned=tuple(n for n in names if n in local and n not in plan.storage.state),
                bound={
                    name: f'{words.state}.{words.bound}("{name}").get("{name}")'
                    for name in names
                    if name in plan.storage.state
                },
            )
            if variables.mentioned or variables.bound:
                found[cell.place(place)] = variables
        return found

    def _edits(self, number: int, stage: Stage | None, cell: CellSyntax) -> Edits:
        plan, words = self.plan, self.words
        statement, facts = plan.code.statements[number], plan.code.facts[number]
        state = plan.storage.state
        names: dict[tuple[int, int], str] = {}
        mixed = {place for _, place in facts.mixed_class_reads}
        loggers = _logger_names(statement.node)
        for place, name in facts.names.items():
            if name in state:
                text = f"{words.state}.{name}"
                if place in mixed:
                    text = f'({name} if "{name}" in {self._builtin("vars")}() else {text})'
                names[cell.place(place)] = text
            elif (number, place) in plan.storage.builtins:
                names[cell.place(place)] = f"{words.builtins}.{name}"
            elif name == "__name__" and place not in loggers:
                names[cell.place(place)] = '"__main__"'
            elif name == "__file__" and name not in plan.code.names.bound:
                names[cell.place(place)] = f"{words.state}.{name}"
        original = statement.source.tree.body[statement.position] if statement.source.tree else None
        kept = None
        if original is not statement.node:
            kept = frozenset(
                cell.place((node.lineno, node.col_offset))
                for node in ast.walk(statement.node)
                if isinstance(node, ast.stmt)
            )
        local: set[str] = set()
        if stage is not None:
            local = {*stage.binds, *stage.interface.inputs}
        return Edits(
            names=names,
            bindings=frozenset((line, name) for line, name in facts.bindings if name in state),
            nonlocals=frozenset(local - state.keys() - plan.hoisted.keys()),
            queries={
                cell.place(place): self._variables(number, query)
                for place, query in facts.queries.items()
                if any(name in state or query.inner and name in local for name in query.names)
            },
            formulas=self._formulas(number, local, cell),
            modules={
                cell.place(place): f"{plan.name}.{LOCAL_PACKAGE}.{name}"
                for place, name in _module_names(statement.node)
                if name in plan.local
            },
            prints=frozenset(
                cell.place(place)
                for place, name in facts.names.items()
                if name == "print" and plan.surroundings.logs
            )
            if not _prints_elsewhere(statement.node)
            else frozenset(),
            annotations=frozenset(
                cell.place((node.lineno, node.col_offset))
                for node in _annotated(statement.node)
                if not plain_annotation(node.annotation)
            ),
            bare=frozenset(
                cell.place((node.lineno, node.col_offset))
                for node in _annotated(statement.node)
                if node.value is None
                and isinstance(node.target, ast.Name)
                and plain_annotation(node.annotation)
            ),
            kept=kept,
            qualified={
                cell.place(place): name
                for place, name in plan.qualified.get(number, {}).items()
                if stage is not None
            },
            has_global=any(isinstance(node, ast.Global) for node in ast.walk(statement.node)),
        )


def _prints_elsewhere(node: ast.stmt) -> bool:
    """Whether a print of the statement names a file: then none of them is a log record."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "print"
        and any(keyword.arg in ("file", None) for keyword in call.keywords)
        for call in ast.walk(node)
    )


def _module_names(node: ast.stmt) -> Iterator[tuple[Place, str]]:
    """The literal arguments of ``import_module``."""
    for call in ast.walk(node):
        match call:
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str() as name) as argument, *_],
            ):
                yield (argument.lineno, argument.col_offset), name
            case _:
                pass


def _annotated(node: ast.stmt) -> list[ast.AnnAssign]:
    """Annotated assignments outside of functions: there the annotation runs."""
    found: list[ast.AnnAssign] = []
    pending: list[ast.AST] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(current, ast.AnnAssign):
            found.append(current)
        pending.extend(ast.iter_child_nodes(current))
    return found


def _logger_names(node: ast.stmt) -> set[tuple[int, int]]:
    """Places of ``__name__`` in ``getLogger(__name__)``, where the module's own name is better."""
    return {
        (argument.lineno, argument.col_offset)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("getLogger")
        for argument in call.args
    }
