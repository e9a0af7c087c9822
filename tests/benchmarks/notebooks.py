"""Notebooks of any length: cells of six lines, as people write them, in ten runs of roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

LINES = 6
RUNS = (
    "setup",
    "parameters",
    "preprocessing",
    "train",
    "evaluate",
    "preprocessing",
    "train",
    "evaluate",
    "predict",
    "evaluate",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell with its role."""

    role: str
    source: str


def cells(count: int) -> list[Cell]:
    """``count`` cells in ten runs of equal length; every name is bound before it is read."""
    run = max(1, count // len(RUNS))
    roles = [RUNS[min(index // run, len(RUNS) - 1)] for index in range(count)]
    return [Cell(role, _source(role, index, run)) for index, role in enumerate(roles)]


def with_numbers(count: int) -> list[Cell]:
    """A short notebook whose cell with the predictions writes out a list of ``count`` numbers, too."""
    numbers = ", ".join(map(str, range(count)))
    return [*cells(len(RUNS)), Cell("predict", f"numbers = [{numbers}]\n{_predictions(1)}")]


def code(written: list[Cell]) -> str:
    """The cells as one module: what the references parse and format."""
    return "\n\n".join(cell.source for cell in written) + "\n"


def document(written: list[Cell], *, image_bytes: int = 0) -> str:
    """The notebook as JSON, its last cell with an image of that size among its outputs."""
    image = {
        "output_type": "display_data",
        "data": {"image/png": "iVBORw0KGgoA" * (image_bytes // 12)},
        "metadata": {},
    }
    held = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {"tags": [cell.role]},
            "source": cell.source,
            "execution_count": index,
            "outputs": [image] if image_bytes and index == len(written) else [],
        }
        for index, cell in enumerate(written, start=1)
    ]
    metadata = {
        "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"},
        "language_info": {"name": "python", "version": "3.11"},
    }
    return json.dumps({"cells": held, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _source(role: str, index: int, run: int) -> str:
    if index == 0:
        return _IMPORTS
    if role == "preprocessing" and index == 2 * run:
        return _LOADING
    written = _WRITERS[role]
    return written[index % len(written)](index)


_IMPORTS = """\
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
np.random.seed(42)"""

_LOADING = """\
df = pd.read_csv("customers.csv")
df.columns = [c.strip().lower() for c in df.columns]
df = df.drop_duplicates(subset=["customer_id"])
y = (df["churned"] == "yes").astype(int)
features = ["age", "charges", "tenure"]
scores = {}"""


def _function(k: int) -> str:
    return f"""\
def clip_{k}(values, low=0.0, high={k}.0):
    # outliers of the export
    spread = values.max() - values.min()
    if spread > high:
        values = np.clip(values, low, high)
    return values.fillna(low)"""


def _class(k: int) -> str:
    return f"""\
class Window{k}:
    def __init__(self, size=3):
        self.size = size

    def smooth(self, values):
        return values.rolling(self.size).mean()"""


def _constants(k: int) -> str:
    return f"""\
TEST_SIZE_{k} = 0.25
N_ESTIMATORS_{k} = {100 + k}
THRESHOLD_{k} = 0.5
COLUMNS_{k} = ["age", "charges", "tenure"]
DATA_PATH_{k} = "data/part_{k}.csv"
VERBOSE_{k} = False"""


def _columns(k: int) -> str:
    return f"""\
df["ratio_{k}"] = df["charges"] / (df["tenure"] + {k})
median_{k} = df["ratio_{k}"].median()
df["ratio_{k}"] = df["ratio_{k}"].fillna(median_{k})
df = df[df["ratio_{k}"] < df["ratio_{k}"].quantile(0.99)].copy()
features.append("ratio_{k}")
df[["ratio_{k}", "charges"]].describe()"""


def _loop(k: int) -> str:
    return f"""\
for column in ["age", "charges", "tenure"]:
    mean, std = df[column].mean(), df[column].std()
    df[f"{{column}}_{k}"] = (df[column] - mean) / std
    features.append(f"{{column}}_{k}")
y = y.loc[df.index]
df.head()"""


def _groups(k: int) -> str:
    return f"""\
# what customers of the same city pay
by_city = df.groupby("city")["charges"].agg(["mean", "count"])
by_city.columns = ["mean_{k}", "count_{k}"]
df = df.merge(by_city, left_on="city", right_index=True, how="left")
share = by_city["count_{k}"] / len(df)
print("cities", len(by_city), "largest", round(share.max(), 3))"""


def _forest(k: int) -> str:
    return f"""\
X_{k} = df[features].to_numpy()
order = np.random.permutation(len(X_{k}))
cut = int(len(order) * 0.75)
model = RandomForestClassifier(n_estimators={10 + k}, random_state=0)
model.fit(X_{k}[order[:cut]], y.iloc[order[:cut]])
importances_{k} = dict(zip(features, model.feature_importances_))"""


def _search(k: int) -> str:
    return f"""\
best = None
for c in (0.01, 0.1, 1.0):
    candidate = LogisticRegression(C=c, max_iter={k}).fit(df[features], y)
    if best is None or candidate.score(df[features], y) > best.score(df[features], y):
        best = candidate
model = best"""


def _metrics(k: int) -> str:
    return f"""\
probability = model.predict_proba(df[features])[:, 1]
guess = (probability > 0.5).astype(int)
accuracy_{k} = accuracy_score(y, guess)
auc_{k} = roc_auc_score(y, probability)
scores["run_{k}"] = (accuracy_{k}, auc_{k})
print("accuracy", accuracy_{k}, "auc", auc_{k})"""


def _thresholds(k: int) -> str:
    return f"""\
best_score_{k} = 0.0
for threshold in np.linspace(0.1, 0.9, 9):
    hit = accuracy_score(y, model.predict_proba(df[features])[:, 1] > threshold)
    if hit > best_score_{k}:
        best_score_{k}, best_threshold = hit, threshold
scores["threshold_{k}"] = best_score_{k}"""


def _predictions(k: int) -> str:
    return f"""\
new_{k} = df[df["tenure"] < {k}].copy()
new_{k}["risk"] = model.predict_proba(new_{k}[features])[:, 1]
ranked = new_{k}.sort_values("risk", ascending=False)
calls = ranked[ranked["risk"] > 0.5][["customer_id", "risk"]]
with_{k} = calls.assign(batch={k})
calls.head(10)"""


_WRITERS: dict[str, tuple[Callable[[int], str], ...]] = {
    "setup": (_function, _class),
    "parameters": (_constants,),
    "preprocessing": (_columns, _loop, _groups),
    "train": (_forest, _search),
    "evaluate": (_metrics, _thresholds),
    "predict": (_predictions,),
}
