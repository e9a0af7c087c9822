"""Room for code that nests deeply: long chains of operators, methods and ``elif``.

Every reader of syntax here calls itself for what is inside. Python accepts deeper code than its
own limit of calls lets such readers follow.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

#: Calls inside each other, and the stack that even the largest of them find room in.
_CALLS, _STACK = 150_000, 512 * 2**20
_LOCK = threading.Lock()
_roomy = threading.local()

_P = ParamSpec("_P")
_T = TypeVar("_T")


def with_room(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Runs a function a second time, with a large stack, where it needs more than the usual one.

    It must not have had effects by then.
    """

    @functools.wraps(function)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            if getattr(_roomy, "here", False):
                raise
        with _LOCK:
            stack, calls = threading.stack_size(_STACK), sys.getrecursionlimit()
            sys.setrecursionlimit(max(calls, _CALLS))
            try:
                with ThreadPoolExecutor(1, initializer=_enter) as pool:
                    return pool.submit(function, *args, **kwargs).result()
            finally:
                threading.stack_size(stack)
                sys.setrecursionlimit(calls)

    return run


def _enter() -> None:
    _roomy.here = True
