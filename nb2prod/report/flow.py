"""The data flow as a picture: stages from top to bottom, an arc for what flows past others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from nb2prod.flowchart import arrows
from nb2prod.plan.package import PackagePlan

_WIDTH, _HEIGHT, _GAP = 240, 58, 62
_LEFT, _TOP, _REACH = 20, 16, 46
_CHARACTERS = 34


@dataclass(frozen=True, slots=True)
class _Box:
    title: str
    below: str
    role: str
    link: str


def picture(plan: PackagePlan) -> str:
    """An SVG, without scripts or fonts of its own; colours come from the page around it."""
    boxes = list(_boxes(plan))
    # The parameters have a box only where there are some.
    first = 1 if plan.parameters else 0
    arcs = {(first + start, first + end): names for (start, end), names in arrows(plan).items()}
    farthest = max((end - start for start, end in arcs), default=1)
    width = _LEFT + _WIDTH + 40 + farthest * _REACH + _CHARACTERS * 7
    height = _TOP * 2 + len(boxes) * (_HEIGHT + _GAP) - _GAP
    parts = [
        '<svg class="flow" role="group" aria-labelledby="flow-title" xmlns="http://www.w3.org/2000/svg"',
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        '<title id="flow-title">What flows between the stages</title>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"',
        ' orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    ]
    for (start, end), names in sorted(arcs.items()):
        parts.append(_arc(start, end, names))
    for at, box in enumerate(boxes):
        parts.append(_drawn(at, box))
    return "\n".join([*parts, "</svg>"])


def _boxes(plan: PackagePlan) -> Iterator[_Box]:
    if plan.parameters:
        count = len(plan.parameters)
        yield _Box(
            "parameters", f"{count} value{'s' * (count != 1)} of run()", "parameters", "#interfaces"
        )
    for stage in plan.stages:
        numbers = [str(number) for number, _ in stage.documentation.cells]
        cells = f"cell{'s' * (len(numbers) != 1)} {', '.join(numbers)}"
        yield _Box(f"{stage.function}()", cells, stage.role.value, f"#stage-{stage.function}")
    count = len(plan.results)
    yield _Box("results", f"{count} value{'s' * (count != 1)} of run()", "results", "#interfaces")


def _arc(start: int, end: int, names: list[str]) -> str:
    top = _TOP + start * (_HEIGHT + _GAP)
    bottom = _TOP + end * (_HEIGHT + _GAP)
    listed = escape(", ".join(names), quote=True)
    label = escape(_shortened(names))
    if end == start + 1:
        x = _LEFT + _WIDTH // 2
        line = f"M{x} {top + _HEIGHT}V{bottom - 2}"
        text = f'<text x="{x + 10}" y="{top + _HEIGHT + _GAP // 2 + 4}">{label}</text>'
    else:
        x = _LEFT + _WIDTH
        out = x + (end - start) * _REACH
        y, to = top + _HEIGHT * 2 // 3, bottom + _HEIGHT // 3
        line = f"M{x} {y}C{out} {y} {out} {to} {x + 2} {to}"
        middle = x + (end - start) * _REACH * 3 // 4
        text = (
            f'<text x="{middle + 8}" y="{(y + to) // 2 + 4 + (start % 3 - 1) * 14}">{label}</text>'
        )
    return (
        f'<g class="arc"><title>{listed}</title><path d="{line}" marker-end="url(#tip)"/>{text}</g>'
    )


def _drawn(at: int, box: _Box) -> str:
    y = _TOP + at * (_HEIGHT + _GAP)
    title = box.title if len(box.title) <= 28 else box.title[:27] + "…"
    below = f"{box.role} · {box.below}"
    below = below if len(below) <= 32 else below[:31] + "…"
    return (
        f'<a href="{escape(box.link, quote=True)}"><g class="box role-{escape(box.role, quote=True)}">'
        f'<rect x="{_LEFT}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8"/>'
        f'<text class="title" x="{_LEFT + 14}" y="{y + 24}">{escape(title)}</text>'
        f'<text class="below" x="{_LEFT + 14}" y="{y + 43}">{escape(below)}</text>'
        "</g></a>"
    )


def _shortened(names: list[str]) -> str:
    shown: list[str] = []
    for name in names:
        if shown and len(", ".join([*shown, name])) > _CHARACTERS - 8:
            return f"{', '.join(shown)} and {len(names) - len(shown)} more"
        shown.append(name)
    return ", ".join(shown)
