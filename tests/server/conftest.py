"""A real Jupyter server with the extension, whose processes start from an empty cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

import pytest

# Its hooks and fixtures are for this folder alone.
from pytest_jupyter.jupyter_server import *  # noqa: F403

from nb2prod.server.schema import trouble

#: Fetches a route: the status and the values that it answers with.
Ask: TypeAlias = Callable[..., Coroutine[Any, Any, tuple[int, Any]]]

#: What each route answers with when all goes well.
ANSWERS = {
    "analyze": "Analysis",
    "suggest": "Suggestions",
    "preview": "Preview",
    "convert": "Job",
    "jobs": "Jobs",
    "settings": "SettingsForm",
    "example": "Example",
}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is remembered from one test to the next."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("NB2PROD_CACHE", str(folder))
    return folder


@pytest.fixture
def extension_settings() -> dict[str, Any]:
    """Settings of the extension, for a test module to replace."""
    return {}


@pytest.fixture  # type: ignore[no-redef]  # in the place of the plugin's own
def jp_server_config(extension_settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"nb2prod": True}},
        "Nb2prodExtension": extension_settings,
    }


@pytest.fixture
def ask(jp_fetch: Any) -> Ask:
    """Asks a route; its answer is held against the schema."""

    async def asked(*parts: str, timeout: float = 60, **options: Any) -> tuple[int, Any]:
        if "values" in options:
            options["body"] = json.dumps(options.pop("values"))
        if "body" in options:
            options.setdefault("method", "POST")
        response = await jp_fetch(
            "nb2prod", *parts, request_timeout=timeout, raise_error=False, **options
        )
        values = json.loads(response.body)
        answer = "Job" if parts[0] == "jobs" and parts[1:] else ANSWERS[parts[0]]
        assert trouble(values, answer if response.code == 200 else "Problem") is None, values
        return response.code, values

    return asked
