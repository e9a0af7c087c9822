"""Serving, found out and proved by running: how raw rows lead to the notebook's predictions."""

from __future__ import annotations

import base64
import dataclasses
import json
import tempfile
from collections.abc import Mapping
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
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.serving import Unserved, candidates, served

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
    #: Further texts of the package: rows for its tests.
    texts: FileTree


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
    until = max(
        (n for n, binds in plan.code.binds_at().items() if binds & {*names}),
        default=len(plan.code.statements),
    )
    settings = plan.settings
    request = {
        "statements": statements,
        "predictions": names,
        "input": settings.input,
        "target": settings.target,
        "until": until,
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


@with_room
def with_serving(plan: PackagePlan, followed: Followed) -> PackagePlan | Diagnostic:
    """The plan with the chain from raw rows to predictions, or why there is none."""
    try:
        chain = served(plan, followed.told)
        chain_code(plan, chain, serving_words(plan))
    except Unserved as why:
        return _refused(plan, "NB601", why.text, why.statement, why.line)
    return dataclasses.replace(plan, serving=chain)


def prove(
    plan: PackagePlan,
    tree: FileTree,
    folder: Path,
    followed: Followed,
    recording: Recording,
    environment: Mapping[str, str],
) -> Proved | Diagnostic:
    """Trains the package's model, and holds `predict` against the notebook; then once more from its file."""
    assert plan.serving is not None
    with tempfile.TemporaryDirectory(prefix="nb2prod-") as scratch:
        trial = write(tree, Path(scratch, "trial"))
        if isinstance(trial, Diagnostic):
            return trial
        kept, model, place = (Path(scratch, name) for name in ("kept.pickle", "model", "place"))
        kept.write_bytes(followed.kept)
        place.mkdir()
        request = {
            "source": str(trial.path / "src"),
            "package": plan.name,
            "kept": str(kept),
            "model": str(model),
            "target": plan.serving.target,
        }
        rows: list[Any] = []
        with mirror(folder) as beside:
            # Once as it was trained, where the notebook's files are; once as it was saved, without them.
            for at in (beside, place):
                told = run_probe("run_serving", request, recording, at, environment)
                if isinstance(told, str):
                    return _refused(plan, "NB602", f"it fails: {told}", -1, 0)
                if told["differs"]:
                    return _refused(plan, "NB602", told["differs"][0], -1, 0)
                rows = told["rows"]
        root = _MODEL.format(name=plan.name)
        files = {f"{root}/{path.name}": path.read_bytes() for path in sorted(model.iterdir())}
    limit = plan.settings.fixtures
    text = json.dumps(rows, indent=1) + "\n"
    return Proved(files, {_ROWS: text} if len(text) <= limit else {})


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
