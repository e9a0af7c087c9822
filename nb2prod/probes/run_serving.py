"""Holds a package's `predict` against the notebook's predictions, in a process of its own.

``python run_serving.py REQUEST RESULT``; both are JSON files. The request names the package and its
source folder, the file that `run_chain` kept, a folder of further libraries, and one for the model: where
there is none, the package trains it, how it is stored is decided, and what it needs of raw rows is tried;
else it is used.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import random
import sys
from typing import Any, Dict, Iterator, List, Sequence, Set, Tuple

#: Single rows that are tried, and rows that tests get.
_SINGLE, _SHOWN = 25, 8
#: Rows that are served without a column, or with a new category.
_TRIED = 500


def main(request_path: str, result_path: str) -> None:
    """Writes down what differs; nothing where nothing does."""
    names = ("alignment", "seeds", "rowchoice", "rowneeds", "capture", "modelfiles")
    modules = [_beside(name) for name in names]
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    sys.path[:] = [request["source"]] + [
        p for p in sys.path if p != os.path.dirname(os.path.abspath(__file__))
    ]
    # Last: whatever the notebook's own environment has is taken from there.
    sys.path += [request["overlay"]] if request["overlay"] else []
    try:
        answer = held(request, *modules)
    except Exception as error:  # noqa: BLE001 - the notebook's own statements, on rows that they get
        said = str(error).strip().split("\n")[0]
        answer = {"differs": ["it fails: %s: %s" % (type(error).__name__, said)]}
    with open(result_path, "w", encoding="utf-8") as file:
        file.write(json.dumps(answer))


def held(
    request: Dict[str, Any],
    alignment: Any,
    seeds: Any,
    choice: Any,
    rowneeds: Any,
    capture: Any,
    modelfiles: Any,
) -> Dict[str, Any]:
    """What differs, how the model is stored, and what it needs of rows."""
    with open(request["kept"], "rb") as file:
        learning, raw, rows, expected, others = pickle.load(file)
    serving = importlib.import_module(request["package"] + ".serving")
    target = request["target"]
    differs: List[str] = []
    trained = not os.path.isdir(request["model"])
    seeds.seed()
    stored = None
    if trained:
        before = learning.copy()
        model = serving.train(learning)
        if not learning.equals(before):
            differs.append("`train` changes its caller's frame")
        artifact = importlib.import_module(request["package"] + ".artifact")
        fitted = vars(model.fitted)
        stored = modelfiles.decided(artifact, fitted, request["package"], capture)
        serving.Model(model.fitted, request["metrics"]).save(request["model"])
    else:
        model = serving.Model.load(request["model"])
    raw = raw.drop(columns=target)
    differs += _differences(alignment, model, raw, rows, expected)
    differs += _among_others(alignment, choice, model, raw, learning)
    if others is not None and (trained or others[0] is None):
        differs += _of_others(alignment, seeds, serving, model, target, *others)
    shown = random.Random(2).sample(range(len(rows)), min(_SHOWN, len(rows)))
    answer: Dict[str, Any] = {
        "differs": differs,
        "stored": stored,
        "rows": [
            {str(name): _as_json(value) for name, value in raw.iloc[rows[n]].items()} for n in shown
        ],
        "predictions": [[_as_json(value) for value in expected.iloc[n]] for n in shown],
    }
    if trained and not differs:
        tried = random.Random(4).sample(rows, min(_TRIED, len(rows)))
        answer["needs"] = _needs(serving, rowneeds, alignment, model, raw.iloc[tried])
    return answer


def _differences(
    alignment: Any, model: Any, raw: Any, rows: Sequence[int], expected: Any
) -> Iterator[str]:
    """What differs: as a batch, shuffled, and one by one."""
    for what, order in (
        ("as a batch", list(range(len(rows)))),
        ("shuffled", random.Random(0).sample(range(len(rows)), len(rows))),
        ("as a part", random.Random(3).sample(range(len(rows)), (len(rows) + 2) // 3)),
    ):
        frame = raw.iloc[[rows[n] for n in order]]
        before = frame.copy()
        found = model.predict(frame)
        told = _told(alignment, found, expected.iloc[order])
        if told:
            yield "%s, %s" % (what, told)
        if list(found.index) != list(frame.index):
            yield "%s, the index is another" % what
        if not frame.equals(before):
            yield "`predict` changes its caller's frame"
    lacking = raw.iloc[list(rows)].isna()
    special = {int(column.to_numpy().argmax()) for _, column in lacking.items() if column.any()}
    for n in [
        *sorted(special),
        *random.Random(1).sample(range(len(rows)), min(_SINGLE, len(rows))),
    ]:
        row: Dict[Any, Any] = {
            name: value.item() if hasattr(value, "item") else value
            for name, value in raw.iloc[rows[n]].items()
        }
        found = model.predict(row)
        wanted = expected.iloc[n].tolist()
        if not alignment.same(_values(found), wanted):
            yield "alone, row %d gives %r, the notebook has %s" % (rows[n], found, _shown(wanted))
            return


def _of_others(
    alignment: Any,
    seeds: Any,
    serving: Any,
    model: Any,
    target: Sequence[str],
    learning: Any,
    raw: Any,
    rows: Sequence[int],
    expected: Any,
) -> Iterator[str]:
    """What differs where some of the rows are others; trained on others first, where these are those."""
    if learning is not None:
        seeds.seed()
        model = serving.train(learning)
    raw = raw.drop(columns=target)
    broken = _broken(serving, raw.iloc[list(rows)].reset_index(drop=True))
    kept = [n for n in range(len(rows)) if n not in broken]
    rows, expected = [rows[n] for n in kept], expected.iloc[kept]
    for differs in _differences(alignment, model, raw, rows, expected) if rows else ():
        yield "with rows that have what only training knows, %s" % differs


def _broken(serving: Any, rows: Any) -> Set[int]:
    """The rows that break the contract, by position."""
    try:
        serving.contract.loaded().rows(rows)
    except ValueError as error:
        return {problem.row for problem in vars(error)["problems"]}
    return set()


def _among_others(
    alignment: Any, choice: Any, model: Any, raw: Any, learning: Any
) -> Iterator[str]:
    """Rows that are served otherwise among others than alone, also those that the notebook did not predict.

    One of them is there twice.
    """
    numpy, pandas = sys.modules["numpy"], sys.modules["pandas"]
    rows, alone = dict(_others(choice, raw, learning)), {}
    for said, row in rows.items():
        try:
            alone[said] = model.predict(row)
        except ValueError:  # it breaks the contract, and has no prediction
            continue
    if not alone:
        return
    order = [*alone, next(iter(alone))]
    together = model.predict(pandas.concat([rows[said] for said in order]))
    for place, said in enumerate(order):
        one, other = alone[said], together.iloc[[place]]
        if not alignment.same(one, other):
            given = _shown(numpy.ravel(one)), _shown(numpy.ravel(other))
            yield "row %s gives %s alone, and %s among others" % (said, *given)
            return


def _others(choice: Any, raw: Any, learning: Any) -> Iterator[Tuple[str, Any]]:
    """Rows of all kinds, each a table: of those to predict, and of those to learn from."""
    chosen = random.Random(5).sample(range(len(raw)), min(_SINGLE, len(raw)))
    for n in sorted({*choice.rare(raw), *chosen}):
        yield str(n), raw.iloc[[n]]
    known = learning[[name for name in raw.columns if name in learning.columns]]
    if list(known.columns) == list(raw.columns):
        for n in sorted({*choice.unseen(known, raw)}):
            yield "%d of those to learn from" % n, known.iloc[[n]]


def _needs(serving: Any, rowneeds: Any, alignment: Any, model: Any, raw: Any) -> Dict[str, Any]:
    """What the chain needs of raw rows."""
    agreed = serving.contract.loaded()
    table = agreed.rows(raw).table(slice(None))
    trial = rowneeds.Trial(lambda frame: serving.scored(model, frame), table, alignment.same)
    needs: Dict[str, Any] = trial.needs([reader.column for reader in agreed.readers])
    return needs


def _as_json(value: Any) -> Any:
    """A value of a raw row, as JSON has it."""
    if value is None or value != value or value is getattr(sys.modules["pandas"], "NA", None):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _told(alignment: Any, found: Any, wanted: Any) -> str:
    """What is not the same; empty where nothing is."""
    if len(found) != len(wanted):
        return "%d rows give %d values" % (len(wanted), len(found))
    columns = [found.iloc[:, n] for n in range(found.shape[1])] if found.ndim == 2 else [found]
    if len(columns) != wanted.shape[1]:
        return "a row gives %d values, the notebook has %d" % (len(columns), wanted.shape[1])
    for n, column in enumerate(columns):
        given, own = (
            sys.modules["numpy"].asarray(column),
            sys.modules["numpy"].asarray(wanted.iloc[:, n]),
        )
        if alignment.same(given, own):
            continue
        for one, other in zip(given, own):
            if not alignment.same([one], [other]):
                return "a row gives %r, the notebook has %r" % (one, other)
        return "the values are of another kind"
    return ""


def _values(found: Any) -> List[Any]:
    """What a single row gives: a value, or several by name."""
    return list(found.values()) if type(found) is dict else [found]


def _shown(values: Any) -> str:
    return ", ".join(map(repr, values))


def _beside(name: str) -> Any:
    """A module that lies beside this file; whoever imports that name later gets another one."""
    module = importlib.import_module(name)
    del sys.modules[name]
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # workers that a library left behind must not hold up the end
