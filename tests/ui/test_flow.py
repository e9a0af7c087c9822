"""The live flow, the preview and the settings."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.notebooks import write
from tests.ui.examples import put_churn, read_document
from tests.ui.lab import Lab


def test_a_variable_leads_to_its_places(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    box = lab.panel.locator(".nb2prod-FlowBox", has=lab.page.get_by_text("train()"))
    expect(box).to_have_attribute("data-nb2prod-role", "train")
    lab.panel.get_by_role("button", name="Variable best_threshold").first.click()
    expect(lab.row(32)).to_have_attribute("data-active", "true")
    places = lab.panel.locator(".nb2prod-Places")
    expect(places).to_contain_text("bound in")
    places.get_by_role("button", name="34:").first.click()
    expect(lab.row(34)).to_have_attribute("data-active", "true")
    expect(lab.front.locator(".jp-Notebook")).to_contain_class("jp-mod-editMode")
    assert lab.errors == []


@pytest.mark.lowest
def test_the_preview_follows_cell_and_text(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    lab.go_to(6)
    lab.button("Preview").click()
    preview = lab.page.locator(".nb2prod-Preview")
    tab = preview.locator("[role=tab][aria-selected=true]")
    expect(tab).to_have_text("preprocessing.py")
    lab.go_to(34)
    expect(tab).to_have_text("prediction.py")
    # It is live: the unsaved text counts.
    lab.cell(34).locator(".cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.type("# what the preview has to show\n")
    expect(preview.locator(".cm-content")).to_contain_text("# what the preview has to show")
    # Code lights up its cell, and a cell its code.
    line = preview.locator(".cm-line", has_text="# what the preview has to show")
    line.hover()
    expect(lab.cell(34)).to_contain_class("nb2prod-mod-lit")
    lab.cell(34).locator(".jp-InputPrompt").hover()
    expect(line).to_contain_class("nb2prod-mod-lit")
    assert lab.errors == []


TWO_JOBS = """# nb2prod: train
model = [sum(rows)]
# nb2prod: evaluate
score = model[0] / len(rows)"""


def test_a_cell_with_two_jobs_is_shown_in_both_modules(lab: Lab) -> None:
    cells = (("rows = [1.0, 2.0]", "preprocessing"), (TWO_JOBS, None))
    lab.open(write(lab.folder / "two.ipynb", *cells))
    lab.go_to(2)
    lab.button("Preview").click()
    preview = lab.page.locator(".nb2prod-Preview")
    selected = preview.locator("[role=tab][aria-selected=true]")
    expect(selected).to_have_text(["training.py", "evaluation.py"])
    modules = preview.locator(".nb2prod-Module")
    expect(modules).to_have_count(2)
    lines = [
        modules.nth(0).locator(".cm-line", has_text="model = [sum(rows)]"),
        modules.nth(1).locator(".cm-line", has_text="score = model[0] / len(rows)"),
    ]
    # The cell lights up its lines in both, and each of them lights up the cell.
    lab.cell(2).locator(".jp-InputPrompt").hover()
    for line in lines:
        expect(line).to_contain_class("nb2prod-mod-lit")
    for line, other in (lines, lines[::-1]):
        lab.cell(1).locator(".jp-InputPrompt").hover()
        expect(lab.cell(2)).not_to_contain_class("nb2prod-mod-lit")
        line.hover()
        expect(lab.cell(2)).to_contain_class("nb2prod-mod-lit")
        expect(line).to_contain_class("nb2prod-mod-lit")
        expect(other).not_to_contain_class("nb2prod-mod-lit")
    # A module that is asked for stays alone, until another cell is the active one.
    preview.get_by_role("tab", name="evaluation.py").click()
    expect(modules).to_have_count(1)
    expect(selected).to_have_text(["evaluation.py"])
    lab.go_to(1)
    expect(selected).to_have_text(["preprocessing.py"])
    assert lab.errors == []


def test_settings_are_written_into_the_notebook(lab: Lab) -> None:
    notebook = put_churn(lab.folder, tagged=True)
    lab.open(notebook)
    lab.panel.locator(".lm-AccordionPanel-titleLabel", has_text="Settings").click()
    # What the code has stands in the empty fields.
    for setting, name in (("input", "df"), ("target", "churned"), ("prediction", "risk")):
        field = lab.panel.locator(f"input[id$={setting}]")
        expect(field).to_have_attribute("placeholder", f"{name} (as the code has it)")
    owner = lab.panel.locator("input[id$=owner]")
    owner.fill("The retention team")
    owner.blur()
    lab.go_to(2)
    lab.save()
    settings = read_document(notebook)["metadata"]["nb2prod"]
    assert settings["owner"] == "The retention team"
    assert settings["name"] == "churn"
    assert lab.errors == []


def test_the_empty_panel_leads_to_the_example(lab: Lab) -> None:
    lab.page.goto(f"{lab.server.url}lab/workspaces/{lab.folder.name}?reset")
    lab.show_panel()
    expect(lab.panel.locator(".nb2prod-Welcome p")).to_have_count(3)
    lab.panel.get_by_role("button", name="Open the example notebook").click()
    lab.cells.first.wait_for()
    expect(lab.panel.get_by_role("button", name="Suggest roles")).to_be_visible()
    assert lab.errors == []
