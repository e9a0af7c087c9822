"""Serving, found out and proved by running: how raw rows lead to the notebook's predictions."""

from __future__ import annotations

import ast
import base64
import dataclasses
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod import cache
from nb2prod.analysis.code import Code
from nb2prod.depth import with_room
from nb2prod.diagnostics import CODES, Diagnostic, diagnostic
from nb2prod.emit.distributions import within
from nb2prod.emit.servingcode import chain_code
from nb2prod.emit.servingwords import serving_words
from nb2prod.execute import PROBES, Recording, run_probe
from nb2prod.filetree import Artifacts, FileTree, write
from nb2prod.mirror import mirror
from nb2prod.plan.chain import Contract, ModelFiles, Unserved
from nb2prod.plan.contract import settled
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.predicting import candidates, likeliest, tables
from nb2prod.plan.serving import served
from nb2prod.plan.unrolled import unrolled
from nb2prod.repeatability import first_source
from nb2prod.verify import CLOSE, Facts, Observation, differences

#: Where the package has its model, and the rows of its tests.
_MODEL, _ROWS = "src/{name}/model", "tests/served.json"


@dataclass(frozen=True, slots=True)
class Followed:
    """What a run told of the way from raw rows to predictions, and where it kept both."""

    told: Mapping[str, Any]
    #: The raw rows and the notebook's predictions for them, pickled where the notebook runs.
    kept: bytes
    #: The statements that were followed.
    code: Code


@dataclass(frozen=True, slots=True)
class Trained:
    """The model that the package trained, with which it gave the notebook's predictions."""

    artifacts: Artifacts
    #: How it is stored.
    files: ModelFiles
    #: What it demands of raw rows.
    contract: Contract


def follow(
    plan: PackagePlan, folder: Path, recording: Recording, environment: Mapping[str, str]
) -> Followed | None:
    """Runs the notebook on all rows and on a few; None where it predicts nothing."""
    names = candidates(plan)
    if not names:
        return None
    code, wanted = unrolled(plan.code), plan.settings.prediction
    statements = [
        (number, s.source.python, s.position)
        for number, s in enumerate(code.statements)
        if s.position >= 0
    ]
    binds = plan.code.binds_at()
    bound = [
        n
        for n, facts in enumerate(plan.code.facts)
        if (binds.get(n, set()) | facts.mutates) & {*names}
    ]
    if not bound:
        said = f"`metadata.nb2prod.prediction` names `{wanted}`, which no statement binds"
        return Followed({"refused": [said, -1, 0]}, b"", code)
    settings = plan.settings
    request = {
        "statements": statements,
        "imports": list(_other_imports(plan)),
        "predictions": names,
        "tables": tables(plan),
        "likeliest": likeliest(plan),
        "input": settings.input,
        "target": settings.target,
        "until": max(bound),
        "hidden": list(environment),
    }
    probes = [path.read_text(encoding="utf-8") for path in sorted(PROBES.rglob("*.py"))]
    key = cache.key_of(recording.key, request, probes)
    known = cache.load(key) if recording.remembered else None
    if known is not None:
        return Followed(known["told"], base64.b64decode(known["kept"]), code)
    with mirror(folder) as place, tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        kept = Path(scratch, "kept.pickle")
        told = run_probe("run_chain", {**request, "kept": str(kept)}, recording, place, environment)
        content = kept.read_bytes() if kept.exists() else b""
    if isinstance(told, str):
        told = {"refused": [f"it can't be followed: {told}", -1, 0]}
    cache.store(key, {"told": told, "kept": base64.b64encode(content).decode()})
    return Followed(told, content, code)


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
        serving = served(plan, followed.code, followed.told)
        chain_code(plan, serving, serving_words(plan))
    except Unserved as why:
        return _refused(plan, "NB601", why.text, why.statement, why.line)
    expected = _last_seen(plan, serving.prediction, seen)
    if expected is not None:
        other = next(differences(expected, followed.told["captured"], CLOSE), None)
        if other is not None:
            said = f"`{serving.prediction}` is not the same when the notebook runs again: {other}"
            return _unproven(plan, said)
    return dataclasses.replace(plan, serving=serving)


def _last_seen(plan: PackagePlan, name: str, seen: Observation) -> Facts | None:
    """A variable as the notebook's run left it."""
    held = [seen.boundaries.get(stage.function, {}) for stage in plan.stages]
    return next((facts[name] for facts in (seen.results, *held[::-1]) if name in facts), None)


