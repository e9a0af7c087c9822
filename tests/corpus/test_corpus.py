"""A package made from a public notebook computes what the notebook's tagged cells compute."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import pytest

from nb2prod.verify import Facts, differences

from .fetch import Corpus
from .materialise import materialise
from .table import Notebook, read_table
from .values import notebook_values, package_values

SHOWN = 8
NOTEBOOKS = [
    pytest.param(notebook, id=notebook.id, marks=[pytest.mark.slow] if notebook.slow else [])
    for notebook in read_table()
]


@pytest.mark.corpus
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_package_gives_the_notebooks_values(
    notebook: Notebook, corpus: Corpus, tmp_path: Path
) -> None:
    original = materialise(notebook, corpus.sources, tmp_path / "original")
    converted = materialise(notebook, corpus.sources, tmp_path / "converted")
    expected = notebook_values(notebook, original, corpus)
    actual = package_values(notebook, converted, corpus)
    assert _report(notebook, expected, actual) == {}


@pytest.mark.corpus_reference
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_reference_is_reproducible(notebook: Notebook, corpus: Corpus, tmp_path: Path) -> None:
    runs = [
        notebook_values(notebook, materialise(notebook, corpus.sources, tmp_path / run), corpus)
        for run in ("first", "second")
    ]
    assert runs[0].keys() == set(notebook.outputs)
    assert _report(notebook, *runs) == {}


def _report(
    notebook: Notebook, expected: Mapping[str, Facts], actual: Mapping[str, Facts]
) -> dict[str, list[str]]:
    """Name the outputs that differ and where; an unstable one only has to be there."""
    report: dict[str, list[str]] = {}
    for name in notebook.outputs:
        if name not in actual or name not in expected:
            report[name] = ["not among the results"]
        elif name not in notebook.unstable:
            found = list(
                islice(
                    differences(expected[name], actual[name], notebook.tolerance.get(name)), SHOWN
                )
            )
            if found:
                report[name] = found
    return report
