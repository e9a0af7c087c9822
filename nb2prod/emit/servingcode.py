"""The statements from raw rows to predictions, as one function that trains and serves."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.program import Statement
from nb2prod.emit.cells import CellSyntax, attached, cell_syntax, leading
from nb2prod.emit.layout import indented
from nb2prod.emit.servingexpressions import StepText, assigned
from nb2prod.emit.servingwords import ServingWords
from nb2prod.plan.celltext import span_of, within
from nb2prod.plan.chain import Serving, Span, Step, Unserved
from nb2prod.plan.package import PackagePlan

#: What is written above the first statement that is there for its draws.
_DRAWN = "# Kept for its draws: what training draws later depends on them."
#: Statements with others in them, in which some may train alone.
_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.FunctionDef)


def chain_code(plan: PackagePlan, serving: Serving, words: ServingWords) -> str:
    """The body of the function, its lines not indented; raises `Unserved` where that is no Python."""
    cells: dict[int, CellSyntax] = {}
    lines: list[str] = []
    #: What training does behind the last of these lines, and what serving does there.
    training: list[str] = []
    meanwhile: list[str] = []
    last = max((n for n, step in enumerate(serving.steps) if step.when != "serving"), default=-1)
    drawn = next((step for step in serving.steps if step.drawn), None)
    for place, step in enumerate(serving.steps):
        statement = serving.code.statements[step.statement]
        number = statement.cell.number
        if number not in cells:
            cells[number] = cell_syntax(statement.source)
        comments = _comments(cells[number], statement) + [_DRAWN] * (step is drawn)
        trained, served, both = _written(plan, serving, step, words)
        training += trained
        if both:
            lines += [*_either(training, meanwhile, words), *comments, *both]
            training, meanwhile = [], []
        elif trained:
            training[len(training) - len(trained) :] = comments + trained
            meanwhile += served
        else:
            meanwhile += comments + served
        for name, field in step.kept:
            value = f"{words.deepcopy}({name})" if name in step.copied else name
            training.append(f"{words.fitted}.{field} = {value}")
        if place == last:  # training ends here
            lines += [*_conditional([*training, "return None"], words), *meanwhile]
            training, meanwhile = [], []
    return "\n".join([*lines, *meanwhile, f"return {serving.prediction}"])


def _either(training: Sequence[str], serving: Sequence[str], words: ServingWords) -> list[str]:
    """What each of them does."""
    if not serving:
        return _conditional(training, words)
    if not training:
        return [f"if not {words.training}:", indented("\n".join(serving))]
    return [*_conditional(training, words), "else:", indented("\n".join(serving))]


def _written(
    plan: PackagePlan, serving: Serving, step: Step, words: ServingWords
) -> tuple[list[str], list[str], list[str]]:
    """What training does, what serving does meanwhile, and what both do."""
    try:
        parts = _StepCode(StepText(plan, serving, step, words), step, words).parts()
        for lines in parts:
            ast.parse("def f():\n" + indented("\n".join([*lines, "pass"])))
    except SyntaxError:
        number = step.statement
        raise Unserved("it can't be written as a statement that serves", number) from None
    return parts


def _conditional(block: Sequence[str], words: ServingWords) -> list[str]:
    return [f"if {words.training}:", indented("\n".join(block))] if block else []


def _comments(cell: CellSyntax, statement: Statement) -> list[str]:
    """The comments directly above a statement."""
    if statement.position < 0:
        return []
    above = attached(leading(cell.statements[statement.position]))
    return [line.comment.value for line in above if line.comment]


class _StepCode:
    """One statement of the chain."""

    def __init__(self, text: StepText, step: Step, words: ServingWords) -> None:
        self._text, self._step, self._words = text, step, words

    def parts(self) -> tuple[list[str], list[str], list[str]]:
        """What training does, what serving does meanwhile, and what both do."""
        node, text, when = self._text.node, self._text, self._step.when
        inner = node.body if text.is_unwrapped(node) else [node]
        plain = [text.plain(_statement_span(n)) + self._remark(n) for n in inner]
        trained = [*text.named_in_strings(served=False), *plain] if when != "serving" else []
        if when == "training":
            return trained, [], []
        served = self._several_served(node) or self._choice_served()
        if served is not None:
            return [*text.before, *trained], served, []
        common = [*text.named_in_strings(served=True), self._statement(node)]
        if when == "serving":
            return [], common, []
        if text.is_read_apart:
            if text.is_fitted_here:
                return text.before, common, []
            fits = text.only("training")
            _StepCode(fits, self._step, self._words)._statement(node)
            return [*fits.before, *trained], common, []
        return text.before, [], common

    def _several_served(self, node: ast.stmt) -> list[str] | None:
        """What each of several variables is, where a statement splits rows."""
        if not isinstance(node, ast.Assign):
            return None
        at = span_of(node.value)
        edit = next((e for e in self._step.edits if e.kind == "parts" and e.at == at), None)
        if edit is None:
            return None
        numbers = {name: f"[{n}]" for name, n in edit.facts.get("numbers", {}).items()}
        return [
            assigned(name, self._rows(at) + numbers.get(name, ""))
            for name, at in sorted(edit.served.items())
        ]

    def _choice_served(self) -> list[str] | None:
        """What serving does, where a statement does nothing but choose among rows, and perhaps copies those."""
        for edit in self._step.edits:
            if edit.kind != "choice" or edit.of is None:
                continue
            match self._text.node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                    span_of(_uncopied(value)) == edit.at
                ):
                    target, taken = name, self._rows(edit.of)
                case ast.Expr(value=value) if span_of(value) == edit.at:  # in place
                    target, taken = self._text.cell.at(edit.of), self._served(edit.of)
                case _:
                    continue
            return [assigned(target, taken)] if taken != target else []
        return None

    def _served(self, span: Span) -> str:
        """The rows of an expression where they are served: all of them."""
        return self._text.common(self._text.chosen(span))

    def _rows(self, span: Span) -> str:
        """The same, copied where others live on and some are changed."""
        taken = self._served(span)
        return f"{taken}.copy()" if self._step.shares and taken.isidentifier() else taken

    # ------------------------------------------------------------------ statements in statements
    def _statement(self, node: ast.stmt) -> str:
        """A statement that trains and serves; what is fitted inside a block is fitted there."""
        if isinstance(node, ast.Try):
            return self._way(node)
        if self._text.is_unwrapped(node):
            return "\n".join(self._block(node.body))
        if not isinstance(node, _BLOCKS) or self._is_untouched(node):
            several = self._several_served(node)
            if several is not None:
                return self._split(node, several)
            text = self._text.augmented(node) or self._text.common(_statement_span(node))
            text += self._remark(node)
            if self._text.unbinds(node):
                span, remark = _statement_span(node), self._remark(node)
                trains, serves = self._text.only("training"), self._text.only("serving")
                either = [trains.common(span) + remark], [serves.common(span) + remark]
                return "\n".join(_either(*either, self._words))
            return text.removeprefix("el") if isinstance(node, ast.If) else text
        span = _statement_span(node)
        first = _statement_span(node.body[0])
        header = self._text.common((span[0], span[1], first[0], first[1]))
        if isinstance(node, ast.If):
            header = header.removeprefix("el")
        before = [*self._text.before]
        self._text.before.clear()
        body = [*self._block(node.body)]
        if isinstance(node, ast.For):
            header, body = self._numbered(node, header, body)
        parts = [header.rstrip(), indented("\n".join(body) or "pass")]
        if isinstance(node, ast.If | ast.For | ast.While) and node.orelse:
            parts += ["else:", indented("\n".join(self._block(node.orelse)) or "pass")]
        self._text.before.extend(before)
        return "\n".join(parts)

    def _split(self, node: ast.stmt, served: Sequence[str]) -> str:
        """A statement in a block that binds several variables, of which serving has some."""
        if self._step.when == "serving":
            return "\n".join(served)
        trained = self._text.plain(_statement_span(node)) + self._remark(node)
        return "\n".join(_either([trained], served, self._words))

    def _numbered(self, node: ast.For, header: str, body: list[str]) -> tuple[str, list[str]]:
        """A loop that counts its rounds, where nothing else tells them apart."""
        number, folds = self._text.number(node), self._text.folds(node)
        skipped = self._text.skipped(node)
        if skipped:
            body = [f"if {skipped}:", indented("continue"), *body]
        if number:
            target, several = (self._text.common(span_of(n)) for n in (node.target, node.iter))
            if isinstance(node.target, ast.Tuple) and not target.startswith("("):
                target = f"({target})"
            header = f"for {number}, {target} in enumerate({several}):"
        if folds is not None:
            count = f"{self._words.fitted}.{folds.state} = {number or folds.facts['number']} + 1"
            body = [*_conditional([count], self._words), *body]
        return header, body

    def _way(self, node: ast.Try) -> str:
        """The way that the notebook's run took: rows that are served take no other one."""
        handled = [inner for handler in node.handlers for inner in handler.body]
        way = self._step.ways.get((node.lineno, node.col_offset), frozenset())
        taken = [
            inner
            for inner in (*node.body, *handled, *node.orelse, *node.finalbody)
            if (inner.lineno, inner.col_offset) in way
        ]
        before = [*self._text.before]
        self._text.before.clear()
        text = "\n".join(self._block(taken)) or "pass"
        self._text.before.extend(before)
        return text

    def _block(self, statements: Sequence[ast.stmt]) -> Iterator[str]:
        for inner in statements:
            if (inner.lineno, inner.col_offset) in self._step.inner_training:
                if self._step.when == "serving":
                    continue
                trained = self._text.plain(_statement_span(inner)) + self._remark(inner)
                yield from _conditional([trained], self._words)
                continue
            text = self._statement(inner)
            yield from _conditional(self._text.before, self._words)
            self._text.before.clear()
            yield text

    def _is_untouched(self, node: ast.stmt) -> bool:
        """Whether nothing inside a block is edited: then its layout stays as it is."""
        span = _statement_span(node)
        starts = ((*start, *start) for start in (*self._step.inner_training, *self._step.ways))
        return not any(within(at, span) for at in (*starts, *(e.at for e in self._step.edits)))

    def _remark(self, node: ast.stmt) -> str:
        """The comment behind a statement."""
        rest = self._text.cell.rest_of_line(span_of(node)).strip()
        return f"  {rest}" if rest.startswith("#") else ""


def _statement_span(node: ast.stmt) -> Span:
    """With its decorators."""
    first, start, last, end = span_of(node)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return (min([first, *(d.lineno for d in decorators)]), start, last, end)


def _uncopied(node: ast.expr) -> ast.expr:
    """What a call does nothing with but copy it."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr="copy"), args=[], keywords=[]):
            return value
        case _:
            return node
