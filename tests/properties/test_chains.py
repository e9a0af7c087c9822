"""Random chains from raw rows to predictions: served right, or refused."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from nb2prod.filetree import FileTree
from nb2prod.probes import run_serving

from .chains import oracle
from .chains.campaign import judge
from .chains.chains import Chain, generate
from .chains.grammar import LABELS, UNSERVABLE

#: Seeds of one test; the campaign takes thousands.
_EACH = 15


@pytest.mark.property
@pytest.mark.parametrize("first", range(0, 45, _EACH))
def test_a_chain_is_served_right_or_refused(first: int) -> None:
    judged = [judge(seed) for seed in range(first, first + _EACH)]
    failing = {chain.seed: found for chain, found in judged if found.kind in ("wrong", "crash")}
    assert not failing
    neighbours = [found for chain, found in judged if UNSERVABLE.label in chain.labels]
    assert all(found.kind == "refused" for found in neighbours)
    servable = [found for chain, found in judged if UNSERVABLE.label not in chain.labels]
    assert sum(found.kind == "right" for found in servable) >= 0.9 * len(servable)


def test_each_step_occurs_in_the_chains() -> None:
    labels = frozenset[str]().union(*(generate(seed).labels for seed in range(150)))
    assert {*LABELS} <= labels


def test_a_seed_gives_the_same_chain_again() -> None:
    assert generate(3) == generate(3)


_CENTRED = Chain(
    seed=0,
    cells=(
        ("setup", ("import pandas as pd\nfrom sklearn.linear_model import LinearRegression",)),
        (
            "preprocessing",
            ("df = pd.read_csv('rows.csv')\ndf['a'] = df['a'] - df['a'].mean()\ny = df.pop('y')",),
        ),
        ("train", ("m = LinearRegression().fit(df, y)",)),
        ("predict", ("p = m.predict(df)",)),
    ),
    files={"rows.csv": "a,b,y\n" + "".join(f"{n * n},{n % 7},{n}\n" for n in range(40))},
    labels=frozenset(),
)


def _over_the_rows(tree: FileTree) -> FileTree:
    """The package as a careless converter would write it: a mean over the rows that are predicted."""
    path = "src/demo/scoring.py"
    broken = tree[path].replace("- fitted.a_mean", "- df['a'].mean()")
    assert broken != tree[path]
    return {**tree, path: broken}


@pytest.mark.property
def test_a_mean_over_the_rows_that_are_predicted_is_found() -> None:
    assert oracle.verdict(_CENTRED).kind == "right"
    careful = oracle._emitted
    with patch.object(oracle, "_emitted", lambda plan: _over_the_rows(careful(plan))):
        assert oracle.verdict(_CENTRED).kind == "unproved"
        with (
            patch.object(run_serving, "_differences", lambda *_: []),
            patch.object(run_serving, "_among_others", lambda *_: []),
        ):
            assert oracle.verdict(_CENTRED).kind == "wrong"
