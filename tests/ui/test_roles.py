"""Journeys 1 and 2: from suggestions to tags on disk; a dependency breaks and is mended."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from nb2prod.notebook import read
from nb2prod.suggest import suggestions
from tests.notebooks import write
from tests.ui.examples import FOREIGN, put_churn, read_document, tags_on_disk
from tests.ui.lab import Lab


@pytest.mark.lowest
def test_suggestions_keys_undo_redo_and_save(lab: Lab) -> None:
    notebook = put_churn(lab.folder)
    found = {each.cell: each.role.value for each in suggestions(read(notebook))}
    lab.open(notebook)
    assert lab.roles() == {}
    lab.panel.get_by_role("button", name="Suggest roles").click()
    expect(lab.panel).to_contain_text(f"{len(found)} suggested roles")
    lab.picture(lab.page, "journey-1-suggestions")
    # A ghost is no role yet.
    assert lab.roles() == {}
    lab.button("Accept all").click()
    expect(lab.row(6).locator("select")).to_have_value("preprocessing")
    assert lab.roles() == found

    lab.go_to(6)
    lab.keys("g", "4")
    expect(lab.row(6).locator("select")).to_have_value("train")
    lab.go_to(29)
    lab.keys("g", "0")
    expect(lab.row(29).locator("select")).to_have_value("")
    changed = {**found, 6: "train"}
    del changed[29]
    assert lab.roles() == changed
    lab.picture(lab.page, "journey-1-roles")

    # One step of undo for each action, all suggestions among them.
    for after in ({**found, 6: "train"}, found, {}):
        lab.keys("z")
        expect(lab.row(2).locator("select")).to_have_value(after.get(2, ""))
        expect(lab.row(6).locator("select")).to_have_value(after.get(6, ""))
        expect(lab.row(29).locator("select")).to_have_value(after.get(29, ""))
        assert lab.roles() == after
    for after in (found, {**found, 6: "train"}, changed):
        lab.keys("Shift+Z")
        expect(lab.row(29).locator("select")).to_have_value(after.get(29, ""))
        expect(lab.row(6).locator("select")).to_have_value(after.get(6, ""))
        assert lab.roles() == after

    lab.save()
    ids = {number: cell["id"] for number, cell in enumerate(read_document(notebook)["cells"], 1)}
    expected = {ids[number]: FOREIGN.get(number, []) + [role] for number, role in changed.items()}
    expected[ids[29]] = FOREIGN[29]
    assert tags_on_disk(notebook) == expected
    assert lab.errors == []


@pytest.mark.lowest
def test_a_broken_dependency_is_mended(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    expect(lab.panel.locator(".nb2prod-FlowBox")).not_to_have_count(0)
    lab.go_to(13)
    lab.row(6).locator("select").select_option("")
    start = time.monotonic()
    finding = lab.cell(13).locator(".nb2prod-Strip .nb2prod-Finding[data-nb2prod-severity=error]")
    finding.wait_for(timeout=1500)
    assert time.monotonic() - start < 1.5
    expect(finding).to_contain_text("df")
    expect(lab.row(13).locator(".nb2prod-Row-finding")).to_have_attribute(
        "data-nb2prod-severity", "error"
    )
    lab.picture(lab.page, "journey-2-finding")
    finding.get_by_role("button", name="Tag cell 6 preprocessing").click()
    expect(lab.row(6).locator("select")).to_have_value("preprocessing")
    expect(finding).to_have_count(0)
    expect(lab.panel.locator(".nb2prod-Flow")).to_have_attribute("data-old", "false")
    assert lab.errors == []


def test_the_panel_follows_the_notebook(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    expect(lab.row(2).locator("code")).to_have_text("import numpy as np")
    # Edited
    lab.cell(2).locator(".cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.type("import json\n")
    expect(lab.row(2).locator("code")).to_have_text("import json")
    expect(lab.row(2)).to_have_attribute("data-active", "true")
    lab.page.keyboard.press("Escape")
    # Moved, added, deleted
    count = lab.rows.count()
    lab.keys("Control+Shift+ArrowDown")
    expect(lab.row(3).locator("code")).to_have_text("import json")
    lab.keys("b")
    expect(lab.rows).to_have_count(count + 1)
    expect(lab.row(4).locator("code")).to_have_text("(empty)")
    lab.keys("d", "d")
    expect(lab.rows).to_have_count(count)
    assert lab.errors == []


@pytest.mark.lowest
def test_every_way_to_set_a_role(lab: Lab) -> None:
    lab.open(put_churn(lab.folder))
    page = lab.page
    # The chip on the cell
    lab.go_to(4)
    lab.cell(4).locator(".nb2prod-CellChip").click()
    page.locator(".lm-Menu-item", has_text="parameters").click()
    expect(lab.row(4).locator("select")).to_have_value("parameters")
    expect(lab.cell(4).locator(".nb2prod-CellChip")).to_have_text("parameters")
    # The context menu
    lab.go_to(2)
    lab.cell(2).locator(".jp-InputPrompt").click(button="right")
    page.locator(".lm-Menu-item", has_text="Role of the Cell").hover()
    page.locator(".lm-Menu-item", has_text="setup").click()
    expect(lab.row(2).locator("select")).to_have_value("setup")
    # The command palette
    lab.go_to(6)
    page.keyboard.press("Control+Shift+C")
    page.keyboard.type("role of the selected cells: preprocessing")
    page.keyboard.press("Enter")
    expect(lab.row(6).locator("select")).to_have_value("preprocessing")
    # The panel, by keyboard: down one row, then a digit
    lab.go_to(6)
    page.keyboard.press("ArrowDown")
    expect(lab.row(7)).to_have_attribute("data-active", "true")
    page.keyboard.press("7")
    expect(lab.row(7).locator("select")).to_have_value("skip")
    # Many at once, in the panel, and one step back
    lab.go_to(8)
    lab.row(11).locator(".nb2prod-Row-jump").click(modifiers=["Shift"])
    lab.row(9).locator("select").select_option("evaluate")
    expect(lab.row(11).locator("select")).to_have_value("evaluate")
    assert {number: lab.role(number) for number in (8, 9, 11)} == dict.fromkeys(
        (8, 9, 11), "evaluate"
    )
    lab.keys("z")
    expect(lab.row(11).locator("select")).to_have_value("")
    assert {number: lab.role(number) for number in (7, 8, 9, 11)} == {
        7: "skip",
        8: "",
        9: "",
        11: "",
    }
    assert lab.errors == []


TWO_JOBS = """from sklearn.linear_model import LinearRegression
model = LinearRegression()
model.fit([[1.0], [2.0]], [1.0, 2.0])

