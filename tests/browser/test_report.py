"""The report in a real browser: it opens, its links lead somewhere, and a hostile notebook does nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nb2prod import convert
from tests.notebooks import Pair, write

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()

EVIL = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">"
CELLS = (
    ("markdown", None, f"# Report {EVIL}\n\n[link](javascript:document.title='pwned') {EVIL}"),
    ("code", "parameters", f"text = {EVIL!r}"),
    ("code", "preprocessing", "import pandas as pd\ndf = pd.DataFrame({text: [1, 2]})\ndf"),
    ("code", "train", "def scaled(d):\n    return d * 2\nmodel = scaled(df)\nprint(text)"),
    ("code", "evaluate", "from IPython.display import HTML, display\ndisplay(HTML(text))\nscore = 0.25"),
    ("code", None, f"# {EVIL}"),
    ("markdown", None, f"![pasted](attachment:a.png) {EVIL}"),
    ("markdown", None, f"![gone](attachment:gone.png) {EVIL}"),
    ("code", "setup", "def both(d):\n    return d * 1"),
    ("code", "preprocessing", "first = both(2)"),
    ("code", "predict", "second = both(first)"),
)  # fmt: skip
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Page(HTMLParser):
    """The elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [v for _, found in self.elements if (v := found.get(attribute))]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    cells: list[dict[str, object]] = [
        {
            "cell_type": kind, "id": f"c{number}", "metadata": {"tags": [tag]} if tag else {},
            "source": source, **({"outputs": [], "execution_count": None} if kind == "code" else {}),
        }
        for number, (kind, tag, source) in enumerate(CELLS, 1)
    ]  # fmt: skip
    cells[6]["attachments"] = {"a.png": {"image/png": PIXEL}}
    settings = {"owner": EVIL, "outputs": ["model", "score", "second"]}
    document = {"nbformat": 4, "nbformat_minor": 5, "cells": cells,
                "metadata": {"language_info": {"name": "python"}, "nb2prod": settings}}  # fmt: skip
    path = folder / "demo.ipynb"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def report(notebook: Path) -> Path:
    done = convert(notebook, kernel=sys.executable)
    assert done.package is not None, done.diagnostics
    return done.package / "report.html"


def opened(report: Path, folder: Path, *options: str) -> str:
    """The page as the browser has it when it is loaded, and what the browser complains about."""
    assert CHROMIUM, "install Debian's chromium"
    command = [CHROMIUM, *_QUIET, f"--user-data-dir={folder}", "--enable-logging=stderr", *options]
    done = subprocess.run(
        [*command, "--dump-dom", report.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert complaints == []
    return done.stdout


def test_it_stands_alone(report: Path) -> None:
    page = Page(report.read_text(encoding="utf-8"))
    assert not {"script", "link", "iframe", "object", "embed", "form"} & {
        t for t, _ in page.elements
    }
    assert not [name for _, found in page.elements for name in found if name.startswith("on")]
    assert all(source.startswith("data:") for source in page.values("src"))
    assert all(link.startswith("#") for link in page.values("href")), page.values("href")


def test_every_link_leads_somewhere(report: Path) -> None:
    page = Page(report.read_text(encoding="utf-8"))
    places = page.values("id")
    assert len(places) == len(set(places))
    assert {link[1:] for link in page.values("href")} <= set(places)
    assert {"#cell-3", "#stage-preprocess", "#stage-train", "#stage-evaluate"} <= set(
        page.values("href")
    )


def test_it_says_what_there_is_to_know(report: Path) -> None:
    text = re.sub(r"<[^>]+>", " ", report.read_text(encoding="utf-8"))
    for words in (
        "Identical to the notebook",
        "pandas.DataFrame of shape (2, 1)",
        "0.25",
        "numpy==",
    ):
        assert words in text


def test_the_same_notebook_gives_the_same_bytes(notebook: Path, report: Path) -> None:
    first = _bytes(report.parent)
    again = convert(notebook, kernel=sys.executable)
    assert again.remembered
    assert again.package == report.parent
    assert _bytes(report.parent) == first


def _bytes(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_pasted_pictures_are_shown_and_missing_ones_named(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert f'src="data:image/png;base64,{PIXEL}"' in text
    assert "![gone](attachment:gone.png)" in text


def test_a_definition_that_stages_share_is_found_from_its_cell(report: Path) -> None:
    page = Page(report.read_text(encoding="utf-8"))
    assert "#module-common" in page.values("href")


def test_both_sides_are_highlighted(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert text.count(".code .k, .highlight .k {") == 2, "once a theme"


def test_links_in_the_picture_can_be_reached(report: Path) -> None:
    """What has the role of an image hides the links in it from a screen reader."""
    pictures = [found for tag, found in Page(report.read_text("utf-8")).elements if tag == "svg"]
    assert [found["role"] for found in pictures] == ["group"]


def test_nothing_to_compare_is_no_proof(tmp_path: Path) -> None:
    text = _page_of(tmp_path, ("print('x')", "train"))
    assert "Nothing to compare" in text
    assert "Identical" not in text


def test_a_metric_has_its_last_value(tmp_path: Path) -> None:
    cells = ("m = {'a': 1.25}", "evaluate"), ("k = m['a']", "train"), ("m['a'] = k + 1", "evaluate")
    text = _page_of(tmp_path, *cells)
    assert text.count("<td><code>m a</code></td>") == 1
    assert '<td class="n">2.25</td>' in text


def test_the_picture_names_every_variable_that_flows(tmp_path: Path) -> None:
    names = [f"a_rather_long_name_{number}" for number in range(12)]
    made = "\n".join(f"{name} = [{number}]" for number, name in enumerate(names))
    used = f"total = [{', '.join(names)}]"
    text = _page_of(tmp_path, (made, "preprocessing"), ("model = [1]", "train"), (used, "evaluate"))
    drawn = text[text.index("<svg") : text.index("</svg>")]
    # What is only in a title is seen by nobody who prints the page or uses a keyboard.
    shown = re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<text.*?</text>", drawn)))
    assert [name for name in names if not re.search(rf"\b{name}\b", shown)] == []


def _page_of(folder: Path, *cells: Pair) -> str:
    done = convert(write(folder / "small.ipynb", *cells), kernel=sys.executable)
    assert done.package is not None, done.diagnostics
    return Path(done.package, "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "options", [(), ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")]
)
def test_a_hostile_notebook_does_nothing(
    report: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    seen = opened(report, tmp_path, *options)
    assert "Identical to the notebook" in seen
    title = re.search(r"<title>(.*?)</title>", seen)
    assert title is not None
    assert title.group(1) == "demo: Identical to the notebook"
