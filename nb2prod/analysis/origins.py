"""Where imported names come from: the dotted path of the object that an expression names."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Imported:
    """What one alias of an import statement binds."""

    #: The name that it binds.
    name: str
    #: The dotted path of the object, such as ``sklearn.linear_model.Ridge``.
    path: str
    #: The module that is loaded.
    module: str
    level: int = 0


def imported(node: ast.stmt) -> tuple[Imported, ...]:
    """The bindings of an import statement; nothing for other statements and star imports."""
    match node:
        case ast.Import(names=names):
            return tuple(
                Imported(
                    alias.asname or alias.name.partition(".")[0],
                    alias.name if alias.asname else alias.name.partition(".")[0],
                    alias.name,
                )
                for alias in names
            )
        case ast.ImportFrom(module=module, names=names, level=level) if module != "__future__":
            return tuple(
                Imported(
                    alias.asname or alias.name, f"{module or ''}.{alias.name}", module or "", level
                )
                for alias in names
                if alias.name != "*"
            )
        case _:
            return ()


def loaded_modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The modules that import statements anywhere in these trees name, star imports included."""
    for tree in nodes:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                    if not node.level:
                        yield node.module or ""
                yield from (binding.module for binding in imported(node) if not binding.level)


def origins(statements: Iterable[ast.stmt], binds: Mapping[str, int]) -> dict[str, str]:
    """Names that are bound by nothing but imports of one object, with its dotted path.

    ``binds`` counts every binding of each name in the program.
    """
    paths: dict[str, list[str]] = {}
    for statement in statements:
        for binding in imported(statement):
            paths.setdefault(binding.name, []).append("." * binding.level + binding.path)
    return {
        name: found[0]
        for name, found in paths.items()
        if len(set(found)) == 1 and len(found) == binds.get(name, 0)
    }


def dotted(node: ast.expr, known: Mapping[str, str]) -> str | None:
    """The dotted path that an expression such as ``np.random.seed`` names, or None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return None
    return ".".join([known[node.id], *reversed(parts)])
