"""Cells in; what `run()` may do to the process, and what it has to undo."""

from __future__ import annotations

import pytest

from .cellscript import files_of, plan_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("x = 1", "logs progress", id="nothing to see"),
        pytest.param("import logging\nlogging.getLogger(__name__).info('a')", "logs progress", id="records"),
        # Output and log records.
        pytest.param("import sys\nsys.stdout = open('a', 'w')", "progress", id="another stdout"),
        pytest.param("print = len\nx = print([1])", "progress", id="a print of its own"),
        pytest.param("import builtins\nbuiltins.print = len", "progress", id="print is replaced"),
        pytest.param(
            "from unittest import mock\nwith mock.patch('builtins.print') as p: repr(p)", "progress", id="print is patched"
        ),
        pytest.param("import logging\nlogging.basicConfig(filename='a')", "", id="a log file"),
        pytest.param("import logging\nlogging.getLogger().addHandler(logging.NullHandler())", "", id="a handler"),
        pytest.param("from logging.config import dictConfig\ndictConfig({})", "", id="a configuration"),
        # The working directory and the environment.
        pytest.param("import os\nos.chdir('data')", "logs progress folder", id="chdir"),
        pytest.param("%cd data", "logs progress folder", id="cd"),
        pytest.param("import os\nx = os.getcwd()", "logs progress", id="a folder that is only read"),
        pytest.param("import os\nos.environ['A'] = '1'", "logs progress", id="a constant for others"),
        pytest.param("import os\nx = os.environ.get('A')\ny = os.getenv('B')", "logs progress", id="only read"),
        pytest.param(
            "import os\nx = os.environ.get('A')\nos.environ['A'] = '1'", "logs progress environment", id="read and set"
        ),
        pytest.param("import os\nos.environ['A'] += '1'", "logs progress environment", id="added to"),
        pytest.param("import os\nenv = os.environ\nx = dict(env)", "logs progress environment", id="another name"),
        # Pictures.
        pytest.param("import matplotlib.pyplot as plt\nplt.plot([1])", "logs progress", id="a plot that goes"),
        pytest.param(
            "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a')", "logs progress figures",
            id="one that is saved",
        ),
        pytest.param("from os import environ\nenviron.pop('A')", "logs progress environment", id="removed"),
    ],
)  # fmt: skip
def test_surroundings(source: str, expected: str) -> None:
    found = plan_of(f"train: {source}").surroundings
    flags = {
        "logs": found.logs,
        "progress": found.progress,
        "folder": found.restores_folder,
        "environment": found.restores_environment,
        "figures": found.closes_figures,
    }
    assert " ".join(name for name, flag in flags.items() if flag) == expected


def test_run_goes_back_to_its_folder() -> None:
    text = files_of("train: import os\nos.chdir('data')\nx = [1]")["pipeline"]
    assert "folder = os.getcwd()\n    try:" in text
    assert text.rstrip().endswith("os.chdir(folder)")


def test_no_progress_for_handlers_of_the_notebook() -> None:
    text = files_of("train: import logging\nlogging.basicConfig()\nx = [1]")["pipeline"]
    assert "logg" not in text


def test_figures_of_a_run_are_closed() -> None:
    text = files_of("train: import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a.png')")[
        "pipeline"
    ]
    assert "figures = plt.get_fignums()\n    try:" in text
    assert text.rstrip().endswith("plt.close(number)")
