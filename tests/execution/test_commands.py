"""The command line of a package that serves: files in, predictions and models out."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import pytest

from .test_execution import run, written

pytestmark = pytest.mark.execution

#: `code` looks like a number in most rows, and is text because of one; `row` is nothing to the model.
CELLS = (
    ("setup", "import pandas as pd\nfrom sklearn.linear_model import LinearRegression"),
    ("parameters", "PATH = 'rows.csv'\nSLOPE = True"),
    (
        "preprocessing",
        """\
df = pd.read_csv(PATH, sep=';', decimal=',')
df['age'] = df['age'].fillna(df['age'].median())
df['digits'] = df['code'].str.len()
X = df[['age', 'fare', 'digits']]""",
    ),
    (
        "train",
        "print('training')\nmodel = LinearRegression(fit_intercept=SLOPE).fit(X, df['y'])",
    ),
    ("evaluate", "r2 = model.score(X, df['y'])"),
    ("predict", "p = model.predict(X)"),
)
HEADER = "row;code;age;fare;y\n"


def line(n: int) -> str:
    code = "x" if n == 41 else f"{n % 13:0{1 + n % 4}}"
    age = "" if n % 7 == 3 else f"{20 + n * 37 % 50}"
    fare = f"{n * 53 % 97 + n / 8}".replace(".", ",")
    return f"{n:05};{code};{age};{fare};{2 * (n * 53 % 97) + n % 5}\n"


@dataclass(frozen=True)
class Package:
    """A package, the folder of its notebook, and its notebook's predictions."""

    folder: Path
    source: Path
    expected: list[float]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "demo", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.source)}

    def __call__(
        self, *arguments: str, given: bytes = b"", code: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment,
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "rows.csv").write_text(HEADER + "".join(map(line, range(60))), "utf-8")
    (folder / "short.csv").write_text("code;fare;y\na;3;4\n", "utf-8")
    (folder / "words.csv").write_text(f"{HEADER}1;a;old;3;4\n2;a;young;3;4\n", "utf-8")
    path = written(folder, *CELLS)
    document = json.loads(path.read_text("utf-8"))
    document["metadata"]["nb2prod"] = {"metrics": {"r2": {"min": 0.9}}}
    path.write_text(json.dumps(document), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NB2PROD_CACHE", str(folder / "cache"))
        patch.setenv("UV_OFFLINE", "1")
        done = run(path)
    assert done.package is not None, done.diagnostics
    source = done.package / "src"
    code = "import json, demo; print(json.dumps(demo.run()['p'].tolist()))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        check=True,
    )
    return Package(folder, source, json.loads(ran.stdout))


@pytest.fixture
def place(package: Package, tmp_path: Path) -> Path:
    """The notebook's raw rows as JSON lines and CSV, without the column that is predicted."""
    frame = pd.read_csv(package.folder / "rows.csv", sep=";", decimal=",", dtype={"code": "str"})
    frame = frame.drop(columns="y")
    frame.to_json(tmp_path / "rows.jsonl", orient="records", lines=True, double_precision=15)
    lines = [text.rpartition(";")[0] for text in (HEADER, *map(line, range(60)))]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(("form", "size"), [("csv", "1"), ("csv", "1000"), ("jsonl", "7")])
def test_a_file_gets_the_notebooks_predictions_whatever_the_chunks(
    package: Package, place: Path, form: str, size: str
) -> None:
    out = place / "out.csv"
    package("predict", str(place / f"rows.{form}"), "--output", str(out), "--chunk-rows", size)
    head, *found = out.read_text("utf-8").splitlines()
    assert head == "p"
    assert [*map(float, found)] == pytest.approx(package.expected, rel=1e-12)


def test_pipes_carry_rows_and_predictions(package: Package, place: Path) -> None:
    rows = (place / "rows.csv").read_bytes()
    piped = package("predict", "-", "--format", "csv", given=rows)
    package("predict", str(place / "rows.csv"), "--output", str(place / "out.csv"))
    assert piped.stdout == (place / "out.csv").read_bytes()


def test_what_goes_along_keeps_its_spelling(package: Package, place: Path) -> None:
    rows = str(place / "rows.csv")
    kept = package("predict", rows, "--keep", "row", "fare", "--chunk-rows", "9").stdout.decode()
    head, first, *_ = kept.splitlines()
    assert head == "row,fare,p"
    assert first.startswith('00000,"0,0",')
    whole = package("predict", rows, "--with-input", "--output-format", "jsonl").stdout
    found = [json.loads(text) for text in whole.splitlines()]
    assert [*found[3]] == ["row", "code", "age", "fare", "p"]
    assert found[3] | {"p": 0} == {
        "row": "00003",
        "code": "0003",
        "age": "",
        "fare": "62,375",
        "p": 0,
    }


