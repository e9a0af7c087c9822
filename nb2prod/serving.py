"""Serving, found out and proved by running: how raw rows lead to the notebook's predictions."""

from __future__ import annotations

import ast
import base64
import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod import cache
from nb2prod.depth import with_room
from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.emit.servingcode import chain_code
from nb2prod.emit.servingwords import serving_words
from nb2prod.execute import PROBES, Recording, run_probe
from nb2prod.filetree import Artifacts, FileTree, write
from nb2prod.mirror import mirror
from nb2prod.plan.contract import settled
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.serving import Unserved, candidates, served
from nb2prod.verify import CLOSE, Facts, Observation, differences

#: Where the package has its model, and the rows of its tests.
_MODEL, _ROWS = "src/{name}/model", "tests/served.json"


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run told of the way from raw rows to predictions, and where it kept both."""

    told: Mapping[str, Any]
    #: The raw rows and the notebook's predictions for them, pickled where the notebook runs.
    kept: bytes


@dataclass(frozen=True, slots=True)
class Proved:
    """The model that the package trained, with which it gave the notebook's predictions."""

    artifacts: Artifacts
    #: The texts of the package, with rows for its tests.
    tree: FileTree


def follow(
    plan: PackagePlan, folder: Path, recording: Recording, environment: Mapping[str, str]
) -> Followed | None:
    """Runs the notebook on all rows and on a few; None where it predicts nothing."""
    names = candidates(plan)
    if not names:
        return None
    statements = [
        (number, s.source.python, s.position)
        for number, s in enumerate(plan.code.statements)
        if s.position >= 0
    ]
    binds = plan.code.binds_at()
    until = max(
        n
        for n, facts in enumerate(plan.code.facts)
        if (binds.get(n, set()) | facts.mutates) & {*names}
    )
    settings = plan.settings
    request = {
        "statements": statements,
        "imports": list(_other_imports(plan)),
        "predictions": names,
        "input": settings.input,
        "target": settings.target,
        "until": until,
        "hidden": list(environment),
    }
    probes = [path.read_text(encoding="utf-8") for path in sorted(PROBES.rglob("*.py"))]
    key = cache.key_of(recording.key, request, probes)
    known = cache.load(key) if recording.remembered else None
    if known is not None:
        return Followed(known["told"], base64.b64decode(known["kept"]))
    with mirror(folder) as place, tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        kept = Path(scratch, "kept.pickle")
        told = run_probe("run_chain", {**request, "kept": str(kept)}, recording, place, environment)
        content = kept.read_bytes() if kept.exists() else b""
    if isinstance(told, str):
        told = {"refused": [f"it can't be followed: {told}", -1, 0]}
    cache.store(key, {"told": told, "kept": base64.b64encode(content).decode()})
    return Followed(told, content)


def _other_imports(plan: PackagePlan) -> Iterator[str]:
    """Imports that the package has no need of: functions that it cuts short are followed as they were."""
    kept = {(statement.cell.number, statement.position) for statement in plan.code.statements}
    for source in plan.sources:
        for position, node in enumerate(source.tree.body if source.tree and source.shipped else ()):
            if isinstance(node, ast.Import | ast.ImportFrom):
                if (source.cell.number, position) not in kept:
                    yield ast.unparse(node)


@with_room
def with_serving(
    plan: PackagePlan, followed: Followed, seen: Observation
) -> PackagePlan | Diagnostic:
    """The plan with the chain from raw rows to predictions, or why there is none.

    The chain was followed in a run of its own: its predictions have to be those that were ``seen`` in
    the notebook's run, where that has them at a boundary.
    """
    try:
        serving = served(plan, followed.told)
        chain_code(plan, serving, serving_words(plan))
    except Unserved as why:
        return _refused(plan, "NB601", why.text, why.statement, why.line)
    expected = _last_seen(plan, serving.prediction, seen)
    if expected is not None:
        other = next(differences(expected, followed.told["captured"], CLOSE), None)
        if other is not None:
            said = f"`{serving.prediction}` is not the same when the notebook runs again: {other}"
            return _refused(plan, "NB602", said, -1, 0)
    return dataclasses.replace(plan, serving=serving)


def _last_seen(plan: PackagePlan, name: str, seen: Observation) -> Facts | None:
    """A variable as the notebook's run left it."""
    held = [seen.boundaries.get(stage.function, {}) for stage in plan.stages]
    return next((facts[name] for facts in (seen.results, *held[::-1]) if name in facts), None)


def prove(
    plan: PackagePlan,
    emit: Callable[[PackagePlan], FileTree],
    folder: Path,
    followed: Followed,
    recording: Recording,
    environment: Mapping[str, str],
) -> Proved | Diagnostic:
    """Trains the package's model, and holds `predict` against the notebook; then once more from its file.

    The contract of the second package demands what the first one was seen to need.
    """
    assert plan.serving is not None
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        kept, model, place = (Path(scratch, name) for name in ("kept.pickle", "model", "place"))
        kept.write_bytes(followed.kept)
        place.mkdir()
        rows: list[Any] = []
        with mirror(folder) as beside:
            # Once as it was trained, where the notebook's files are; once as it was saved, without them.
            for at in (beside, place):
                tree = emit(plan)
                trial = write(tree, Path(scratch, f"trial_{at.name}"))
                if isinstance(trial, Diagnostic):
                    return trial
                request = {
                    "source": str(trial.path / "src"),
                    "package": plan.name,
                    "kept": str(kept),
                    "model": str(model),
                    "target": plan.serving.target,
                }
                told = run_probe("run_serving", request, recording, at, environment)
                if isinstance(told, str):
                    return _refused(plan, "NB602", f"it fails: {told}", -1, 0)
                if told["differs"]:
                    return _refused(plan, "NB602", told["differs"][0], -1, 0)
                rows = told["rows"]
                if "needs" in told:
                    plan = _with_needs(plan, told["needs"])
        root = _MODEL.format(name=plan.name)
        files = {f"{root}/{path.name}": path.read_bytes() for path in sorted(model.iterdir())}
    limit = plan.settings.fixtures
    text = json.dumps(rows, indent=1) + "\n"
    return Proved(files, {**tree, _ROWS: text} if len(text) <= limit else tree)


def _with_needs(plan: PackagePlan, needs: Mapping[str, Any]) -> PackagePlan:
    """The plan with a contract that demands what the chain was seen to need."""
    assert plan.serving is not None
    contract = settled(plan.serving.contract, needs)
    return dataclasses.replace(plan, serving=dataclasses.replace(plan.serving, contract=contract))


def _refused(plan: PackagePlan, code: str, text: str, number: int, line: int) -> Diagnostic:
    """A warning at the statement that can't serve."""
    if not 0 <= number < len(plan.code.statements):
        return diagnostic(code, f"`predict` does not take raw rows: {text}")
    cell = plan.code.statements[number].cell
    return diagnostic(
        code,
        f"`predict` does not take raw rows: {text}",
        cell=cell.number,
        cell_id=cell.id,
        line=line or plan.code.statements[number].line,
    )
