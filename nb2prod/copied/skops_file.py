"""Models as skops writes them: the same bytes for the same model, and none but trusted types."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Collection
from typing import Any

import numpy as np
import skops.io  # type: ignore[import-untyped]

from nb2prod.copied import archive

#: How skops reads functions and types that are values themselves.
_HOLDING = ("FunctionNode", "TypeNode")


def dumps(value: Any, trusted: Collection[str]) -> bytes:
    """A value as bytes; raises `TypeError` where skops does not hold it exactly, or names more than is trusted."""
    try:
        content = skops.io.dumps(value)
        named = skops.io.get_untrusted_types(data=content)
        strange = [name for name in named if name not in trusted]
        if strange:
            raise TypeError(f"it is made of {', '.join(strange)}")
        again = skops.io.dumps(skops.io.loads(content, trusted=named))
    except (AttributeError, ImportError, RecursionError, TypeError, ValueError) as error:
        raise TypeError(f"skops does not hold it: {error}") from error
    if _tidied(again, numbers=False) != _tidied(content, numbers=False):
        raise TypeError("skops gives another value back")
    return archive.packed(_tidied(again))


def loads(content: bytes, trusted: Collection[str]) -> Any:
    """The value in bytes; raises `TypeError` where they name more than is trusted."""
    members = archive.unpacked(content)
    for member in members.values():
        if member.startswith(b"PK"):  # a sparse matrix is an archive in the archive
            archive.unpacked(member)
    functions = {name for name in trusted if not _is_class(name)}
    if functions:
        _check_calls(json.loads(members["schema.json"]), functions)
    return skops.io.loads(content, trusted=list(trusted))


def _is_class(name: str) -> bool:
    module, _, attribute = name.rpartition(".")
    try:
        return isinstance(getattr(importlib.import_module(module), attribute), type)
    except ImportError:  # the method of a class
        return False


def _check_calls(part: Any, functions: Collection[str]) -> None:
    """Refuses what is trusted and would be called as it is read: a function is only held."""
    if isinstance(part, list):
        for item in part:
            _check_calls(item, functions)
    elif isinstance(part, dict):
        for item in part.values():
            _check_calls(item, functions)
        name = f"{part.get('__module__')}.{part.get('__class__')}"
        if name in functions and part.get("__loader__") not in _HOLDING:
            raise TypeError(f"{name} is a function, and not to be called")


def _tidied(content: bytes, *, numbers: bool = True) -> dict[str, bytes]:
    """The members of what skops wrote, with small numbers where it has addresses in memory.

    A number tells which objects are one; without the ``numbers`` only the values count.
    """
    members = archive.unpacked(content)
    places: dict[int, int] = {}
    names: dict[str, str] = {}

    def tidied(part: Any) -> Any:
        if isinstance(part, list):
            return [tidied(item) for item in part]
        if not isinstance(part, dict):
            return part
        found: dict[str, Any] = {}
        for key, item in part.items():
            if key == "__id__" and isinstance(item, int):
                found[key] = places.setdefault(item, len(places) + 1) if numbers else 0
            elif key == "file" and isinstance(item, str):
                found[key] = names.setdefault(item, f"{len(names)}{item[item.rindex('.') :]}")
            else:
                found[key] = tidied(item)
        return found

    schema = tidied(json.loads(members["schema.json"]))
    files = {"schema.json": json.dumps(schema, separators=(",", ":")).encode()}
    for old, new in names.items():
        files[new] = members[old]
        if old.endswith(".npy"):
            files[new] = archive.from_array(archive.to_array(members[old]))
        elif old.endswith(".npz"):
            with np.load(io.BytesIO(members[old]), allow_pickle=False) as parts:
                arrays = {f"{name}.npy": archive.from_array(parts[name]) for name in parts}
            files[new] = archive.packed(arrays)
    return files
