"""The one place where the corpus is provided or skipped."""

from __future__ import annotations

import pytest

from .fetch import Corpus, RegistryUnreachableError, provide_corpus
from .table import read_table


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker that nothing else uses."""
    meaning = "runs each reference twice: is it reproducible? Only when asked for with -m"
    config.addinivalue_line("markers", f"corpus_reference: {meaning}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the check of the references out unless asked for: it is about the table."""
    if "corpus_reference" in str(config.getoption("markexpr")):
        return
    left_out = [item for item in items if item.get_closest_marker("corpus_reference")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """Provide libraries and sources, from the cache or the registry."""
    try:
        return provide_corpus({notebook.sdist for notebook in read_table()})
    except RegistryUnreachableError as error:
        pytest.skip(
            f"the corpus is not in the cache, and pip can't reach the package registry: {error}"
        )
