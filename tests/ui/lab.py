"""JupyterLab as a user handles it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.ui.pictures import Picture, no_picture
from tests.ui.server import Server


@dataclass
class Lab:
    """One browser page on a notebook in ``folder``."""

    page: Page
    server: Server
    folder: Path
    #: What went wrong in the page.
    errors: list[str] = field(default_factory=list)
    #: Takes a picture of the page, where pictures were asked for.
    picture: Picture = no_picture

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, notebook: Path) -> None:
        """The notebook in a workspace of its own, with the panel in front."""
        where = notebook.relative_to(self.server.root).as_posix()
        workspace = self.folder.name
        self.page.goto(f"{self.server.url}lab/workspaces/{workspace}/tree/{where}?reset")
        self.cells.first.wait_for()
        self.show_panel()

    def show_panel(self) -> None:
        self.page.locator(".jp-SideBar [data-id='nb2prod-panel']").wait_for()
        if not self.panel.is_visible():
            self.page.locator(".jp-SideBar [data-id='nb2prod-panel']").click()
        self.panel.wait_for()

    @property
    def panel(self) -> Locator:
        return self.page.locator("#nb2prod-panel")

    @property
    def front(self) -> Locator:
        """The notebook in front."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    @property
    def cells(self) -> Locator:
        return self.front.locator(".jp-Notebook .jp-Cell")

    def cell(self, number: int) -> Locator:
        """A cell, counted from 1; JupyterLab may keep those out of sight out of the page."""
        return cell(self.front, number)

    @property
    def rows(self) -> Locator:
        return self.panel.locator(".nb2prod-Row")

    def row(self, number: int) -> Locator:
        """The panel's row of a cell, counted over all cells."""
        exact = re.compile(rf"^\s*{number}\s*$")
        return self.rows.filter(has=self.page.locator(".nb2prod-Row-number", has_text=exact))

    def role(self, number: int) -> str:
        role: str = self.row(number).locator("select").input_value()
        return role

    def roles(self) -> dict[int, str]:
        """The roles that the panel shows, by the cells' numbers."""
        rows: list[list[Any]] = self.panel.locator(".nb2prod-CellList").evaluate(
            """list => [...list.querySelectorAll('.nb2prod-Row')].map(row => [
                Number(row.querySelector('.nb2prod-Row-number').textContent),
                row.querySelector('select').value])"""
        )
        return {number: role for number, role in rows if role}

    def go_to(self, number: int) -> None:
        """Makes a cell the active one, through its row, which may have to be scrolled into the page."""
        if self.row(number).count() == 0:
            count = int(self.rows.first.get_attribute("aria-setsize") or "1")
            self.panel.locator(".nb2prod-CellList").evaluate(
                "(list, share) => { list.parentElement.scrollTop = share * list.scrollHeight; }",
                number / count,
            )
        self.row(number).locator(".nb2prod-Row-jump").click()
        expect(self.row(number)).to_have_attribute("data-active", "true")

    def keys(self, *keys: str) -> None:
        """Keys in the notebook's command mode."""
        self.front.locator(".jp-Notebook .jp-Cell.jp-mod-active .jp-InputPrompt").click()
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def verdict(self) -> Locator:
        return self.panel.locator(".nb2prod-Verdict strong")

    def wait_for_verdict(self, words: str) -> None:
        """A conversion runs the notebook and the package, so this takes a while."""
        self.panel.locator(".nb2prod-Verdict").wait_for(timeout=180_000)
        expect(self.verdict()).to_have_text(words)

    def save(self) -> None:
        """Waits until the server has the file."""
        with self.page.expect_response(
            lambda answer: "/api/contents/" in answer.url and answer.request.method == "PUT"
        ) as saved:
            self.page.keyboard.press("Control+s")
        assert saved.value.ok


def cell(where: Page | Locator, number: int) -> Locator:
    """A cell of a notebook, counted from 1."""
    return where.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{number - 1}']")
