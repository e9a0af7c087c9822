"""Notebooks in, zip files out: what a conversion without a run writes, byte by byte."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import Exporter, get_exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets.config import Config

from nb2prod import convert
from nb2prod.exporter import PackageExporter
from tests.notebooks import Document, document, write

ROOT = Path(__file__).parents[2]

CELLS = (
    ("import os\nfrom helpers import clean\nopen('was-run', 'w').close()", "setup"),
    ("# ünïcode ☃\nrate = 0.1\nkey = 'AKIAIOSFODNN7EXAMPLE'", "parameters"),
    ("data = clean([1, 2, 3], rate)", "preprocessing"),
    ("model = sum(data)", "train"),
)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    (tmp_path / "helpers.py").write_text("import more\n\ndef clean(x, r):\n    return x\n")
    (tmp_path / "more.py").write_text("WHAT = 1\n")
    return write(tmp_path / "My demo.ipynb", *CELLS, settings={"outputs": ["model"]})


def exporter(config: Config | None = None) -> PackageExporter:
    return PackageExporter(config=config)  # type: ignore[no-untyped-call]


def files_of(folder: Path) -> dict[str, bytes]:
    """A folder's files by path, which starts with the folder's name."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder.parent).as_posix(): path.read_bytes() for path in found}


def unzipped(content: object) -> dict[str, bytes]:
    assert isinstance(content, bytes)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def as_server_reads(path: Path) -> tuple[nbformat.NotebookNode, Document]:
    """What Jupyter's server hands over: the notebook as nbformat reads it, and where it lies."""
    node = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return node, {"metadata": {"name": path.stem, "path": str(path.parent)}, "config_dir": "/no"}


def test_the_zip_holds_what_a_conversion_without_a_run_writes(notebook: Path) -> None:
    by_name, resources = exporter().from_filename(str(notebook))
    by_node, _ = exporter().from_notebook_node(*as_server_reads(notebook))
    done = convert(notebook, run=False)
    assert done.package is not None, done.diagnostics
    expected = files_of(done.package)
    assert "my_demo/src/my_demo/local/helpers.py" in expected
    assert "my_demo/src/my_demo/local/more.py" in expected
    assert unzipped(by_name) == expected
    assert unzipped(by_node) == expected
    assert resources["output_extension"] == ".zip"


@pytest.mark.parametrize("example", sorted(p.name for p in ROOT.glob("example_notebooks/*.ipynb")))
def test_the_examples_too(tmp_path: Path, example: str) -> None:
    shutil.copytree(ROOT / "example_notebooks", tmp_path / "here")
    path = tmp_path / "here" / example
    exported, _ = exporter().from_notebook_node(*as_server_reads(path))
    done = convert(path, run=False)
    assert done.package is not None, done.diagnostics
    assert unzipped(exported) == files_of(done.package)


def test_equal_notebooks_give_equal_bytes(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = exporter().from_filename(str(notebook))
    later = time.time() + 1e6
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    os.utime(notebook, (later, later))
    second, _ = exporter().from_filename(str(notebook))
    assert first == second


def test_nothing_is_run(notebook: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = Config({"ExecutePreprocessor": {"enabled": True}})
    tried = exporter(config)
    with caplog.at_level(logging.INFO, tried.log.name):
        tried.log.propagate = True
        tried.from_filename(str(notebook))
    assert not (notebook.parent / "was-run").exists()
    assert "never runs the notebook" in caplog.text
    assert "NB120" in caplog.text  # the secret


def test_what_preprocessors_would_remove_is_there(notebook: Path) -> None:
    config = Config(
        {"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": ["train"]}},
    )
    exported, _ = exporter(config).from_filename(str(notebook))
    assert "my_demo/src/my_demo/training.py" in unzipped(exported)


def test_a_notebook_without_a_place() -> None:
    node = nbformat.from_dict(document(("x = 1", "train")))  # type: ignore[no-untyped-call]
    exported, _ = exporter().from_notebook_node(node)
    assert "notebook/src/notebook/training.py" in unzipped(exported)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ((("x = 1", None),), ["NB110", "nb2prod suggest NOTEBOOK --write"]),
        ((("x = 1", None), ("y = x_new", "train")), ["cell 2 (c2), line 1", "NB202", "`x_new`"]),
        ((("import a\nx = a.b()", None), ("y = x", "train")), ["NB203", "Tag cell 1"]),
    ],
)
def test_what_is_wrong_is_said_with_cell_and_mend(
    tmp_path: Path, cells: tuple[tuple[str, str | None], ...], words: list[str]
) -> None:
    path = write(tmp_path / "n.ipynb", *cells)
    by_name = partial(exporter().from_filename, str(path))
    by_node = partial(exporter().from_notebook_node, *as_server_reads(path))
    for export in (by_name, by_node):
        with pytest.raises(ConversionException) as raised:
            export()
        for word in ("n.ipynb is no package yet", *words):
            assert word in str(raised.value)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text("{")
    with pytest.raises(ConversionException, match="NB101"):
        exporter().from_filename(str(path))
    node = document(("x = 1", "train"), settings={"outputs": 3})
    with pytest.raises(ConversionException, match="NB103"):
        exporter().from_notebook_node(node)


# ---------------------------------------------------------------------- as users call it
def test_nbconvert_finds_it() -> None:
    found: type[Exporter] = get_exporter("nb2prod")  # type: ignore[no-untyped-call]
    assert found is PackageExporter
    assert found.export_from_notebook == "Production package (zip)"
    assert found.output_mimetype == "application/zip"


def test_the_command_line(notebook: Path) -> None:
    done = nbconvert(notebook, "--execute")
    assert done.returncode == 0, done.stderr
    assert not (notebook.parent / "was-run").exists()
    converted = convert(notebook, run=False)
    assert converted.package is not None
    exported = notebook.with_suffix(".zip").read_bytes()
    assert unzipped(exported) == files_of(converted.package)


def test_the_command_line_shows_no_traceback(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("y = x_new", "train"))
    done = nbconvert(path)
    assert done.returncode == 1
    assert "cell 1 (c1), line 1: error NB202" in done.stderr
    assert "Traceback" not in done.stderr
    assert not path.with_suffix(".zip").exists()


def test_listing_the_formats_costs_little() -> None:
    code = (
        "import json, sys, nbconvert.exporters; before = set(sys.modules); import nb2prod.exporter;"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) == {"nb2prod", "nb2prod.exporter", "nb2prod.version"}


def test_the_tools_own_command_line_needs_no_nbconvert() -> None:
    code = (
        "import sys, nb2prod.cli, nb2prod.conversion;"
        "print({'nbconvert', 'ipywidgets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def nbconvert(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbconvert", "--to", "nb2prod", *options, str(path)]
    return subprocess.run(command, capture_output=True, text=True)
