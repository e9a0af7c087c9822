"""Notebooks whose packages serve raw rows, and notebooks whose packages say why they don't."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.conversion import Conversion, convert

from .test_execution import run, written

pytestmark = pytest.mark.execution

SETUP = ("setup", "import pandas as pd\nfrom sklearn.linear_model import LinearRegression")
READ = "df = pd.read_csv('rows.csv')\ndf['age'] = df['age'].fillna(df['age'].median())\n"
TRAIN = ("train", "model = LinearRegression().fit(X, df['y'])")
PREDICT = ("predict", "p = model.predict(X)")
SERVED = (SETUP, ("preprocessing", READ + "X = df[['age', 'fare']]"), TRAIN, PREDICT)
SERVING_TESTS = [f"tests/test_{name}.py" for name in ("serving", "contract", "cli")]
TABLED = (
    "predict",
    "p = X.assign(value=model.predict(X), sure=model.predict(X) > 9)[['value', 'sure']]",
)
#: Rows that no file has, and numbers that are written out to be predicted.
MADE = (
    (
        "setup",
        "from sklearn.datasets import load_iris\nfrom sklearn.neighbors import KNeighborsClassifier",
    ),
    ("preprocessing", "iris = load_iris()\nX, y = iris.data, iris.target"),
    ("train", "model = KNeighborsClassifier(3).fit(X, y)"),
    ("predict", "name = iris.target_names[model.predict([[5.1, 3.5, 1.4, 0.2]])[0]]"),
)
#: Two files that one stage reads: rows to learn from, and others.
BOTH = (
    SETUP,
    (
        "preprocessing",
        """tr, te = pd.read_csv('rows.csv').fillna(0), pd.read_csv('new.csv').fillna(0)
