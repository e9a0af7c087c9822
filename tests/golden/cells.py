"""Notebooks as text: ``%% ROLE`` opens a code cell, ``%% md`` a markdown cell, ``%%`` an untagged one.

What stands above the first cell is ``metadata.nb2prod``, as JSON.
"""

from __future__ import annotations

import json
import re

from ..notebooks import document

_OPENING = re.compile(r"^%%(?:[ \t]+(\w+))?[ \t]*$", re.M)


def notebook_json(text: str) -> str:
    """The notebook file that a text describes."""
    settings, *pieces = _OPENING.split(text)
    tags = ("markdown" if tag == "md" else tag for tag in pieces[::2])
    sources = (source.strip("\n") for source in pieces[1::2])
    return json.dumps(
        document(*zip(sources, tags, strict=True), settings=json.loads(settings or "{}"))
    )
