"""How many mistakes in generated code do the generated tests find?

python -m tests.mutation [--each 15] [--seed 0] [NOTEBOOK ...]

Each example notebook is converted with a recorded run. Of every mutant it is found out first whether `run()`
gives other values at all; of those that do, how many fail the package's own tests.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nb2prod import convert
from nb2prod.verify import differences

from .mutants import Mutant, mutants

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
SECONDS = 300


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
        subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)
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
            command, cwd=package, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def differs(expected: dict[str, Any], actual: dict[str, Any] | None) -> bool:
    """Whether any result is another one, beyond what the last digits may do."""
    if actual is None or expected.keys() != actual.keys():
        return True
    return any(next(differences(expected[n], actual[n], 1e-6), None) for n in expected)


def judged(package: Path, each: int, seed: int) -> tuple[int, int, list[str]]:
    """Mutants that were tried, those of them whose values differ, and those that nobody found."""
    modules = [
        path
        for path in sorted((package / "src").rglob("*.py"))
        if path.stem not in ("__init__", "__main__", "cli", "pipeline", "parameters", "state")
    ]
    every: list[tuple[Path, Mutant]] = [
        (path, mutant) for path in modules for mutant in mutants(path.read_text("utf-8"))
    ]
    chosen = random.Random(seed).sample(every, min(each, len(every)))
    different, missed = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        expected = values(package, place)
        assert expected is not None
        for path, mutant in chosen:
            original = path.read_text("utf-8")
            path.write_text(mutant.source, "utf-8")
            try:
                if differs(expected, values(package, place)):
                    different += 1
                    if not is_found(package):
                        missed.append(f"{path.name}:{mutant.line}: {mutant.mistake}")
            finally:
                path.write_text(original, "utf-8")
    return len(chosen), different, missed


def main() -> None:
    """Prints the share that is found, for each package and in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=15, help="mutants a package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("notebooks", nargs="*", type=Path)
    chosen = parser.parse_args()
    differing = found = 0
    for notebook in chosen.notebooks or sorted(EXAMPLES.glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as scratch:
            output = Path(scratch, notebook.stem)
            done = convert(notebook, output=output, kernel=sys.executable)
            assert done.package is not None, done.diagnostics
            tried, different, missed = judged(done.package, chosen.each, chosen.seed)
        differing += different
        found += different - len(missed)
        print(
            f"{notebook.stem}: {tried} mutants, {different} give other values,"
            f" {different - len(missed)} of these are found{''.join(f'; not {m}' for m in missed)}",
            flush=True,
        )
    share = 100 * found / differing if differing else 100
    print(f"{found} of {differing} are found: {share:.0f} %")


if __name__ == "__main__":
    main()
