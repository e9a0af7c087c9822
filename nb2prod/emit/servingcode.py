"""The statements from raw rows to predictions, as one function that trains and serves."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.program import Source, Statement
from nb2prod.emit.cells import CellSyntax, attached, cell_syntax, leading
from nb2prod.plan.chain import Edit, Serving, Span, Step
from nb2prod.plan.naming import fresh
from nb2prod.plan.package import PackagePlan


@dataclass(frozen=True, slots=True)
class ServingWords:
    """Names inside the module that scores rows; none of them is one of the notebook's."""

    #: The arguments: the raw rows, the fitted state, and whether it is being fitted.
    frame: str
    fitted: str
    training: str
    state_type: str
    score: str
    categories: str
    with_categories: str
    dataclass: str
    field: str
    any: str
    type_checking: str
    data_frame: str


def serving_words(plan: PackagePlan) -> ServingWords:
    """Names that are new to the notebook."""
    names = "frame fitted training Fitted score categories with_categories dataclass field Any"
    taken = plan.code.names.identifiers
    new = [fresh(name, taken) for name in [*names.split(), "TYPE_CHECKING", "DataFrame"]]
    return ServingWords(*new)


def chain_code(plan: PackagePlan, serving: Serving, words: ServingWords) -> str:
    """The body of the function, its lines not indented."""
    cells: dict[int, CellSyntax] = {}
    lines: list[str] = []
    block: list[str] = []
    for step in serving.steps:
        statement = plan.code.statements[step.statement]
        number = statement.cell.number
        if number not in cells:
            cells[number] = cell_syntax(statement.source)
        comments = _comments(cells[number], statement)
        trained, both = _StepCode(plan, serving, step, statement, words).lines()
        if both and both[0] == "else:":
            lines += [*_conditional([*block, *comments, *trained], words), *both]
            block = []
        elif both:
            lines += [*_conditional([*block, *trained], words), *comments, *both]
            block = []
        else:
            block += comments + trained
        block += [f"{words.fitted}.{field} = {name}" for name, field in step.kept]
    lines += _conditional(block, words)
    return "\n".join([*lines, f"return {serving.prediction}"])


def _conditional(block: Sequence[str], words: ServingWords) -> list[str]:
    if not block:
        return []
    return [f"if {words.training}:", textwrap.indent("\n".join(block), "    ")]


def _comments(cell: CellSyntax, statement: Statement) -> list[str]:
    """The comments directly above a statement."""
    if statement.position < 0:
        return []
    above = attached(leading(cell.statements[statement.position]))
    return [line.comment.value for line in above if line.comment]


