"""The tagged program: every statement of the notebook with its role, syntax and facts."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import keyword
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from nb2prod.analysis.futures import future_names, is_future, with_future_names
from nb2prod.analysis.names import ProgramNames, identifiers_of, program_names
from nb2prod.analysis.predictions import (
    holds_prediction,
    predicted_names,
    predicts,
    with_column,
    with_variable,
)
from nb2prod.analysis.reader import ScopeReader
from nb2prod.analysis.recorder import Facts
from nb2prod.analysis.rowbyrow import last_column
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.analysis.shown import PREDICTING, Shown, is_prediction_call, with_names
from nb2prod.analysis.stars import (
    Exports,
    is_star,
    replaceable,
    spelled_out,
    standard_exports,
    unbound_before,
    with_replacements,
)
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.magics import translate
from nb2prod.notebook import Cell, Notebook
from nb2prod.roles import Role, RoleSpan, role_at, spans_of


@dataclass(frozen=True, slots=True)
class Source:
    """A code cell as plain Python."""

    cell: Cell
    python: str
    spans: tuple[RoleSpan, ...]
    #: The cell's syntax; None where an untagged cell does not parse.
    tree: ast.Module | None
    imports: tuple[tuple[str, str], ...]
    #: Methods that classes of modules beside the notebook have.
    foreign: frozenset[str] = frozenset()
    #: Values that it only shows and that got a name.
    shown: tuple[Shown, ...] = ()

    @property
    def shipped(self) -> bool:
        return any(span.role is not None and span.role.shipped for span in self.spans)


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement. ``index`` is its place in the notebook, over all code cells."""

    index: int
    source: Source
    #: Position in its cell's body; -1 for an import that translated IPython syntax needs.
    position: int
    role: Role | None
    node: ast.stmt

    @property
    def cell(self) -> Cell:
        return self.source.cell

    @property
    def line(self) -> int:
        return first_line(self.node)

    @property
    def shipped(self) -> bool:
        return self.role is not None and self.role.shipped


@dataclass(frozen=True, slots=True)
class Program:
    """A notebook's statements in notebook order, before anything is decided about them."""

    notebook: Notebook
    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    requirements: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


#: Stages whose shown values are results.
_SHOWING = frozenset((Role.EVALUATE, Role.PREDICT))


