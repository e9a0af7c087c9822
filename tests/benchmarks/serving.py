"""What serving costs: packages of two example notebooks beside what an engineer would write by hand."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

import nb2prod

from .handwritten import Churn, Handwritten, HousePrices
from .recording import EXAMPLES
from .timing import command_seconds, in_turn, seconds

#: Rows of a batch.
BATCH = 100_000
#: The example notebooks that are written by hand: data, target, and the steps.
BY_HAND: dict[str, tuple[str, str, type[Handwritten]]] = {
    "churn": ("churn.csv", "Churn", Churn),
    "house_prices": ("houses.csv", "sale_price", HousePrices),
}
#: A notebook whose package serves rows of a few bytes.
SMALL = {
    "setup": "import pandas as pd\nfrom sklearn.linear_model import LinearRegression",
    "preprocessing": (
        "df = pd.read_csv('rows.csv')\n"
        "df['size'] = df['size'].fillna(df['size'].median())\n"
        "X = pd.get_dummies(df[['size', 'kind']], columns=['kind'])"
    ),
    "train": "model = LinearRegression().fit(X, df['y'])",
    "predict": "p = model.predict(X)",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A package and its hand-written twin, with the same fitted state."""

    name: str
    #: The folder that Python imports the package from.
    source: Path
    model: Any
    by_hand: Handwritten
    #: What the twin is loaded from.
    held: Path
    row: dict[str, Any]
    rows: Any


def subject(name: str, folder: Path) -> Subject:
    """Converts an example notebook in a folder, and loads both sides; they predict the same."""
    data, target, steps = BY_HAND[name]
    examples = EXAMPLES[0].parent
    (folder / "data").mkdir(parents=True)
    shutil.copy(examples / f"{name}.ipynb", folder)
    shutil.copy(examples / "data" / data, folder / "data")
    source = _converted(folder / f"{name}.ipynb")
    sys.path.insert(0, str(source))
    serving = importlib.import_module(f"{name}.serving")
    model = serving.Model.load(source / name / "model")
    state = dict(vars(model.fitted))
    state["columns"] = list(getattr(state.get("model"), "feature_names_in_", ()))
    held = folder / "held.pickle"
    held.write_bytes(pickle.dumps(state))
    rows = pd.read_csv(folder / "data" / data).drop(columns=target)
    row = json.loads((source.parent / "tests/served.json").read_text("utf-8"))["rows"][0]
    by_hand = steps(held)
    assert model.predict(rows).tolist() == by_hand.predict(rows).tolist()
    assert model.predict(row) == by_hand.predict(row)
    many = pd.concat([rows] * (BATCH // len(rows) + 1), ignore_index=True).iloc[:BATCH]
    return Subject(name, source, model, by_hand, held, row, many)


def one_row(subject: Subject) -> float:
    """What one row takes, as a multiple of what it takes by hand."""
    return _both(lambda predict: predict(subject.row), subject, 60)


def batch(subject: Subject) -> float:
    """What many rows take, as a multiple of what they take by hand."""
    return _both(lambda predict: predict(subject.rows), subject, 15)


def _both(work: Callable[[Callable[[Any], Any]], object], subject: Subject, repeat: int) -> float:
    return in_turn(
        lambda: seconds(lambda: work(subject.model.predict), repeat=1),
        lambda: seconds(lambda: work(subject.by_hand.predict), repeat=1),
        repeat,
    )


def first_prediction(subject: Subject) -> float:
    """What a fresh process takes that imports and predicts, as a multiple of one that loads the same model by hand.

    Both load a skops file: `import skops.io` alone imports all of scikit-learn, which a pickle does not.
    """
    start = f"import sys; sys.path.insert(0, {str(subject.source)!r}); "
    ours = f"{start}from {subject.name} import predict; predict({subject.row!r})"
    held = sorted(map(str, (subject.source / subject.name / "model").glob("*.skops")))
    load = "[io.load(path, trusted=io.get_untrusted_types(file=path)) for path in held]"
    theirs = f"import pandas, sklearn, skops.io as io; held = {held}; {load}"
    return in_turn(
        lambda: command_seconds([sys.executable, "-c", ours], cwd=subject.source, repeat=1),
        lambda: command_seconds([sys.executable, "-c", theirs], cwd=subject.source, repeat=1),
        5,
    )


def small_package(folder: Path) -> Path:
    """The folder that Python imports the small package from."""
    (folder / "rows.csv").write_text("size,kind,y\n" + "".join(_lines(200)), "utf-8")
    document = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {
                "cell_type": "code",
                "id": tag,
                "metadata": {"tags": [tag]},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for tag, source in SMALL.items()
        ],
    }
    path = folder / "small.ipynb"
    path.write_text(json.dumps(document), "utf-8")
    return _converted(path)


def write_rows(path: Path, count: int) -> None:
    """Raw rows of the small package, in a CSV file."""
    block = "".join(_lines(100_000))
    with path.open("w", encoding="utf-8") as file:
        file.write("size,kind,y\n")
        for _ in range(count // 100_000):
            file.write(block)


def peak_bytes(source: Path, rows: Path) -> int:
    """The most memory that the command line of the small package has while it predicts a file."""
    command = [sys.executable, "-m", "small", "predict", str(rows), "--quiet"]
    process = subprocess.Popen(
        [*command, "--output", str(rows.with_suffix(".out.csv"))],
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return usage.ru_maxrss * 1024


def _lines(count: int) -> list[str]:
    return [
        f"{'' if n % 7 == 3 else n * 37 % 5000 / 10},{'abcd'[n % 4]},{n * 29 % 31}\n"
        for n in range(count)
    ]


def _converted(notebook: Path) -> Path:
    done = nb2prod.convert(notebook, kernel=sys.executable)
    assert done.package is not None, done.diagnostics
    assert (done.package / "src" / done.name / "serving.py").exists(), done.diagnostics
    return done.package / "src"
