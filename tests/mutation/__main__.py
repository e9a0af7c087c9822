"""How many mistakes in generated code do the generated tests find?

python -m tests.mutation [--each 15] [--seed 0] [NOTEBOOK ...]

Each example notebook is converted with a recorded run. Of every mutant it is found out first whether `run()`
gives other values at all; of those that do, how many fail the package's own tests.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod import convert
from nb2prod.verify import differences

from .mutants import Mutant, mutants

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
SECONDS = 300
#: No bytecode: a mutant of the same size, made within a second, would run as the one before it. And the
#: package's tests run in the order of this hash seed.
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}


def values(package: Path, place: Path) -> dict[str, Any] | None:
    """The facts of what `run()` gives; None where it fails."""
    recorded = json.loads((package / "tests/recorded.json").read_text("utf-8"))
    request, result = place / "request.json", place / "result.json"
    result.unlink(missing_ok=True)
    request.write_text(json.dumps({**recorded, "source": str(package / "src")}), "utf-8")
    data = package / "tests/data"
    folder = (
        Path(shutil.copytree(data, place / "data", dirs_exist_ok=True)) if data.exists() else place
    )
    command = [
        sys.executable,
        str(package / "tests/observing/run_package.py"),
        str(request),
        str(result),
    ]
    try:
        subprocess.run(
            command,
            cwd=folder,
            env=ENVIRONMENT,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if not result.exists():
        return None
    found: dict[str, Any] = json.loads(result.read_text("utf-8"))["results"]
    return found


def is_found(package: Path) -> bool:
    """Whether the package's own tests fail."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(
            command,
            cwd=package,
            env=ENVIRONMENT,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def differs(expected: dict[str, Any], actual: dict[str, Any] | None) -> bool:
    """Whether any result is another one, beyond what the last digits may do."""
    if actual is None or expected.keys() != actual.keys():
        return True
    return any(next(differences(expected[n], actual[n], 1e-6), None) for n in expected)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of the mutants of a package."""

    tried: int
    #: Those that end with an error: any call finds these.
    crashed: int
    #: Those that run and give other values.
    silent: int
    #: Those of either kind that the package's tests did not find.
    missed: tuple[str, ...]

    @property
    def different(self) -> int:
        """Those that don't give the values of the package."""
        return self.crashed + self.silent


def judged(package: Path, each: int, seed: int) -> Judgement:
    """Tries a sample of the mutants of a package whose own tests pass."""
    assert not is_found(package), f"the tests of {package.name} fail before anything is changed"
    modules = [
        path
        for path in sorted((package / "src").rglob("*.py"))
        if path.stem not in ("__init__", "__main__", "cli", "pipeline", "parameters", "state")
    ]
    every: list[tuple[Path, Mutant]] = [
        (path, mutant) for path in modules for mutant in mutants(path.read_text("utf-8"))
    ]
    chosen = random.Random(seed).sample(every, min(each, len(every)))
    crashed = silent = 0
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        expected = values(package, place)
        assert expected is not None
        for path, mutant in chosen:
            original = path.read_text("utf-8")
            path.write_text(mutant.source, "utf-8")
            try:
                actual = values(package, place)
                if not differs(expected, actual):
                    continue
                crashed += actual is None
                silent += actual is not None
                if not is_found(package):
                    missed.append(f"{path.name}:{mutant.line}: {mutant.mistake}")
            finally:
                path.write_text(original, "utf-8")
    return Judgement(len(chosen), crashed, silent, tuple(missed))


def main() -> None:
    """Prints the share that is found, for each package and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=15, help="mutants a package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("notebooks", nargs="*", type=Path)
    chosen = parser.parse_args()
    judgements = []
    for notebook in chosen.notebooks or sorted(EXAMPLES.glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch, notebook.stem)
            done = convert(notebook, output=output, kernel=sys.executable)
            assert done.package is not None, done.diagnostics
            judgement = judged(done.package, chosen.each, chosen.seed)
        judgements.append(judgement)
        print(
            f"{notebook.stem}: {judgement.tried} mutants, {judgement.crashed} crash,"
            f" {judgement.silent} give other values, {len(judgement.missed)} are missed"
            + "".join(f"; {m}" for m in judgement.missed),
            flush=True,
        )
    different = sum(j.different for j in judgements)
    silent = sum(j.silent for j in judgements)
    missed = sum(len(j.missed) for j in judgements)
    print(f"found: {different - missed} of {different}{_share(different - missed, different)}")
    print(f"without crashes: {silent - missed} of {silent}{_share(silent - missed, silent)}")


def _share(part: int, whole: int) -> str:
    return f", {100 * part / whole:.0f} %" if whole else ""


if __name__ == "__main__":
    main()