y = tr.pop('y')
tr, te = tr.align(te, join='inner', axis=1)""",
    ),
    ("train", "model = LinearRegression().fit(tr, y)"),
    ("predict", "p = model.predict(te)"),
)
TABLE = """
import json, sys
import pandas as pd
from demo import predict
raw = pd.read_csv(sys.argv[1]).drop(columns="y")
table = predict(raw.iloc[[4, 2]])
print(json.dumps([predict({"age": None, "fare": 3.5}), list(table.index), list(table), predict([]).shape]))
"""
ASKED = """
import json, sys
import pandas as pd
from demo import Model, predict, train
raw = pd.read_csv(sys.argv[1])
row = {"age": None, "fare": 3.5}
again = train(raw)
again.save("again")
print(json.dumps([
    predict(row),
    predict([row, row]).tolist(),
    again.predict(row),
    predict(row, model="again"),
    list(predict(raw.drop(columns="y").iloc[[4, 2]]).index),
]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = [
        f"{'' if n % 7 == 3 else 20 + (n * 37) % 50},{(n * 53) % 97 + n / 8},{(n * 29) % 31}\n"
        for n in range(60)
    ]
    (tmp_path / "rows.csv").write_text("age,fare,y\n" + "".join(lines), "utf-8")
    return tmp_path


def asked(done: Conversion, place: Path, code: str) -> str:
    """What code prints that uses the package, in another folder."""
    assert done.package is not None, done.diagnostics
    place.mkdir()
    finished = subprocess.run(
        [sys.executable, "-c", code, str(done.notebook.with_name("rows.csv"))],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(done.package / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def codes(done: Conversion) -> list[str]:
    return [d.code for d in done.diagnostics if d.code.startswith("NB6")]


def test_raw_rows_are_served_from_any_folder(folder: Path) -> None:
    done = run(written(folder, *SERVED))
    assert codes(done) == []
    one, several, trained, loaded, index = json.loads(asked(done, folder / "else", ASKED))
    assert several == [one, one]
    assert trained == pytest.approx(one)
    assert loaded == trained
    assert index == [4, 2]


@pytest.mark.parametrize(
    ("cells", "tests"),
    [
        (SERVED, SERVING_TESTS),
        ((*SERVED[:-1], TABLED), SERVING_TESTS),
        (MADE, ["tests"]),
        (BOTH, ["tests"]),
    ],
    ids=["one value", "a table", "no file", "two files"],
)
def test_the_packages_own_tests_and_types_hold(
    folder: Path, cells: tuple[tuple[str, str], ...], tests: list[str]
) -> None:
    rows = (folder / "rows.csv").read_text("utf-8").splitlines()[:20]
    (folder / "new.csv").write_text("\n".join(row.rpartition(",")[0] for row in rows), "utf-8")
    # A name that is also one of a variable in the tests.
    done = convert(written(folder, *cells), name="rows")
    assert done.package is not None, done.diagnostics
    assert codes(done) == []
    # The notebook itself may do without.
    assert '"pandas>=' in (done.package / "pyproject.toml").read_text("utf-8")
    for command in (
        ["pytest", "-q", "-p", "no:cacheprovider", *tests],
        ["ruff", "check", "."],
        ["black", "--check", "-q", "."],
        ["mypy"],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=done.package,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_prediction_may_be_a_row_of_a_table(folder: Path) -> None:
    done = run(written(folder, *SERVED[:-1], TABLED))
    one, index, columns, empty = json.loads(asked(done, folder / "else", TABLE))
    assert (index, columns, empty) == ([4, 2], ["value", "sure"], [0, 2])
    assert one == {"value": one["value"], "sure": one["value"] > 9}
    assert done.package is not None
    output = folder / "predictions.csv"
    command = ["predict", "rows.csv", "--keep", "fare", "--chunk-rows", "7", "--output", output]
    subprocess.run(
        [sys.executable, "-m", "demo", *map(str, command)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(done.package / "src")},
        check=True,
    )
    lines = output.read_text("utf-8").splitlines()
    assert (lines[0], len(lines)) == ("fare,value,sure", 61)


def test_the_same_notebook_gives_the_same_model_file(folder: Path) -> None:
    files = []
    for name in ("first", "second"):
        done = run(written(folder, *SERVED), output=folder / name)
        assert done.package is not None
        model = done.package / "src/demo/model"
        files.append({path.name: path.read_bytes() for path in model.iterdir()})
    assert files[0] == files[1]


def test_a_package_that_can_not_serve_says_where_and_runs(folder: Path) -> None:
    rank = ("preprocessing", READ + "df['r'] = df['fare'].rank()\nX = df[['r']]")
    done = run(written(folder, SETUP, rank, TRAIN, PREDICT))
    assert done.ok
    (found,) = [d for d in done.diagnostics if d.code == "NB601"]
    assert (found.cell, found.line) == (2, 3)
    assert "`df['fare'].rank()`" in found.message
    assert done.package is not None
    assert not (done.package / "src/demo/serving.py").exists()


def test_without_a_run_nothing_is_served(folder: Path) -> None:
    done = convert(written(folder, *SERVED), run=False)
    assert done.package is not None
    assert codes(done) == ["NB603"]
    assert not (done.package / "src/demo/serving.py").exists()


def test_predictions_that_are_changed_in_place_are_served_as_they_are_in_the_end(
    folder: Path,
) -> None:
    predict = ("predict", "p = model.predict(X)\np[p < 15] = 15.0")
    done = run(written(folder, SETUP, SERVED[1], TRAIN, predict))
    assert codes(done) == []
    one, *_ = json.loads(asked(done, folder / "else", ASKED))
    assert one >= 15.0


def test_a_notebook_that_predicts_something_else_each_time_is_not_served(folder: Path) -> None:
    noisy = ("predict", "import uuid\np = model.predict(X) + uuid.uuid4().int % 99991")
    done = run(written(folder, SETUP, SERVED[1], TRAIN, noisy))
    (found,) = [d for d in done.diagnostics if d.code == "NB602"]
    assert "is not the same when the notebook runs again" in found.message


#: Rows to learn from in one file, rows to predict in another: prepared by one function, or in one table.
APART = (
    "train = pd.read_csv('rows.csv')\nnew = pd.read_csv('new.csv')\nmiddle = train['age'].median()\n"
    "def prepared(table):\n    return table[['age', 'fare']].fillna({'age': middle})\n"
    "X, y = prepared(train), train['y']\nX_new = prepared(new)"
)
BELOW = (
    "train = pd.read_csv('rows.csv')\nnew = pd.read_csv('new.csv')\ny = train.pop('y')\n"
    "both = pd.concat([train, new])\nboth['age'] = both['age'].fillna(both['age'].median())\n"
    "X, X_new = both[:len(train)], both[len(train):]"
)
RETRAINED = """
import json, sys
import pandas as pd
from demo import Model, predict, train
from demo.contract import ContractError
learning = pd.read_csv(sys.argv[1])
row = {"age": 40, "fare": 3.5}
more = learning.assign(y=learning["y"] + 100)
found = [predict(row), train(learning).predict(row), train(more).predict(row)]
try:
    train(learning.drop(columns="y"))
except ContractError as error:
    found.append(str(error))
print(json.dumps(found))
"""


@pytest.mark.parametrize(("prepared", "reads"), [(APART, False), (BELOW, True)])
def test_training_takes_the_rows_of_the_file_that_the_notebook_learns_from(
    folder: Path, prepared: str, reads: bool
) -> None:
    (folder / "new.csv").write_text("age,fare\n30,5.5\n,7.25\n51,1.5\n", "utf-8")
    fit = ("train", "model = LinearRegression().fit(X, y)")
    predict = ("predict", "p = model.predict(X_new)")
    done = run(written(folder, SETUP, ("preprocessing", prepared), fit, predict))
    assert codes(done) == []
    place = folder / "else"
    code = RETRAINED
    if reads:  # the second file takes part in training: it is read as the notebook does
        code = code.replace("import json, sys", f"import json, os, sys\nos.chdir({str(folder)!r})")
    served, again, more, said = json.loads(asked(done, place, code))
    assert again == pytest.approx(served)
    assert more == pytest.approx(served + 100)
    assert "y" in said


AGAIN = """
import json, sys, warnings
import pandas as pd
from demo import contract, predict, train
learning = pd.read_csv(sys.argv[1]).assign(id=range(60))
row = {"age": 40, "fare": 3.5}
model = train(learning.assign(agent="Bob", loaded=1.5))
found = [predict(row), model.predict(row)]
for more in (100, 200):
    train(learning.assign(y=learning["y"] + more)).save("again")
    found.append(predict(row, model="again"))
said = []
for name in ("id", "y"):
    try:
        train(learning.drop(columns=name))
    except contract.ContractError as error:
        said.append(str(error))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    predict([{"age": 1e9, "fare": 3.5}] * 2)
counts = [w.message.counts for w in caught if isinstance(w.message, contract.UnseenWarning)]
print(json.dumps([found, said, counts, dict(contract.UNSEEN)]))
"""


def test_a_package_is_trained_saved_and_watched_in_one_process(folder: Path) -> None:
    rows = (folder / "rows.csv").read_text("utf-8").splitlines()
    numbered = [f"{row},{n - 1 if n else 'id'}" for n, row in enumerate(rows)]
    (folder / "rows.csv").write_text("\n".join(numbered), "utf-8")
    prepared = "df = df.drop_duplicates(subset='id')\nX = df.drop(columns=['y', 'id'])"
    done = run(written(folder, SETUP, ("preprocessing", READ + prepared), TRAIN, PREDICT))
    assert codes(done) == []
    found, said, counts, unseen = json.loads(asked(done, folder / "else", AGAIN))
    served, wide, *again = found
    assert wide == pytest.approx(served)
    assert again == pytest.approx([served + 100, served + 200])
    assert said == ["column 'id': is not there", "column 'y': is not there"]
    assert counts == [{"age": 2}, {"p": 2}]
    assert unseen == {"age": 2, "p": 4}  # those of the models that were saved, too


def test_the_packages_tests_hold_predictions_to_the_notebooks(folder: Path) -> None:
    done = run(written(folder, *SERVED))
    assert done.package is not None
    scoring = done.package / "src/demo/scoring.py"
    text = scoring.read_text("utf-8")
    scoring.write_text(text.replace("return p\n", "return p + 1\n"), "utf-8")
    assert scoring.read_text("utf-8") != text
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", SERVING_TESTS[0]]
    ran = subprocess.run(command, cwd=done.package, capture_output=True, text=True, check=False)
    assert "FAILED tests/test_serving.py::test_predictions_are_the_notebooks" in ran.stdout
    assert "1 failed" in ran.stdout
