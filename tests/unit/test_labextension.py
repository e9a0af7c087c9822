"""The JupyterLab extension says the same as Python."""

from __future__ import annotations

import json
from pathlib import Path

from nb2prod.roles import Role

EXTENSION = Path(__file__).parents[2] / "labextension"


def test_the_roles_are_those_of_python() -> None:
    schema = json.loads((EXTENSION / "schema" / "plugin.json").read_text("utf-8"))
    assert schema["definitions"]["role"]["enum"] == [role.value for role in Role]


def test_the_version_is_the_package_s() -> None:
    from nb2prod.version import __version__

    assert json.loads((EXTENSION / "package.json").read_text("utf-8"))["version"] == __version__