@pytest.mark.skipif(not importlib.util.find_spec("pyarrow"), reason="needs pyarrow")
def test_parquet(package: Package, place: Path) -> None:
    rows, out = str(place / "rows.parquet"), str(place / "out.parquet")
    table = pd.read_json(place / "rows.jsonl", lines=True, dtype={"code": "str"})
    table["row"] = table["row"].astype("Int64").mask(table["row"] == 5)
    table.to_parquet(rows)
    package("predict", rows, "--output", out, "--with-input", "--chunk-rows", "7")
    found = pd.read_parquet(out)
    assert list(found.columns) == ["row", "code", "age", "fare", "p"]
    assert found["p"].tolist() == pytest.approx(package.expected, rel=1e-12)
    text = package("predict", rows, "--keep", "row", "--output-format", "csv").stdout.decode()
    assert [t.split(",")[0] for t in text.split()[5:8]] == ["4", "", "6"]
    package("train", str(place / "rows.parquet"), "--model", str(place / "m"), code=1)


@pytest.mark.skipif(bool(importlib.util.find_spec("pyarrow")), reason="pyarrow is here")
def test_without_its_library_parquet_says_what_to_install(package: Package, place: Path) -> None:
    (place / "rows.parquet").write_bytes(b"")
    for arguments in (["predict", str(place / "rows.parquet"), "--output-format", "csv"],
                      ["predict", str(place / "rows.csv"), "--output", str(place / "o.parquet")]):  # fmt: skip
        done = package(*arguments, code=1)
        assert b"pip install pyarrow" in done.stderr
    assert not (place / "o.parquet").exists()


