"""Files beside the notebook that its statements name, or that its recorded run read."""

from __future__ import annotations

import ast
from pathlib import Path

from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import Recorded


def data_files(plan: PackagePlan, folder: Path | None, recorded: Recorded) -> list[str]:
    """Relative paths of existing input files: those that are named, in order of appearance, then others."""
    if folder is None:
        return []
    found: dict[str, None] = {}
    for statement in plan.code.statements:
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if 0 < len(text) < 200 and "\n" not in text and "\0" not in text:
                    if "." in text and not Path(text).is_absolute() and _is_file(folder, text):
                        found[Path(text).as_posix()] = None
    read = {path for cell in recorded.cells for path in cell.read if not Path(path).is_absolute()}
    found.update(dict.fromkeys(sorted(p for p in read - found.keys() if _is_file(folder, p))))
    return list(found)


def _is_file(folder: Path, text: str) -> bool:
    try:
        return (folder / text).is_file()
    except OSError:
        return False
