"""Files that the shipped statements name and that lie beside the notebook."""

from __future__ import annotations

import ast
from pathlib import Path

from nb2prod.plan.package import PackagePlan


def data_files(plan: PackagePlan, folder: Path | None) -> list[str]:
    """Relative paths of existing input files, in order of appearance."""
    if folder is None:
        return []
    found: dict[str, None] = {}
    for statement in plan.code.statements:
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
                if 0 < len(text) < 200 and "\n" not in text and "\0" not in text:
                    if "." in text and not Path(text).is_absolute() and _is_file(folder, text):
                        found[text] = None
    return list(found)


def _is_file(folder: Path, text: str) -> bool:
    try:
        return (folder / text).is_file()
    except OSError:
        return False
