"""The zip file that JupyterLab's menu of exports offers."""

from __future__ import annotations

import io
import zipfile

from playwright.sync_api import Download, Page, expect

from tests.ui.examples import put_churn
from tests.ui.lab import Lab


def test_the_menu_of_exports_gives_a_package(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    downloads: list[Download] = []

    def listen(page: Page) -> None:
        page.on("download", lambda download: downloads.append(download))

    # JupyterLab may download in a tab of its own.
    listen(lab.page)
    lab.page.context.on("page", listen)
    entry = lab.page.locator(".lm-Menu-item", has_text="Production package (zip)")
    for _ in range(20):
        lab.page.locator(".lm-MenuBar-item", has_text="File").click()
        lab.page.locator(".lm-Menu-item", has_text="Save and Export Notebook As").hover()
        lab.page.locator(".lm-Menu").nth(1).wait_for()
        if entry.count() > 0:
            break
        # JupyterLab asks the server for the formats first, and an open menu does not grow.
        lab.page.keyboard.press("Escape")
        lab.page.keyboard.press("Escape")
        lab.page.wait_for_timeout(500)
    expect(entry).to_have_count(1)
    # Not under its bare name as well.
    expect(lab.page.locator(".lm-Menu-item", has_text="nb2prod")).to_have_count(0)
    entry.click()
    for _ in range(100):
        if downloads:
            break
        lab.page.wait_for_timeout(200)
    (download,) = downloads
    assert download.suggested_filename == "churn.zip"
    with zipfile.ZipFile(io.BytesIO(download.path().read_bytes())) as package:
        names = package.namelist()
    assert "churn/src/churn/training.py" in names
    assert "churn/pyproject.toml" in names
    # An export runs nothing and writes nothing beside the notebook.
    visible = {path.name for path in lab.folder.iterdir()} - {".ipynb_checkpoints"}
    assert visible == {"churn.ipynb", "data"}
    assert lab.errors == []
