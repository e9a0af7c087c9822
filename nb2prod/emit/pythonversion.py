"""The oldest Python that runs the generated code: from its syntax, its annotations and its imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from nb2prod.analysis.futures import delays_annotations
from nb2prod.analysis.origins import imported

#: Generated code asks for no more than this.
OLDEST = 8
_NEWEST = 14
#: Minor version in which the standard library got a module or a name.
_SINCE = {
    "zoneinfo": 9,
    "graphlib": 9,
    "functools.cache": 9,
    "math.lcm": 9,
    "math.nextafter": 9,
    "random.randbytes": 9,
    "asyncio.to_thread": 9,
    "typing.Annotated": 9,
    "ast.unparse": 9,
    "itertools.pairwise": 10,
    "contextlib.aclosing": 10,
    "statistics.correlation": 10,
    "statistics.covariance": 10,
    "statistics.linear_regression": 10,
    "typing.ParamSpec": 10,
    "typing.TypeAlias": 10,
    "typing.TypeGuard": 10,
    "types.NoneType": 10,
    "tomllib": 11,
    "enum.StrEnum": 11,
    "typing.Self": 11,
    "typing.assert_never": 11,
    "contextlib.chdir": 11,
    "asyncio.TaskGroup": 11,
    "asyncio.timeout": 11,
    "asyncio.Runner": 11,
    "datetime.UTC": 11,
    "itertools.batched": 12,
    "typing.override": 12,
    "math.sumprod": 12,
}
_GENERIC = frozenset("list dict tuple set frozenset type".split())


def oldest_python(sources: Iterable[str], required: Iterable[str] = ()) -> str:
    """As ``requires-python`` has it; ``required`` is what the recorded dependencies say of theirs."""
    minors = [OLDEST, *map(_oldest, sources)]
    minors += [int(minor) for text in required for minor in re.findall(r">=\s*3\.(\d+)", text)]
    return f">=3.{max(minors)}"


def _oldest(source: str) -> int:
    for minor in range(OLDEST, _NEWEST):
        try:
            tree = ast.parse(source, feature_version=(3, minor))
        except SyntaxError:
            continue
        return max(minor, _needed(tree))
    return _NEWEST


def _needed(tree: ast.Module) -> int:
    lazy = any(map(delays_annotations, tree.body))
    found = OLDEST
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        for decorator in getattr(node, "decorator_list", ()):
            found = max(found, OLDEST if _is_plain(decorator) else 9)
        match node:
            case ast.Import() | ast.ImportFrom():
                for binding in imported(node):
                    modules[binding.name] = binding.path
                    found = max(found, _SINCE.get(binding.path, 0), _SINCE.get(binding.module, 0))
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in modules:
                found = max(found, _SINCE.get(f"{modules[name]}.{attr}", 0))
            case ast.Attribute(attr="removeprefix" | "removesuffix"):
                found = max(found, 9)
            case ast.arg(annotation=ast.expr() as kind) | ast.AnnAssign(annotation=kind) if (
                not lazy
            ):
                found = max(found, _annotation(kind))
            case ast.FunctionDef(returns=ast.expr() as kind) if not lazy:
                found = max(found, _annotation(kind))
            case _:
                pass
    return found


def _is_plain(decorator: ast.expr) -> bool:
    """A dotted name, or a call of one."""
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return isinstance(inner, ast.Name)


def _annotation(kind: ast.expr) -> int:
    """An annotation that is evaluated: ``list[int]``, ``int | None``."""
    found = OLDEST
    for node in ast.walk(kind):
        match node:
            case ast.Subscript(value=ast.Name(id=name)) if name in _GENERIC:
                found = max(found, 9)
            case ast.BinOp(op=ast.BitOr()):
                found = max(found, 10)
            case _:
                pass
    return found
