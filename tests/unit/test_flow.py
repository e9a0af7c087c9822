"""Statements in; which bindings the last one may see out."""

from __future__ import annotations

import pytest

from .cellscript import code


@pytest.mark.parametrize(
    ("sources", "seen"),
    [
        # `seen` holds the positions of the bindings of `x`; -1 where it may be unbound.
        pytest.param(["x = 1", "x"], {0}, id="bound"),
        pytest.param(["x"], {-1}, id="unbound"),
        pytest.param(["x = 1", "x = 2", "x"], {1}, id="rebound"),
        pytest.param(["x = 1", "del x", "x"], {-1}, id="deleted"),
        pytest.param(["x = 1", "x = x + 1", "x"], {1}, id="from itself"),
        pytest.param(["if c: x = 1", "x"], {0, -1}, id="one arm"),
        pytest.param(["if c: x = 1\nelse: x = 2", "x"], {0}, id="both arms"),
        pytest.param(["x = 1", "if c: x = 2", "x"], {0, 1}, id="perhaps rebound"),
        pytest.param(
            ["x = 1", "if c:\n    x = 2\nelse:\n    raise E", "x"], {1}, id="other arm raises"
        ),
        pytest.param(["x = 1", "for i in a: x = 2", "x"], {0, 1}, id="loop that may not run"),
        pytest.param(["x = 1", "for i in (1, 2): x = 2", "x"], {1}, id="loop that runs"),
        pytest.param(["x = 1", "while True:\n    x = 2\n    break", "x"], {1}, id="endless loop"),
        pytest.param(
            ["x = 1", "for i in (1, 2):\n    if i: break\n    x = 2", "x"],
            {0, 1},
            id="break before",
        ),
        pytest.param(
            ["x = 1", "for i in (1, 2):\n    if i: continue\n    x = 2", "x"],
            {0, 1},
            id="continue before",
        ),
        pytest.param(["x = 1", "for i in a: pass\nelse: x = 2", "x"], {1}, id="else without break"),
        pytest.param(["x = 1", "try: x = 2\nexcept E: pass", "x"], {0, 1}, id="try may fail"),
        pytest.param(["x = 1", "try: x = 2\nexcept E: raise", "x"], {1}, id="handler raises"),
        pytest.param(["x = 1", "try: f()\nfinally: x = 2", "x"], {1}, id="finally"),
        pytest.param(
            ["try: x = 1\nexcept E as x: pass", "x"], {0, -1}, id="handler name is deleted"
        ),
        pytest.param(["x = 1", "with a as x: pass", "x"], {1}, id="with"),
        pytest.param(
            ["match a:\n    case [x]: pass\n    case x: pass", "x"], {0}, id="every case binds"
        ),
        pytest.param(["x = 1", "[x for x in a]", "x"], {0}, id="comprehension has its own"),
        pytest.param(["x = 1", "def f(): x = 2", "x"], {0}, id="function has its own"),
        pytest.param(["x = 1", "c and (x := 2)", "x"], {0, 1}, id="walrus that may not run"),
    ],
)
def test_reaching(sources: list[str], seen: set[int]) -> None:
    found = code(*sources)
    (use,) = [use for use in found.flow.uses if use.statement == len(sources) - 1]
    assert {found.flow.statement_of(definition) for definition in use.reach} == seen
    before = found.flow.before(len(sources) - 1, "x")
    assert before == use.reach


def test_a_loop_sees_its_own_last_round() -> None:
    found = code("x = 0", "for i in a: x = x + 1")
    (use,) = [use for use in found.flow.uses if use.read.name == "x"]
    assert {found.flow.statement_of(definition) for definition in use.reach} == {0, 1}


def test_a_capture_holds_what_reaches_it_where_it_is_made() -> None:
    (capture,) = code("a = 1", "def f(): return a + b", "a = 2").flow.captures
    assert capture.statement == 1
    assert capture.closure.binder == "f"
    assert {name: len(reach) for name, reach in capture.reach.items()} == {"a": 1, "b": 1}
    assert capture.reach["b"] == frozenset((0,))
    assert capture.reach["a"] != frozenset((0,))


def test_deletions_are_listed() -> None:
    assert code("x = 1", "del x", "y = 1").flow.deletes == {"x": (1,)}