class _StepCode:
    """One statement: what training does before it, and itself."""

    def __init__(
        self,
        plan: PackagePlan,
        serving: Serving,
        step: Step,
        statement: Statement,
        words: ServingWords,
    ) -> None:
        self._words = words
        self._step, self._serving = step, serving
        self._source: Source = statement.source
        self._bytes = [line.encode() for line in statement.source.python.split("\n")]
        assert statement.source.tree is not None
        self._node = statement.source.tree.body[statement.position]
        self._parameters = {parameter.name for parameter in plan.parameters}
        #: Where the statement's global names stand.
        self._names = dict(plan.code.facts[step.statement].names)
        self._before: list[str] = []

    def lines(self) -> tuple[list[str], list[str]]:
        """What training does, and what both do behind it, or what serving does in its place."""
        node, step = self._node, self._step
        if step.training:
            return [self._plain(_span(node))], []
        parts = next((edit for edit in step.edits if edit.kind == "parts"), None)
        if parts is not None and isinstance(node, ast.Assign):
            others = [f"{name} = {self._served(at)}" for name, at in sorted(parts.served.items())]
            return [self._plain(_span(node))], ["else:", textwrap.indent("\n".join(others), "    ")]
        choice = self._whole_choice()
        if choice is not None:
            target, of = choice
            taken = self._common(of)
            if taken == target:
                return [self._plain(_span(node))], []
            return [self._plain(_span(node))], ["else:", f"    {target} = {taken}"]
        text = self._body(node)
        return self._before, [text]

    def _served(self, span: Span) -> str:
        """An expression where rows are served."""
        chosen = next((e.of for e in self._step.edits if e.kind == "choice" and e.at == span), None)
        return self._common(chosen or span)

    def _whole_choice(self) -> tuple[str, Span] | None:
        """The variable and its rows, where a statement does nothing but choose among them."""
        for edit in self._step.edits:
            if edit.kind != "choice" or edit.of is None:
                continue
            match self._node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    _span(value) == edit.at
                ):
                    return name, edit.of
                case ast.Expr(value=value) if _span(value) == edit.at:
                    return self._text(edit.of), edit.of
                case _:
                    pass
        return None

    # ------------------------------------------------------------------ text
    def _body(self, node: ast.stmt) -> str:
        """A statement that trains and serves; what is fitted inside a loop is fitted there."""
        if not isinstance(node, ast.For | ast.If | ast.With | ast.FunctionDef):
            return self._common(_statement_span(node))
        blocks = [node.body, *([node.orelse] if isinstance(node, ast.If) and node.orelse else [])]
        first = blocks[0][0]
        start = _statement_span(node)
        header = self._common((start[0], start[1], *_start(first)))
        parts = [header.rstrip()]
        for number, block in enumerate(blocks):
            if number:
                parts.append("else:")
            lines: list[str] = []
            for inner in block:
                if (inner.lineno, inner.col_offset) in self._step.inner_training:
                    lines += _conditional([self._plain(_span(inner))], self._words)
                    continue
                outer, self._before = self._before, []
                text = self._body(inner)
                lines += [*_conditional(self._before, self._words), text]
                self._before = outer
            parts.append(textwrap.indent("\n".join(lines), "    "))
        return "\n".join(parts)

    def _text(self, span: Span) -> str:
        first, start, last, end = span
        if first == last:
            return self._bytes[first - 1][start:end].decode()
        middle = self._bytes[first : last - 1]
        return b"\n".join(
            [self._bytes[first - 1][start:], *middle, self._bytes[last - 1][:end]]
        ).decode()

    def _plain(self, span: Span) -> str:
        """As the notebook has it; parameters are part of the state."""
        return self._replaced(span, (), {name: name for name in self._parameters})

    def _common(self, span: Span) -> str:
        """With what serving looks up in place of what it can't compute."""
        names = {name: name for name in self._parameters} | dict(self._step.looked_up)
        inside = [edit for edit in self._step.edits if _within(edit.at, span)]
        outermost = [
            edit
            for edit in inside
            if not any(other is not edit and _within(edit.at, other.at) for other in inside)
        ]
        return self._replaced(span, outermost, names)

    def _replaced(self, span: Span, edits: Sequence[Edit], names: Mapping[str, str]) -> str:
        """The text of a span, with edits and with names that become fields."""
        changes: list[tuple[Span, str]] = [(edit.at, self._edited(edit)) for edit in edits]
        source_number, source = self._serving.source
        edited = any(_within(source, edit.at) for edit in edits)
        if source_number == self._step.statement and _within(source, span) and not edited:
            changes.append((source, self._words.frame))
        covered = [at for at, _ in changes]
        for (line, column), name in self._names.items():
            at = (line, column, line, column + len(name.encode()))
            if name in names and _within(at, span) and not any(_within(at, c) for c in covered):
                if self._text(at) == name and not self._is_stored(line, column):
                    changes.append((at, f"{self._words.fitted}.{names[name]}"))
        parts: list[str] = []
        line, column = span[0], span[1]
        for (first, start, last, end), text in sorted(changes):
            parts += [self._text((line, column, first, start)), text]
            line, column = last, end
        parts.append(self._text((line, column, span[2], span[3])))
        return textwrap.dedent(" " * span[1] + "".join(parts))

    def _is_stored(self, line: int, column: int) -> bool:
        return any(
            isinstance(n, ast.Name)
            and (n.lineno, n.col_offset) == (line, column)
            and not isinstance(n.ctx, ast.Load)
            for n in ast.walk(self._node)
        )

    def _edited(self, edit: Edit) -> str:
        """What an expression becomes; what training does for it goes before the statement."""
        state = f"{self._words.fitted}.{edit.state}"
        if edit.rounds:
            key = edit.rounds[0] if len(edit.rounds) == 1 else f"({', '.join(edit.rounds)})"
            state += f"[{key}]"
        if edit.kind == "fitted":
            self._before.append(f"{state} = {self._inner(edit.at, edit)}")
            return state
        if edit.kind == "choice":
            assert edit.of is not None
            return (
                f"({self._plain(edit.at)} if {self._words.training} else {self._common(edit.of)})"
            )
        if edit.kind == "fit_transform":
            assert edit.of is not None
            rows = self._inner(edit.of, edit)
            self._before.append(f"{state} = {self._plain(edit.places['owner'])}.fit({rows})")
            return f"{state}.transform({rows})"
        if edit.kind == "present":
            # `filter` takes those that are there, in this order.
            assert edit.of is not None
            return f"{self._inner(edit.of, edit)}.filter(items={self._inner(edit.places['argument'], edit)})"
        if edit.kind == "codes":
            assert edit.of is not None
            self._before.append(f"{state} = {self._inner(edit.at, edit)}[1]")
            return f"({state}.get_indexer({self._inner(edit.of, edit)}), {state})"
        call = ast.parse(self._inner(edit.at, edit).strip(), mode="eval").body
        assert isinstance(call, ast.Call)
        if edit.kind == "drop":
            call.keywords.append(ast.keyword("errors", ast.Constant("ignore")))
            return ast.unparse(call)
        if edit.kind == "dummies":
            data = ast.unparse(call.args[0])
            columns = next((ast.unparse(k.value) for k in call.keywords if k.arg == "columns"), "")
            given = f"{data}, {columns}" if columns else data
            self._before.append(f"{state} = {self._words.categories}({given})")
            call.args[0] = ast.parse(
                f"{self._words.with_categories}({data}, {state})", mode="eval"
            ).body
            return ast.unparse(call)
        if edit.kind == "dtype":
            self._before.append(f"{state} = {ast.unparse(call)}.dtype")
            if call.args:
                call.args[0] = ast.parse(state, mode="eval").body
            else:
                call.keywords[0].value = ast.parse(state, mode="eval").body
            return ast.unparse(call)
        assert edit.kind in ("bins", "quantiles"), edit.kind
        cut = ast.unparse(call)
        self._before.append(f"{state} = {cut[:-1]}, retbins=True)[1]")
        call.args[1] = ast.parse(state, mode="eval").body
        if edit.kind == "quantiles":
            call.keywords.append(ast.keyword("include_lowest", ast.Constant(True)))
            match call.func:
                case ast.Attribute():
                    call.func.attr = "cut"
                case _:
                    call.func = ast.parse("pd.cut", mode="eval").body
        return ast.unparse(call)

    def _inner(self, span: Span, outer: Edit) -> str:
        """The text of an edited expression, with the edits and names inside it."""
        names = {name: name for name in self._parameters} | dict(self._step.looked_up)
        inside = [e for e in self._step.edits if e is not outer and _within(e.at, span)]
        if outer.kind == "fitted":
            inside, names = [], {name: name for name in self._parameters}
        outermost = [
            e for e in inside if not any(o is not e and _within(e.at, o.at) for o in inside)
        ]
        return self._replaced(span, outermost, names)


def _start(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _span(node: ast.AST) -> Span:
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)  # type: ignore[attr-defined]


def _statement_span(node: ast.stmt) -> Span:
    """With its decorators."""
    first, start, last, end = _span(node)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return (min([first, *(d.lineno for d in decorators)]), start, last, end)


def _within(inner: Span, outer: Span) -> bool:
    return inner[:2] >= outer[:2] and inner[2:] <= outer[2:]
