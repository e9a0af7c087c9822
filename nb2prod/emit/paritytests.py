"""The tests that hold a package against the recorded run, and what they need beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2prod.filetree import FileTree

_PROBES = Path(__file__).parents[1] / "probes"
#: Where data that is small lies beside the tests of a recorded package.
COPIED = "tests/data"
_OBSERVING = ("capture", "run_package", "samples", "seeds")


def observing_files() -> Iterator[tuple[str, str]]:
    """The code that runs the package and looks at its values: path and text."""
    yield "tests/observing/__init__.py", '"""Values as plain facts, and a run that gives them."""\n'
    for name in _OBSERVING:
        yield f"tests/observing/{name}.py", (_PROBES / f"{name}.py").read_text(encoding="utf-8")


def record_text(
    request: Mapping[str, object], values: Mapping[str, Mapping[str, Any]], limit: int
) -> str:
    """Recorded values as a file, after what a run needs to know: the package, its stages, its data.

    Of the values at most ``limit`` characters are kept: the largest ones go first.
    """
    return _text(request, _within(limit, values))


def copied_data(tree: FileTree) -> list[str]:
    """The notebook's data files that a package has copies of."""
    start = f"{COPIED}/"
    return [path.removeprefix(start) for path in tree if path.startswith(start)]


def small_data(folder: Path | None, files: Sequence[str], limit: int) -> dict[str, str]:
    """The texts of the notebook's data files; none where they are too large, elsewhere, or no text."""
    if folder is None:
        return {}
    found: dict[str, str] = {}
    for name in files:
        path = folder / name
        if ".." in Path(name).parts or path.stat().st_size > limit:
            return {}
        try:
            found[name] = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return {}
    return found if sum(map(len, found.values())) <= limit else {}


def _within(limit: int, values: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    kept = {stage: dict(found) for stage, found in values.items()}
    sizes = {
        (stage, name): len(json.dumps(value))
        for stage, found in kept.items()
        for name, value in found.items()
    }
    total = sum(sizes.values())
    for (stage, name), size in sorted(sizes.items(), key=lambda item: -item[1]):
        if total <= limit:
            break
        del kept[stage][name]
        total -= size
    return kept


def _text(request: Mapping[str, object], values: Mapping[str, Mapping[str, Any]]) -> str:
    """JSON with a line for each value: differences can be read."""
    stages = []
    for stage, found in values.items():
        if found:
            lines = [f"   {json.dumps(name)}: {json.dumps(value)}" for name, value in found.items()]
            stages.append(f"  {json.dumps(stage)}: {{\n" + ",\n".join(lines) + "\n  }")
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in request.items())
    return "{\n" + head + ' "values": {\n' + ",\n".join(stages) + "\n }\n}\n"
