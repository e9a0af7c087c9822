"""Definitions that tagged cells need and untagged cells hold."""

from __future__ import annotations

import ast
import dataclasses
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code, analyse, bound_names
from nb2prod.analysis.flow import NOTHING
from nb2prod.analysis.literals import is_literal
from nb2prod.analysis.program import Program, Statement, facts_of, names_of, shipped_statements
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.roles import Role

#: Provided by IPython itself in every notebook.
IPYTHON_NAMES = {"display": "IPython.display"}
_HISTORY = frozenset("_ __ ___ In Out _i _ii _iii _ih _oh _dh".split())
#: Names that every module has.
MODULE_NAMES = frozenset(
    "__name__ __doc__ __builtins__ __file__ __spec__ __loader__ __package__".split()
)
_SEEDS = frozenset("seed set_seed manual_seed set_random_seed seed_everything".split())


@dataclass(frozen=True, slots=True)
class Completed:
    """The tagged program together with what it takes over."""

    code: Code
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Need:
    """A name that a shipped statement reads and none of them binds before."""

    name: str
    user: Statement
    line: int
    #: Read by a function, whenever that is called.
    later: bool
    #: Certain to run.
    certain: bool
    guarded: bool


def completed(program: Program) -> Completed:
    """Adds imports, definitions and literals from untagged cells where a tagged one needs them."""
    shipped = list(shipped_statements(program))
    untagged = [statement for statement in program.statements if not statement.shipped]
    found: list[Diagnostic] = []
    code = analyse(shipped)
    binders: Mapping[str, Sequence[Statement]] = {}
    seeds = _seeds(shipped, untagged)
    if seeds or any(True for _ in _needs(code)):
        binders = _binders(untagged)
    taken: set[int] = set()
    pending: list[tuple[Statement, str, Statement]] = list(seeds)
    while True:
        for statement, name, user in pending:
            if statement.index not in taken:
                taken.add(statement.index)
                role = user.role if user.role is not Role.PARAMETERS else Role.SETUP
                shipped.append(dataclasses.replace(statement, role=role))
                found.append(_taken(statement, name, user))
        if pending or taken and not found:
            shipped.sort(key=lambda statement: statement.index)
            code = analyse(shipped)
        pending = []
        for need in _needs(code):
            source = _source_of(need, binders)
            if source is not None and _is_definition(source.node) and source.index not in taken:
                if not any(source is held for held, _, _ in pending):
                    pending.append((source, need.name, need.user))
        if not pending:
            break
    for need in _needs(code):
        found += _unmet(need, _source_of(need, binders))
    return Completed(code, tuple(found))


def _needs(code: Code) -> Iterable[_Need]:
    bound = {bind.name for _, bind in code.flow.defs.values()}
    written = {name for capture in code.flow.captures for name in capture.closure.writes}
    stars = any(
        isinstance(s.node, ast.ImportFrom) and s.node.names[0].name == "*" for s in code.statements
    )
    for use in code.flow.uses:
        name = use.read.name
        if use.reach != NOTHING or use.read.soft or name in MODULE_NAMES or name in written:
            continue
        if name in BUILTINS or stars and name not in _HISTORY:
            continue
        user = code.statements[use.statement]
        yield _Need(name, user, use.read.place[0], False, use.read.certain, use.read.guarded)
    for capture in code.flow.captures:
        for name, places in capture.closure.reads.items():
            if name in bound or name in written or name in MODULE_NAMES or name in BUILTINS:
                continue
            if stars or not places:
                continue
            user = code.statements[capture.statement]
            yield _Need(name, user, places[0][0], True, False, False)


def _binders(untagged: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Untagged statements by the names that they bind."""
    binders: dict[str, list[Statement]] = {}
    facts = facts_of(untagged, names_of(untagged))
    for statement in untagged:
        for name in bound_names(facts[statement.index]):
            binders.setdefault(name, []).append(statement)
    return binders


def _source_of(need: _Need, binders: Mapping[str, Sequence[Statement]]) -> Statement | None:
    """The untagged statement that binds the name: the last one before its use."""
    candidates = binders.get(need.name, ())
    at = bisect_left([statement.index for statement in candidates], need.user.index)
    if at:
        return candidates[at - 1]
    return candidates[0] if candidates and need.later else None


def _is_definition(node: ast.stmt) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return True
        case ast.ClassDef():
            return True
        case ast.Assign(targets=[ast.Name()], value=value):
            return is_literal(value)
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return is_literal(value)
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
            inside = [*body, *(node for handler in handlers for node in handler.body)]
            return all(_is_definition(inner) for inner in inside)
        case _:
            return False


def _seeds(
    shipped: Sequence[Statement], untagged: Sequence[Statement]
) -> list[tuple[Statement, str, Statement]]:
    """Seeds in exploration that no tagged seed comes before, with the statement they serve."""
    first: dict[str, int] = {}
    for statement in shipped:
        seed = _seed(statement.node)
        if seed is not None:
            first.setdefault(seed, statement.index)
    found = []
    for statement in untagged:
        seed = _seed(statement.node)
        if seed is None or statement.role is Role.SKIP:
            continue
        user = next((s for s in shipped if s.index > statement.index), None)
        if user is not None and first.get(seed, statement.index + 1) > statement.index:
            found.append((statement, seed, user))
    return found


def _seed(node: ast.stmt) -> str | None:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr) as function, args=[value])):
            plain = is_literal(value) or isinstance(value, ast.Name)
            return ast.unparse(function) if attr in _SEEDS and plain else None
        case _:
            return None


def _taken(statement: Statement, name: str, user: Statement) -> Diagnostic:
    return diagnostic(
        "NB301",
        f"`{name}` is taken over from this untagged cell, because cell {user.cell.number} needs it",
        cell=statement.cell.number,
        cell_id=statement.cell.id,
        line=statement.line,
        mend="setup",
    )


def _unmet(need: _Need, source: Statement | None) -> Iterable[Diagnostic]:
    name = need.name

    def found(
        code: str,
        message: str,
        hint: str | None = None,
        mend: str | None = None,
        mend_cell: int | None = None,
    ) -> Diagnostic:
        cell = need.user.cell
        return diagnostic(
            code,
            message,
            hint=hint,
            mend=mend,
            mend_cell=mend_cell,
            cell=cell.number,
            cell_id=cell.id,
            line=need.line,
        )

    if name in _HISTORY or (name[:1] == "_" and name[1:].isdigit()):
        yield found("NB206", f"`{name}` is IPython's own record of earlier cells")
    elif name in IPYTHON_NAMES:
        return
    elif source is not None and not _is_definition(source.node):
        tag = (need.user.role or Role.PREPROCESSING).value
        if need.user.role in (Role.EVALUATE, Role.PREDICT, Role.TRAIN):
            tag = "train" if ".fit(" in source.cell.source else "preprocessing"
        yield found(
            "NB203",
            f"`{name}` is computed in the untagged cell {source.cell.number}, "
            f"and cell {need.user.cell.number} needs it",
            f"Tag cell {source.cell.number} `{tag}`.",
            tag,
            source.cell.number,
        )
    elif need.guarded:
        return
    elif need.certain:
        yield found("NB202", f"no cell binds `{name}` before it is read here")
    else:
        yield found("NB306", f"no cell binds `{name}`, which this code reads if it runs")
