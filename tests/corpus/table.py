"""Reads `notebooks.toml`: which notebooks make up the corpus and how their cells are tagged."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:  # pytest brings it there
    import tomli as tomllib


TABLE = Path(__file__).with_name("notebooks.toml")
ROLES = ("setup", "parameters", "preprocessing", "train", "evaluate", "predict")


@dataclass(frozen=True, slots=True)
class Sdist:
    """One pinned source distribution; the hash also pins the cells of every notebook in it."""

    name: str
    version: str
    sha256: str

    @property
    def stem(self) -> str:
        """The folder inside the archive, and the archive's name without its suffix."""
        return f"{self.name.replace('-', '_')}-{self.version}"


@dataclass(frozen=True, slots=True)
class Notebook:
    """One row of the table. Cells are numbered from 1 over all cells, as JupyterLab counts."""

    id: str
    sdist: Sdist
    path: str
    roles: Mapping[int, str]
    borrowed: tuple[int, ...]
    outputs: tuple[str, ...]
    rows: Mapping[str, str]
    tolerance: Mapping[str, float]
    unstable: frozenset[str]
    slow: bool

    @property
    def wanted(self) -> tuple[str, ...]:
        """The names that `run()` has to give: the outputs and the rows that models are tried on."""
        return tuple(dict.fromkeys((*self.outputs, *self.rows.values())))

    @property
    def package(self) -> str:
        """An importable name for the package that the converter writes."""
        return "corpus_" + self.id.replace("-", "_")


def read_table(path: Path = TABLE) -> tuple[Notebook, ...]:
    """Read the table; a slip in it (a cell with two roles, an unknown role or key) raises."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    sdists = {name: Sdist(name, **pin) for name, pin in content["sdist"].items()}
    notebooks = tuple(_notebook(row, sdists) for row in content["notebook"])
    if len({notebook.id for notebook in notebooks}) != len(notebooks):
        raise ValueError("two notebooks of the corpus share an id")
    return notebooks


def _notebook(row: dict[str, object], sdists: Mapping[str, Sdist]) -> Notebook:
    match row:
        case {
            "id": str(id_),
            "from": str(origin),
            "path": str(path),
            "cells": dict(cells),
            "outputs": list(outputs),
        }:
            pass
        case _:
            raise ValueError(f"incomplete row in the corpus table: {row}")
    known = {
        "id",
        "from",
        "path",
        "cells",
        "borrowed",
        "outputs",
        "rows",
        "tolerance",
        "unstable",
        "slow",
        "note",
    }
    if unknown := row.keys() - known:
        raise ValueError(f"{id_}: unknown keys {sorted(unknown)}")
    rows, tolerance, unstable = (
        _table(row.get(key, {})) for key in ("rows", "tolerance", "unstable")
    )
    if strangers := (rows.keys() | tolerance.keys() | unstable.keys()) - set(outputs):
        raise ValueError(f"{id_}: {sorted(strangers)} are not among the outputs")
    return Notebook(
        id=id_,
        sdist=sdists[origin],
        path=path,
        roles=_roles(id_, cells),
        borrowed=_numbers(row.get("borrowed", [])),
        outputs=tuple(outputs),
        rows={model: str(name) for model, name in rows.items()},
        tolerance={name: float(_table(entry)["rtol"]) for name, entry in tolerance.items()},
        unstable=frozenset(unstable),
        slow=bool(row.get("slow", False)),
    )


def _table(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"a table is due here, not {value!r}")
    return value


def _numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise TypeError(f"a list of cells is due here, not {value!r}")
    return tuple(value)


def _roles(notebook: str, cells: Mapping[str, list[int]]) -> dict[int, str]:
    roles: dict[int, str] = {}
    for role, numbers in cells.items():
        if role not in ROLES:
            raise ValueError(f"{notebook}: unknown role {role}")
        for number in numbers:
            if number in roles:
                raise ValueError(f"{notebook}: cell {number} has two roles")
            roles[number] = role
    return dict(sorted(roles.items()))
