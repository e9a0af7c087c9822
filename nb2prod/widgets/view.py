"""Draws the panel with ipywidgets, and passes what is clicked on to the session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ipywidgets as widgets  # type: ignore[import-untyped]

from nb2prod.diagnostics import Diagnostic, Severity
from nb2prod.roles import Role
from nb2prod.server.job import Job
from nb2prod.suggest import Split, Suggestion
from nb2prod.widgets.markup import BAD, FAIR, GOOD, chip, code, plain, role_chip
from nb2prod.widgets.progress import share, words
from nb2prod.widgets.session import Session
from nb2prod.widgets.state import (
    Row,
    mend_of,
    refreshed,
    with_all_accepted,
    with_findings,
    with_mend,
    with_roles,
    with_split,
    with_suggestions,
)

#: Cells that are shown at once: every widget costs the browser a little.
PAGE = 50
#: Findings that are shown.
_FINDINGS = 60

#: What a choice that is none is called: widgets show no label for None.
_NO = ""
_ROLES = [("no role", _NO), *((role.value, role.value) for role in Role)]
_COLOURS = {Severity.ERROR: BAD, Severity.WARNING: FAIR, Severity.NOTE: "#374151"}
_VERDICTS = {"identical": GOOD, "differs": BAD, "refused": BAD}
_ABOUT = (
    "This panel works on the file. Save the notebook in its editor before you press a button here, and"
    " reload it there afterwards."
)

_WIDE = widgets.Layout(width="100%")
_LINE = widgets.Layout(width="100%", align_items="center", flex_flow="row wrap")
_INSET = widgets.Layout(
    width="100%", align_items="center", flex_flow="row wrap", padding="0 0 0 3.5em"
)
_CHOICE = widgets.Layout(width="14em")
_CHIP = widgets.Layout(width="9em")
_TEXT = widgets.Layout(flex="1 1 20em", overflow="hidden")
_BUTTON = widgets.Layout(width="auto")
_FAINT = '<span style="opacity:.75">{}</span>'


class PanelView(widgets.VBox):  # type: ignore[misc]
    """The panel as a widget."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._here = Path.cwd()
        self._page = 0
        self._rows: list[_RowView] = []
        self._shown_findings: Sequence[Diagnostic] | None = None
        self._head = widgets.HTML(layout=_WIDE)
        self._said = widgets.HTML(layout=_WIDE)
        self._accept = _button("Accept all", self._do(with_all_accepted))
        self._run = widgets.Checkbox(
            True, description="run it and compare", indent=False, layout=_BUTTON
        )
        self._force = widgets.Checkbox(
            False, description="replace an edited package", indent=False, layout=_BUTTON
        )
        self._kernel = widgets.Dropdown(
            options=_kernels(None), description="Kernel", layout=widgets.Layout(width="22em")
        )
        self._convert = _button("Convert", self._start, style="primary")
        self._cells = widgets.VBox(layout=_WIDE)
        self._pages = widgets.HBox(layout=_LINE)
        self._findings = widgets.VBox(layout=_WIDE)
        self._job = _JobView(session, self._here)
        super().__init__(
            [
                self._head,
                widgets.HBox(
                    [
                        _button("Suggest roles", self._do(with_suggestions)),
                        self._accept,
                        _button("Check", self._do(with_findings)),
                        _button("Reload", self._do(refreshed)),
                    ],
                    layout=_LINE,
                ),
                self._said,
                self._cells,
                self._pages,
                self._findings,
                widgets.HBox([self._convert, self._run, self._force, self._kernel], layout=_LINE),
                self._job,
            ],
            layout=_WIDE,
        )
        session.changed = self.draw
        self.draw()

    @property
    def closed(self) -> bool:
        """Whether its widgets are gone."""
        return self.comm is None

    def use_kernel(self, kernel: str | None) -> None:
        """Offers a kernel, and chooses it."""
        if kernel is not None:
            self._kernel.options = _kernels(kernel)
            self._kernel.value = kernel

    def close(self) -> None:
        """Ends what it has started."""
        self._session.close()
        _discard(self.children)
        super().close()

    # ------------------------------------------------------------------ drawing
    def draw(self) -> None:
        """Shows the session as it is."""
        panel, job = self._session.panel, self._session.job
        title = f"<b>{plain(panel.path.name)}</b>"
        self._head.value = f"{title}<br>{_FAINT.format(plain(_ABOUT))}"
        mark = chip("not done", BAD) if panel.failed else ""
        # Screen readers say it when it changes.
        self._said.value = f'<div role="status">{mark} {plain(panel.said)}</div>'
        self._accept.disabled = not panel.acceptable
        self._convert.disabled = job is not None and not job.ended
        self._draw_cells(panel.rows, panel.suggested or {})
        if panel.found != self._shown_findings:
            self._shown_findings = panel.found
            old = self._findings.children
            self._findings.children = self._finding_views(panel.found or ())
            _discard(old)
        self._job.draw(job)

    def _draw_cells(self, rows: Sequence[Row], suggested: Any) -> None:
        pages = max(1, -(-len(rows) // PAGE))
        self._page = min(self._page, pages - 1)
        start = self._page * PAGE
        visible = rows[start : start + PAGE]
        while len(self._rows) < len(visible):
            self._rows.append(_RowView(self._session))
        for view, row in zip(self._rows, visible, strict=False):
            view.draw(row, suggested.get(row.number))
        _set(self._cells, self._rows[: len(visible)])
        if pages == 1:
            old = self._pages.children
            _set(self._pages, [])
            _discard(old)
            return
        if len(self._pages.children) != 3:
            where = widgets.HTML()
            back = _button("Earlier cells", partial(self._turn, -1))
            _set(self._pages, [back, where, _button("Later cells", partial(self._turn, 1))])
        back, where, forth = self._pages.children
        where.value = f"code cells {start + 1} to {start + len(visible)} of {len(rows)}"
        back.disabled, forth.disabled = self._page == 0, self._page == pages - 1

    def _turn(self, step: int) -> None:
        self._page = max(0, self._page + step)
        self.draw()

    def _finding_views(self, found: Sequence[Diagnostic]) -> list[widgets.Widget]:
        views = [self._finding_view(finding) for finding in found[:_FINDINGS]]
        if len(found) > _FINDINGS:
            views.append(widgets.HTML(f"and {len(found) - _FINDINGS} more"))
        return views

    def _finding_view(self, finding: Diagnostic) -> widgets.Widget:
        place = "" if finding.cell is None else f"cell {finding.cell}"
        place += "" if finding.line is None else f", line {finding.line}"
        words = widgets.HTML(
            _finding(finding.severity, finding.code, place, finding.message, finding.hint),
            layout=_TEXT,
        )
        mend = mend_of(finding)
        if mend is None:
            return widgets.HBox([words], layout=_LINE)
        cell, role = mend
        button = _button(f"Tag cell {cell} {role.value}", self._do(partial(_mended, finding)))
        return widgets.HBox([words, button], layout=_LINE)

    # ------------------------------------------------------------------ acting
    def _do(self, change: Callable[[Any], Any]) -> Callable[[], None]:
        return partial(self._session.do, change)

    def _start(self) -> None:
        self._session.convert(
            run=self._run.value, force=self._force.value, kernel=self._kernel.value or None
        )


class _RowView(widgets.VBox):  # type: ignore[misc]
    """A cell: its number, role and first line; below it what is suggested."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._drawn: object = None
        self._proposed: list[widgets.Widget] = []
        self._row = Row(0, "", None)
        self._role = widgets.Dropdown(
            options=_ROLES, layout=_CHOICE, style={"description_width": "3em"}
        )
        self._role.observe(self._choose, "value")
        self._chip = widgets.HTML(layout=_CHIP)
        self._text = widgets.HTML(layout=_TEXT)
        self._line = widgets.HBox([self._role, self._chip, self._text], layout=_LINE)
        super().__init__([self._line], layout=_WIDE)

    def draw(self, row: Row, suggestion: Suggestion | None) -> None:
        if (row, suggestion) == self._drawn:
            return
        self._row, self._drawn = row, (row, suggestion)
        self._role.description = str(row.number)
        self._role.value = _choice(row.role)
        self._chip.value = role_chip(row.role) if row.role else _FAINT.format("no role")
        later = [f"from line {s.line} on {role_chip(s.role)}" for s in row.later if s.role]
        self._text.value = " ".join([*later, code(row.text)])
        old, self._proposed = self._proposed, self._proposals(suggestion)
        _set(self, [self._line, *self._proposed])
        _discard(old)

    def _proposals(self, suggestion: Suggestion | None) -> list[widgets.Widget]:
        if suggestion is None:
            return []
        found = []
        if not suggestion.tagged:
            words = f"suggested: {role_chip(suggestion.role)} {plain(suggestion.reason)}"
            accept = partial(_accepted, suggestion)
            found.append(_proposal(words, "Accept", partial(self._session.do, accept)))
        for split in suggestion.splits:
            words = f"from line {split.line} on: {role_chip(split.role)} {plain(split.reason)}"
            cut = partial(_split, suggestion.cell, split)
            found.append(_proposal(words, "Split here", partial(self._session.do, cut)))
        return found

    def _choose(self, change: Any) -> None:
        # Drawing sets the value too: that is no choice.
        if change["new"] != _choice(self._row.role):
            role = Role(change["new"]) if change["new"] else None
            self._session.do(partial(with_roles, roles={self._row.number: role}))
            # A choice that was not taken does not stay.
            self._role.value = _choice(self._row.role)


class _JobView(widgets.VBox):  # type: ignore[misc]
    """The conversion: how far it is, and what became of it."""

    def __init__(self, session: Session, here: Path) -> None:
        self._here, self._folder = here, session.panel.path.resolve().parent
        self._bar = widgets.FloatProgress(min=0, max=1, layout=widgets.Layout(width="20em"))
        self._words = widgets.HTML(layout=_TEXT)
        self._cancel = _button("Cancel", session.cancel)
        self._going = widgets.HBox([self._bar, self._words, self._cancel], layout=_LINE)
        self._verdict = widgets.HTML(layout=_WIDE)
        # Links beside the notebook are followed in what cells show, and nowhere else.
        self._links = widgets.Output()
        super().__init__([], layout=_WIDE)

    def draw(self, job: Job | None) -> None:
        if job is None:
            _set(self, [])
        elif not job.ended:
            self._bar.value = share(job)
            self._words.value = f'<div role="status">{plain(words(job))}</div>'
            _set(self, [self._going])
        else:
            self._verdict.value = _outcome(job)
            markup = self._linked(job)
            data = {"text/html": markup, "text/plain": job.package or ""}
            shown = {"output_type": "display_data", "data": data, "metadata": {}}
            self._links.outputs = (shown,) if markup else ()
            _set(self, [self._verdict, self._links])

    def _linked(self, job: Job) -> str:
        found = []
        if job.report:
            found.append(f"Report: {self._link(job.report)}")
        if job.package:
            found.append(f"Package: {self._link(f'{job.package}/README.md', job.package)}")
        return "<br>".join(found)

    def _link(self, name: str, shown: str | None = None) -> str:
        path = self._folder / name
        address = quote(Path(os.path.relpath(path, self._here)).as_posix())
        return (
            f'<a href="{address}" target="_blank">{plain(str(self._folder / (shown or name)))}</a>'
        )


def _choice(role: Role | None) -> str:
    return role.value if role else _NO


def _accepted(suggestion: Suggestion, panel: Any) -> Any:
    return with_roles(panel, {suggestion.cell: suggestion.role})


def _split(cell: int, split: Split, panel: Any) -> Any:
    return with_split(panel, cell, split)


def _mended(finding: Diagnostic, panel: Any) -> Any:
    return with_mend(panel, finding)


def _outcome(job: Job) -> str:
    """The verdict, and what else is to say about the conversion."""
    kind = (job.verdict or {}).get("kind", job.state)
    words = (job.verdict or {}).get("words", "")
    lines = [f"{chip(kind, _VERDICTS.get(kind, FAIR))} {plain(words)}", plain(job.message)]
    if job.state == "refused" and job.diagnostics:
        del lines[1]  # the diagnostics below say the same
    for told in job.diagnostics[:_FINDINGS]:
        place = "" if told["cell"] is None else f"cell {told['cell']}"
        place += "" if told["line"] is None else f", line {told['line']}"
        severity = Severity(told["severity"])
        lines.append(_finding(severity, told["code"], place, told["message"], told["hint"]))
    return f'<div role="status">{"<br>".join(filter(None, lines))}</div>'


def _finding(severity: Severity, code_: str, place: str, message: str, hint: str) -> str:
    words = [chip(f"{severity.value} {code_}", _COLOURS[severity])]
    words += [f"<b>{plain(place)}</b>"] if place else []
    words.append(plain(message))
    words += [f"<br>{_FAINT.format(plain(hint))}"] if hint else []
    return " ".join(words)


def _proposal(words: str, label: str, click: Callable[[], None]) -> widgets.Widget:
    return widgets.HBox([widgets.HTML(words, layout=_TEXT), _button(label, click)], layout=_INSET)


def _button(label: str, click: Callable[[], None], style: str = "") -> widgets.Button:
    button = widgets.Button(description=label, button_style=style, layout=_BUTTON)
    button.on_click(lambda _: click())
    return button


def _kernels(wanted: str | None) -> list[tuple[str, str]]:
    found = [("the notebook's own", _NO), ("the one of this panel", sys.executable)]
    if wanted is not None and wanted != sys.executable:
        found.append((wanted, wanted))
    return found


def _set(box: widgets.Box, children: Sequence[widgets.Widget]) -> None:
    """Changes the children of a box where they are others."""
    if list(box.children) != list(children):
        box.children = children


def _discard(gone: Sequence[widgets.Widget]) -> None:
    """Ends widgets that are shown no more, with what they hold; layouts are shared."""
    for widget in gone:
        _discard(getattr(widget, "children", ()))
        widget.close()
