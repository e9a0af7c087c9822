"""Files that the recorded run read become parameters: whoever calls the package says where its data lies.

A path that stands as an argument in a top-level statement, and that its cell read, moves to a `parameters`
cell. A name that nothing rebinds has the literal's value, so the program computes the same.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import keyword
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from nb2prod.notebook import Cell, Notebook

#: What has a scope of its own: a global of the notebook that it reads is no plain argument there.
_SCOPES = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def with_path_parameters(
    notebook: Notebook, read: Mapping[int, Collection[str]], shipped: Collection[tuple[int, int]]
) -> Notebook:
    """The notebook with a parameter for each file that its cells name and read.

    Parameters
    ----------
    notebook
        As it was run.
    read
        The files that a cell read, relative to the notebook's folder, by the cell's number.
    shipped
        The statements that the package has in its stages: cell and first line.
    """
    taken = {word for cell in notebook.cells for word in re.findall(r"[^\W\d]\w*", cell.source)}
    taken |= {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    names: dict[str, str] = {}
    parameters: list[Cell] = []
    cells: list[Cell] = []
    for cell in notebook.cells:
        paths = read.get(cell.number, ())
        lines = {line for number, line in shipped if number == cell.number} if paths else ()
        found = _places(cell.source, paths, lines) if lines else ()
        places = sorted(found, key=_place)
        for node in places:
            path = str(node.value)
            if path not in names:
                names[path] = _name(path, taken)
                taken.add(names[path])
                source = f"{names[path]} = {path!r}"
                parameters.append(Cell(cell.number, cell.id, "code", source, ("parameters",)))
        cells.append(dataclasses.replace(cell, source=_replaced(cell.source, places, names)))
    if not parameters:
        return notebook
    return dataclasses.replace(notebook, cells=(*parameters, *cells))


def _places(source: str, paths: Collection[str], lines: Collection[int]) -> Iterator[ast.Constant]:
    """Literals that name one of the files, as arguments of a call outside every inner scope."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return  # magics; such a cell keeps its paths
    pending: list[ast.AST] = [node for node in tree.body if node.lineno in lines]
    while pending:
        node = pending.pop()
        if isinstance(node, _SCOPES):
            continue
        pending += ast.iter_child_nodes(node)
        if isinstance(node, ast.Call):
            for argument in (*node.args, *(k.value for k in node.keywords)):
                if (
                    isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and argument.lineno == argument.end_lineno
                    and posixpath.normpath(argument.value.replace("\\", "/")) in paths
                ):
                    yield argument


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _replaced(source: str, places: Sequence[ast.Constant], names: Mapping[str, str]) -> str:
    lines = source.encode().split(b"\n")
    # From the end: places before stay where they are.
    for node in reversed(places):
        line = lines[node.lineno - 1]
        name = names[str(node.value)].encode()
        lines[node.lineno - 1] = line[: node.col_offset] + name + line[node.end_col_offset :]
    return b"\n".join(lines).decode()


def _name(path: str, taken: Collection[str]) -> str:
    """A parameter's name: ``data/raw-sales.csv`` gives ``raw_sales_path``."""
    stem = re.sub(r"\W+", "_", PurePosixPath(path).stem, flags=re.ASCII).strip("_").lower()
    stem = stem if stem and not stem[0].isdigit() else f"data_{stem}".rstrip("_")
    base = name = stem if stem.endswith("path") else f"{stem}_path"
    number = 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
