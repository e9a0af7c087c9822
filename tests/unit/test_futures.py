"""What future imports bind."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.futures import future_names, with_future_names

from .cellscript import files_of

DIRECTIVE = "from __future__ import annotations"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(
            DIRECTIVE,
            f"{DIRECTIVE}; import __future__ as f; annotations = f.annotations",
            id="alone",
        ),
        pytest.param(
            f"{DIRECTIVE} as annotations  # why\nx = 1",
            f"{DIRECTIVE} as annotations; import __future__ as f; annotations = f.annotations  # why\nx = 1",
            id="before a comment",
        ),
        pytest.param(
            "from __future__ import (division,\n    annotations)",
            "from __future__ import (division,\n    annotations); import __future__ as f; annotations = f.annotations",
            id="over two lines",
        ),
        pytest.param(
            f"{DIRECTIVE}; π = 1; from __future__ import annotations",
            f"{DIRECTIVE}; import __future__ as f; annotations = f.annotations; π = 1; "
            f"{DIRECTIVE}; import __future__ as f; annotations = f.annotations",
            id="twice in a line",
        ),
        pytest.param(
            "from __future__ import division", "from __future__ import division", id="another one"
        ),
    ],
)
def test_the_binding_is_written_out(cell: str, expected: str) -> None:
    assert with_future_names(cell, ast.parse(cell), {"annotations"}, "f") == expected


@pytest.mark.parametrize(
    ("cells", "outputs", "found"),
    [
        ([DIRECTIVE, "x = annotations"], [], {"annotations"}),
        ([DIRECTIVE, "def f():\n    return annotations"], [], {"annotations"}),
        ([DIRECTIVE, "annotations += 1"], [], {"annotations"}),
        ([DIRECTIVE], ["annotations"], {"annotations"}),
        ([DIRECTIVE, "annotations = 1"], [], set()),
        ([f"{DIRECTIVE} as later", "x = annotations"], [], set()),
    ],
)
def test_only_where_it_is_read(cells: list[str], outputs: list[str], found: set[str]) -> None:
    assert future_names(map(ast.parse, cells), outputs) == found


def test_a_package_computes_with_it() -> None:
    files = files_of(
        f"setup: {DIRECTIVE}",
        "train: try:\n    annotations\nexcept NameError:\n    annotations = 5\nz = annotations",
        "predict: y = [z, annotations]",
    )
    assert "future_names.annotations" in "".join(files.values())


def test_a_package_that_never_reads_it_says_nothing() -> None:
    files = files_of(
        f"setup: {DIRECTIVE}", "train: annotations = [1]\nz = len(annotations)", "predict: y = [z]"
    )
    assert "future_names" not in "".join(
        line for text in files.values() for line in text.splitlines() if "import" not in line
    )
