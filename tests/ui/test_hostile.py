"""A notebook that means harm is shown as text."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.notebooks import write
from tests.ui.lab import Lab

EVIL = '<img src=x onerror="window.pwned = true"><script>window.pwned = true</script>'


def test_markup_in_a_notebook_stays_text(lab: Lab) -> None:
    notebook = write(
        lab.folder / "evil.ipynb",
        (f"# {EVIL}", "markdown"),
        (f"text = {EVIL!r}", ["preprocessing", EVIL]),
        (f"print(untagged, {EVIL!r})", "train"),
        (f"untagged = len({EVIL!r})", None),
        settings={"name": EVIL, "outputs": [EVIL], "owner": EVIL},
    )
    lab.open(notebook)
    lab.panel.locator(".nb2prod-Finding").first.wait_for()
    expect(lab.row(2).locator("code")).to_contain_text("<img src=x")
    lab.panel.get_by_role("button", name="Suggest roles").click()
    expect(lab.panel.get_by_role("status").first).to_be_visible()
    lab.button("Preview").click()
    lab.page.locator(".nb2prod-Preview-words").wait_for()
    lab.go_to(2)
    lab.page.wait_for_timeout(500)
    for place in (".nb2prod-Strip", "#nb2prod-panel", ".nb2prod-Preview"):
        assert lab.page.locator(f"{place} script, {place} img").count() == 0
    assert lab.page.evaluate("window.pwned") is None
    assert lab.errors == []
