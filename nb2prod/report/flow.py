"""The data flow as a picture: stages from top to bottom, and a lane for what flows past others.

A name leaves a box in its lower part and arrives at the upper part of another one, and lanes lie to the
right of all names: so no line runs through a name, and none has to be left out.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nb2prod.flowchart import arrows
from nb2prod.plan.package import PackagePlan

_WIDTH, _HEIGHT, _GAP = 230, 58, 30
_LEFT, _TOP = 4, 8
_LINE, _CHARACTER = 15, 7
#: Names wrap after so many characters.
_CHARACTERS = 36
_ARRIVAL, _LANE = 9, 14


@dataclass(frozen=True, slots=True)
class _Box:
    title: str
    below: str
    role: str
    link: str


@dataclass(frozen=True, slots=True)
class _Flow:
    """Variables from one box to another, by the places of the boxes."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def passes_others(self) -> bool:
        return self.end > self.start + 1


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a box is, and how high."""

    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def picture(plan: PackagePlan) -> str:
    """An SVG, without scripts or fonts of its own; colours come from the page around it."""
    boxes = list(_boxes(plan))
    # The parameters have a box only where there are some.
    first = 1 if plan.parameters else 0
    flows = [
        _Flow(first + start, first + end, tuple(_wrapped(names)))
        for (start, end), names in sorted(arrows(plan).items())
    ]
    frames = _frames(boxes, flows)
    lanes = _lanes([flow for flow in flows if flow.passes_others])
    first_lane = _LEFT + _WIDTH + _widest(flows) + 14
    width = first_lane + (max(lanes.values(), default=-1) + 1) * _LANE + 4
    height = frames[-1].bottom + _TOP
    parts = [
        '<svg class="flow" role="group" aria-labelledby="flow-title" xmlns="http://www.w3.org/2000/svg"',
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        '<title id="flow-title">What flows between the stages</title>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"',
        ' orient="auto"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>',
    ]
    left = [frame.bottom for frame in frames]
    arrived = [frame.top + 6 for frame in frames]
    # The farthest arrives first, so that lanes that end at the same box don't cross there.
    for flow in sorted(flows, key=lambda flow: (-lanes.get(flow, -1), flow.start)):
        if flow.passes_others:
            left[flow.start] -= len(flow.lines) * _LINE + 6
            at = left[flow.start]
            parts.append(_past(flow, at, arrived[flow.end], first_lane + lanes[flow] * _LANE))
            arrived[flow.end] += _ARRIVAL
        else:
            parts.append(_down(flow, frames[flow.start].bottom, frames[flow.end].top))
    parts += [_drawn(frame, box) for frame, box in zip(frames, boxes, strict=True)]
    return "\n".join([*parts, "</svg>"])


def _boxes(plan: PackagePlan) -> Iterator[_Box]:
    if plan.parameters:
        yield _Box(
            "parameters", f"{_values(plan.parameters)} of run()", "parameters", "#interfaces"
        )
    for stage in plan.stages:
        numbers = [str(number) for number, _ in stage.documentation.cells]
        cells = f"cell{'s' * (len(numbers) != 1)} {', '.join(numbers)}"
        yield _Box(f"{stage.function}()", cells, stage.role.value, f"#stage-{stage.function}")
    yield _Box("results", f"{_values(plan.results)} of run()", "results", "#interfaces")


def _values(several: Sequence[object]) -> str:
    return f"{len(several)} value{'s' * (len(several) != 1)}"


def _wrapped(names: Sequence[str]) -> list[str]:
    return textwrap.wrap(", ".join(names), _CHARACTERS, break_on_hyphens=False)


def _widest(flows: Sequence[_Flow]) -> int:
    longest = max((len(line) for f in flows if f.passes_others for line in f.lines), default=0)
    below = max((len(line) for f in flows if not f.passes_others for line in f.lines), default=0)
    # Names between two boxes begin at the middle of the boxes.
    return max(longest * _CHARACTER + 10, below * _CHARACTER + 10 - _WIDTH // 2)


def _frames(boxes: Sequence[_Box], flows: Sequence[_Flow]) -> list[_Frame]:
    """Each box is as high as what leaves and what arrives beside it, each gap as what falls through it."""
    found = []
    top = _TOP
    for at in range(len(boxes)):
        past = [flow for flow in flows if flow.passes_others]
        arrivals = sum(flow.end == at for flow in past) * _ARRIVAL
        departures = sum(len(flow.lines) * _LINE + 6 for flow in past if flow.start == at)
        frame = _Frame(top, max(_HEIGHT, arrivals + departures + 8))
        found.append(frame)
        between = sum(len(f.lines) * _LINE for f in flows if f.start == at and not f.passes_others)
        top = frame.bottom + _GAP + between
    return found


def _lanes(flows: Sequence[_Flow]) -> Mapping[_Flow, int]:
    """A lane for each flow: short ones inside, and two share one where they don't meet."""
    taken: list[list[_Flow]] = []
    found: dict[_Flow, int] = {}
    for flow in sorted(flows, key=lambda flow: (flow.end - flow.start, flow.start)):
        free = (
            at
            for at, others in enumerate(taken)
            if all(flow.start > other.end or flow.end < other.start for other in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append(flow)
        found[flow] = lane
    return found


def _past(flow: _Flow, y: int, to: int, lane: int) -> str:
    """Out of a box under the names, down a lane, and back to the box that takes them."""
    x = _LEFT + _WIDTH
    below = y + len(flow.lines) * _LINE + 2
    line = f"M{x} {below}H{lane - 6}q6 0 6 6V{to - 6}q0 6 -6 6H{x + 2}"
    return _group(line, _text(flow.lines, x + 10, y + _LINE - 3))


def _down(flow: _Flow, top: int, bottom: int) -> str:
    x = _LEFT + _WIDTH // 2
    middle = (top + bottom - len(flow.lines) * _LINE) // 2 + _LINE - 4
    return _group(f"M{x} {top}V{bottom - 2}", _text(flow.lines, x + 10, middle))


def _group(line: str, text: str) -> str:
    return f'<g class="arc"><path d="{line}" marker-end="url(#tip)"/>{text}</g>'


def _text(lines: Sequence[str], x: int, y: int) -> str:
    spans = (
        f'<tspan x="{x}" y="{y + at * _LINE}">{escape(line)} </tspan>'
        for at, line in enumerate(lines)
    )
    return f"<text>{''.join(spans)}</text>"


def _drawn(frame: _Frame, box: _Box) -> str:
    title = box.title if len(box.title) <= 26 else box.title[:25] + "…"
    below = f"{box.role} · {box.below}"
    below = below if len(below) <= 32 else below[:31] + "…"
    middle = frame.top + frame.height // 2
    return (
        f'<a href="{escape(box.link, quote=True)}"><g class="box role-{escape(box.role, quote=True)}">'
        f'<rect x="{_LEFT}" y="{frame.top}" width="{_WIDTH}" height="{frame.height}" rx="8"/>'
        f'<text class="title" x="{_LEFT + 14}" y="{middle - 4}">{escape(title)}</text>'
        f'<text class="below" x="{_LEFT + 14}" y="{middle + 15}">{escape(below)}</text>'
        "</g></a>"
    )
