"""Definitions that others look up by name, in their module: there is none inside a stage.

Pickle stores a class or function as its module and name; so do processes that are sent one. Such a
definition moves to module level although it reads variables of a stage: these then live in the
state, of which there is one for the whole package. Where that can't be, it is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping

from nb2prod.analysis.code import Code
from nb2prod.analysis.origins import dotted
from nb2prod.analysis.program import Statement
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.plan.writes import held

#: Calls that pickle their first argument.
_DUMPS = frozenset("pickle.dump pickle.dumps joblib.dump torch.save".split())
_POOLS = frozenset("Pool ProcessPoolExecutor".split())
_SENDERS = frozenset(
    "map imap imap_unordered starmap apply apply_async map_async starmap_async submit".split()
)


def global_variables(
    code: Code, origins: Mapping[str, str], at_module: Collection[str]
) -> frozenset[str]:
    """Variables that definitions read which are looked up by name."""
    inside = _definitions(code, at_module)
    pending = [name for name, _ in _pickled(code, origins, inside)]
    if not pending:
        return frozenset()
    captures = code.captures()
    variables: set[str] = set()
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        number = inside[name]
        read = set(code.facts[number].names.values())
        for closure in captures.get(number, ()):
            read.update(closure.reads, closure.writes)
        for other in read - {*at_module}:
            if other in inside:
                pending.append(other)
            elif other in code.names.bound:
                variables.add(other)
    return frozenset(variables)


def not_found_by_name(
    code: Code, origins: Mapping[str, str], at_module: Collection[str]
) -> Iterator[Diagnostic]:
    """An error for each definition inside a stage that the program pickles, or the like."""
    inside = _definitions(code, at_module)
    if not inside:
        return
    lines = _lines(code)
    for name, value in _pickled(code, origins, inside):
        yield _problem(code, inside[name], name, "is pickled", lines.get(value), at_module)
    yield from _unresolved(code, inside, at_module)


def _pickled(
    code: Code, origins: Mapping[str, str], inside: Mapping[str, int]
) -> Iterator[tuple[str, ast.AST]]:
    """Definitions inside stages that may be pickled, each with the expression that is."""
    if not inside:
        return
    pools = _pools(code)

    def sent(call: ast.Call) -> Iterable[ast.expr]:
        match call.func:
            case ast.Attribute(value=base, attr=attr) if attr in _SENDERS and _is_pool(base, pools):
                return call.args
            case function if dotted(function, origins) in _DUMPS:
                return call.args[:1]
            case _:
                return ()

    for value, names in held(code, origins, sent):
        for name in sorted(names & inside.keys()):
            yield name, value


def _definitions(code: Code, at_module: Collection[str]) -> dict[str, int]:
    """Functions and classes of the top level that stay inside their stage."""
    return {
        statement.node.name: number
        for number, statement in enumerate(code.statements)
        if isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and statement.node.name not in at_module
    }


def _pools(code: Code) -> frozenset[str]:
    """Variables that hold pools of processes."""
    found: set[str] = set()
    for statement in code.statements:
        for node in ast.walk(statement.node):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value):
                    found |= {name} if _is_pool(value, ()) else set()
                case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)):
                    found |= {name} if _is_pool(value, ()) else set()
                case _:
                    pass
    return frozenset(found)


def _is_pool(node: ast.expr, pools: Collection[str]) -> bool:
    match node:
        case ast.Name(id=name):
            return name in pools
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _POOLS
        case _:
            return False


def _lines(code: Code) -> dict[ast.AST, Statement]:
    return {node: s for s in code.statements for node in ast.walk(s.node)}


def resolved_names(code: Code) -> frozenset[str]:
    """Names in the text of annotations that the program resolves."""
    return frozenset(name for _, names in _resolved(code) for name in names)


def _unresolved(
    code: Code, inside: Mapping[str, int], at_module: Collection[str]
) -> Iterator[Diagnostic]:
    """Annotations in text are looked up in the module of what they annotate."""
    for statement, names in _resolved(code):
        for name in sorted(names & inside.keys()):
            what = "is named in the text of an annotation, and looked up,"
            yield _problem(code, inside[name], name, what, statement, at_module)


def _resolved(code: Code) -> Iterator[tuple[Statement, frozenset[str]]]:
    nodes = [(s, node) for s in code.statements for node in ast.walk(s.node)]
    if not any(
        isinstance(node, ast.Attribute) and node.attr == "get_type_hints"
        or isinstance(node, ast.Name) and node.id == "get_type_hints"
        for _, node in nodes
    ):  # fmt: skip
        return
    for statement, node in nodes:
        match node:
            case (
                ast.FunctionDef(returns=ast.expr() as note)
                | ast.arg(annotation=ast.expr() as note)
                | ast.AnnAssign(annotation=note)
            ):
                yield statement, _in_text(note)
            case _:
                pass


def _in_text(annotation: ast.expr) -> frozenset[str]:
    """The names in those parts of an annotation that are text."""
    names: set[str] = set()
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                tree = ast.parse(node.value, mode="eval")
            except SyntaxError:
                continue
            names.update(inner.id for inner in ast.walk(tree) if isinstance(inner, ast.Name))
    return frozenset(names)


def _problem(
    code: Code,
    number: int,
    name: str,
    what: str,
    user: Statement | None,
    at_module: Collection[str],
) -> Diagnostic:
    reads = {
        read
        for closure in code.captures().get(number, ())
        for read in closure.reads
        if read not in at_module and read not in BUILTINS and read != name
    }
    because = "its definition can't be moved out of its stage"
    if reads:
        because = "it reads " + ", ".join(f"`{read}`" for read in sorted(reads))
    definition = code.statements[number]
    statement = user or definition
    return diagnostic(
        "NB210",
        f"`{name}` of cell {definition.cell.number} {what} here, but no module holds it: {because}",
        cell=statement.cell.number,
        cell_id=statement.cell.id,
        line=statement.line,
    )
