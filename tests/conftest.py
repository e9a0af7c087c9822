"""What tests of several folders share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.golden.checking")

#: The expected packages hold tests of their own, which run in processes of their own.
collect_ignore_glob = ["golden/*/package"]
if find_spec("playwright") is None:
    collect_ignore_glob.append("ui/*")  # they have an environment of their own


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the expected packages anew"
    )
    parser.addoption(
        "--jupyter",
        metavar="PYTHON",
        default=sys.executable,
        help="whose JupyterLab and Notebook are started, in tests/ui",
    )
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="take pictures, in tests/ui; docs/screenshots too",
    )
    parser.addoption(
        "--theme", default="light", help="of JupyterLab in tests/ui: light, dark or contrast"
    )


@pytest.fixture(scope="session", autouse=True)
def _own_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs are remembered by each process for itself: a record of another one has other timings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NB2PROD_CACHE", str(tmp_path_factory.mktemp("records")))
        yield


@pytest.fixture(scope="session")
def mypy_cache(pytestconfig: pytest.Config) -> Path:
    """Kept between runs, and shared by their processes: most of it is about libraries."""
    return pytestconfig.cache.mkdir("mypy")
