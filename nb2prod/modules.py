"""Modules beside the notebook: which of them it imports, and what they export."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2prod.notebook import Notebook


@dataclass(frozen=True, slots=True)
class LocalModule:
    """A module beside the notebook."""

    #: Dotted name, as the notebook imports it.
    name: str
    #: Path below the notebook's folder, with forward slashes.
    path: str
    source: str
    exports: frozenset[str]
    #: Methods of its classes.
    methods: frozenset[str]


#: What IPython's ``x = !command`` becomes calls of: a module that packages get a copy of.
SHELL_COMMANDS = "shell_commands"

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(.+)|import[ \t]+(.+))", re.M)


def imported_modules(notebook: Notebook) -> list[str]:
    """Names that the notebook's cells seem to import, judged by their text."""
    names: dict[str, None] = {}
    for cell in notebook.code_cells:
        for source, listed, plain in _IMPORT.findall(cell.source):
            if source:
                names[source] = None
            for word in re.findall(r"[\w.]+", listed):
                names[f"{source}.{word}"] = None
            for word in re.findall(r"[\w.]+", plain):
                names[word] = None
    return list(names)


def shell_commands() -> LocalModule:
    """The module of that name, as if it lay beside the notebook."""
    path = Path(__file__).with_name(f"{SHELL_COMMANDS}.py")
    source = path.read_text(encoding="utf-8")
    return LocalModule(SHELL_COMMANDS, path.name, source, frozenset(), frozenset())


def local_modules(folder: Path | None, imports: Iterable[str]) -> dict[str, LocalModule]:
    """Local modules that the imported names need, with those that they need in turn."""
    found: dict[str, LocalModule] = {}
    pending = list(imports)
    seen: set[str] = set()
    while pending and folder is not None:
        name = pending.pop()
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            dotted = ".".join(parts[:depth])
            if dotted in seen:
                continue
            seen.add(dotted)
            module = _read(folder, dotted)
            if module is None:
                break
            found[dotted] = module
            pending.extend(_imported_by(module))
    return dict(sorted(found.items()))


def _read(folder: Path, dotted: str) -> LocalModule | None:
    base = folder.joinpath(*dotted.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            try:
                source = path.read_text(encoding="utf-8")
                tree = ast.parse(source)
            except (OSError, SyntaxError, ValueError):
                return None
            relative = path.relative_to(folder).as_posix()
            return LocalModule(
                dotted, relative, source, frozenset(_exports(tree)), frozenset(_methods(tree))
            )
    return None


def _methods(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield item.name


def _exports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=items)):
                listed = [item.value for item in items if isinstance(item, ast.Constant)]
                yield from (str(name) for name in listed)
                return
            case _:
                pass
    for inner in ast.walk(tree):
        match inner:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if inner in tree.body and not name.startswith("_"):
                    yield name
            case ast.ClassDef(name=name):
                if inner in tree.body and not name.startswith("_"):
                    yield name
            case ast.Name(id=name, ctx=ast.Store()) if not name.startswith("_"):
                yield name
            case ast.alias(name=name, asname=asname) if name != "*":
                yield asname or name.partition(".")[0]
            case _:
                pass


def _imported_by(module: LocalModule) -> Iterator[str]:
    package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
    for node in ast.walk(ast.parse(module.source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=name, names=names, level=0) if name:
                yield name
                yield from (f"{name}.{alias.name}" for alias in names)
            case ast.ImportFrom(module=name, names=names, level=level):
                parts = package.split(".") if package else []
                base = ".".join(parts[: len(parts) - level + 1] + ([name] if name else []))
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)
            case _:
                pass
