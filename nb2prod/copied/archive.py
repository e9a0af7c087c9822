"""Arrays as bytes, and archives of bytes that are the same each time and as large as they look."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np


def from_array(array: Any) -> bytes:
    """An array in numpy's own format; one of objects is refused, since only pickle holds these."""
    if array.dtype.names:
        # What lies between the fields is whatever was in memory.
        clean = np.zeros(array.shape, array.dtype)
        for name in array.dtype.names:
            clean[name] = array[name]
        array = clean
    held = io.BytesIO()
    np.lib.format.write_array(held, array, allow_pickle=False)
    return held.getvalue()


def to_array(content: bytes) -> Any:
    """The array in numpy's own format."""
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of the members, without times and without compression."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return held.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of an archive; raises `ValueError` where they are more than its bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if any(part.compress_type != zipfile.ZIP_STORED for part in parts):
            raise ValueError("the archive is compressed")
        if sum(part.file_size for part in parts) > len(content):
            raise ValueError("the archive holds more than its own size")
        return {part.filename: archive.read(part) for part in parts}
