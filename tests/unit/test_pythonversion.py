"""Code in; the oldest Python that runs it out."""

from __future__ import annotations

import pytest

from nb2prod.emit.pythonversion import oldest_python


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("x = 1\nif (y := x): print(f'{x=}')\ndef f(a, /): pass", ">=3.8"),
        ("with (open('a') as a, open('b') as b): pass", ">=3.9"),
        ("@fs[0]\ndef f(): pass", ">=3.9"),
        ("match x:\n    case 1: pass", ">=3.10"),
        ("try: f()\nexcept* ValueError: pass", ">=3.11"),
        ("import zoneinfo", ">=3.9"),
        ("from itertools import pairwise", ">=3.10"),
        ("import itertools as it\nit.pairwise(x)", ">=3.10"),
        ("import tomllib", ">=3.11"),
        ("'a'.removeprefix('b')", ">=3.9"),
        ("def f(x: list[int]): pass", ">=3.9"),
        ("def f() -> int | None: pass", ">=3.10"),
        ("from __future__ import annotations\ndef f(x: list[int]) -> int | None: pass", ">=3.8"),
        ("x = a | b", ">=3.8"),
    ],
)
def test_oldest_python(source: str, version: str) -> None:
    assert oldest_python([source, "y = 1"]) == version


def test_the_recorded_dependencies_say_theirs() -> None:
    assert oldest_python(["y = 1"], [">=3.11", "", "!=3.9.1,>= 3.10, <4"]) == ">=3.11"
    assert oldest_python(["import tomllib"], [">=3.9"]) == ">=3.11"
