"""A notebook's cell as markup: nbconvert's view of it, without anything that acts or comes from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nb2prod.notebook import Cell

if TYPE_CHECKING:
    from markupsafe import Markup
    from nbconvert import HTMLExporter

#: Markup that only shows.
_HARMLESS = set(
    """
    a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span
    strong sub sup table tbody td tfoot th thead tr u ul
    """.split()
)
_PROTOCOLS = {"http", "https", "mailto", "data"}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
#: Of what a cell shows.
_SHOWN = frozenset(("text/plain", "image/png", "image/jpeg"))


def rendered(cell: Cell, outputs: Sequence[Mapping[str, Any]], exporter: HTMLExporter) -> Markup:
    """A cell as nbconvert shows it; all markup that could do anything is taken out."""
    import nbformat
    from markupsafe import Markup
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    new = nbformat.v4.new_markdown_cell if cell.kind == "markdown" else nbformat.v4.new_code_cell
    # Without an id of ours it gets a random one, and the page would be another one each time.
    node = new(cell.source, id=str(cell.number))  # type: ignore[no-untyped-call]
    if cell.kind == "code":
        plain = [_plain(output) for output in outputs]
        node.outputs = [nbformat.from_dict(o) for o in plain if o.get("data", True)]  # type: ignore[no-untyped-call]
    elif cell.kind == "markdown" and cell.attachments:
        node.attachments = nbformat.from_dict(cell.attachments)  # type: ignore[no-untyped-call]
    book = nbformat.v4.new_notebook(cells=[node])  # type: ignore[no-untyped-call]
    try:
        body, _ = exporter.from_notebook_node(book)
    except InvalidNotebook:
        # It shows a picture that is not attached: its text as it stands is what there is.
        return Markup("<pre>{}</pre>").format(cell.source)
    return Markup(body)


def harmless_exporter() -> HTMLExporter:
    """Gives the markup of one cell, without a page around it and without anything that acts."""
    from bleach import clean
    from nbconvert import HTMLExporter

    def harmless(markup: str) -> str:
        return clean(
            markup, tags=_HARMLESS, attributes=_is_harmless, protocols=_PROTOCOLS, strip=True
        )

    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic",
        sanitize_html=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    exporter.register_filter("clean_html", harmless)  # type: ignore[no-untyped-call]
    return exporter


def _is_harmless(tag: str, attribute: str, value: str) -> bool:
    """Whether an attribute only shows; pictures are in the page, or nowhere."""
    if tag == "img":
        return attribute == "alt" or attribute == "src" and value.startswith("data:image/")
    if tag == "a" and attribute == "href":
        return value.startswith(("http:", "https:", "mailto:"))
    return attribute == "class"


def _plain(output: Mapping[str, Any]) -> dict[str, Any]:
    """What a cell showed, as text or picture: markup of libraries brings its own styles and scripts."""
    data = {
        kind: value
        for kind, value in output.get("data", {}).items()
        if kind in _SHOWN
        and isinstance(value, str)
        # A picture is base64, and nothing that could end the attribute it stands in.
        and (kind == "text/plain" or _BASE64.fullmatch(value))
    }
    return {**output, "data": data} if "data" in output else {**output}
