"""What axe finds in the extension's own elements, in each theme; and everything by keys alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.examples import put_churn
from tests.ui.lab import Lab
from tests.ui.server import REPOSITORY, running
from tests.ui.themes import THEMES, themed

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"

#: The extension's own elements; what is around them is JupyterLab's.
OWN = ["#nb2prod-panel", ".nb2prod-Strip", ".nb2prod-CellChip", ".nb2prod-Preview"]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(theme: str, browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path / "home", settings=themed(theme)) as server:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, bypass_csp=True)
        lab = Lab(context.new_page(), server, server.root / "work")
        found: dict[str, list[str]] = {}
        notebook = put_churn(lab.folder)
        lab.open(notebook)
        found["empty"] = _violations(lab)
        lab.panel.get_by_role("button", name="Suggest roles").click()
        expect(lab.panel).to_contain_text("suggested roles")
        lab.cells.locator(".nb2prod-Finding").first.wait_for()
        found["suggestions"] = _violations(lab)
        lab.button("Accept all").click()
        expect(lab.row(6).locator("select")).to_have_value("preprocessing")
        lab.panel.locator(".nb2prod-FlowBox").first.wait_for()
        lab.panel.get_by_role("button", name="Variable").first.click()
        lab.button("Preview").click()
        lab.page.locator(".nb2prod-Preview [role=tab]").first.wait_for()
        lab.panel.locator(".lm-AccordionPanel-titleLabel", has_text="Settings").click()
        lab.panel.locator("input[id$=owner]").wait_for()
        found["flow, preview and settings"] = _violations(lab)
        lab.button("Convert").click()
        lab.panel.get_by_role("progressbar").wait_for()
        found["converting"] = _violations(lab)
        lab.panel.locator(".nb2prod-Verdict").wait_for(timeout=180_000)
        lab.panel.locator(".nb2prod-Files summary").click()
        found["verdict"] = _violations(lab)
        lab.row(6).locator("select").select_option("")
        lab.panel.locator(".nb2prod-General .nb2prod-Finding").first.wait_for()
        found["findings"] = _violations(lab)
        assert {state: each for state, each in found.items() if each} == {}
        context.close()


def _violations(lab: Lab) -> list[str]:
    """Serious and critical ones, each with the element and what is wrong with it."""
    if not lab.page.evaluate("'axe' in window"):
        # JupyterLab has a module loader that axe would take for Node's.
        lab.page.evaluate(f"(() => {{ const define = undefined; {AXE.read_text('utf-8')} }})()")
    there = [own for own in OWN if lab.page.locator(own).count() > 0]
    found: list[dict[str, Any]] = lab.page.evaluate(
        "async own => (await axe.run({include: own.map(each => [each])},"
        " {resultTypes: ['violations']})).violations",
        there,
    )
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def test_everything_by_keys_alone(lab: Lab) -> None:
    notebook = put_churn(lab.folder)
    lab.page.goto(
        f"{lab.server.url}lab/workspaces/{lab.folder.name}/tree/"
        f"{notebook.relative_to(lab.server.root).as_posix()}?reset"
    )
    lab.cells.first.wait_for()
    keys = lab.page.keyboard
    # The panel, by the palette
    lab.page.locator(".jp-SideBar [data-id='nb2prod-panel']").wait_for()
    found = lab.page.locator(".lm-CommandPalette-item.lm-mod-active", has_text="Package Panel")
    # JupyterLab takes the focus to the notebook once more when its kernel is there.
    for _ in range(5):
        keys.press("Control+Shift+C")
        keys.type("package panel")
        lab.page.wait_for_timeout(1500)
        if found.is_visible():
            break
        keys.press("Escape")
    keys.press("Enter")
    lab.panel.wait_for()
    # Suggestions
    _tab_to(lab, "Suggest roles")
    keys.press("Enter")
    expect(lab.panel).to_contain_text("suggested roles")
    # Down the rows, and a role
    _tab_to(lab, "Go to cell")
    first = lab.page.evaluate("document.activeElement.closest('[data-cell]').dataset.cell")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    row = lab.panel.locator(".nb2prod-Row[data-active=true]")
    assert row.get_attribute("data-cell") != first
    keys.press("3")
    expect(row.locator("select")).to_have_value("preprocessing")
    # The next one: its suggestion is accepted by its own button
    keys.press("ArrowDown")
    expect(row.locator("select")).to_have_value("")
    accept = row.locator(".nb2prod-Row-accept")
    suggested = (accept.get_attribute("aria-label") or "").split()[1]
    _tab_to(lab, f"Accept {suggested}")
    keys.press("Enter")
    expect(row.locator("select")).to_have_value(suggested)
    # All others, and the conversion
    _tab_to(lab, "Accept all", back=True)
    keys.press("Enter")
    expect(lab.panel).not_to_contain_text("suggested roles")
    _tab_to(lab, "Convert", back=True)
    keys.press("Enter")
    lab.panel.get_by_role("progressbar").wait_for()
    _tab_to(lab, "Cancel")
    keys.press("Enter")
    expect(lab.verdict()).to_have_text("Cancelled")
    assert lab.errors == []


def _tab_to(lab: Lab, name: str, *, back: bool = False) -> None:
    """Presses Tab until the focus is on something of the panel whose name begins so."""
    for _ in range(60):
        focused: str = lab.page.evaluate(
            """() => { const node = document.activeElement;
            return node.closest('#nb2prod-panel') === null ? ''
                : node.getAttribute('aria-label') || node.title && !node.matches('.nb2prod-Button') && node.title
                    || node.textContent; }"""
        )
        if focused.startswith(name):
            return
        lab.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"no way to {name} by keys")
