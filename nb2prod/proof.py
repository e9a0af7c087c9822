"""Repeats the proof of a package that was written earlier, from what the package itself carries."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.execute import run_alone
from nb2prod.filetree import edited, is_package
from nb2prod.kernels import interpreter
from nb2prod.plan.naming import data_variable
from nb2prod.probes.samples import differences

#: Seconds that the package may take.
_PATIENCE = 3600


@dataclass(frozen=True, slots=True)
class Proof:
    """Every recorded value, with what is different about it now; nothing where it is the same."""

    package: str
    values: tuple[tuple[str, str, str], ...]
    #: Files of the package that were edited since it was generated.
    edited: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the package still computes what the notebook computed."""
        return not any(trouble for _, _, trouble in self.values)

    def __str__(self) -> str:
        same = sum(not trouble for _, _, trouble in self.values)
        return f"{same} of {len(self.values)} recorded values are what the notebook computed"


def verify(
    package: Path, *, kernel: str | None = None, data: Path | None = None
) -> Proof | Diagnostic:
    """Runs a package and compares what its stages give with the values that were recorded.

    Parameters
    ----------
    package
        The package's folder.
    kernel
        Name of the kernelspec, or path of the interpreter, to run it with.
    data
        The folder that the notebook's relative paths start from; by default the data in the package's
        tests, or the folder that the package was written beside.

    Returns
    -------
    Proof or Diagnostic
        Why there is no proof: no package, nothing recorded, no data, or it does not run.
    """
    opened = _opened(package, kernel)
    if isinstance(opened, Diagnostic):
        return opened
    held, python = opened
    folder = data or _data_folder(package, held)
    unset = [name for name in held["hidden"] if name not in os.environ]
    if unset:
        return diagnostic(
            "NB507", f"{package}: needs {', '.join(unset)}", hint="Set these environment variables."
        )
    missing = [name for name in held["data"] if not (folder / name).is_file()]
    if missing:
        return diagnostic(
            "NB507",
            f"{folder}: no {', '.join(missing)}",
            hint="Give the folder of the data: --data.",
        )
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        place = Path(scratch, "data")
        for name in held["data"]:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, place / name)
        place.mkdir(exist_ok=True)
        wanted = {**held, "source": str(package.absolute() / "src")}
        answer = run_alone(wanted, Path(python), place, _PATIENCE)
    if isinstance(answer, Diagnostic):
        if "ModuleNotFoundError" in answer.message:
            hint = (
                f"{python} lacks it: choose another interpreter with --kernel, or use --isolated."
            )
            return replace(answer, hint=hint)
        return answer
    seen = {**answer["boundaries"], "run": answer["results"]}
    return Proof(held["package"], tuple(_compared(held["values"], seen)), edited(package))


def verify_isolated(
    package: Path, *, kernel: str | None = None, said: Callable[[str], None] = lambda step: None
) -> bool | Diagnostic:
    """Builds a fresh environment from the package's own pins, and runs its tests there.

    ``said`` is told each step. True where all tests pass; what they print goes to the terminal.
    """
    opened = _opened(package, kernel)
    if isinstance(opened, Diagnostic):
        return opened
    held, python = opened
    surroundings = {
        **os.environ,
        data_variable(held["package"]): str(_data_folder(package, held)),
    }
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        place, environment = Path(scratch, "package"), Path(scratch, "environment")
        shutil.copytree(package, place)
        own = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        pip = [str(own), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        locked = ["-r", "requirements.lock"] if (place / "requirements.lock").is_file() else []
        steps = [
            ("a fresh environment", [python, "-m", "venv", str(environment)]),
            ("the recorded versions", [*pip, *locked, "pytest"]),
            ("the package", [*pip, *(["--no-deps"] if locked else []), "."]),
            ("its tests", [str(own), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]),
        ]
        for step, command in steps:
            said(step)
            done = subprocess.run(
                command, cwd=place, stdin=subprocess.DEVNULL, env=surroundings, check=False
            )
            if done.returncode:
                return False
    return True


def _opened(package: Path, kernel: str | None) -> tuple[dict[str, Any], str] | Diagnostic:
    """What a package recorded, and the interpreter to run it with."""
    held = _recorded(package)
    if isinstance(held, Diagnostic):
        return held
    python = interpreter(kernel or "python3")
    return python if isinstance(python, Diagnostic) else (held, python)


def _recorded(package: Path) -> dict[str, Any] | Diagnostic:
    if not is_package(package):
        return diagnostic("NB507", f"{package}: no package of nb2prod's")
    try:
        held: dict[str, Any] = json.loads((package / "tests/recorded.json").read_text("utf-8"))
    except FileNotFoundError:
        return diagnostic(
            "NB507",
            f"{package}: nothing is recorded here",
            hint="Convert the notebook again, without --no-run.",
        )
    except (OSError, ValueError) as error:
        return diagnostic("NB507", f"{package / 'tests/recorded.json'}: {error}")
    return held


def _data_folder(package: Path, held: dict[str, Any]) -> Path:
    named = os.environ.get(data_variable(held["package"]))
    return Path(named) if named else (package / held["data_folder"]).absolute()


def _compared(
    expected: dict[str, dict[str, Any]], seen: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, str, str]]:
    for stage, values in expected.items():
        for name, facts in values.items():
            found = seen.get(stage, {}).get(name)
            trouble = "missing" if found is None else next(differences(facts, found), "")
            yield stage, name, trouble
