"""What the extension costs: at the start of JupyterLab, and for each key at 300 cells."""

from __future__ import annotations

import re
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.notebooks import write
from tests.ui.lab import Lab
from tests.ui.server import Server, running

pytestmark = pytest.mark.benchmark

ROLES = ("preprocessing", "train", "evaluate", "predict")

#: Milliseconds between two keys: the debounce passes, the server answers, all is drawn.
REST = 700
#: Keys that are not counted: code that runs for the first time is compiled.
WARM = 4
#: Microseconds between two samples of what the page's main thread does.
SAMPLING = 100


def _large(folder: Path, cells: int) -> Path:
    pairs = [
        (f"value_{number} = value_{number - 1} + {number}" if number else "value_0 = 0",
         ROLES[number * len(ROLES) // cells])
        for number in range(cells)
    ]  # fmt: skip
    return write(folder / "large.ipynb", *pairs)


def test_a_key_at_300_cells_takes_less_than_a_frame(lab: Lab) -> None:
    lab.open(_large(lab.folder, 300))
    expect(lab.panel.locator(".nb2prod-FlowBox")).not_to_have_count(0)
    lab.go_to(150)
    _rest(lab)
    own = _work_per_key(lab, 40)
    print(f"at 300 cells {_told(own)} of the extension per key")
    assert _percentile(own, 95) < 16


def test_10_000_cells_open_and_can_be_typed_in(lab: Lab) -> None:
    notebook = _large(lab.folder, 10_000)
    begun = time.monotonic()
    lab.page.set_default_timeout(60_000)
    lab.open(notebook)
    lab.rows.first.wait_for()
    opened = time.monotonic() - begun
    # Only what is in sight is in the page.
    assert lab.rows.count() < 200
    expect(lab.rows.first).to_have_attribute("aria-setsize", "10000")
    lab.go_to(5)
    own = _work_per_key(lab, 12)
    expect(lab.row(5).locator("code")).to_have_text(re.compile("x{16}$"))
    print(f"10,000 cells: list after {opened:.1f} s, {_told(own)} of the extension per key")
    assert statistics.median(own) < 100
    # The end of the list is as near as its beginning.
    lab.go_to(10_000)
    lab.page.keyboard.press("ArrowUp")
    expect(lab.row(9_999)).to_have_attribute("data-active", "true")
    assert lab.errors == []


def _work_per_key(lab: Lab, keys: int) -> list[float]:
    """Milliseconds of the page's main thread that the extension's code takes, for each of some keys.

    From the key until all it leads to has rested, work in libraries and in the browser that the extension's code
    asks for included. Outside of it remains what the browser then lays out and paints.
    """
    lab.front.locator(".jp-mod-active .cm-content").click()
    lab.page.keyboard.press("End")
    session = lab.page.context.new_cdp_session(lab.page)
    session.send("Profiler.enable")
    session.send("Profiler.setSamplingInterval", {"interval": SAMPLING})
    spent = []
    for number in range(WARM + keys):
        session.send("Profiler.start")
        lab.page.keyboard.press("x")
        lab.page.wait_for_timeout(REST)
        took = _own(session.send("Profiler.stop")["profile"])
        if number >= WARM:
            spent.append(took)
    session.detach()
    assert max(spent) > 0, "the profile knows the extension's code by another address"
    return spent


def _rest(lab: Lab) -> None:
    """Waits until JupyterLab has built the cells that it builds beforehand; each gets its mark then."""
    marked = -1
    for _ in range(60):
        now = lab.page.locator(".nb2prod-CellChip").count()
        if now == marked:
            return
        marked = now
        lab.page.wait_for_timeout(1500)


def _own(profile: dict[str, Any]) -> float:
    """The samples with the extension's code on their stack, in milliseconds."""
    nodes = {node["id"]: node for node in profile["nodes"]}
    parent = {child: node["id"] for node in profile["nodes"] for child in node.get("children", ())}

    def ours(node: int | None) -> bool:
        return node is not None and (
            "/extensions/nb2prod/" in nodes[node]["callFrame"]["url"] or ours(parent.get(node))
        )

    mine = {node: ours(node) for node in nodes}
    samples = zip(profile["samples"], profile["timeDeltas"], strict=True)
    own: float = sum(micros for node, micros in samples if mine[node]) / 1000
    return own


def _percentile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def _told(values: list[float]) -> str:
    median, high = statistics.median(values), _percentile(values, 95)
    return f"{median:.1f} ms (median), {high:.1f} ms (95th percentile)"


def test_the_start_takes_100_ms_more_at_most(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    took: dict[bool, float] = {}
    with (
        running(tmp_path_factory.mktemp("with")) as with_it,
        running(tmp_path_factory.mktemp("without"), extension=False) as without,
    ):
        servers: dict[bool, Server] = {True: with_it, False: without}
        samples: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(6):
            for present, server in servers.items():
                samples[present].append(_start(browser, server))
    took = {present: statistics.median(each[1:]) for present, each in samples.items()}
    print(f"start {took[False]:.0f} ms, with the extension {took[True]:.0f} ms")
    assert took[True] - took[False] < 100


def _start(browser: Browser, server: Server) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page: Page = context.new_page()
    page.goto(f"{server.url}lab?reset")
    page.locator(".jp-Launcher").wait_for()
    took: float = page.evaluate("performance.now()")
    context.close()
    return took
