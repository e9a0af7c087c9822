"""The type of a value as others may name it: an annotation with library classes by their dotted paths."""

from __future__ import annotations

import sys
from typing import Any, Iterable, Iterator, Set, Tuple

_PLAIN = (bool, int, float, complex, str, bytes, range)
#: Containers of the standard library, and how many types of content their annotations tell.
_CONTAINERS = {
    "list": 1,
    "set": 1,
    "frozenset": 1,
    "dict": 2,
    "collections.deque": 1,
    "collections.Counter": 1,
    "collections.OrderedDict": 2,
    "collections.defaultdict": 2,
}
_CALLABLE = frozenset("function builtin_function_or_method method partial ufunc".split())
#: Parts of module paths that libraries keep to themselves, though no underscore says so.
_INTERNAL = frozenset("core src python impl internals".split())
#: Modules whose classes say how a class is built, not what it is.
_BUILDING = frozenset(("abc", "typing", "typing_extensions", "enum"))
#: Classes that exist on one system alone.
_ONE_SYSTEM = frozenset("PosixPath WindowsPath PurePosixPath PureWindowsPath".split())
#: How deep containers are looked into, how many containers in one, the different types of contents
#: that are all told, and the items that a tuple of several types may have.
MAX_DEPTH = 3
MAX_CONTAINERS = 200
MAX_TYPES = 2
MAX_ITEMS = 4


def hinted(value: Any, depth: int = 0) -> str:
    """Its type, such as ``dict[str, float]``; empty if it has none that others can name."""
    kind = type(value)
    if value is None:
        return "None"
    if kind in _PLAIN:
        return kind.__name__
    if kind.__name__ in _CALLABLE and kind.__module__ in ("builtins", "functools", "numpy"):
        return "collections.abc.Callable[..., Any]"
    if kind is tuple:
        return "tuple[%s]" % _items(value, depth)
    name = kind.__name__
    if kind.__module__ != "builtins":
        name = kind.__module__ + "." + name
    if name in _CONTAINERS:
        contents = [value, value.values()] if issubclass(kind, dict) else [value]
        told = [_common(items, depth) for items in contents[: _CONTAINERS[name]]]
        return "%s[%s]" % (name, ", ".join(told))
    if _is_array(kind):
        return "numpy.typing.NDArray[%s]" % public_path(value.dtype.type)
    return public_path(kind)


def public_path(kind: type) -> str:
    """Where a class can be imported from, or the nearest of its bases; empty if that is nowhere.

    Where a library defines a class is its own affair: the shortest public path leads to it.
    """
    for base in kind.__mro__:
        if base.__module__ == "builtins":
            return ""
        if base.__module__ in _BUILDING or base.__name__ in _ONE_SYSTEM:
            continue
        for path in _prefixes(base.__module__):
            if getattr(sys.modules.get(path), base.__qualname__, None) is base:
                return "%s.%s" % (path, base.__qualname__)
    return ""


def _prefixes(module: str) -> Iterator[str]:
    """``a``, ``a.b`` and so on, until a part is private."""
    path = ""
    for part in module.split("."):
        if path and part in _INTERNAL or part.startswith("_") and part != "__main__":
            return
        path = path + "." + part if path else part
        yield path


def _items(value: Any, depth: int) -> str:
    """What is in a tuple: one type and any number, or a few."""
    common = _common(value, depth)
    if common == "Any" and 0 < len(value) <= MAX_ITEMS and depth < MAX_DEPTH:
        told = [_content(item, depth) for item in value]
        if set(told) != {"Any"}:
            return ", ".join(told)
    return common + ", ..."


def _common(items: Iterable[Any], depth: int) -> str:
    """The type of all items, or the two of them."""
    seen: Set[type] = set()
    nested = 0
    told: Set[str] = set()
    for item in items:
        kind = type(item)
        if issubclass(kind, (list, tuple, set, frozenset, dict)):
            nested += 1
            if nested > MAX_CONTAINERS or depth >= MAX_DEPTH:
                return "Any"
            told.add(_content(item, depth))
        elif kind not in seen:
            seen.add(kind)
            # Arrays of one list may differ in what they hold.
            told.add("numpy.typing.NDArray[Any]" if _is_array(kind) else _content(item, depth))
        if len(told) > MAX_TYPES:
            return "Any"
    if told == {"int", "float"}:
        return "float"
    # What may hold anything is all that can be said of its like.
    loose = [text.partition("[")[0] for text in told if text.endswith("[Any]")]
    told = {t for t in told if t.endswith("[Any]") or t.partition("[")[0] not in loose}
    return "Any" if not told or "Any" in told else " | ".join(sorted(told, key=_none_last))


def _content(item: Any, depth: int) -> str:
    return hinted(item, depth + 1) or "Any"


def _none_last(told: str) -> Tuple[bool, str]:
    return told == "None", told


def _is_array(kind: type) -> bool:
    """Whether it is numpy's array, of a numpy that can say what is in it: since 1.21."""
    numpy = sys.modules.get("numpy")
    if numpy is None or kind is not numpy.ndarray:
        return False
    return tuple(map(int, numpy.__version__.split(".")[:2])) >= (1, 21)
