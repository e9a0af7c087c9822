"""Journeys 3 and 4: convert, the verdict and the report; cancel, reload, two at once, a kernel that dies."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.ui.examples import put_churn
from tests.ui.lab import Lab

#: Long enough to be caught in the act.
SLOW = "import time; time.sleep(90)"


@pytest.mark.lowest
def test_from_the_toolbar_to_a_package_that_imports(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    lab.front.locator(".jp-NotebookPanel-toolbar").get_by_text("Convert").click()
    lab.panel.get_by_role("progressbar").wait_for()
    expect(lab.panel.locator(".nb2prod-Job")).to_contain_text("Runs the notebook", timeout=40_000)
    lab.picture(lab.page, "journey-3-progress")
    lab.wait_for_verdict("Identical to the notebook")
    lab.picture(lab.page, "journey-3-verdict")
    lab.button("Report").click()
    report = lab.page.frame_locator("iframe.nb2prod-Report-frame")
    expect(report.locator("body")).to_contain_text("Identical to the notebook")
    assert lab.page.locator("iframe.nb2prod-Report-frame").get_attribute("sandbox") == ""
    lab.picture(lab.page, "journey-3-report")
    # A generated file opens.
    lab.panel.locator(".nb2prod-Files summary").click()
    lab.panel.locator(".nb2prod-Files").get_by_role("button", name="training.py").first.click()
    expect(lab.page.locator(".jp-FileEditor .cm-content")).to_contain_text("def train(")
    # A fresh process imports it.
    code = "import churn; print(callable(churn.run), 'nb2prod' in __import__('sys').modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=lab.folder / "churn" / "src",
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "True False\n"
    assert lab.errors == []


def test_a_cancelled_conversion_leaves_nothing(lab: Lab) -> None:
    lab.open(put_churn(lab.folder, tagged=True))
    _slow_down(lab)
    before = sorted(path.name for path in lab.folder.iterdir())
    lab.button("Convert").click()
    expect(lab.panel.locator(".nb2prod-Job")).to_contain_text("Runs the notebook", timeout=40_000)
    lab.button("Cancel").click()
    expect(lab.verdict()).to_have_text("Cancelled")
    lab.picture(lab.page, "journey-4-cancelled")
    assert sorted(path.name for path in lab.folder.iterdir()) == before
    expect(lab.button("Convert")).to_be_enabled()
    assert lab.errors == []


def test_a_reload_finds_the_conversion_again(lab: Lab) -> None:
    notebook = put_churn(lab.folder, tagged=True)
    lab.open(notebook)
    _slow_down(lab)
    lab.button("Convert").click()
    expect(lab.panel.locator(".nb2prod-Job")).to_contain_text("Runs the notebook", timeout=40_000)
    lab.open(notebook)
    expect(lab.panel.locator(".nb2prod-Job")).to_contain_text("Runs the notebook", timeout=40_000)
    lab.picture(lab.page, "journey-4-reloaded")
    lab.button("Cancel").click()
    expect(lab.verdict()).to_have_text("Cancelled")
    assert lab.errors == []


def test_two_at_once_while_the_kernel_dies(lab: Lab) -> None:
    one = put_churn(lab.folder / "one", tagged=True)
    other = put_churn(lab.folder / "other", tagged=True)
    lab.open(one)
    lab.button("Convert").click()
    lab.panel.get_by_role("progressbar").wait_for()
    path = other.relative_to(lab.server.root).as_posix()
    lab.page.evaluate(
        "path => window.jupyterapp.commands.execute('docmanager:open', {path})", path
    ) if _exposed(lab) else _open_in_browser(lab, "other")
    lab.page.locator(".lm-TabBar-tab[aria-selected=true]", has_text="churn.ipynb").first.wait_for()
    expect(lab.button("Convert")).to_be_enabled()
    lab.button("Convert").click()
    lab.panel.get_by_role("progressbar").wait_for()
    # The user's own kernel dies: the conversions have kernels of their own.
    kernels = lab.page.request.get(f"{lab.server.url}api/sessions").json()
    mine = [each["kernel"]["id"] for each in kernels if each["path"] == path]
    for kernel in mine:
        lab.page.request.delete(f"{lab.server.url}api/kernels/{kernel}")
    lab.picture(lab.page, "journey-4-two-at-once")
    lab.wait_for_verdict("Identical to the notebook")
    lab.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text="churn.ipynb").first.click()
    lab.wait_for_verdict("Identical to the notebook")
    assert (one.parent / "churn" / "report.html").exists()
    assert (other.parent / "churn" / "report.html").exists()


def _exposed(lab: Lab) -> bool:
    found: bool = lab.page.evaluate("typeof window.jupyterapp !== 'undefined'")
    return found


def _open_in_browser(lab: Lab, folder: str) -> None:
    lab.page.locator(".jp-SideBar [data-id='filebrowser']").click()
    browser = lab.page.locator("#filebrowser")
    browser.locator(".jp-BreadCrumbs").wait_for()
    browser.locator(".jp-BreadCrumbs-item", has_text=lab.folder.name).click()
    browser.locator(".jp-DirListing-item", has_text=folder).dblclick()
    browser.locator(".jp-DirListing-item", has_text="churn.ipynb").dblclick()
    lab.show_panel()


def _slow_down(lab: Lab) -> None:
    """A tagged cell that takes a while."""
    lab.go_to(2)
    lab.cell(2).locator(".cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.type(SLOW + "\n")
    lab.page.keyboard.press("Escape")


def test_a_warning_stands_beside_the_verdict_and_a_new_name_keeps_it(lab: Lab) -> None:
    notebook = put_churn(lab.folder, tagged=True)
    document = json.loads(notebook.read_text("utf-8"))
    document["metadata"]["nb2prod"] = {"prediction": "nobody"}
    notebook.write_text(json.dumps(document), encoding="utf-8")
    lab.open(notebook)
    lab.button("Convert").click()
    lab.wait_for_verdict("Identical to the notebook")
    job = lab.panel.locator(".nb2prod-Job")
    expect(job).to_have_attribute("data-nb2prod-tone", "doubtful")
    expect(job).to_contain_text("names nobody, which no statement binds")
    # Its report is one tab, however often it is asked for.
    for _ in range(2):
        lab.button("Report").click()
        lab.page.locator("iframe.nb2prod-Report-frame").first.wait_for()
    expect(lab.page.locator("iframe.nb2prod-Report-frame")).to_have_count(1)
    tab = lab.page.locator(".lm-DockPanel-tabBar").get_by_text("churn.ipynb")
    tab.click()
    tab.click(button="right")
    lab.page.locator(".lm-Menu").get_by_text("Rename Notebook").click()
    lab.page.locator(".jp-Dialog input").fill("renamed.ipynb")
    lab.page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(lab.page.locator(".lm-DockPanel-tabBar")).to_contain_text("renamed.ipynb")
    expect(lab.verdict()).to_have_text("Identical to the notebook")
    assert lab.errors == []
