"""Servers and pages for the journeys. They need Chromium, JupyterLab, and a built extension."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.lab import Lab
from tests.ui.pictures import Picture, no_picture, taken_in
from tests.ui.server import BUNDLE, Server, running
from tests.ui.themes import themed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The machine may have other work; what has to be quick is measured where it is tested.
expect.set_options(timeout=20_000)

SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.ui)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    if not (BUNDLE / "package.json").exists():
        pytest.skip("the extension is not built: make lab")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def python(pytestconfig: pytest.Config) -> str:
    """The Python that servers start from: this one, or that of another JupyterLab and Notebook."""
    found: str = pytestconfig.getoption("--jupyter")
    return found


@pytest.fixture(scope="session")
def theme(pytestconfig: pytest.Config) -> str:
    found: str = pytestconfig.getoption("--theme")
    return found


@pytest.fixture(scope="session")
def picture(pytestconfig: pytest.Config, theme: str) -> Picture:
    return taken_in(theme) if pytestconfig.getoption("--screenshots") else no_picture


@pytest.fixture(scope="session")
def jupyterlab(
    tmp_path_factory: pytest.TempPathFactory, python: str, theme: str
) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("lab")
    with running(home, settings=themed(theme), python=python) as server:
        yield server


@pytest.fixture(scope="session")
def notebook7(tmp_path_factory: pytest.TempPathFactory, python: str) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("notebook"), app="notebook", python=python) as server:
        yield server


@pytest.fixture(scope="session")
def collaborative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("jupyter_server_ydoc")
    with running(tmp_path_factory.mktemp("shared"), collaborative=True) as server:
        yield server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def lab(jupyterlab: Server, page: Page, tmp_path: Path, picture: Picture) -> Lab:
    """JupyterLab in a folder of this test's own; nothing in it may go wrong in the page."""
    return Lab(page, jupyterlab, jupyterlab.root / tmp_path.name, picture=picture)


@pytest.fixture(scope="session")
def screenshots(pytestconfig: pytest.Config) -> Path | None:
    """Where pictures for the documents go, when they were asked for."""
    return SCREENSHOTS if pytestconfig.getoption("--screenshots") else None
