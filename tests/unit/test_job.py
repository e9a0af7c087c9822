"""A conversion, step by step, as its process tells it."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from nb2prod.progress import Phase, Step
from nb2prod.server.job import End, Job, Outcome, State, heard, line_of, never_begun, news_of
from nb2prod.server.schema import api_schema

STEP = Step(Phase.RECORDING, done=2, total=8, cell=7)
OUTCOME = Outcome(
    "done",
    verdict={"kind": "identical", "words": "w"},
    diagnostics=({"code": "NB205"},),
    package="p",
    files=("p/a.py",),
    report="p/report.html",
    message="m",
)


@pytest.mark.parametrize("news", [STEP, Step(Phase.WRITING), OUTCOME])
def test_news_survive_their_line(news: Step | Outcome) -> None:
    line = line_of(news)
    assert "\n" not in line
    assert news_of(line) == news
    with pytest.raises(ValueError):
        news_of(line[:-5])


def test_steps_lead_to_an_outcome_that_stays() -> None:
    running = heard(Job("running"), STEP)
    assert (running.state, running.phase, running.done, running.total, running.cell) == (
        "running", "recording", 2, 8, 7,
    )  # fmt: skip
    done = heard(running, OUTCOME)
    assert (done.state, done.phase, done.cell, done.package) == ("done", "", None, "p")
    assert done.files == ("p/a.py",)
    for late in (STEP, End(0, stopped=False), End(-15, stopped=True)):
        assert heard(done, late) == done


@pytest.mark.parametrize(
    ("end", "state", "says"),
    [
        (End(-9, stopped=False), "crashed", "signal 9"),
        (End(3, stopped=False), "crashed", "exit code 3"),
        (End(130, stopped=True), "cancelled", "nothing was written"),
    ],
)
def test_a_process_that_ends_without_an_outcome(end: End, state: str, says: str) -> None:
    ended = heard(heard(Job("running"), STEP), end)
    assert (ended.state, ended.phase, ended.total, ended.cell) == (state, "", 0, None)
    assert says in ended.message


def test_a_process_that_never_begins() -> None:
    job = never_begun(OSError(11, "Resource temporarily unavailable"))
    assert job == Job(
        "crashed", message="The conversion can't be started: Resource temporarily unavailable"
    )


def test_the_schema_has_the_same_words() -> None:
    schema = api_schema()["$defs"]["Job"]["properties"]
    assert schema["state"]["enum"] == list(get_args(State))
    assert schema["phase"]["enum"] == [*(phase.value for phase in Phase), ""]
    assert json.dumps([*schema]) == json.dumps(["id", "path", *Job.__dataclass_fields__])
