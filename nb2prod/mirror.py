"""Scratch copies of a notebook's folder, so that a run never writes the user's own files."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NOT_MIRRORED = (".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints")
#: What makes a folder a generated package, or an environment.
_SIGNS = (".nb2prod.json", "pyvenv.cfg")
#: Where mirrors lie: a notebook in the folder of temporary files is not to see them.
_SCRATCH = "nb2prod-mirror-"
_BLOCK = 1 << 20
#: Linux: the target shares the blocks of the source until one of them is written.
_FICLONE = 0x40049409


@contextlib.contextmanager
def mirror(folder: Path) -> Iterator[Path]:
    """A copy of a folder, without environments, repositories and generated packages.

    Raises
    ------
    OSError
        Where there is no room for it, or a file can't be read.
    """
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, ignore_cleanup_errors=True) as scratch:
        place = Path(scratch, folder.resolve().name or "notebook")
        needed, free = _size(folder), shutil.disk_usage(scratch).free
        if needed > free and not _clones(folder, Path(scratch)):
            raise OSError(
                errno.ENOSPC, f"a copy needs {needed:,} bytes, {free:,} are free", scratch
            )
        shutil.copytree(
            folder,
            place,
            copy_function=_copied,
            ignore=_ignored,
            symlinks=False,
            ignore_dangling_symlinks=True,
        )
        yield place


def digest(folder: Path) -> str:
    """A hash of what a mirror of the folder would hold: names and contents, not of its notebooks."""
    found = hashlib.sha256()
    for path in _files(folder):
        if path.suffix == ".ipynb":
            continue
        found.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
    return found.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Every file that a mirror would hold, in a fixed order."""
    for root, folders, files in os.walk(folder, followlinks=True):
        skipped = _ignored(root, [*folders, *files])
        folders[:] = sorted(set(folders) - skipped)
        yield from (Path(root, name) for name in sorted(set(files) - skipped))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in _files(folder))


def _ignored(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not _is_mirrored(Path(folder, name))}


def _is_mirrored(path: Path) -> bool:
    """Repositories, environments, generated packages, pipes and loops are not what a notebook reads."""
    if path.name in _NOT_MIRRORED or path.name.startswith(_SCRATCH):
        return False
    if path.is_file():
        return True
    around = path.parent.resolve()
    loops = path.is_symlink() and path.resolve() in (around, *around.parents)
    return path.is_dir() and not loops and not any((path / sign).exists() for sign in _SIGNS)


def _copied(source: str, target: str) -> None:
    """A copy that shares its blocks with the original where the file system can do that."""
    with open(source, "rb") as original, open(target, "wb") as copy:
        shared = _shares_blocks(original.fileno(), copy.fileno())
    if not shared:
        shutil.copyfile(source, target)
    shutil.copystat(source, target)
    os.chmod(target, os.stat(target).st_mode | stat.S_IWUSR)


def _clones(folder: Path, scratch: Path) -> bool:
    """Whether copies into the scratch folder take no room."""
    largest = max(_files(folder), key=lambda path: path.stat().st_size)
    with largest.open("rb") as original, tempfile.TemporaryFile(dir=scratch) as copy:
        return _shares_blocks(original.fileno(), copy.fileno())


def _shares_blocks(source: int, target: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(target, _FICLONE, source)
    except (ImportError, OSError):
        return False
    return True
