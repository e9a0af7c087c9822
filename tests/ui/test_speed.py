"""What the extension costs: at the start of JupyterLab, and for each key at 300 cells."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.notebooks import write
from tests.ui.lab import Lab
from tests.ui.server import Server, running

pytestmark = pytest.mark.benchmark

ROLES = ("preprocessing", "train", "evaluate", "predict")

#: Milliseconds of work on the page's thread per key, typed one after the other.
_KEYS = """async count => {
    const editor = document.querySelector('.jp-mod-active .cm-content');
    const spent = [];
    for (let key = 0; key < count; key += 1) {
        await new Promise(resolve => setTimeout(resolve, 120));
        const start = performance.now();
        document.execCommand('insertText', false, 'x');
        spent.push(performance.now() - start);
    }
    return spent;
}"""

_LONG_TASKS = """() => {
    window.longTasks = [];
    new PerformanceObserver(list => window.longTasks.push(...list.getEntries().map(e => e.duration)))
        .observe({entryTypes: ['longtask']});
}"""


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
    lab.cells.locator("visible=true").first.wait_for()
    lab.front.locator(".jp-mod-active .cm-content").click()
    lab.page.evaluate(_LONG_TASKS)
    spent: list[float] = lab.page.evaluate(_KEYS, 40)
    long_tasks: list[float] = lab.page.evaluate("() => window.longTasks")
    print(f"median {statistics.median(spent):.1f} ms, long tasks {sorted(long_tasks)}")
    assert statistics.median(spent) < 16


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
