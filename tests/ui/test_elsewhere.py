"""Journey 5: Notebook 7, and two clients on one notebook."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.examples import put_churn, tags_on_disk
from tests.ui.lab import Lab, cell
from tests.ui.pictures import Picture
from tests.ui.server import REPOSITORY, Server


@pytest.mark.lowest
def test_tagging_and_convert_in_notebook_7(
    notebook7: Server, page: Page, tmp_path: Path, picture: Picture
) -> None:
    """Its own page errors with the extension disabled are not ours to count."""
    notebook = put_churn(notebook7.root / tmp_path.name, tagged=True)
    page.goto(f"{notebook7.url}notebooks/{notebook.relative_to(notebook7.root).as_posix()}")
    expect(cell(page, 6).locator(".nb2prod-CellChip")).to_have_text("preprocessing")
    before = tags_on_disk(notebook)
    cell(page, 7).locator(".jp-InputPrompt").click()
    page.keyboard.press("g")
    page.keyboard.press("7")
    expect(cell(page, 7).locator(".nb2prod-CellChip")).to_have_text("skip")
    page.locator(".jp-Toolbar").get_by_text("Convert").click()
    panel = page.locator("#nb2prod-panel")
    panel.locator(".nb2prod-Verdict").wait_for(timeout=180_000)
    expect(panel.locator(".nb2prod-Verdict strong")).to_have_text("Identical to the notebook")
    picture(page, "journey-5-notebook-7")
    after = tags_on_disk(notebook)
    assert {id_: tags for id_, tags in after.items() if before.get(id_) != tags} != {}
    assert sorted(map(tuple, after.values())) == sorted([*map(tuple, before.values()), ("skip",)])
    # The report is a page of its own there, and may do nothing.
    with page.context.expect_page() as opened:
        panel.get_by_role("button", name="Report").click()
    expect(opened.value.locator("body")).to_contain_text("Identical to the notebook")
    panel.get_by_role("button", name="Preview").click()
    expect(page.locator(".nb2prod-Preview [role=tab]").first).to_be_visible()


def test_two_clients_see_each_others_tags(
    collaborative: Server, browser: Browser, tmp_path: Path, picture: Picture
) -> None:
    folder = collaborative.root / tmp_path.name
    notebook = put_churn(folder)
    contexts = [browser.new_context(viewport={"width": 1440, "height": 900}) for _ in range(2)]
    try:
        one, other = (Lab(context.new_page(), collaborative, folder) for context in contexts)
        one.open(notebook)
        other.open(notebook)
        one.row(6).locator("select").select_option("preprocessing")
        expect(other.row(6).locator("select")).to_have_value("preprocessing")
        other.row(2).locator("select").select_option("setup")
        expect(one.row(2).locator("select")).to_have_value("setup")
        picture(one.page, "journey-5-one-client")
        picture(other.page, "journey-5-other-client")
        # Undo takes back one's own action alone.
        one.keys("z")
        expect(other.row(6).locator("select")).to_have_value("")
        expect(other.row(2).locator("select")).to_have_value("setup")
        # Findings and suggestions come from the shared model too.
        other.panel.get_by_role("button", name="Suggest roles").click()
        other.button("Accept all").click()
        expect(one.row(34).locator("select")).to_have_value("predict")
    finally:
        for context in contexts:
            context.close()


@pytest.mark.lowest
def test_the_lowest_versions_are_those_that_are_promised(python: str) -> None:
    if python == sys.executable:
        pytest.skip("these are the newest")
    promised = re.findall(
        r'"(jupyterlab|notebook)>=([\d.]+)"', (REPOSITORY / "pyproject.toml").read_text()
    )
    code = "import jupyterlab, notebook; print(jupyterlab.__version__, notebook.__version__)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    installed = dict(zip(("jupyterlab", "notebook"), done.stdout.split(), strict=True))
    assert len(promised) == len(installed)
    for name, version in promised:
        assert installed[name].startswith(f"{version}."), name
