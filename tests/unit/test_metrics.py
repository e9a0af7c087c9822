"""Which numbers of a run are metrics, and how the model card tells them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import yaml

from nb2prod.metrics import Metric, metrics
from nb2prod.notebook import Settings
from nb2prod.observations import missed
from nb2prod.planning import emitted, planned
from nb2prod.probes.capture import facts
from nb2prod.recorded import Recorded

from .cellscript import notebook


def recorded(**stages: Mapping[str, object]) -> Recorded:
    values = {
        stage: {name: facts(value) for name, value in found.items()}
        for stage, found in stages.items()
    }
    return Recorded(values=values)


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        (0.5, {"m": 0.5}),
        (np.float64(0.5), {"m": 0.5}),
        (True, {}),
        ("0.5", {}),
        ([0.5], {}),
        ({"a": 0.5, "b c": 2}, {"m a": 0.5, "m b c": 2}),
        ({"it's": 1.5}, {"m it's": 1.5}),
        ({"a": [1, 2]}, {}),
        ({"a": {"b": 0.5}}, {}),
        (np.zeros(3), {}),
    ],
)
def test_numbers_of_a_value(value: object, rows: dict[str, float]) -> None:
    found = metrics(recorded(evaluate={"m": value}), ["evaluate"], {})
    assert {metric.name: metric.value for metric in found} == rows


def test_a_later_value_wins_whole() -> None:
    seen = recorded(
        evaluate={"m": {"old": 0.1, "kept": 0.2}, "n": 1}, evaluate_2={"m": {"kept": 0.3}}
    )
    found = metrics(seen, ["evaluate", "evaluate_2"], {})
    assert found == [
        Metric("m kept", 0.3, path=("m", "kept")),
        Metric("n", 1, path=("n",)),
    ]


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("auc", ("auc",), 0.8),
        ("scores auc", ("scores", "auc"), 0.7),
        ("scores['auc']", ("scores", "auc"), 0.7),
        ("loss", ("loss",), 0.1),
        ("f1", ("scores", "f1"), 0.6),
        ("twice", (), None),
        ("unknown", (), None),
    ],
)
def test_declared(name: str, path: tuple[str, ...], value: float | None) -> None:
    seen = recorded(
        train={"loss": 0.1, "auc": 0.2},
        evaluate={"auc": 0.8, "scores": {"auc": 0.7, "f1": 0.6, "twice": 1}, "x": {"twice": 2}},
        run={"auc": 0.9},
    )
    declared = {name: {"min": 0.5}}
    assert metrics(seen, ["evaluate"], declared) == [Metric(name, value, 0.5, None, path)]


@pytest.mark.parametrize(
    ("value", "least", "most", "missed"),
    [
        (0.5, 0.5, 0.5, False),
        (0.4, 0.5, None, True),
        (0.6, None, 0.5, True),
        (float("nan"), 0.5, None, True),
        (float("nan"), None, 0.5, True),
        (None, 0.5, None, False),
    ],
)
def test_bounds(value: float | None, least: float | None, most: float | None, missed: bool) -> None:
    assert Metric("m", value, least, most).missed is missed


@pytest.mark.parametrize(
    ("declared", "outputs", "results"),
    [
        (["auc"], ("m",), ("m", "auc")),
        (["scores f1"], ("m",), ("m", "scores")),
        (["scores['f1']"], ("m",), ("m", "scores")),
        (["f1"], ("m",), ("m",)),
        (["auc"], ("auc", "m"), ("auc", "m")),
    ],
)
def test_what_is_declared_is_among_the_results(
    declared: list[str], outputs: tuple[str, ...], results: tuple[str, ...]
) -> None:
    settings = Settings(outputs=outputs, metrics={name: {"min": 0.5} for name in declared})
    cells = ["train: m = [1]", "evaluate: auc = len(m)\nscores = {'f1': auc}"]
    plan = planned(notebook(*cells, settings=settings), "demo", folder=None).plan
    assert plan is not None
    assert plan.results == results


def card_of(declared: dict[str, dict[str, float]], **values: object) -> str:
    cells = ["train: x = [1]", *(f"evaluate: {name} = len(x)" for name in values)]
    plan = planned(notebook(*cells, settings=Settings(metrics=declared)), "demo", folder=None).plan
    assert plan is not None
    seen = recorded(**{plan.stages[-1].function: values})
    return emitted(plan, notebook_folder=None, output=None, recorded=seen)["MODEL_CARD.md"]


def header(card: str) -> object:
    return yaml.safe_load(card.split("---\n", 2)[1]).get("metrics")


def test_the_card_tells_declared_metrics_alone() -> None:
    card = card_of({"auc": {"min": 0.75, "max": 1}}, auc=0.8, threshold=0.4)
    assert header(card) == ["auc"]
    assert (
        "| metric | recorded value | wanted |\n|---|---|---|\n"
        "| `auc` | 0.8 | at least 0.75, at most 1 |\n\n"
        "*Question for the author: on which data are they measured?*\n"
    ) in card
    assert "| `threshold`" not in card


def test_the_card_tells_all_numbers_otherwise() -> None:
    card = card_of({}, scores={"a|b": 0.5, "terms": [1, 2]})
    assert header(card) == ["scores a|b"]
    assert (
        "| metric | recorded value |\n|---|---|\n| `scores a\\|b` | 0.5 |\n\n"
        "*Question for the author: on which data are they measured, and how good is good enough?*\n"
    ) in card


def test_a_declared_metric_that_no_stage_gives() -> None:
    card = card_of({"auc": {"min": 0.75}, "f1": {}}, auc=0.8)
    assert "| `f1` | no number, or another one each time |  |\n" in card
    assert "how good is good enough?*" in card
    assert header(card) == ["auc"]


@pytest.mark.parametrize(
    ("value", "bounds", "missed"),
    [
        (1.0, (None, None), False), (1.0, (1.0, 1.0), False), (0.9, (1.0, None), True), (1.1, (None, 1.0), True),
        (None, (1.0, None), False),
    ],
)  # fmt: skip
def test_a_bound_is_missed(
    value: float | None, bounds: tuple[float | None, float | None], missed: bool
) -> None:
    assert Metric("m", value, *bounds).missed is missed


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"min": 0.8}, []),
        ({"min": 0.95}, ["NB509"]),
        ({"max": 0.5}, ["NB509"]),
        ({}, []),
    ],
)
def test_a_metric_beyond_its_bounds_is_told(bounds: dict[str, float], said: list[str]) -> None:
    assert _missed("accuracy", bounds) == said


def test_a_metric_that_the_run_does_not_have_is_told() -> None:
    assert _missed("acuracy", {"min": 0.8}) == ["NB510"]


def _missed(name: str, bounds: dict[str, float]) -> list[str]:
    settings = Settings(metrics={name: bounds})
    plan = planned(
        notebook("evaluate: accuracy = 0.9", settings=settings), "demo", folder=None
    ).plan
    assert plan is not None
    return [d.code for d in missed(plan, recorded(evaluate={"accuracy": 0.9}))]
