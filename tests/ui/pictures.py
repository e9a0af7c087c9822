"""Pictures of the journeys at their telling moments, for whoever changes what they show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import Page

from tests.ui.server import REPOSITORY

FOLDER = REPOSITORY / "build" / "screenshots"

#: Takes a picture of a page under a name.
Picture: TypeAlias = Callable[[Page, str], None]


def no_picture(page: Page, name: str) -> None:
    """They are taken with --screenshots only."""


def taken_in(theme: str, folder: Path = FOLDER) -> Picture:
    """Pictures that have the theme in their names."""
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.wait_for_timeout(1500)  # scrolling and the last answer of the server come to rest
        page.screenshot(path=folder / f"{name}-{theme}.png")

    return take
