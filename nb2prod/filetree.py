"""A tree of files as a value, and the only code that writes one.

A package is written whole or not at all: into a new folder beside its place, which then takes it.
A manifest of hashes tells an untouched package from an edited one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.version import __version__

#: Relative path with forward slashes -> text.
FileTree: TypeAlias = Mapping[str, str]
#: Files of a tree that are no text: models.
Artifacts: TypeAlias = Mapping[str, bytes]
_NO_ARTIFACTS: Artifacts = MappingProxyType({})

MANIFEST = ".nb2prod.json"
#: The user's own beside the package's files: a new package has them again.
_KEPT = frozenset(".git .hg .svn .idea .vscode .venv venv .tox .nox .env".split())
#: Left by tools in a package that was only used. Neither these nor those are edits.
_TRACES = _KEPT | set(
    "__pycache__ .pytest_cache .mypy_cache .ruff_cache build dist .coverage".split()
)


@dataclass(frozen=True, slots=True)
class Written:
    """Where a package is now, and where the one that it replaced is kept."""

    path: Path
    backup: Path | None = None


def obstacle(folder: Path, *, force: bool = False) -> Diagnostic | None:
    """Why a package can't be written to a folder, or None."""
    if not folder.exists() and not folder.is_symlink():
        around = next(p for p in folder.absolute().parents if p.exists())
        if not os.access(around, os.W_OK | os.X_OK):
            return diagnostic("NB403", f"{around}: not writable", hint="Choose another --output.")
        return None
    if folder.is_symlink() or not folder.is_dir():
        return diagnostic("NB401", f"{folder}: exists and is no folder of nb2prod's")
    if not any(folder.iterdir()):
        return None
    manifest = _manifest(folder)
    if manifest is None:
        return diagnostic("NB401", f"{folder}: exists, and was not written by nb2prod")
    found = _edited(folder, manifest)
    if found and not force:
        listed = ", ".join(found[:10]) + (f" and {len(found) - 10} more" if found[10:] else "")
        return diagnostic("NB402", f"{folder}: edited since it was generated: {listed}")
    return None


def write(
    tree: FileTree, folder: Path, *, force: bool = False, artifacts: Artifacts = _NO_ARTIFACTS
) -> Written | Diagnostic:
    """Writes the whole tree to a folder, or gives the reason why nothing was written."""
    problem = obstacle(folder, force=force)
    if problem is not None:
        return problem
    try:
        return _replace(tree, artifacts, folder)
    except OSError as error:
        message = f"{error.filename or folder}: {error.strerror or error}"
        return diagnostic("NB403", message, hint="Nothing was written.")


def is_package(folder: Path) -> bool:
    """Whether a folder holds a package that nb2prod wrote."""
    return _manifest(folder) is not None


def edited(folder: Path) -> tuple[str, ...]:
    """Files of a package that were changed, added or removed since it was written."""
    return tuple(_edited(folder, _manifest(folder) or {}))


def with_manifest(tree: FileTree, artifacts: Artifacts = _NO_ARTIFACTS) -> dict[str, str]:
    """The tree with the manifest of its files, in the order of their names."""
    contents = {path: text.encode() for path, text in tree.items()} | dict(artifacts)
    hashes = {path: _hash(content) for path, content in sorted(contents.items())}
    facts = {"generator": "nb2prod", "version": __version__, "files": hashes}
    manifest = json.dumps(facts, indent=1) + "\n"
    return {**dict(sorted(tree.items())), MANIFEST: manifest}


def _replace(tree: FileTree, artifacts: Artifacts, folder: Path) -> Written:
    parent = folder.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    try:
        texts = with_manifest(tree, artifacts)
        contents = {path: text.encode() for path, text in texts.items()} | dict(artifacts)
        for path, content in contents.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        new.chmod(0o777 & ~_umask())
        backup = None
        if folder.exists():
            manifest = _manifest(folder) or {}
            backup = _unused(folder.with_name(f"{folder.name}.backup"))
            was_edited = bool(_edited(folder, manifest))
            os.replace(folder, backup)
            try:
                os.replace(new, folder)
            except BaseException:  # Ctrl-C too: the user's package comes back
                os.replace(backup, folder)
                raise
            for name in _KEPT:
                if (backup / name).exists():
                    os.replace(backup / name, folder / name)
            if not was_edited:
                shutil.rmtree(backup)
                backup = None
        else:
            os.replace(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return Written(folder, backup)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _unused(path: Path) -> Path:
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _manifest(folder: Path) -> dict[str, str] | None:
    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(held, dict) or held.get("generator") != "nb2prod":
        return None
    files = held.get("files")
    return files if isinstance(files, dict) else None


def _edited(folder: Path, manifest: Mapping[str, str]) -> list[str]:
    """Files that were changed, added or removed."""
    found = []
    seen = set()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if _TRACES & set(relative.parts) or any(p.endswith(".egg-info") for p in relative.parts):
            continue
        if path.is_dir() and not path.is_symlink():
            continue
        name = relative.as_posix()
        seen.add(name)
        if name == MANIFEST:
            continue
        if name not in manifest or path.is_symlink() or _hash(path.read_bytes()) != manifest[name]:
            found.append(name)
    return found + sorted(set(manifest) - seen)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
