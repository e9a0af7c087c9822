"""``from __future__ import annotations`` binds a name, too: where the notebook reads it, that is written out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable


def is_future(node: ast.AST) -> bool:
    """Whether a node is a directive for the compiler."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def delays_annotations(node: ast.AST) -> bool:
    """Whether annotations are texts from a statement on."""
    match node:
        case ast.ImportFrom(module="__future__", names=names):
            return any(alias.name == "annotations" for alias in names)
        case _:
            return False


def future_names(trees: Iterable[ast.Module], outputs: Collection[str]) -> frozenset[str]:
    """Names that directives bind and that the notebook reads."""
    bound, read = set[str](), {*outputs}
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.ImportFrom(module="__future__", names=names):
                bound.update(alias.asname or alias.name for alias in names)
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                read.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                read.add(name)
            case _:
                pass
    return frozenset(bound & read)


def with_future_names(python: str, tree: ast.Module, names: Collection[str], alias: str) -> str:
    """A cell whose directives are followed by what they bind of ``names``; lines stay where they are."""
    lines = python.split("\n")
    # From the last to the first: what is put in behind one leaves the places of others alone.
    for node in reversed(tree.body):
        if not isinstance(node, ast.ImportFrom) or not is_future(node):
            continue
        binds = [(a.asname or a.name, a.name) for a in node.names]
        wanted = [f"{local} = {alias}.{name}" for local, name in binds if local in names]
        if wanted:
            assert node.end_lineno is not None
            line = lines[node.end_lineno - 1].encode()
            head, tail = line[: node.end_col_offset], line[node.end_col_offset :]
            text = "; ".join([f"; import __future__ as {alias}", *wanted])
            lines[node.end_lineno - 1] = head.decode() + text + tail.decode()
    return "\n".join(lines)
