"""Random chains: `generate(seed)` gives a notebook that predicts, one for each seed."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from . import models
from .grammar import PRODUCTIONS, UNSERVABLE
from .tables import COLUMNS, table
from .writer import NotHereError, Writer

#: A cell: its role, and its statements in pieces that can be left out.
Cells = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A notebook, the files beside it, and the steps in it."""

    seed: int
    cells: Cells
    files: Mapping[str, str]
    labels: frozenset[str]


def generate(seed: int) -> Chain:
    """The chain of this seed. Drafts that don't run are drawn again."""
    for attempt in count():
        chain = _draft(Random(f"chain {seed}/{attempt}"), seed)
        if chain is not None and runs(chain):
            return chain
    raise AssertionError


def texts(chain: Chain) -> tuple[str, ...]:
    """The cells, each as `role: source`."""
    return tuple(f"{role}: " + "\n".join(pieces) for role, pieces in chain.cells)


def runs(chain: Chain) -> bool:
    """Whether the notebook runs from top to bottom and predicts something."""
    names: dict[str, object] = {"__name__": "__main__", "display": print}
    try:
        with folder(chain):
            for _, pieces in chain.cells:
                exec("\n".join(pieces), names)
    except Exception:  # noqa: BLE001 - a draft may do anything wrong
        return False
    return "p" in names


@contextlib.contextmanager
def folder(chain: Chain) -> Iterator[Path]:
    """The chain's files in a working folder of their own; nothing is shown."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as stack:
        for name, text in chain.files.items():
            Path(place, name).write_text(text)
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        os.chdir(place)
        try:
            yield Path(place)
        finally:
            os.chdir(here)


def _draft(rng: Random, seed: int) -> Chain | None:
    columns = {name: kind for name, kind in COLUMNS.items() if rng.random() < 0.85}
    target = rng.choice(("price", "bought", "price", "bought", "grade"))
    names = list(columns)
    w = Writer(rng, columns, target)
    files = {"rows.csv": table(rng, names, target, rng.randint(50, 80))}
    labels: set[str] = set()
    begin = rng.choice((_one_table, _one_table, _one_table, _early_split, _two_tables, _below))
    if begin in (_two_tables, _below):
        files["new.csv"] = table(rng, names, None, 25)
    w.put("df = pd.read_csv('rows.csv')")
    steps = rng.randint(3, 10)
    before = rng.randint(0, steps)
    try:
        _steps(w, before if begin is _early_split else 0, labels)
        begin(w)
        _steps(w, steps - (before if begin is _early_split else 0), labels)
        models.ending(w)
    except NotHereError:
        return None
    setup = ["import numpy as np", "import pandas as pd", *sorted(w.imports)]
    first = ("setup", ("\n".join(setup),))
    cells = (first, *((role, tuple(pieces)) for role, pieces in w.cells))
    return Chain(seed, cells, files, frozenset({*labels, begin.__name__.strip("_")}))


def _steps(w: Writer, number: int, labels: set[str]) -> None:
    weights = [production.weight for production in PRODUCTIONS]
    for _ in range(number):
        production = w.rng.choices(PRODUCTIONS, weights)[0]
        if w.rng.random() < 0.012:
            production = UNSERVABLE
        kept, taken = dict(w.columns), w.chosen
        try:
            production.write(w)
        except NotHereError:
            w.columns, w.chosen = kept, taken
        else:
            labels.add(production.label)


# ---------------------------------------------------------------------- where the rows come from
def _one_table(w: Writer) -> None:
    """One table, which may be split later."""


def _early_split(w: Writer) -> None:
    """Training and test rows are prepared apart."""
    w.need("from sklearn.model_selection import train_test_split")
    if w.rng.random() < 0.5:
        w.put("tr, te = train_test_split(df, test_size=0.3, random_state=0)")
        w.put("tr, te = tr.copy(), te.copy()")
        w.put(f"y = tr['{w.target}']")
    else:
        w.put(
            f"tr, te, y, y_te = train_test_split(df.drop(columns='{w.target}'), df['{w.target}'],\n"
            "    test_size=0.3, random_state=2)"
        )
        w.holds_target = False
    w.frames, w.whole = ["tr", "te"], False


def _two_tables(w: Writer) -> None:
    """Training rows and new rows lie in two files."""
    w.put("new = pd.read_csv('new.csv')")
    w.put(f"y = df.pop('{w.target}')")
    w.holds_target = False
    w.frames, w.whole = ["df", "new"], False


def _below(w: Writer) -> None:
    """Training rows and new rows are prepared in one table, below each other."""
    w.put("new = pd.read_csv('new.csv')")
    w.put(f"y = df['{w.target}']")
    w.holds_target = w.rng.random() < 0.3
    if w.holds_target:
        w.put("both = pd.concat([df, new])")
    else:
        w.put(
            w.either(
                f"both = pd.concat([df.drop(columns='{w.target}'), new], ignore_index=True)",
                f"both = pd.concat([df.drop('{w.target}', axis=1), new], keys=['old', 'new'])",
            )
        )
    w.frames, w.whole = ["both"], False