def trained(
    plan: PackagePlan,
    tree: FileTree,
    folder: Path,
    followed: Followed,
    recording: Recording,
    environment: Mapping[str, str],
    overlay: Path | None,
    metrics: Mapping[str, float],
) -> Trained | Diagnostic:
    """Trains the package's model, holds it against the notebook, and finds out how to store it and what it
    needs of raw rows.

    ``overlay`` has libraries that read model files and that the notebook's environment lacks.
    """
    assert plan.serving is not None
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        model = Path(scratch, "model")
        more = {"model": str(model), "metrics": dict(metrics)}
        with mirror(folder) as place:
            told = _run(plan, tree, followed, place, recording, environment, overlay, more)
        if isinstance(told, Diagnostic):
            return told
        root = _MODEL.format(name=plan.name)
        files = {f"{root}/{path.name}": path.read_bytes() for path in sorted(model.iterdir())}
    stored = told["stored"]
    readers = {name: name + within(version) for name, version in stored["readers"].items()}
    return Trained(
        files,
        ModelFiles(stored["formats"], tuple(stored["trusted"]), readers, stored["pickled"]),
        settled(plan.serving.contract, told["needs"]),
    )


def proved(
    plan: PackagePlan,
    tree: FileTree,
    model: Artifacts,
    followed: Followed,
    recording: Recording,
    environment: Mapping[str, str],
    overlay: Path | None,
) -> FileTree | Diagnostic:
    """Holds the package with its model's files against the notebook; gives rows for the package's tests."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        folder, place = Path(scratch, "model"), Path(scratch, "place")
        folder.mkdir()
        place.mkdir()  # the notebook's files are not there: nothing may read them
        for path, content in model.items():
            (folder / Path(path).name).write_bytes(content)
        more = {"model": str(folder)}
        told = _run(plan, tree, followed, place, recording, environment, overlay, more)
    if isinstance(told, Diagnostic):
        return told
    text = json.dumps({key: told[key] for key in ("rows", "predictions")}, indent=1) + "\n"
    return {_ROWS: text} if len(text) <= plan.settings.fixtures else {}


def pickles(plan: PackagePlan, missing: str) -> Iterator[Diagnostic]:
    """A warning at each statement whose value nothing but a pickle holds.

    ``missing`` is why libraries could not be had that may hold it.
    """
    serving = plan.serving
    assert serving is not None
    assert serving.files is not None
    for name, why in serving.files.pickled.items():
        number = next(
            (
                step.statement
                for step in serving.steps
                if name in {*dict(step.kept).values(), *(edit.state for edit in step.edits)}
            ),
            -1,
        )
        text = f"the model file holds `{name}` as a pickle, which runs code as it is loaded: {why}"
        text += f" ({missing})" if missing else ""
        yield _at(plan, "NB604", text, number, 0)


def _run(
    plan: PackagePlan,
    tree: FileTree,
    followed: Followed,
    place: Path,
    recording: Recording,
    environment: Mapping[str, str],
    overlay: Path | None,
    more: Mapping[str, object],
) -> dict[str, Any] | Diagnostic:
    """What `run_serving` tells of a package that is not in its place yet."""
    assert plan.serving is not None
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        trial = write(tree, Path(scratch, "trial"))
        if isinstance(trial, Diagnostic):
            return trial
        kept = Path(scratch, "kept.pickle")
        kept.write_bytes(followed.kept)
        request = {
            "source": str(trial.path / "src"),
            "package": plan.name,
            "kept": str(kept),
            "target": plan.serving.target,
            "overlay": str(overlay or ""),
            **more,
        }
        told = run_probe("run_serving", request, recording, place, environment)
    if isinstance(told, str):
        return _refused(plan, "NB602", f"it fails: {told}", -1, 0)
    if told["differs"]:
        return _unproven(plan, told["differs"][0])
    return told


def _unproven(plan: PackagePlan, text: str) -> Diagnostic:
    """What was not the same, at the call to blame where one is known to give something new each time."""
    blamed = first_source(plan)
    if blamed is None:
        return _refused(plan, "NB602", text, -1, 0)
    number, line, why = blamed
    found = _refused(plan, "NB602", f"{text}; {why}", number, line)
    return dataclasses.replace(found, hint=CODES["NB505"].fix)


def _refused(plan: PackagePlan, code: str, text: str, number: int, line: int) -> Diagnostic:
    """A warning at the statement that can't serve."""
    return _at(plan, code, f"`predict` does not take raw rows: {text}", number, line)


def _at(plan: PackagePlan, code: str, text: str, number: int, line: int) -> Diagnostic:
    """A diagnostic at a statement, where there is one."""
    if not 0 <= number < len(plan.code.statements):
        return diagnostic(code, text)
    cell = plan.code.statements[number].cell
    return diagnostic(
        code,
        text,
        cell=cell.number,
        cell_id=cell.id,
        line=line or plan.code.statements[number].line,
    )
