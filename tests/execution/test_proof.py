"""The proof that a package carries: its own tests, and `verify`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
import yaml
from click.testing import CliRunner, Result

from nb2prod import convert
from nb2prod.cli import main

from ..mutation.__main__ import judged
from .test_execution import run, written

pytestmark = pytest.mark.execution

CELLS = (
    ("preprocessing", "import pandas as pd\ndf = pd.read_csv('rows.csv')\ndf['c'] = df.a * 2.5"),
    ("train", "import random\nw = {'mean': df.c.mean(), 'drawn': random.random()}"),
    ("evaluate", "words = {f'w{n}' for n in range(9)}\nscore = w['mean'] + len(words)"),
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "rows.csv").write_text("a,b\n" + "".join(f"{n},{n}\n" for n in range(90)), "utf-8")
    done = run(written(tmp_path, *CELLS))
    assert done.package is not None, done.diagnostics
    return done.package


def verify(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    assert "Traceback" not in result.output
    return result


def own_tests(package: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)


def break_it(package: Path) -> None:
    module = package / "src/demo/training.py"
    text = module.read_text("utf-8")
    assert "df.c.mean()" in text
    module.write_text(text.replace("df.c.mean()", "df.c.median() + 1"), "utf-8")


def test_a_package_carries_its_proof(package: Path) -> None:
    assert sorted(p.name for p in (package / "tests").iterdir() if p.name != "__pycache__") == [
        "data", "observing", "recorded.json", "test_package.py", "test_parity.py",
    ]  # fmt: skip
    pipeline = (package / "src/demo/pipeline.py").read_text("utf-8")
    assert '    >>> float(results["score"])\n    120.25\n' in pipeline
    said = own_tests(package)
    assert said.returncode == 0, said.stdout
    assert "skipped" not in said.stdout
    result = verify(package, "--kernel", sys.executable)
    assert result.exit_code == 0, result.output
    assert "9 of 9 recorded values" in result.output or "recorded values are what" in result.output


def test_a_broken_package_fails_its_tests_and_the_proof(package: Path) -> None:
    break_it(package)
    said = own_tests(package)
    assert said.returncode == 1
    assert "test_the_notebooks_value[recorded-train-w]" in said.stdout
    result = verify(package, "--kernel", sys.executable)
    assert result.exit_code == 1
    assert "`w` after `train` differs: ['mean']" in result.output
    assert "edited since it was generated: src/demo/training.py" in result.output


def test_the_lock_has_what_the_run_used(package: Path) -> None:
    lock = (package / "requirements.lock").read_text("utf-8").splitlines()
    assert f"pandas=={pd.__version__}" in lock
    assert f"numpy=={np.__version__}" in lock
    assert not any(line.startswith(("ipykernel", "pytest", "nb2prod")) for line in lock)


def test_data_elsewhere(package: Path, tmp_path: Path) -> None:
    (package / "tests/data/rows.csv").unlink()
    missing = verify(package, "--kernel", sys.executable)
    assert missing.exit_code == 1
    assert "NB507" in missing.output
    assert "rows.csv" in missing.output
    assert verify(package, "--kernel", sys.executable, "--data", tmp_path).exit_code == 0


def test_nothing_to_verify(tmp_path: Path) -> None:
    assert "no package of nb2prod's" in verify(tmp_path).output
    convert(written(tmp_path, ("train", "a = [1]")), run=False)
    result = verify(tmp_path / "demo")
    assert result.exit_code == 1
    assert "without --no-run" in result.output


def test_what_the_notebook_does_not_repeat_is_not_tested(tmp_path: Path) -> None:
    done = run(written(tmp_path, ("train", "import os\na = os.urandom(8)\nb = [1]")))
    assert done.package is not None
    assert own_tests(done.package).returncode == 0
    recorded = (done.package / "tests/recorded.json").read_text("utf-8")
    assert '"b"' in recorded
    assert '   "a":' not in recorded


def test_data_that_no_literal_names(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for n in range(3):
        (tmp_path / f"parts/{n}.txt").write_text(str(n), "utf-8")
    source = (
        "n = 0\nfor i in range(3):\n    n += int(open('parts/' + str(i) + '.txt').read())\nm = [n]"
    )
    done = run(written(tmp_path, ("train", source)))
    assert done.package is not None, done.diagnostics
    assert sorted(p.name for p in (done.package / "tests/data/parts").iterdir()) == [
        "0.txt", "1.txt", "2.txt",
    ]  # fmt: skip
    (note,) = (str(d) for d in done.diagnostics if d.code == "NB317")
    assert "`parts/0.txt`, `parts/1.txt`, `parts/2.txt` in tests/data" in note
    assert "\n" not in note
    said = own_tests(done.package)
    assert said.returncode == 0, said.stdout
    assert "skipped" not in said.stdout


def test_the_size_of_fixtures_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("x" * 500, "utf-8")
    path = written(
        tmp_path, ("train", "text = open('rows.txt').read()\na = list(range(300))\nb = [text]")
    )
    document = json.loads(path.read_text("utf-8"))
    document["metadata"]["nb2prod"] = {"fixtures": 400, "outputs": ["a", "b"]}
    path.write_text(json.dumps(document), "utf-8")
    done = run(path)
    assert done.package is not None, done.diagnostics
    assert not (done.package / "tests/data").exists()
    assert "NB317" not in [d.code for d in done.diagnostics]
    values = json.loads((done.package / "tests/recorded.json").read_text("utf-8"))["values"]
    assert "a" not in values.get("run", {})
    assert "b" in values["run"]


def test_large_data_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" + "1,2\n" * 600_000, "utf-8")
    done = run(written(tmp_path, ("train", "n = len(open('rows.csv').read())")))
    assert done.package is not None, done.diagnostics
    assert (done.package / "tests/data/rows.csv").stat().st_size < 10_000
    said = own_tests(done.package)
    assert said.returncode == 0, said.stdout
    assert "skipped" not in said.stdout
    assert verify(done.package, "--kernel", sys.executable).exit_code == 0


def test_a_file_that_is_read_becomes_a_parameter(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a\n1\n2\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text("a\n1\n2\n3\n", encoding="utf-8")
    cells = (
        ("setup", "import os\nhome = os.getcwd()"),
        ("preprocessing", "lines = open('rows.csv').read().split()\nopen('rows.csv').read()"),
        ("train", "n = len(lines)\nopen('made.txt', 'w').write('x')\nm = open('made.txt').read()"),
    )
    done = run(written(tmp_path, *cells))
    assert done.package is not None, done.diagnostics
    assert done.parity is not None
    assert done.parity.first_difference is None
    calls = "from demo import preprocess, run; import inspect; print(inspect.signature(preprocess),"
    calls += " inspect.signature(run), run()['n'], run(rows_path='more.csv')['n'])"
    said = subprocess.run(
        [sys.executable, "-c", calls],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(done.package / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    signature = "(rows_path: str) (*, rows_path: 'str' = 'rows.csv') -> 'dict[str, Any]' 3 4"
    assert said.stdout.strip().replace(" -> list[str]", "") == signature
    assert own_tests(done.package).returncode == 0


def test_secrets_reach_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    key, token = "AKIAIOSFODNN7EXAMPLE", "from-the-environment-1"  # pragma: allowlist secret
    monkeypatch.setenv("SERVICE_TOKEN", token)
    cells = (
        ("train", f"import os\naws = '{key}'\nt = os.environ['SERVICE_TOKEN']\nprint(aws, t)"),
        ("train", "import pandas as pd\nmodel = {'aws': aws, 'token': t, 'n': len(aws)}"),
        ("evaluate", "df = pd.DataFrame({'t': [t, 'x']})\nscore = len(model)"),
    )
    done = run(written(tmp_path, *cells))
    assert done.package is not None, done.diagnostics
    kept = [p for p in (*done.package.rglob("*"), *cache.rglob("*")) if p.is_file()]
    assert len(kept) > 10
    for path in kept:
        text = path.read_text("utf-8")
        assert key not in text, path
        assert token not in text, path
    assert "•••" in (done.package / "report.html").read_text("utf-8")
    monkeypatch.setenv("AWS", key)
    said = own_tests(done.package)
    assert said.returncode == 0, said.stdout
    assert "skipped" not in said.stdout
    monkeypatch.delenv("AWS")
    assert "skipped" in own_tests(done.package).stdout


def test_the_packages_tests_find_mistakes(package: Path) -> None:
    judgement = judged(package, 10, 0)
    assert judgement.tried == 10
    assert judgement.different >= 5
    assert judgement.silent >= 2
    assert judgement.missed == ()


def test_the_model_card(tmp_path: Path) -> None:
    cells = (
        ("md", "# Rents | `x`\n\nFor the board."),
        ("setup", "import numpy as np\nfrom sklearn.linear_model import Ridge"),
        ("preprocessing", "X = np.arange(6.0).reshape(6, 1)\ny = X.ravel() * 2"),
        ("train", "model = Ridge(alpha=0.5)\nmodel.fit(X, y)"),
        (
            "evaluate",
            "r2 = model.score(X, y)\nerrors = {'max': float(abs(model.predict(X) - y).max())}",
        ),
        ("predict", "p = model.predict(X[:2])"),
    )
    done = run(written(tmp_path, *cells))
    assert done.package is not None, done.diagnostics
    card = (done.package / "MODEL_CARD.md").read_text("utf-8")
    _, header, body = card.split("---\n", 2)
    assert yaml.safe_load(header) == {
        "model_name": "Rents | `x`",
        "library_name": "sklearn",
        "tags": ["sklearn"],
        "metrics": ["r2", "errors max"],
    }
    assert "`model`, a `sklearn.linear_model.Ridge`, comes from `train()`" in body
    assert "| `alpha` | `0.5` |" in body
    assert "numpy.ndarray of shape (6, 1), float64" in body
    assert body.count("*Question for the author:") == 3


def test_the_model_card_tells_the_models_inside(tmp_path: Path) -> None:
    imports = (
        "import numpy as np\n"
        "from sklearn.linear_model import Ridge\n"
        "from sklearn.model_selection import GridSearchCV\n"
        "from sklearn.pipeline import Pipeline\n"
        "from sklearn.preprocessing import StandardScaler"
    )
    fits = (
        "pipe = Pipeline([('scale', StandardScaler()), ('fit', Ridge())])\n"
        "search = GridSearchCV(pipe, {'fit__alpha': [0.25, 9]}, cv=2).fit(X, y)\n"
        "each = {k: Ridge(alpha=5).fit(X, y) for k in 'ab'}"
    )
    cells = (
        ("setup", imports),
        ("preprocessing", "X = np.arange(20.0).reshape(20, 1)\ny = X.ravel() * 2"),
        ("train", fits),
        ("predict", "p = search.predict(X), each['a'].predict(X)"),
    )
    done = run(written(tmp_path, *cells))
    assert done.package is not None, done.diagnostics
    card = (done.package / "MODEL_CARD.md").read_text("utf-8")
    assert "`search`, a `sklearn.model_selection.GridSearchCV`, comes from `train()`." in card
    assert "| `best_params_` | `{'fit__alpha': 0.25}` |" in card
    best = card.index("`search.best_estimator_['fit']`: `sklearn.linear_model.Ridge`\n\n| param")
    assert "| `alpha` | `0.25` |" in card[best:]
    assert "`each`, a dict of 2, comes from `train()`." in card
    assert "`each['a']`, `each['b']`: `sklearn.linear_model.Ridge`\n\n| param" in card
    # A value on two lines would end its table.
    assert all(line.endswith("|") for line in card.splitlines() if line.startswith("|"))


#: Values that type checkers have something to say about, each used in a later stage.
SETUP = """\
import collections, datetime, re
import numpy as np
class Net:
    def forward(self, x):
        return x
