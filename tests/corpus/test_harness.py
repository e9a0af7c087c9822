"""The referee itself: what it must tell apart, what it must not, and how scripts become cells."""

from __future__ import annotations

import base64
import struct
from textwrap import dedent

import pytest

from nb2prod.verify import Facts, differences

from .gallery import ScriptCell, split_script
from .table import read_table


def _array(*values: float) -> list[object]:
    return [
        "<f8",
        [len(values)],
        base64.b64encode(struct.pack(f"<{len(values)}d", *values)).decode(),
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"": 1}, {"": 1}),
        ({"": float("nan")}, {"": float("nan")}),
        ({".a": _array(1.0, float("nan"))}, {".a": _array(1.0, float("nan"))}),
        ({"": _array(0.0)}, {"": _array(-0.0)}),
        ({"": ["object", [2], ["a", None]]}, {"": ["object", [2], ["a", None]]}),
    ],
)
def test_equal_observations(expected: Facts, actual: Facts) -> None:
    assert list(differences(expected, actual)) == []


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        ({"": 1}, {"": 1.0}, "value: 1 != 1.0"),
        ({"": True}, {"": 1}, "value: True != 1"),
        ({".a": 1}, {}, ".a: missing in the package"),
        ({}, {".a": 1}, ".a: only in the package"),
        ({"": _array(1.0)}, {"": _array(1.0, 2.0)}, "value: array <f8[1] != array <f8[2]"),
        (
            {"": _array(1.0, 2.0)},
            {"": _array(1.0, 2.5)},
            "value: array <f8[2]: 1 values differ, first 2.0 != 2.5",
        ),
        (
            {"": ["|b1", [1], "AQ=="]},
            {"": ["|b1", [1], "AA=="]},
            "value: array |b1[1]: other values",
        ),
        (
            {"": ["object", [1], ["a"]]},
            {"": ["object", [1], [None]]},
            "value: array object[1]: 1 values differ, first 'a' != None",
        ),
    ],
)
def test_different_observations(expected: Facts, actual: Facts, said: str) -> None:
    assert list(differences(expected, actual)) == [said]


def test_floats_differ_in_the_last_bit_unless_a_tolerance_is_given() -> None:
    left, right = {"": _array(0.1 + 0.2)}, {"": _array(0.3)}
    assert list(differences(left, right)) != []
    assert list(differences(left, right, rtol=1e-12)) == []


def test_script_is_split_like_the_gallery_splits_it() -> None:
    script = dedent('''\
        """
        Title
        """
        import math

        # %%
        # Some text
        # on two lines.
        x = """
        # %% inside a string
        """
        # a comment

        ##############################################
        # Old style
        y = 1
        # %% A heading
        # %%
        z = 2
        ''')
    assert split_script(script) == [
        ScriptCell("markdown", "Title"),
        ScriptCell("code", "import math"),
        ScriptCell("markdown", "Some text\non two lines."),
        ScriptCell("code", 'x = """\n# %% inside a string\n"""\n# a comment'),
        ScriptCell("markdown", "Old style"),
        ScriptCell("code", "y = 1"),
        ScriptCell("markdown", "A heading"),
        ScriptCell("code", "z = 2"),
    ]


def test_every_notebook_of_the_table_has_outputs_to_compare() -> None:
    assert all(len(notebook.outputs) >= 1 for notebook in read_table())
