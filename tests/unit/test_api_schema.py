"""The schema of the server's routes beside the Python that it describes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import nb2prod
from nb2prod.diagnostics import Severity
from nb2prod.notebook import FIXTURES, NotebookError, Settings, parsed
from nb2prod.progress import Phase
from nb2prod.regions import RegionKind
from nb2prod.roles import Role

DEFINITIONS: dict[str, Any] = json.loads(
    Path(nb2prod.__file__).parent.joinpath("server", "api.schema.json").read_text()
)["$defs"]


def test_enumerations() -> None:
    assert DEFINITIONS["Role"]["enum"] == [role.value for role in Role]
    diagnostic, job = DEFINITIONS["Diagnostic"]["properties"], DEFINITIONS["Job"]["properties"]
    assert diagnostic["severity"]["enum"] == [severity.value for severity in Severity]
    assert job["phase"]["enum"] == [*(phase.value for phase in Phase), ""]
    assert DEFINITIONS["Region"]["properties"]["kind"]["enum"] == [k.value for k in RegionKind]


def test_settings_are_those_that_notebooks_may_have() -> None:
    settings = DEFINITIONS["Settings"]["properties"]
    assert settings.keys() == {field.name for field in dataclasses.fields(Settings)}
    assert settings["fixtures"]["default"] == FIXTURES


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Settings)])
@pytest.mark.parametrize(
    "value", ["text", 3, -1, True, ["a"], [3], {"a": {"min": 1}}, {"a": 3}, {}]
)
def test_a_setting_is_accepted_by_both_or_by_none(name: str, value: object) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    schema = {"$defs": DEFINITIONS, "$ref": "#/$defs/Settings"}
    document = {"nbformat": 4, "cells": [], "metadata": {"nb2prod": {name: value}}}
    try:
        parsed(document, name="n")
        accepted = True
    except NotebookError:
        accepted = False
    assert validator(schema).is_valid({name: value}) == accepted
