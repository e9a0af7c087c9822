"""Reads a notebook file into frozen values. Outputs are never looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2prod.diagnostics import Diagnostic, diagnostic

FIXTURES = 2_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``number`` counts from 1 over all cells, as JupyterLab shows it."""

    number: int
    id: str
    kind: str
    source: str
    tags: tuple[str, ...] = ()
    #: Pictures that were pasted into its text: name -> media type -> base64.
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The notebook's own settings, from ``metadata.nb2prod``. Every one is optional."""

    name: str | None = None
    outputs: tuple[str, ...] = ()
    input: str | None = None
    target: str | None = None
    prediction: str | None = None
    metrics: dict[str, dict[str, float]] = field(default_factory=dict)
    owner: str | None = None
    description: str | None = None
    #: Characters of recorded values, and again of data, that lie beside the package's tests at most.
    fixtures: int = FIXTURES


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells and settings of one notebook."""

    name: str
    cells: tuple[Cell, ...]
    settings: Settings = Settings()
    python_version: str | None = None
    #: Name of the kernelspec that it was written with.
    kernel: str | None = None
    #: Name of its file; empty for one that is none.
    file: str = ""

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind == "code")


class NotebookError(Exception):
    """The file is no notebook that can be converted; carries the diagnostic that says why."""

    def __init__(self, problem: Diagnostic) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(path: Path) -> Notebook:
    """The notebook at ``path``; raises `NotebookError` with a diagnostic where it is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _refused(f"{path}: no such file", "Give the path of a notebook.") from None
    except IsADirectoryError:
        raise _refused(f"{path}: is a folder", "Give the path of a notebook in it.") from None
    except UnicodeDecodeError:
        raise _refused(f"{path}: is no text file", None) from None
    except OSError as error:
        raise _refused(f"{path}: {error.strerror}", "Check the file.") from None
    return replace(parse(text, name=path.stem, shown=str(path)), file=path.name)


def parse(text: str, *, name: str, shown: str | None = None) -> Notebook:
    """The notebook that ``text`` holds; ``shown`` is what messages call it."""
    shown = shown or name
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(f"{shown}: is no JSON ({error})", None) from None
    return parsed(document, name=name, shown=shown)


def parsed(document: Any, *, name: str, shown: str | None = None) -> Notebook:
    """The notebook that plain values hold, as JSON gives them."""
    shown = shown or name
    if not isinstance(document, dict) or "nbformat" not in document:
        raise _refused(f"{shown}: is JSON, but no notebook (it has no `nbformat`)", None)
    if document["nbformat"] != 4:
        document = _upgraded(document, document["nbformat"], shown)
    raw_cells = document.get("cells")
    if not isinstance(raw_cells, list):
        raise _refused(f"{shown}: has no list of cells", None)
    metadata = document.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    _check_language(metadata, shown)
    cells = tuple(_cell(raw, number, shown) for number, raw in enumerate(raw_cells, 1))
    version = _mapping(metadata.get("language_info")).get("version")
    kernel = _mapping(metadata.get("kernelspec")).get("name")
    return Notebook(
        name=name,
        cells=cells,
        settings=_settings(metadata.get("nb2prod"), shown),
        python_version=version if isinstance(version, str) else None,
        kernel=kernel if isinstance(kernel, str) else None,
    )


def _refused(message: str, hint: str | None, code: str = "NB101") -> NotebookError:
    return NotebookError(diagnostic(code, message, hint=hint))


def _upgraded(document: Any, version: Any, shown: str) -> dict[str, Any]:
    """Formats before 4 go through nbformat, which is only imported for them."""
    import nbformat

    try:
        # An upgrade that goes well may still be noted as invalid: old cells have no ids.
        text = json.dumps(document)
        old = nbformat.reads(text, nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
        return dict(nbformat.convert(old, 4))  # type: ignore[no-untyped-call]
    except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError) as error:
        message = f"{shown}: notebook format {version!r} can't be read ({error})"
        raise _refused(message, "Open and save it in JupyterLab.") from None


def _check_language(metadata: dict[str, Any], shown: str) -> None:
    kernel = _mapping(metadata.get("kernelspec"))
    language = _mapping(metadata.get("language_info")).get("name") or kernel.get("language")
    if isinstance(language, str) and language.lower() not in ("python", "ipython"):
        raise _refused(f"{shown}: is a notebook in {language}, not Python", None, "NB102")


def _cell(raw: Any, number: int, shown: str) -> Cell:
    if not isinstance(raw, dict):
        raise _refused(f"{shown}: cell {number} is no object", None)
    source = raw.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        raise _refused(f"{shown}: the source of cell {number} is no text", None)
    tags = _mapping(raw.get("metadata")).get("tags")
    return Cell(
        number=number,
        id=str(raw.get("id") or ""),
        kind=str(raw.get("cell_type", "raw")),
        source=source.replace("\r\n", "\n").replace("\r", "\n"),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        attachments=_attachments(raw.get("attachments")),
    )


def _attachments(raw: Any) -> dict[str, dict[str, str]]:
    found = {
        name: {kind: data for kind, data in _mapping(kinds).items() if isinstance(data, str)}
        for name, kinds in _mapping(raw).items()
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def _settings(raw: Any, shown: str) -> Settings:
    if raw is None:
        return Settings()

    def wrong(key: str, expected: str) -> NotebookError:
        message = f"{shown}: metadata.nb2prod{'.' + key if key else ''} must be {expected}"
        return _refused(message, None, "NB103")

    def text(key: str) -> str | None:
        value = raw.get(key)
        if value is not None and not isinstance(value, str):
            raise wrong(key, "text")
        return value

    if not isinstance(raw, dict):
        raise wrong("", "an object")
    outputs = raw.get("outputs", [])
    if not isinstance(outputs, list) or not all(isinstance(name, str) for name in outputs):
        raise wrong("outputs", "a list of variable names")
    fixtures = raw.get("fixtures", FIXTURES)
    if not isinstance(fixtures, int) or isinstance(fixtures, bool) or fixtures < 0:
        raise wrong("fixtures", "a number of characters")
    metrics = raw.get("metrics", {})
    if not isinstance(metrics, dict):
        raise wrong("metrics", 'an object such as {"accuracy": {"min": 0.8}}')
    for bounds in metrics.values():
        if not isinstance(bounds, dict) or not all(
            key in ("min", "max") and isinstance(value, int | float)
            for key, value in bounds.items()
        ):
            raise wrong("metrics", 'an object such as {"accuracy": {"min": 0.8}}')
    return Settings(
        name=text("name"),
        outputs=tuple(dict.fromkeys(outputs)),
        input=text("input"),
        target=text("target"),
        prediction=text("prediction"),
        metrics=metrics,
        owner=text("owner"),
        description=text("description"),
        fixtures=fixtures,
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
