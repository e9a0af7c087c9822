"""The property: every random program computes the same as notebook and as package, twice."""

from __future__ import annotations

import pytest

from .notebooks import text
from .oracle import verdict
from .programs import generate

PROGRAMS, CHUNK = 300, 20


@pytest.mark.property
@pytest.mark.parametrize("start", range(0, PROGRAMS, CHUNK))
def test_packages_compute_what_notebooks_compute(start: int) -> None:
    for seed in range(start, start + CHUNK):
        program = generate(seed)
        found = verdict(program)
        assert found.kind == "same", f"seed {seed}: {found.kind}: {found.detail}\n{text(program)}"
