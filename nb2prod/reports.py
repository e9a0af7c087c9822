"""Diagnostics as text, JSON, GitHub annotations or SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from nb2prod.diagnostics import CODES, Diagnostic, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def rendered(diagnostics: Sequence[Diagnostic], notebook: Path, shape: str) -> str:
    """The findings about a notebook in one of the formats of ``nb2prod check``."""
    match shape:
        case "json":
            return _json(diagnostics, notebook)
        case "github":
            return "\n".join(_github(found, notebook) for found in diagnostics)
        case "sarif":
            return _sarif(diagnostics, notebook)
        case _:
            return "\n".join(_text(found, notebook) for found in diagnostics)


def _text(found: Diagnostic, notebook: Path) -> str:
    # What is wrong with the file as a whole names it in the message already.
    return f"{notebook}: {found}".replace(f": {notebook}: ", ": ", 1)


def _json(diagnostics: Sequence[Diagnostic], notebook: Path) -> str:
    rows = [
        {
            "file": str(notebook),
            "code": found.code,
            "name": CODES[found.code].name,
            "severity": found.severity.value,
            "message": found.message,
            "hint": found.hint,
            "cell": found.cell,
            "cell_id": found.cell_id,
            "line": found.line,
            "mend": found.mend,
            "mend_cell": found.mend_cell or (found.cell if found.mend else None),
        }
        for found in diagnostics
    ]
    return json.dumps(rows, indent=1)


def _github(found: Diagnostic, notebook: Path) -> str:
    level = {"note": "notice"}.get(found.severity.value, found.severity.value)
    where = f"cell {found.cell}, line {found.line}: " if found.cell is not None else ""
    text = f"{where}{found.message} {found.hint}".strip()

    def escaped(value: str) -> str:
        return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    file = escaped(str(notebook)).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={file},title={found.code}::{escaped(text)}"


def _uri(notebook: Path) -> str:
    """A path as SARIF wants it: with escapes, and relative where the path is."""
    return notebook.as_uri() if notebook.is_absolute() else quote(notebook.as_posix())


def _sarif(diagnostics: Sequence[Diagnostic], notebook: Path) -> str:
    used = sorted({found.code for found in diagnostics})
    rules = [
        {
            "id": code,
            "name": CODES[code].name,
            "shortDescription": {"text": CODES[code].what},
            "fullDescription": {"text": f"{CODES[code].what} {CODES[code].why}".strip()},
            "help": {"text": CODES[code].fix or CODES[code].what},
        }
        for code in used
    ]
    results = [
        {
            "ruleId": found.code,
            "ruleIndex": used.index(found.code),
            "level": _LEVELS[found.severity],
            "message": {"text": f"{found.message}. {found.hint}".strip()},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": _uri(notebook)}},
                    "logicalLocations": [
                        {"name": f"cell {found.cell}", "fullyQualifiedName": found.cell_id or ""}
                    ]
                    if found.cell is not None
                    else [],
                    "properties": {"cell": found.cell, "line": found.line},
                }
            ],
        }
        for found in diagnostics
    ]
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "nb2prod", "rules": rules}}, "results": results}],
    }
    return json.dumps(log, indent=1)
