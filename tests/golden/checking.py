"""What holds for every generated package: clean, its tests pass, the same values, the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import nb2prod
from nb2prod.analysis.program import read_program
from nb2prod.notebook import read
from nb2prod.planning import planned_file
from nb2prod.verify import differences

TESTS = Path(__file__).parents[1]

#: Converts every notebook twice, into folders beside it.
_CONVERT_TWICE = """
import pathlib, sys, nb2prod
for path in map(pathlib.Path, sys.argv[1:]):
    for again in "once", "twice":
        assert nb2prod.convert(path, output=path.with_name(f"{path.stem}_{again}"), run=False).ok, path
"""


@dataclass(frozen=True)
class Converted:
    """A notebook file and its package."""

    notebook: Path
    name: str
    package: Path
    #: What `run()` is planned to give.
    results: tuple[str, ...]
    #: Untagged cells that definitions are taken over from.
    taken_over: frozenset[int]


def converted(notebook: Path, *, run: bool = False) -> Converted:
    """Converts a notebook that is without errors; ``run`` proves and records it, with this interpreter."""
    output = notebook.with_name(f"{notebook.stem}_package")
    done = nb2prod.convert(notebook, output=output, run=run, kernel=sys.executable)
    assert done.package is not None, "\n".join(map(str, done.diagnostics))
    taken_over = frozenset(d.cell for d in done.diagnostics if d.code == "NB301" and d.cell)
    plan = planned_file(notebook, None).plan
    assert plan is not None
    assert plan.results
    return Converted(notebook, done.name, done.package, plan.results, taken_over)


def files(folder: Path) -> dict[str, str]:
    """Every file's text to the last byte; bytecode is nobody's text."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def succeed(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Runs a command that has to end well; gives what it said. Threads would only wait for cores."""
    __tracebackhide__ = True
    quiet = {"MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        env={**os.environ, **quiet, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def passes_ruff(package: Path) -> None:
    """By the package's own configuration, which lies nearest."""
    __tracebackhide__ = True
    succeed([sys.executable, "-m", "ruff", "check", "--no-cache", "."], package)


def passes_mypy(package: Path, cache: Path) -> None:
    __tracebackhide__ = True
    succeed([sys.executable, "-m", "mypy", "--cache-dir", cache], package)


def passes_its_tests(package: Path, python: str | Path = sys.executable) -> None:
    """None of them skipped: the notebook's data is there."""
    __tracebackhide__ = True
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    said = succeed(command, package, PYTHONPATH=str(package / "src"))
    assert "skipped" not in said, said


def same_values(
    made: Converted, python: str | Path = sys.executable, *, installed: bool = False
) -> None:
    """`run()` gives what the tagged cells leave, bit for bit, each in a process of its own."""
    __tracebackhide__ = True
    folder = made.notebook.parent
    source = () if installed else (made.package / "src",)
    request = {"outputs": made.results, "rows": {}, "borrowed": []}
    (folder / "request.json").write_text(json.dumps(request))
    (folder / "reference.json").write_text(json.dumps(_reference(made)))
    cells = _observed("corpus.run_cells", "reference.json", folder, python, ())
    package = _observed("corpus.run_package", made.name, folder, python, source)
    assert cells.keys() == package.keys() == set(made.results)
    found = {name: [*differences(cells[name], package[name])] for name in made.results}
    assert not any(found.values()), found


def same_bytes(notebooks: Path, folder: Path) -> None:
    """Packages depend on no folder, no order of hashes, and nothing that was converted before."""
    __tracebackhide__ = True
    trees: list[dict[str, dict[str, str]]] = []
    for seed in ("1", "2"):
        place = folder / "deeper" / seed if trees else folder / seed
        shutil.copytree(notebooks, place)
        found = sorted(place.rglob("*.ipynb"))
        succeed([sys.executable, "-c", _CONVERT_TWICE, *found], folder, PYTHONHASHSEED=seed)
        for again in ("once", "twice"):
            trees.append(
                {path.stem: files(path.with_name(f"{path.stem}_{again}")) for path in found}
            )
    assert trees[0]
    assert trees[0] == trees[1] == trees[2] == trees[3]


def _reference(made: Converted) -> dict[str, Any]:
    """The notebook with a tag on the cells that take part; what they only show has its name."""
    document: dict[str, Any] = json.loads(made.notebook.read_text(encoding="utf-8"))
    for source in read_program(read(made.notebook)).sources:
        cell = document["cells"][source.cell.number - 1]
        takes_part = source.shipped or source.cell.number in made.taken_over
        cell["metadata"] = {"tags": ["takes part"] if takes_part else []}
        cell["source"] = source.cell.source
        for shown in source.shown:
            assert cell["source"].count(shown.text) == 1
            cell["source"] = cell["source"].replace(shown.text, f"({shown.name} := {shown.text})")
    return document


def _joined(paths: Sequence[Path]) -> str:
    return os.pathsep.join(map(str, paths))


def _observed(
    module: str, argument: str, folder: Path, python: str | Path, paths: Sequence[Path]
) -> Mapping[str, Mapping[str, object]]:
    result = folder / "result.json"
    succeed(
        [python, "-W", "ignore", "-m", module, argument, folder / "request.json", result],
        folder,
        PYTHONPATH=_joined((TESTS, *paths)),
        IPYTHONDIR=str(folder / ".ipython"),
    )
    values: Mapping[str, Mapping[str, object]] = json.loads(result.read_text())
    result.unlink()
    return values
