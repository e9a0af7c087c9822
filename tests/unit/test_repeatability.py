"""What is said of values that the notebook does not give twice, and of those computed from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.plan.package import PackagePlan
from nb2prod.planning import planned_file
from nb2prod.repeatability import timed, unrepeatable, with_derived
from nb2prod.verify import Comparison, Likeness, Parity
from tests.notebooks import write

SEARCH = "import time\nimport math\nfrom sklearn.model_selection import GridSearchCV\ndef used(a):\n    return a"


def planned(folder: Path, train: str, predict: str) -> PackagePlan:
    cells = (SEARCH, "setup"), ("X = [1]\nnotes = []", "preprocessing"), (train, "train")
    path = write(folder / "demo.ipynb", *cells, (predict, "predict"))
    plan = planned_file(path, None).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    ("predict", "source"),
    [
        ("y = search.predict(X)", "search"),
        ("best = search.best_\ny = best(X)", "search"),
        ("notes.append(search.best_)\ny = len(notes)", "search"),
        ("notes[:] = search.best_\ny = len(notes)", "search"),
        ("y = 0\nfor x in X:\n    if search.best_:\n        y += x", "search"),
        # What it has no part in is held against the package.
        ("y = math.sqrt(X[0])\nz = math.sqrt(search.best_)", ""),
        ("z = used(search)\ny = used(X)", ""),
        ("y = X[0]\nsearch.close()", ""),
    ],
)
def test_what_is_computed_from_a_value_that_changes(
    predict: str, source: str, tmp_path: Path
) -> None:
    plan = planned(tmp_path, "search = GridSearchCV(X, notes)", f"{predict}\nprint(y, notes)")
    differing = Comparison("predict", "y", Likeness.DIFFERENT, "1 != 2")
    others = (
        Comparison("train", "search", Likeness.UNSTABLE, "times"),
        Comparison("predict", "z", Likeness.IDENTICAL),
    )
    parity = with_derived(plan, Parity((*others, differing)))
    assert parity.comparisons[:2] == others
    found = parity.comparisons[2]
    assert found.source == source
    assert found.likeness is (Likeness.UNSTABLE if source else Likeness.DIFFERENT)


@pytest.mark.parametrize(
    ("predict", "source"),
    [
        ("y = min(used(X)['mean_score_time'])", "mean_score_time"),
        ("fast = used(X).refit_time_\ny = fast > 1", "refit_time_"),
        (
            "def quick(r):\n    return r['mean_fit_time']\ns = used(quick)\ny = s[0]",
            "mean_fit_time",
        ),
        ("y = used('time')", ""),
    ],
)
def test_what_is_chosen_by_how_long_it_took(predict: str, source: str, tmp_path: Path) -> None:
    plan = planned(tmp_path, "search = GridSearchCV(X, notes)", predict)
    differing = Comparison("predict", "y", Likeness.DIFFERENT, "1 != 2")
    (found,) = with_derived(plan, Parity((differing,))).comparisons
    assert found.source == source
    assert found.likeness is (Likeness.UNSTABLE if source else Likeness.DIFFERENT)
    assert ("y" in timed(plan)) is bool(source)


def test_it_is_said_what_it_is_computed_from(tmp_path: Path) -> None:
    plan = planned(tmp_path, "search = GridSearchCV(X, notes)", "y = search.predict(X)")
    changed = Comparison("predict", "y", Likeness.UNSTABLE, "1 != 2", "search")
    (found,) = unrepeatable(plan, [changed])
    assert found.code == "NB505"
    assert "it is computed from `search`" in found.message


def test_facts_keep_the_source() -> None:
    parity = Parity((Comparison("predict", "y", Likeness.UNSTABLE, "1 != 2", "search"),))
    assert Parity.from_facts(parity.facts()) == parity


def test_nothing_is_no_proof() -> None:
    assert "nothing to compare" in str(Parity(()))
