"""What all runs of the tests share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is remembered from one test to the next."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("NB2PROD_CACHE", str(folder))
    # No package index either: the tests of lock files have one of their own.
    monkeypatch.setenv("UV_OFFLINE", "1")
    return folder