def first_line(node: ast.stmt) -> int:
    """The line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def read_program(
    notebook: Notebook,
    exports: Exports = standard_exports,
    foreign: frozenset[str] = frozenset(),
) -> Program:
    """Parses every code cell. An untagged cell that can't be parsed is left out.

    ``exports`` gives the public names of modules whose star imports are to be spelled out,
    ``foreign`` the methods of classes in modules beside the notebook.
    """
    found: list[Diagnostic] = []
    sources: list[Source] = []
    requirements: list[str] = []
    lines = [line for cell in notebook.code_cells for line in cell.source.split("\n")]
    # A magic such as `%env KEY=value` binds nothing in Python.
    text = "\n".join(
        line for line in lines if not line.lstrip().startswith(("%env", "%set_env", "!"))
    )
    words = frozenset(re.findall(r"[^\W\d]\w*", "\n".join(lines))) | frozenset(
        notebook.settings.outputs
    )
    for cell in notebook.code_cells:
        translation = translate(cell, lambda name: _is_variable(name, text))
        python = spelled_out(translation.python, exports, words)
        spans, problems = spans_of(cell, python)
        found += problems
        source = _source(cell, python, translation.imports, spans, foreign, found)
        sources.append(source)
        if source.shipped:
            found += translation.diagnostics
            requirements += translation.requirements
    sources = _with_future_names(sources, words, notebook.settings.outputs)
    sources = _with_star_replacements(sources, words, notebook.settings.outputs, found)
    sources = _with_shown_names(sources, notebook.settings.outputs)
    if not any(source.shipped for source in sources):
        found.append(diagnostic("NB110", "no cell has a role, so there is nothing to convert"))
    return Program(
        notebook,
        tuple(sources),
        tuple(_statements(sources)),
        tuple(dict.fromkeys(requirements)),
        tuple(found),
    )


def shipped_statements(program: Program) -> tuple[Statement, ...]:
    """The tagged program, in notebook order."""
    return tuple(statement for statement in program.statements if statement.shipped)


def names_of(statements: Iterable[Statement]) -> ProgramNames:
    """The names of the tagged program."""
    ordered = list(statements)
    return program_names(
        ((statement.node, statement.role is Role.PARAMETERS) for statement in ordered),
        frozenset().union(*(statement.source.foreign for statement in ordered)),
    )


def facts_of(statements: Iterable[Statement], names: ProgramNames) -> dict[int, Facts]:
    """The facts of each statement, by its index."""
    reader = ScopeReader(names)
    return {statement.index: reader.read(statement.node) for statement in statements}


def _is_variable(name: str, text: str) -> bool:
    """Whether the notebook seems to bind a name, judged by its text."""
    word = re.escape(name)
    pattern = (
        rf"(?<![\w.$]){word}\s*([-+*/|&^%@]?=(?!=)|:=|,|:(?!=)|\bin\b)"
        rf"|\b(as|def|class|global)\s+{word}\b"
    )
    return re.search(pattern, text) is not None


def _source(
    cell: Cell,
    python: str,
    imports: tuple[tuple[str, str], ...],
    spans: tuple[RoleSpan, ...],
    foreign: frozenset[str],
    found: list[Diagnostic],
) -> Source:
    shipped = any(span.role is not None and span.role.shipped for span in spans)
    tree: ast.Module | None = None
    try:
        tree = ast.parse(python)
        plain = _without_parentheses(python, tree)
        if plain != python:
            python, tree = plain, ast.parse(plain)
        # IPython compiles statement by statement: a future import may stand anywhere.
        for node in tree.body:
            if not is_future(node):
                one = ast.Module([node], [])
                compile(one, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        tree = None
        if shipped:
            line = error.lineno if isinstance(error, SyntaxError) else 1
            reason = error.msg if isinstance(error, SyntaxError) else str(error)
            message = f"the cell is no valid Python: {reason}"
            if isinstance(error, RecursionError | MemoryError):  # the parser's own stack
                message = "the cell nests too deeply to be read: split its longest expression"
            found.append(
                diagnostic(
                    "NB201",
                    message,
                    cell=cell.number,
                    cell_id=cell.id,
                    line=line,
                )
            )
    return Source(cell, python, spans, tree, imports, foreign)


def _without_parentheses(python: str, tree: ast.Module) -> str:
    """``(y): int = 3`` as ``y: int = 3``, which is the same outside of functions and classes."""
    lines = python.split("\n")
    pending: list[ast.AST] = list(tree.body)
    while pending:
        match pending.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.expr():
                continue
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr(), simple=0) as node:
                line = lines[node.lineno - 1].encode()
                target, rest = line[: node.col_offset], line[node.col_offset :].decode()
                pattern = rf"\(\s*{re.escape(name)}\s*\)\s*:"
                lines[node.lineno - 1] = target.decode() + re.sub(rf"^{pattern}", f"{name}:", rest)
            case node:
                pending.extend(ast.iter_child_nodes(node))
    return "\n".join(lines)


def _with_shown_names(sources: Sequence[Source], wanted: Collection[str]) -> list[Source]:
    """Cells whose shown metrics and predictions have names."""
    taken = {
        name
        for source in sources
        if source.tree
        for node in ast.walk(source.tree)
        for name in identifiers_of(node)
    }

    def fresh(wish: str) -> str:
        name, number = wish, 1
        while name in taken or name in BUILTINS or keyword.iskeyword(name):
            number += 1
            name = f"{wish}_{number}"
        taken.add(name)
        return name

    named: list[Source] = []
    for source in sources:
        shows = {span.role for span in source.spans} & _SHOWING
        if source.tree is not None and shows:
            spans = source.spans
            python, shown = with_names(
                source.python,
                source.tree,
                lambda line, spans=spans: role_at(spans, line) in _SHOWING,  # type: ignore[misc]
                fresh,
                wanted,
            )
            if shown:
                source = dataclasses.replace(
                    source, python=python, tree=ast.parse(python), shown=shown
                )
        named.append(source)
    return _with_prediction(named, fresh)


def _with_prediction(sources: Sequence[Source], fresh: Callable[[str], str]) -> list[Source]:
    """Cells in which a variable holds what becomes of the last prediction, where none did."""
    shipped = [s for s in sources if s.tree is not None and s.shipped]

    def ships(source: Source, line: int) -> bool:
        role = role_at(source.spans, line)
        return role is not None and role.shipped

    def changed(source: Source, python: str) -> list[Source]:
        new = dataclasses.replace(source, python=python, tree=ast.parse(python))
        return [new if other is source else other for other in sources]

    statements = [
        (s, n) for s in shipped for n in (s.tree.body if s.tree else ()) if ships(s, n.lineno)
    ]
    held = any(predicts(s.python) and holds_prediction(n) for s, n in statements)
    column = last_column(((n, predicted_names(n)) for _, n in statements), is_prediction_call)
    if column is not None and (held or not column.computes):
        source, statement = statements[column.place]
        if role_at(source.spans, statement.lineno) is Role.PREDICT:
            name = fresh(PREDICTING["predict"])
            return changed(source, with_column(source.python, statement, column.text, name))
    predicting = [s for s in shipped if predicts(s.python)][::-1] if not held else []
    for ones, source in itertools.product((False, True), predicting):
        assert source.tree is not None
        here = partial(ships, source)
        python = with_variable(source.python, source.tree, here, fresh, ones=ones)
        if python is not None:
            return changed(source, python)
    return list(sources)


def _with_future_names(
    sources: Sequence[Source], words: Collection[str], outputs: Collection[str]
) -> list[Source]:
    """Cells whose future imports say what they bind, where somebody reads it."""
    names = future_names((s.tree for s in sources if s.tree and s.shipped), outputs)
    if not names:
        return list(sources)
    alias = "future_names"
    while alias in words:
        alias += "_"
    changed = []
    for source in sources:
        if source.tree is not None:
            python = with_future_names(source.python, source.tree, names, alias)
            if python != source.python:
                source = dataclasses.replace(source, python=python, tree=ast.parse(python))
        changed.append(source)
    return changed


def _with_star_replacements(
    sources: Sequence[Source],
    words: Collection[str],
    outputs: Collection[str],
    found: list[Diagnostic],
) -> list[Source]:
    """Cells whose star imports of libraries ask for the names that they may replace."""
    shipped = [s for s in _statements(sources) if s.shipped]
    changed: dict[int, Source] = {}
    # From the last to the first: what is put in behind one leaves the places of others alone.
    for number, statement in reversed(list(enumerate(shipped))):
        node = statement.node
        if not isinstance(node, ast.ImportFrom) or not is_star(node):
            if any(isinstance(inner, ast.stmt) and is_star(inner) for inner in ast.walk(node)):
                found.append(_star_in_block(statement))
            continue
        nodes = [other.node for other in shipped]
        names = replaceable(node.module or "", nodes[:number], nodes[number + 1 :], outputs)
        if node.level or not names or node.end_lineno != node.lineno:
            continue
        source = changed.get(statement.cell.number, statement.source)
        alias = (node.module or "").replace(".", "_") + "_names"
        while alias in words:
            alias += "_"
        lines = source.python.split("\n")
        unbound: set[str] = set()
        if not any(is_star(other) for other in nodes[:number]):
            unbound = unbound_before(nodes[:number], nodes[number + 1 :]) & {*names} - BUILTINS
        lines[node.lineno - 1] = with_replacements(
            lines[node.lineno - 1], node, names, alias, unbound
        )
        python = "\n".join(lines)
        changed[statement.cell.number] = dataclasses.replace(
            source, python=python, tree=ast.parse(python)
        )
    return [changed.get(source.cell.number, source) for source in sources]


def _star_in_block(statement: Statement) -> Diagnostic:
    return diagnostic(
        "NB209",
        "what this star import binds is not known before it runs, and it stands inside a block",
        cell=statement.cell.number,
        cell_id=statement.cell.id,
        line=statement.line,
    )


def _statements(sources: Iterable[Source]) -> Iterable[Statement]:
    index = 0
    for source in sources:
        if source.tree is None:
            continue
        for module, local in source.imports:
            asname = None if local == module else local
            alias = ast.alias(name=module, asname=asname, lineno=1, col_offset=0)
            node = ast.Import(names=[alias], lineno=1, col_offset=0)
            role = role_at(source.spans, 1)
            yield Statement(index, source, -1, role, node)
            index += 1
        for position, statement in enumerate(source.tree.body):
            role = role_at(source.spans, first_line(statement))
            yield Statement(index, source, position, role, statement)
            index += 1
