"""Names whose values are noticed to die: temporary folders, open files, what is weakly referenced.

A notebook's variables live until the run ends, a function's own ones until it returns.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nb2prod.analysis.code import Code, effects_of
from nb2prod.analysis.kinds import Kind
from nb2prod.analysis.origins import dotted
from nb2prod.modules import LocalModule

#: Any object may be watched, or watches its own end.
_WATCHERS = frozenset(("weakref", "__del__"))
_TEMPORARY = frozenset(
    "TemporaryDirectory TemporaryFile NamedTemporaryFile SpooledTemporaryFile".split()
)
#: They write what is left when they die.
_FILES = frozenset("open fdopen ZipFile TarFile File".split())


def mortal_names(
    code: Code, origins: Mapping[str, str], local: Mapping[str, LocalModule]
) -> frozenset[str]:
    """The names that have to outlive their stage function, whoever reads them."""
    watched = _WATCHERS & (code.names.mentioned | code.names.methods) or any(
        word in module.source for module in local.values() for word in _WATCHERS
    )
    if watched:
        effects = effects_of(code)
        return frozenset(
            bind.name
            for _, bind in code.flow.defs.values()
            if bind.how == "assign" and effects.kind(ast.Name(id=bind.name)) is not Kind.SCALAR
        )
    nodes = [node for statement in code.statements for node in ast.walk(statement.node)]
    closed = {
        node.value.id
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr == "close"
        and isinstance(node.value, ast.Name)
    }
    generators = {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and _cleans_up(node)
    }
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            case (
                ast.NamedExpr(target=target, value=value)
                | ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value)
            ):
                names = {target.id}
            case _:
                continue
        if any(_is_mortal(call, origins, generators) for call in _calls(value)):
            found |= names
    return frozenset(found - closed)


def _cleans_up(function: ast.FunctionDef) -> bool:
    """Whether its generators do something when they are closed."""
    inside = list(ast.walk(function))
    return any(isinstance(n, ast.Yield | ast.YieldFrom) for n in inside) and any(
        isinstance(n, ast.Try | ast.With) for n in inside
    )


def _calls(value: ast.expr) -> Iterator[ast.Call]:
    """Calls whose results a value is or holds."""
    match value:
        case ast.Call(args=args, keywords=keywords):
            yield value
            for inner in (*args, *(keyword.value for keyword in keywords)):
                yield from _calls(inner)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            for item in items:
                yield from _calls(item)
        case ast.Dict(values=items):
            for item in items:
                yield from _calls(item)
        case ast.Starred(value=inner) | ast.Await(value=inner) | ast.NamedExpr(value=inner):
            yield from _calls(inner)
        case ast.ListComp(elt=inner) | ast.SetComp(elt=inner) | ast.DictComp(value=inner):
            yield from _calls(inner)
        case _:
            pass


def _is_mortal(call: ast.Call, origins: Mapping[str, str], generators: set[str]) -> bool:
    path = dotted(call.func, origins)
    at = 1
    match call.func:
        case ast.Name(id=name) if path is None:
            last = name
        case ast.Attribute(attr=name) if path is None:
            last, at = name, 0  # a path's own method
        case _:
            last = (path or "").rpartition(".")[2]
    if last in _FILES:
        modes = [*call.args[at : at + 1], *(k.value for k in call.keywords if k.arg == "mode")]
        return any(map(_writes, modes))
    return last in _TEMPORARY or last in generators


def _writes(mode: ast.expr) -> bool:
    """Whether a file is opened to write: where nobody can tell, it is."""
    if isinstance(mode, ast.Constant):
        return bool({*str(mode.value)} & {*"wax+"})
    return True
