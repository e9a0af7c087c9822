"""The package as a download of Jupyter's own nbconvert route."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest

from nb2prod import convert
from tests.notebooks import write
from tests.unit.test_exporter import CELLS, files_of, unzipped

pytestmark = pytest.mark.server


async def download(fetch: Any, path: Path) -> Any:
    params = {"download": "true"}
    return await fetch(
        "nbconvert", "nb2prod", path.name, params=params, raise_error=False, request_timeout=60
    )


async def test_the_download_is_the_package(jp_fetch: Any, jp_root_dir: Path) -> None:
    (jp_root_dir / "helpers.py").write_text("def clean(x, r):\n    return x\n")
    path = write(jp_root_dir / "demo.ipynb", *CELLS, settings={"outputs": ["model"]})
    answer = await download(jp_fetch, path)
    assert answer.code == 200
    assert answer.headers["Content-Type"].startswith("application/zip")
    assert answer.headers["Content-Disposition"].endswith("demo.zip")
    assert not (jp_root_dir / "was-run").exists()
    done = convert(path, run=False)
    assert done.package is not None
    assert unzipped(answer.body) == files_of(done.package)


async def test_what_is_wrong_is_a_page_that_can_be_read(jp_fetch: Any, jp_root_dir: Path) -> None:
    evil = "<script>alert(1)</script>"
    path = write(jp_root_dir / "n.ipynb", ("y = x_new", ["train", f"nb2prod:{evil}"]))
    answer = await download(jp_fetch, path)
    page = answer.body.decode()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.code == 500
    assert evil not in page
    shown = unescape(page)
    assert "n.ipynb is no package yet:\ncell 1 (c1), line 1: error NB112" in shown
    assert "The roles are setup, parameters" in shown
    assert "Traceback" not in page


async def test_jupyterlab_is_told_of_the_format(jp_fetch: Any) -> None:
    answer = await jp_fetch("api", "nbconvert", request_timeout=60)
    assert b'"nb2prod": {"output_mimetype": "application/zip"}' in answer.body