# How good is it?
print(model.score([[1.0], [2.0]], [1.0, 2.0]))"""


def test_a_cell_with_two_jobs_is_split(lab: Lab) -> None:
    notebook = write(lab.folder / "two.ipynb", ("x = 1", None), (TWO_JOBS, None))
    found = next(each for each in suggestions(read(notebook)) if each.splits)
    assert [split.role.value for split in found.splits] == ["evaluate"]
    lab.open(notebook)
    lab.panel.get_by_role("button", name="Suggest roles").click()
    lab.cell(2).get_by_role("button", name="Split here").click()
    expect(lab.rows).to_have_count(3)
    assert (lab.role(2), lab.role(3)) == (found.role.value, "evaluate")
    expect(lab.cell(2).locator(".cm-line").last).to_contain_text("model.fit")
    expect(lab.cell(3).locator(".cm-line").first).to_have_text("# How good is it?")
    lab.keys("z")
    expect(lab.rows).to_have_count(2)
    assert lab.role(2) == ""
    assert lab.errors == []


def test_a_notebook_that_is_only_looked_at_stays_as_it_is(lab: Lab) -> None:
    notebook = put_churn(lab.folder, tagged=True)
    before = notebook.read_bytes()
    lab.open(notebook)
    settings = lab.page.locator(".nb2prod-Settings")
    settings.wait_for(state="attached")
    expect(settings.locator("[id$=fixtures]")).to_have_count(1)
    expect(lab.row(6).locator("select")).to_have_value("preprocessing")
    lab.page.wait_for_timeout(1000)  # whatever is written would be by now
    tab = lab.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.jp-mod-current")
    expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
    assert notebook.read_bytes() == before


def test_the_context_menu_is_about_the_cell_under_it(lab: Lab) -> None:
    lab.open(put_churn(lab.folder))
    lab.go_to(2)

    def choose(number: int, role: str) -> None:
        lab.cell(number).locator(".cm-content").click(button="right")
        lab.page.locator(".lm-Menu").get_by_text("Role of the Cell").hover()
        menu = lab.page.locator("#jp-contextmenu-nb2prod")
        menu.locator(".lm-Menu-itemLabel").get_by_text(role, exact=True).click()

    choose(4, "skip")
    expect(lab.row(4).locator("select")).to_have_value("skip")
    assert lab.roles() == {4: "skip"}
    choose(4, "no role")
    expect(lab.row(4).locator("select")).to_have_value("")
    assert lab.roles() == {}