"""
MADE = """\
queue = collections.deque([1])
net = Net()
best = None
when = datetime.datetime(2020, 1, 1)
f = lambda v: v + len(grid)
pattern = re.compile('a')
flags = np.array([True])
"""
USED = """\
if f:
    best = best or [f(1.0)]
net.forward = lambda x: x + 1
queue.append('x')
text = '%d' % when if pattern.match('b') else ''
model = {'net': net, 'best': best, 'sum': flags.sum()}
"""
MANY_TYPES = (
    ("setup", SETUP),
    ("parameters", "grid = {'a': [1, 2]}"),
    ("preprocessing", MADE),
    ("train", USED),
    ("preprocessing", "best = {'x': best[0], 'y': None}"),
    ("train", "model['n'] = len(best), queue, net.forward(2), pattern"),
    ("evaluate", "score = len(model) + best['x']"),
)


def test_recorded_types_are_sound(tmp_path: Path) -> None:
    done = run(written(tmp_path, *MANY_TYPES))
    assert done.package is not None, done.diagnostics
    text = (done.package / "src/demo/preprocessing.py").read_text("utf-8")
    assert '    best: "dict[str, float | None] | list[float] | None"\n' in text
    assert "    net: Net\n" in text
    assert '    flags: "NDArray[np.bool' in text
    for check in ("mypy",), ("ruff", "check", "--no-cache", "."):
        command = [sys.executable, "-m", *check]
        said = subprocess.run(
            command, cwd=done.package, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, said.stdout


def test_bad_input_and_overrides_are_tested(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", "utf-8")
    done = run(written(tmp_path, ("parameters", "PATH = 'rows.csv'\nN = 3"), *(
        ("preprocessing", "import pandas as pd\ndf = pd.read_csv(PATH)"),
        ("train", "model = df.a.sum() * N"),
    )))  # fmt: skip
    assert done.package is not None, done.diagnostics
    path = done.package / "tests/test_package.py"
    assert "def test_preprocess_names_a_file_that_is_missing" in path.read_text("utf-8")
    assert own_tests(done.package).returncode == 0
    module = done.package / "src/demo/pipeline.py"
    text = module.read_text("utf-8")
    module.write_text(text.replace("training.train(N, df)", "training.train(3, df)"), "utf-8")
    assert module.read_text("utf-8") != text
    assert "test_what_run_is_given_reaches_the_stages" in own_tests(done.package).stdout
    module.write_text(text, "utf-8")
    stage = done.package / "src/demo/preprocessing.py"
    text = stage.read_text("utf-8")
    stage.write_text(text.replace("read_csv(PATH)", "read_csv('rows.csv')"), "utf-8")
    assert "test_preprocess_names_a_file_that_is_missing" in own_tests(done.package).stdout


def test_a_stage_that_does_without_the_file_has_no_such_test(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", "utf-8")
    read = "import os\nrows = open(PATH).read() if os.path.exists(PATH) else ''"
    done = run(written(tmp_path, ("parameters", "PATH = 'rows.csv'"), ("preprocessing", read), *(
        ("train", "model = len(rows)"),
    )))  # fmt: skip
    assert done.package is not None, done.diagnostics
    text = (done.package / "tests/test_package.py").read_text("utf-8")
    assert "that_is_missing" not in text
    assert own_tests(done.package).returncode == 0


def test_a_stage_that_writes_is_not_asked_for_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", "utf-8")
    cells = [("parameters", "PATH = 'rows.csv'"), ("train", "n = len(open(PATH).read())")]
    asked = run(written(tmp_path, *cells))
    writing = ("train", cells[1][1] + "\nopen('out.txt', 'w').write('x')")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/rows.csv").write_text("a,b\n1,2\n", "utf-8")
    left = run(written(tmp_path / "other", cells[0], writing))
    assert asked.package is not None
    assert left.package is not None
    path = "tests/test_package.py"
    assert "that_is_missing" in (asked.package / path).read_text("utf-8")
    assert "that_is_missing" not in (left.package / path).read_text("utf-8")
