"""Who has no Jupyter server pays nothing for it, and whoever looks for the extension finds it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nb2prod

pytestmark = pytest.mark.server

_HEAVY = ("jupyter_server", "tornado", "jsonschema", "psutil", "nb2prod.server")


@pytest.mark.parametrize(
    "code", ["import nb2prod.cli", "import nb2prod; nb2prod.convert", "import nb2prod"]
)
def test_nothing_else_imports_the_server(code: str) -> None:
    look = f"{code}\nimport sys; print([n for n in {_HEAVY!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_workers_do_without_the_server() -> None:
    look = "import nb2prod.server.worker, sys; print('jupyter_server' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_jupyter_is_told_to_load_it() -> None:
    file = Path(nb2prod.__file__).parents[1] / "jupyter-config/server-config/nb2prod.json"
    assert json.loads(file.read_text()) == {"ServerApp": {"jpserver_extensions": {"nb2prod": True}}}
    (point,) = nb2prod._jupyter_server_extension_points()
    assert point["app"].name == "nb2prod"
