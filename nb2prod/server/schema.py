"""The one description of what the routes take and give, `api.schema.json`."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

#: Characters of an error that are told; it may repeat what was posted.
_TOLD = 300


@functools.cache
def api_schema() -> dict[str, Any]:
    """The schema as plain values."""
    text = resources.files("nb2prod.server").joinpath("api.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def trouble(value: object, definition: str) -> str | None:
    """Where and why a value is not what a definition of the schema says; None where it is."""
    error = best_match(_validator(definition).iter_errors(value))
    if error is None:
        return None
    message = error.message
    if len(message) > _TOLD:
        message = f"{message[:_TOLD]}…"
    return f"{error.json_path}: {message}"


def settings_schema() -> dict[str, Any]:
    """The schema of `metadata.nb2prod`, complete in itself, for forms."""
    resolved: dict[str, Any] = _without_references(api_schema()["$defs"]["Settings"])
    return resolved


@functools.cache
def _validator(definition: str) -> Draft202012Validator:
    return Draft202012Validator({**api_schema(), "$ref": f"#/$defs/{definition}"})


def _without_references(part: Any) -> Any:
    match part:
        case {"$ref": str(reference)}:
            return _without_references(api_schema()["$defs"][reference.rpartition("/")[2]])
        case dict():
            return {key: _without_references(value) for key, value in part.items()}
        case list():
            return [_without_references(value) for value in part]
        case _:
            return part
