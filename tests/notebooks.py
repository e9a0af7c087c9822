"""Builds small notebooks: cells as pairs of source and tag."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from nb2prod.notebook import Notebook, parse

#: A code cell's source with its tags; the tag `markdown` makes a markdown cell, None means no tag.
Pair: TypeAlias = tuple[str, str | Sequence[str] | None]
Document: TypeAlias = dict[str, Any]


def document(
    *cells: Pair, settings: Mapping[str, object] | None = None, language: str = "python"
) -> Document:
    """A notebook of format 4.5; cells get the ids `c1`, `c2`, ..."""
    metadata: dict[str, object] = {
        "kernelspec": {"display_name": "Kernel", "language": language, "name": "kernel"},
        "language_info": {"name": language},
    }
    if settings is not None:
        metadata["nb2prod"] = dict(settings)
    return {
        "cells": [_cell(number, source, tag) for number, (source, tag) in enumerate(cells, 1)],
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def notebook(*cells: Pair, name: str = "example") -> Notebook:
    """The same as nb2prod reads it."""
    return parse(json.dumps(document(*cells)), name=name)


def write(
    path: Path, *cells: Pair, settings: Mapping[str, object] | None = None, language: str = "python"
) -> Path:
    """Writes the notebook as Jupyter does; gives its path."""
    content = document(*cells, settings=settings, language=language)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _cell(number: int, source: str, tag: str | Sequence[str] | None) -> Document:
    lines = source.splitlines(keepends=True)
    if tag == "markdown":
        return {"cell_type": "markdown", "id": f"c{number}", "metadata": {}, "source": lines}
    tags = [tag] if isinstance(tag, str) else list(tag or ())
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"c{number}",
        "metadata": {"tags": tags} if tags else {},
        "outputs": [],
        "source": lines,
    }
