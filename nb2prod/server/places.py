"""Contents paths and the files that they mean: inside the server's root, links followed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from nb2prod.server.problems import Refused


@dataclass(frozen=True, slots=True)
class Root:
    """Where contents paths begin."""

    #: None where contents are no files.
    folder: Path | None
    #: Hidden files are contents, too.
    hidden: bool

    def file(self, path: str) -> Path | None:
        """The file of a contents path, which need not exist; None where contents are no files.

        Raises `Refused` for a path that leads out of the root.
        """
        odd = any(sign in path for sign in ("\\", "\0", ":", "//"))
        parts = path.split("/")
        if not path or path.startswith("/") or odd or {"..", "."} & set(parts):
            raise Refused(404, "There is no such path below the server's root folder")
        if not self.hidden and any(part.startswith(".") for part in parts):
            raise Refused(404, "Hidden files are not served")
        if self.folder is None:
            return None
        file = self.folder.joinpath(*PurePosixPath(path).parts)
        if not self.holds(file):
            raise Refused(403, f"{path} leads out of the server's root folder")
        return file

    def folder_of(self, path: str) -> Path | None:
        """The folder in which a notebook lies, where there is one."""
        file = self.file(path)
        return file.parent if file is not None and file.parent.is_dir() else None

    def holds(self, file: Path) -> bool:
        """Whether a file is below the root when all links are followed."""
        try:
            return self.folder is not None and file.resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError, ValueError):  # a loop of links, or no name of a file
            return False
