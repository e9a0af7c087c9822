"""The panel without a browser: files in, rows and files out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ipywidgets  # type: ignore[import-untyped]
import pytest

import nb2prod
from nb2prod.notebook import read
from nb2prod.progress import Phase, Step
from nb2prod.roles import Role, RoleSpan
from nb2prod.server.job import End, Job, heard
from nb2prod.suggest import Split
from nb2prod.widgets.markup import COLOURS, plain
from nb2prod.widgets.progress import share, words
from nb2prod.widgets.session import Session
from nb2prod.widgets.state import (
    Panel,
    Row,
    opened,
    refreshed,
    with_all_accepted,
    with_findings,
    with_mend,
    with_roles,
    with_split,
    with_suggestions,
)
from nb2prod.widgets.view import PAGE, PanelView
from tests.notebooks import write

EVIL = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'&amp; $x$ \\(y\\)"
FIT = "from sklearn.svm import SVC\nm = SVC().fit([[1], [2]], [0, 1])\nacc = m.score([[1]], [0])"


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write(
        tmp_path / "n.ipynb",
        ("# About", "markdown"),
        ("\n# nb2prod: setup\n%matplotlib inline\nimport math", None),
        ("x = math.sqrt(4)", ["mine"]),
        (FIT, None),
        ("# nb2prod: train\ny = x * 2\n# nb2prod: evaluate\nz = y + 1", None),
    )


def tags_of(path: Path) -> list[tuple[str, ...]]:
    return [cell.tags for cell in read(path).code_cells]


# ---------------------------------------------------------------------- reading
def test_rows_are_the_code_cells(notebook: Path) -> None:
    assert opened(notebook).rows == (
        Row(2, "%matplotlib inline", Role.SETUP),
        Row(3, "x = math.sqrt(4)", None),
        Row(4, "from sklearn.svm import SVC", None),
        Row(5, "y = x * 2", Role.TRAIN, (RoleSpan(3, Role.EVALUATE),)),
    )


def test_long_lines_are_cut(tmp_path: Path) -> None:
    (row,) = opened(write(tmp_path / "n.ipynb", ("x = '" + "a" * 10_000 + "'", None))).rows
    assert len(row.text) < 200


@pytest.mark.parametrize("text", [None, "", "{", '{"nbformat": 4}'])
def test_what_can_not_be_read_is_said(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "n.ipynb"
    if text is not None:
        path.write_text(text)
    panel = opened(path)
    assert panel.failed
    assert "n.ipynb" in panel.said
    assert with_findings(panel).failed
    assert with_suggestions(panel).failed
    assert with_roles(panel, {1: Role.TRAIN}).failed
    write(path, ("x = 1", "train"))
    # Nobody has seen the cells that are there now.
    assert "nothing was written" in with_roles(panel, {1: Role.SETUP}).said
    assert tags_of(path) == [("train",)]
    assert refreshed(panel).rows == (Row(1, "x = 1", Role.TRAIN),)


def test_a_file_that_is_being_written_leaves_all_as_it_was(notebook: Path) -> None:
    panel = with_suggestions(opened(notebook))
    content = notebook.read_text()
    notebook.write_text(content[: len(content) // 2])
    halfway = refreshed(panel)
    assert halfway.failed
    assert halfway.rows == panel.rows
    assert halfway.suggested == panel.suggested
    notebook.write_text(content.replace("math.sqrt", "math.floor"))
    whole = refreshed(halfway)
    assert not whole.failed
    assert whole.rows[1].text == "x = math.floor(4)"


# ---------------------------------------------------------------------- roles
def test_roles_are_written_and_taken_away(notebook: Path) -> None:
    panel = with_roles(opened(notebook), {3: Role.PREPROCESSING})
    assert panel.rows[1].role is Role.PREPROCESSING
    assert "Cell 3 is `preprocessing`" in panel.said
    assert "Reload" in panel.said
    assert tags_of(notebook)[1] == ("mine", "preprocessing")
    panel = with_roles(panel, {3: None})
    assert panel.rows[1].role is None
    assert tags_of(notebook)[1] == ("mine",)


def test_a_role_of_a_comment_stays_and_that_is_said(notebook: Path) -> None:
    before = notebook.read_bytes()
    panel = with_roles(opened(notebook), {5: None})
    assert panel.failed
    assert "cell 5" in panel.said
    assert notebook.read_bytes() == before


@pytest.mark.parametrize(
    "action",
    [
        lambda panel: with_roles(panel, {3: Role.TRAIN}),
        lambda panel: with_split(panel, 4, Split(3, Role.EVALUATE, "")),
        with_all_accepted,
        lambda panel: with_mend(panel, next(d for d in panel.found if d.mend)),
    ],
    ids=["role", "split", "all", "mend"],
)
def test_a_file_that_was_saved_meanwhile_is_read_and_not_written(
    notebook: Path, action: Callable[[Panel], Panel]
) -> None:
    panel = with_findings(with_suggestions(opened(notebook)))
    cells = [(cell.source, cell.tags or None) for cell in read(notebook).code_cells]
    write(notebook, ("new = 1", None), *cells)
    before = notebook.read_bytes()
    after = action(panel)
    assert notebook.read_bytes() == before
    assert after.failed
    assert "nothing was written" in after.said
    assert after.rows[0].text == "new = 1"
    assert after.suggested != panel.suggested
    # Now that it is known, actions work again.
    assert not with_roles(after, {1: Role.SETUP}).failed
    assert tags_of(notebook)[0] == ("setup",)


def test_a_read_only_file(notebook: Path) -> None:
    notebook.chmod(0o444)
    panel = with_roles(opened(notebook), {3: Role.TRAIN})
    assert panel.failed
    assert "read-only" in panel.said


# ---------------------------------------------------------------------- suggestions
def test_suggestions_are_accepted_one_by_one_and_all(notebook: Path) -> None:
    panel = with_suggestions(opened(notebook))
    assert panel.acceptable == {3: Role.PREPROCESSING, 4: Role.TRAIN}
    assert panel.said == "Suggested: 2 roles and 1 split."
    panel = with_roles(panel, {3: panel.acceptable[3]})
    assert panel.acceptable == {4: Role.TRAIN}
    panel = with_all_accepted(panel)
    assert panel.acceptable == {}
    assert tags_of(notebook)[1:3] == [("mine", "preprocessing"), ("train",)]


def test_a_split_is_put_into_the_cell(notebook: Path) -> None:
    panel = with_all_accepted(with_suggestions(opened(notebook)))
    assert panel.suggested is not None
    (split,) = panel.suggested[4].splits
    panel = with_split(panel, 4, split)
    assert read(notebook).cells[3].source.split("\n")[2] == "# nb2prod: evaluate"
    assert panel.rows[2].later == (RoleSpan(3, Role.EVALUATE),)
    assert 4 not in (panel.suggested or {})
    assert with_suggestions(panel).said.startswith("Nothing to suggest")


# ---------------------------------------------------------------------- findings
def test_findings_are_mended_by_their_tag(tmp_path: Path) -> None:
    path = write(tmp_path / "n.ipynb", ("import random", None), ("x = random.random()", None),
                 ("y = x", "train"))  # fmt: skip
    panel = with_findings(opened(path))
    assert panel.found is not None
    (finding,) = [found for found in panel.found if found.mend]
    assert panel.said == "1 error: this is no package yet."
    panel = with_mend(panel, finding)
    assert tags_of(path) == [(), ("preprocessing",), ("train",)]
    assert "NB203" not in [found.code for found in panel.found or ()]
    assert "Nothing is in the way" in with_findings(panel).said


# ---------------------------------------------------------------------- the conversion
def test_a_bar_moves_with_the_news() -> None:
    job = Job("running")
    step = Step(Phase.RECORDING, done=2, total=8, cell=7)
    running = heard(job, step)
    assert words(running) == "Runs the notebook: cell 7 (3 of 8)"
    assert share(job) < share(running) < share(heard(running, replace(step, done=3))) < 1
    assert share(heard(running, End(-9, stopped=True))) == 1


@pytest.fixture
def session(notebook: Path) -> Iterator[Session]:
    found = Session(notebook, pause=0.05)
    yield found
    found.close()


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_conversion_runs_beside(session: Session, notebook: Path) -> None:
    write(notebook, ("x = 1", "train"))
    session.convert(run=False, force=False, kernel=None)
    first = session.job
    session.convert(run=False, force=False, kernel=None)
    assert session.job is first  # one at a time
    until(lambda: session.job and session.job.ended)
    assert session.job is not None
    assert session.job.state == "done", session.job
    assert (session.job.verdict or {})["kind"] == "unproved"
    assert (notebook.parent / "n" / "src" / "n" / "training.py").exists()


def test_a_notebook_that_is_no_package(session: Session, notebook: Path) -> None:
    write(notebook, ("y = x_new", "train"))
    session.convert(run=False, force=False, kernel=None)
    until(lambda: session.job and session.job.ended)
    assert session.job is not None
    assert session.job.state == "refused"
    assert [found["code"] for found in session.job.diagnostics] == ["NB202"]


def test_a_cancelled_conversion_leaves_nothing(session: Session, notebook: Path) -> None:
    write(notebook, ("import time\nopen('started', 'w').close()\ntime.sleep(600)", "train"))
    session.convert(run=True, force=False, kernel="python3")
    until(lambda: session.job and session.job.phase == "recording")
    session.cancel()
    until(lambda: session.job and session.job.ended)
    assert session.job is not None
    assert session.job.state == "cancelled", session.job
    assert [path.name for path in notebook.parent.iterdir()] == ["n.ipynb"]


def test_the_file_is_watched(session: Session, notebook: Path) -> None:
    drawn = threading.Event()
    session.changed = drawn.set
    time.sleep(0.2)
    assert not drawn.is_set()
    write(notebook, ("fresh = 1", "train"))
    assert drawn.wait(10)
    assert session.panel.rows == (Row(1, "fresh = 1", Role.TRAIN),)
    assert "has changed on disk" in session.panel.said


# ---------------------------------------------------------------------- the widgets
@pytest.fixture
def view(session: Session) -> PanelView:
    return PanelView(session)


def inside(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def buttons(view: PanelView, label: str) -> list[Any]:
    found = (w for w in inside(view) if isinstance(w, ipywidgets.Button))
    return [button for button in found if button.description == label]


def choices(view: PanelView) -> dict[str, Any]:
    found = [w for w in inside(view) if isinstance(w, ipywidgets.Dropdown)]
    return {dropdown.description: dropdown for dropdown in found if dropdown.description.isdigit()}


def shown(view: PanelView) -> str:
    return "\n".join(w.value for w in inside(view) if isinstance(w, ipywidgets.HTML))


def test_a_row_for_each_code_cell(view: PanelView) -> None:
    assert {n: c.value for n, c in choices(view).items()} == {
        "2": "setup", "3": "", "4": "", "5": "train"
    }  # fmt: skip
    assert "save" in shown(view).lower()
    assert "reload" in shown(view).lower()
    for word in ("setup", "train", "evaluate"):
        assert f">{word}</span>" in shown(view)


def test_a_choice_is_written(view: PanelView, notebook: Path) -> None:
    choices(view)["3"].value = "preprocessing"
    assert tags_of(notebook)[1] == ("mine", "preprocessing")
    choices(view)["3"].value = ""
    assert tags_of(notebook)[1] == ("mine",)


def test_a_choice_that_was_not_taken_does_not_stay(view: PanelView, notebook: Path) -> None:
    notebook.chmod(0o444)
    choices(view)["3"].value = "train"
    assert choices(view)["3"].value == ""
    assert "read-only" in shown(view)


def test_the_buttons(view: PanelView, notebook: Path) -> None:
    (accept_all,) = buttons(view, "Accept all")
    assert accept_all.disabled
    buttons(view, "Suggest roles")[0].click()
    assert not accept_all.disabled
    assert "on an estimator" in shown(view)
    assert len(buttons(view, "Accept")) == 2
    buttons(view, "Accept")[0].click()
    assert tags_of(notebook)[1] == ("mine", "preprocessing")
    (split,) = buttons(view, "Split here")
    split.click()
    assert "# nb2prod: evaluate" in read(notebook).cells[3].source
    accept_all.click()
    assert tags_of(notebook)[2] == ("train",)
    assert not buttons(view, "Accept")
    choices(view)["3"].value = ""
    buttons(view, "Check")[0].click()
    assert "NB203" in shown(view)
    buttons(view, "Tag cell 3 preprocessing")[0].click()
    assert tags_of(notebook)[1] == ("mine", "preprocessing")
    assert "NB203" not in shown(view)


def test_the_conversion_is_shown(view: PanelView, notebook: Path) -> None:
    write(notebook, ("x = 1", "train"))
    run = next(w for w in inside(view) if getattr(w, "description", "") == "run it and compare")
    run.value = False
    (convert,) = buttons(view, "Convert")
    convert.click()
    assert convert.disabled
    assert buttons(view, "Cancel")
    assert any(isinstance(w, ipywidgets.FloatProgress) for w in inside(view))
    until(lambda: "unproved" in shown(view))
    assert not buttons(view, "Cancel")
    assert not convert.disabled
    (links,) = [w for w in inside(view) if isinstance(w, ipywidgets.Output)]
    (output,) = links.outputs
    assert f">{notebook.parent / 'n'}</a>" in output["data"]["text/html"]


def test_large_notebooks_come_in_pages(tmp_path: Path) -> None:
    count = 2 * PAGE + 3
    path = write(tmp_path / "n.ipynb", *((f"x = {n}", None) for n in range(count)))
    session = Session(path, pause=60)
    view = PanelView(session)
    assert len(choices(view)) == PAGE
    buttons(view, "Later cells")[0].click()
    buttons(view, "Later cells")[0].click()
    assert list(choices(view)) == [str(2 * PAGE + n) for n in (1, 2, 3)]
    assert buttons(view, "Later cells")[0].disabled
    choices(view)[str(count)].value = "train"
    assert tags_of(path)[-1] == ("train",)
    write(path, ("x = 1", None))
    buttons(view, "Reload")[0].click()
    assert list(choices(view)) == ["1"]
    session.close()


class Tags(HTMLParser):
    """The elements of some HTML with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_nothing_that_a_notebook_holds_means_anything(tmp_path: Path) -> None:
    evil = json.dumps(EVIL)
    path = write(
        tmp_path / "n<b>.ipynb",
        (f"# {EVIL}", "markdown"),
        (f"x = {evil}", [f"nb2prod:{EVIL}"]),
        (f"y = {EVIL}", "train"),
        (f"import pandas as pd\ndf = pd.read_csv({evil})", None),
        ("z = df", "predict"),
    )
    session = Session(path, pause=60)
    view = PanelView(session)
    buttons(view, "Suggest roles")[0].click()
    buttons(view, "Check")[0].click()
    told = {"code": "NB112", "severity": "error", "message": EVIL, "hint": EVIL,
            "cell": 2, "line": 1}  # fmt: skip
    session.job = Job("refused", verdict={"kind": EVIL, "words": EVIL}, diagnostics=(told,),
                      package=EVIL, report=f"{EVIL}/report.html", message=EVIL)  # fmt: skip
    view.draw()
    (links,) = [w for w in inside(view) if isinstance(w, ipywidgets.Output)]
    read_ = Tags(shown(view) + links.outputs[0]["data"]["text/html"])
    assert read_.found <= {"b", "br", "code", "div", "span", "a"}
    assert read_.attributes <= {"style", "role", "href", "target"}
    assert "".join(read_.texts).count(EVIL) >= 6
    session.close()


def test_text_is_no_mathematics() -> None:
    """Front ends typeset what stands between dollars, or behind a backslash, in one piece of text."""
    read_ = Tags(plain(EVIL))
    assert "".join(read_.texts) == EVIL
    assert [text for text in read_.texts if "$" in text or "\\" in text] == ["$", "$", "\\", "\\"]


def test_every_role_has_a_colour() -> None:
    assert set(COLOURS) == set(Role)
    for colour in COLOURS.values():
        assert contrast_to_white(colour) >= 4.5


def contrast_to_white(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_one_panel_a_notebook(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(notebook.parent)
    first = nb2prod.panel("n.ipynb", kernel="mine")
    assert nb2prod.panel(notebook) is first
    kernels = [w for w in inside(first) if getattr(w, "description", "") == "Kernel"]
    assert kernels[0].value == "mine"
    first.close()
    second = nb2prod.panel(notebook)
    assert second is not first
    second.close()
