"""The pictures of the documents, made by the journeys that they show. Written with --screenshots only."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.examples import put_churn
from tests.ui.lab import Lab
from tests.ui.pictures import FOLDER
from tests.ui.server import running
from tests.ui.themes import THEMES, themed

#: The README has these; the others are for whoever changes a style.
SHOWN = frozenset(("suggestions-light", "finding-light", "package-dark"))


@pytest.mark.parametrize("theme", THEMES)
def test_the_pictures(
    theme: str, browser: Browser, tmp_path: Path, screenshots: Path | None
) -> None:
    if screenshots is None:
        pytest.skip("asked for with --screenshots")
    screenshots.mkdir(parents=True, exist_ok=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running(tmp_path / "home", settings=themed(theme)) as server:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        lab = Lab(context.new_page(), server, server.root / "example")
        lab.open(put_churn(lab.folder))
        lab.panel.get_by_role("button", name="Suggest roles").click()
        expect(lab.panel).to_contain_text("suggested roles")
        _picture(lab.page, screenshots, f"suggestions-{theme}")
        context.close()
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        lab = Lab(context.new_page(), server, server.root / "tagged")
        lab.open(put_churn(lab.folder, tagged=True))
        lab.button("Convert").click()
        lab.wait_for_verdict("Identical to the notebook")
        lab.go_to(18)
        lab.button("Preview").click()
        lab.page.locator(".nb2prod-Preview .cm-line", has_text="def preprocess").hover(
            position={"x": 30, "y": 5}
        )
        _picture(lab.page, screenshots, f"package-{theme}")
        lab.row(6).locator("select").select_option("")
        lab.go_to(13)
        lab.cell(13).locator(".nb2prod-Finding").first.wait_for()
        _picture(lab.page, screenshots, f"finding-{theme}")
        context.close()


def _picture(page: Page, folder: Path, name: str) -> None:
    page.wait_for_timeout(1500)  # scrolling and the last answer of the server come to rest
    page.screenshot(path=(folder if name in SHOWN else FOLDER) / f"{name}.png")