#: Commands that can't do what they are asked to: arguments, standard input, and words of what they say.
MISTAKES: dict[str, tuple[list[str], bytes, str]] = {
    "no file": (["predict", "no.csv"], b"", "no such file: no.csv"),
    "no format": (["predict", "."], b"", "does not tell its format"),
    "a folder": (["predict", ".", "--format", "csv"], b"", "Is a directory"),
    "nothing at all": (["predict", "-", "--format", "csv"], b"", "is not a table"),
    "a value": (
        ["predict", "-", "--format", "csv", "--chunk-rows", "2"],
        b"row;code;age;fare\n1;a;2;3\n2;a;2;3\n3;a;2;3\n4;a;two;3\n",
        "standard input: row 4, column 'age': 'two' is not a number",
    ),
    "no column": (["predict", "-", "--format", "csv"], b"row;code;fare\n1;a;3\n", "age"),
    "more cells": (["predict", "-", "--format", "csv"], b"a;b\n1;2\n1;2;3;4\n", "line 3"),
    "no text": (["predict", "-", "--format", "csv"], b"code;a\xff\n1;2\n", "is not a table"),
    "no JSON": (["predict", "-", "--format", "jsonl"], b"{}\n{1}\n", "line 2 is no JSON"),
    "no row": (["predict", "-", "--format", "jsonl"], b"[]\n", "line 1 is no JSON object"),
    "a pipe": (["predict", "-", "--format", "parquet"], b"", "Parquet can't go through a pipe"),
    "keeps nothing": (["predict", "rows.csv", "--keep", "id"], b"", "has no column id"),
    "no model": (["predict", "rows.csv", "--model", "."], b"", "holds no model"),
    "no place": (["predict", "rows.csv", "--output", "no/out.csv"], b"", "no such folder"),
    "nothing to learn": (["train", "no.csv", "--model", "m"], b"", "no such file: no.csv"),
    "nothing to evaluate": (["evaluate", "no.csv"], b"", "no such file: no.csv"),
    "rows of another table": (
        ["evaluate", "short.csv"],
        b"",
        "short.csv: KeyError in preprocessing.py, line ",
    ),
    "rows that can't be learned from": (
        ["train", "words.csv", "--model", "new"],
        b"",
        "words.csv: TypeError in scoring.py, line ",
    ),
    "rows that lack a column": (
        ["train", "short.csv", "--model", "new"],
        b"",
        "short.csv: column 'age': is not there",
    ),
    "too deep": (
        ["predict", "-", "--format", "jsonl"],
        b"[" * 100_000,
        "standard input: line 1 nests too deeply",
    ),
}
#: Runs them in one process: each imports the same libraries.
ONE_BY_ONE = """
import contextlib, io, json, sys
from demo.cli import main
for arguments, given in json.loads(sys.argv[1]):
    sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode("latin-1")))
    with contextlib.redirect_stderr(io.StringIO()) as said:
        code = main([*arguments, "--quiet", *(["--output", "out.csv"] if "--format" in arguments else [])])
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


def test_what_is_wrong_is_one_line(package: Package) -> None:
    before = sorted(package.folder.iterdir())
    asked = [(arguments, given.decode("latin-1")) for arguments, given, _ in MISTAKES.values()]
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE, json.dumps(asked)],
        cwd=package.folder,
        env=package.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("[")]
    for (what, (_, _, wanted)), (code, said) in zip(MISTAKES.items(), answers, strict=True):
        assert code == 1, what
        assert said.startswith("demo: "), what
        assert said.endswith("\n"), what
        assert said.count("\n") == 1, what
        assert wanted in said
    assert sorted(package.folder.iterdir()) == before


def test_a_file_stays_as_it_was_where_rows_are_wrong(package: Package, place: Path) -> None:
    out = place / "out.csv"
    out.write_text("before")
    rows = (place / "rows.csv").read_text("utf-8") + "60;a;old;3\n"
    (place / "rows.csv").write_text(rows, "utf-8")
    files = sorted(place.iterdir())
    package("predict", str(place / "rows.csv"), "--output", str(out), "--chunk-rows", "9", code=1)
    assert out.read_text() == "before"
    assert sorted(place.iterdir()) == files


def test_no_rows_give_a_header_alone(package: Package) -> None:
    assert package("predict", "-", "--format", "csv", given=b"row;code;age;fare\n").stdout == b"p\n"
    assert package("predict", "-", "--format", "jsonl").stdout == b""


def test_a_reader_that_leaves_early_is_no_error(package: Package) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as closed:
        done = subprocess.run(
            package.command("predict", "rows.csv", "--quiet"),
            cwd=package.folder,
            env=package.environment,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, b"")


def test_training_saves_a_model_and_spares_what_is_there(package: Package, place: Path) -> None:
    rows, model = str(package.folder / "rows.csv"), place / "model"
    said = package("train", rows, "--model", str(model), "--slope", "false")
    assert said.stdout == b""
    assert b"60 rows" in said.stderr
    held = {path.name: path.read_bytes() for path in model.iterdir()}
    refused = package("train", rows, "--model", str(model), code=1)
    assert b"--force" in refused.stderr
    assert {path.name: path.read_bytes() for path in model.iterdir()} == held
    one = package("predict", rows, "--model", str(model)).stdout
    package("train", rows, "--model", str(model), "--force")
    other = package("predict", rows, "--model", str(model)).stdout
    assert one != other
    assert other == package("predict", rows).stdout


def test_training_takes_nothing_for_the_file_beside_its_data(package: Package) -> None:
    said = package("train", "--help").stdout.decode()
    assert "--slope" in said
    assert "--path" not in said


def test_metrics_are_held_against_their_bounds(package: Package, place: Path) -> None:
    good = package("evaluate", "--json")
    found = json.loads(good.stdout)
    assert [*found] == ["r2"]
    assert found["r2"] > 0.9
    # The same rows, with a target that has nothing to do with them.
    rows = place / "noise.csv"
    text = [line(n).rpartition(";")[0] + f";{n * 7919 % 101}\n" for n in range(60)]
    rows.write_text(HEADER + "".join(text), "utf-8")
    poor = package("evaluate", str(rows), "--quiet", code=1)
    assert poor.stdout.startswith(b"r2 = 0.")
    (said,) = poor.stderr.decode().splitlines()
    assert said.startswith("demo: r2 is 0.")
    assert said.endswith(", at least 0.9 is wanted")


def test_what_training_prints_is_not_among_the_results(package: Package) -> None:
    assert b"training" not in package("evaluate").stdout


def test_the_contract_is_shown_as_people_edit_it(package: Package) -> None:
    shown = package("schema", "--format", "pandera").stdout.decode()
    assert shown == (package.source / "demo/schema.py").read_text("utf-8")


@pytest.mark.skipif(not importlib.util.find_spec("pandera"), reason="needs pandera")
def test_the_contract_is_shown_and_written(package: Package, tmp_path: Path) -> None:
    copy = Package(package.folder, tmp_path / "src", package.expected)
    shutil.copytree(package.source, copy.source)
    rows, avro = copy("schema").stdout, copy("schema", "--format", "avro", "--predictions").stdout
    assert [*json.loads(rows)["properties"]] == ["code", "age", "fare"]
    assert json.loads(avro)["fields"][0]["name"] == "p"
    # Ages may not be missing any more.
    text = (copy.source / "demo/schema.py").read_text("utf-8")
    strict = re.sub(
        r"(\"age\": pa\.Column\(.*?)nullable=True", r"\1nullable=False", text, flags=re.S
    )
    assert strict != text
    (copy.source / "demo/schema.py").write_text(strict, "utf-8")
    copy("schema", "--write")
    written = (copy.source / "demo/contract/input.schema.json").read_text("utf-8")
    assert json.loads(written)["properties"]["age"]["type"] == "number"
    said = copy("predict", "-", "--format", "csv", given=b"code;age;fare\na;;1\n", code=1).stderr
    assert said == b"demo: standard input: row 1, column 'age': has no value\n"


@pytest.mark.skipif(bool(importlib.util.find_spec("pandera")), reason="pandera is here")
def test_without_its_library_the_contract_says_what_to_install(package: Package) -> None:
    assert b"pip install 'pandera" in package("schema", code=1).stderr
