"""Literals of a parameters cell in, types of parameters out."""

from __future__ import annotations

import pytest

from nb2prod.planning import emitted
from nb2prod.recorded import Recorded

from .cellscript import plan_of


@pytest.mark.parametrize(
    ("literal", "kind"),
    [
        ("1", "int"),
        ("-1", "int"),
        ("-0.5", "float"),
        ("-True", "int"),
        ("True", "bool"),
        ("'a'", "str"),
        ("b'a'", "bytes"),
        ("2j", "Any"),
        ("None", "Any"),
        ("[]", "list[Any]"),
        ("[1, -2]", "list[int]"),
        ("[1, 0.5]", "list[float]"),
        ("[1, 'a']", "list[Any]"),
        ("[1, None]", "list[Any]"),
        ("('a', 'b')", "tuple[str, ...]"),
        ("{'a'}", "set[str]"),
        ("{'a': 1, 'b': 0.5}", "dict[str, float]"),
        ("{'a': [1], 'b': [2]}", "dict[str, list[int]]"),
        ("{'a': 1, 'b': None}", "dict[str, Any]"),
        ("{}", "dict[Any, Any]"),
    ],
)
def test_the_type_of_a_parameter(literal: str, kind: str) -> None:
    plan = plan_of(f"parameters: n = {literal}", "train: m = [n]")
    tree = emitted(plan, notebook_folder=None, output=None, recorded=Recorded())
    assert f"\nn: {kind} = " in tree["src/demo/parameters.py"]
    assert f"| `n` | {kind} |" in tree["README.md"].replace("\\", "")
