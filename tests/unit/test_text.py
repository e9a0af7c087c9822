"""The notebook's words in generated files: quoted for each format."""

from __future__ import annotations

import ast
import sys

import pytest

from nb2prod.emit.text import cells_text, code_span, docstring, markdown_text, toml_string

if sys.version_info >= (3, 11):
    import tomllib

HOSTILE = [
    "plain",
    'ends with a quote"',
    'has """three""" quotes',
    "back\\slash and \\n",
    "ends with a backslash\\",
    "two\nlines",
    "{{ jinja }} {braces} %s",
    "größe 日本 🎉",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_docstring_holds_exactly_the_text(text: str) -> None:
    assert ast.literal_eval(docstring(text)).rstrip("\n") == text


def test_docstring_drops_control_characters() -> None:
    assert ast.literal_eval(docstring("a\x00b\x1bc")) == "a b c"


@pytest.mark.skipif(
    sys.version_info < (3, 11), reason="tomllib is in the standard library from 3.11 on"
)
@pytest.mark.parametrize("text", [*HOSTILE, "tab\tand\x01control"])
def test_toml_string_holds_exactly_the_text(text: str) -> None:
    assert tomllib.loads(f"x = {toml_string(text)}") == {"x": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words", "plain words"),
        ("snake_case", r"snake\_case"),
        ("# no heading", r"\# no heading"),
        ("a | b", r"a \| b"),
        ("<script>", "&lt;script&gt;"),
        ("[link](x)", r"\[link\](x)"),
        ("two\n lines", "two lines"),
    ],
)
def test_markdown_is_only_words(text: str, shown: str) -> None:
    assert markdown_text(text) == shown


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([3], "cell 3"), ([3, 5], "cells 3 and 5"), ([3, 5, 8], "cells 3, 5 and 8")],
)
def test_cells(numbers: list[int], text: str) -> None:
    assert cells_text([(number, "id") for number in numbers]) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("data/a_b.csv", "`data/a_b.csv`"),
        ("a`![x](y)`b", "`a'![x](y)'b`"),
        ("a\n\n# Heading", "`a  # Heading`"),
        ("a\u202eb\udc80", "`a b `"),
    ],
)
def test_code_span(text: str, shown: str) -> None:
    assert code_span(text) == shown
