"""The templates of generated files, with a quoting filter for each format."""

from __future__ import annotations

import functools

import jinja2

from nb2prod.emit.text import code_span, markdown_code, markdown_text, toml_string


@functools.cache  # once compiled, a template serves every package
def templates() -> jinja2.Environment:
    """All templates; a name that one lacks is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("nb2prod.emit"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # nothing here is HTML: each format has its own quoting filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["toml"] = toml_string
    environment.filters["markdown"] = markdown_text
    environment.filters["code_in_table"] = markdown_code
    environment.filters["python"] = repr
    environment.filters["code"] = code_span
    return environment
