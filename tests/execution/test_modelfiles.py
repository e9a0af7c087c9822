"""Model files: which format each value has, that files which are not the package's own run nothing, and the way out."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import io
import json
import operator
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
import skops.io  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]
from sklearn.preprocessing import FunctionTransformer  # type: ignore[import-untyped]

from nb2prod import Conversion
from nb2prod.copied import archive

from .test_execution import run, written

pytestmark = pytest.mark.execution

SETUP = """import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

def logarithm(X):
    return np.log1p(X)

class Filler(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.medians_ = X.median()
        return self
    def transform(self, X):
        return X.fillna(self.medians_)

class Nearest:
    def fit(self, X, y):
        self.X, self.y = X.to_numpy(dtype=float), np.asarray(y)
        return self
    def predict(self, X):
        distances = ((X.to_numpy(dtype=float)[:, None] - self.X[None]) ** 2).sum(-1)
        return self.y[distances.argmin(axis=1)]
"""
PREPARED = """df = pd.read_csv('rows.csv')
df['age'] = df['age'].fillna(df['age'].median())
centre = df[['age', 'fare']].to_numpy().mean(axis=0)
means = df.groupby('port')['fare'].mean()
X = (df[['age', 'fare']] / centre).assign(mean=df['port'].map(means))
"""


GUARDED = """near = Nearest().fit(X, df['y'])
line = LinearRegression().fit(X, df['y'])
wood = RandomForestRegressor(3, random_state=0).fit(X, df['y'])
model = make_pipeline(FunctionTransformer(logarithm), LinearRegression()).fit(X, df['y'])
filled = make_pipeline(Filler(), LinearRegression()).fit(X, df['y'])
"""
MODELS = ("near", "line", "wood", "model", "filled")
SUM = f"p = ({' + '.join(f'{name}.predict(X)' for name in MODELS)}) * SHRINK"
PICKLED = """class Constant:
    def __init__(self, by=SHRINK):
        self.by = by
    def fit(self, y):
        self.mean = y.mean()
        return self
    def predict(self, X):
        return X['fare'].to_numpy() * self.by * self.mean
const = Constant().fit(df['y'])
own = make_pipeline(FunctionTransformer(lambda X: X * 2), LinearRegression()).fit(X, df['y'])
"""


def table(folder: Path) -> None:
    numbers = range(60)
    pd.DataFrame(
        {
            "age": [None if n % 7 == 3 else 20 + (n * 37) % 50 for n in numbers],
            "fare": [(n * 53) % 97 + n / 8 for n in numbers],
            "port": [("S", "C", "Q", "S")[(n * 11) % 4] for n in numbers],
            "y": [(n * 29) % 31 for n in numbers],
        }
    ).to_csv(folder / "rows.csv", index=False)


def converted(folder: Path, name: str, train: str, predict: str) -> Conversion:
    table(folder)
    path = written(
        folder,
        ("setup", SETUP),
        ("parameters", "SHRINK = 0.9"),
        ("preprocessing", PREPARED),
        ("train", train),
        ("predict", predict),
        ("evaluate", "error = float(abs(p - df['y']).mean())"),
    )
    done = run(path, name=name)
    assert done.package is not None, done.diagnostics
    assert (done.package / f"src/{name}/serving.py").exists(), done.diagnostics
    return done


def files(done: Conversion) -> dict[str, bytes]:
    assert done.package is not None
    return {path.name: path.read_bytes() for path in done.package.glob("src/*/model/*")}


def check(package: Path) -> None:
    """The package's own checks."""
    for command in (
        ["pytest", "-q", "-p", "no:cacheprovider", "tests/test_serving.py"],
        ["ruff", "check", "."],
        ["mypy"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=package,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversion]:
    """A package with a model of every kind that needs no pickle."""
    folder = tmp_path_factory.mktemp("guarded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NB2PROD_CACHE", str(folder / "cache"))
        patch.setenv("UV_OFFLINE", "1")
        (folder / "notebook").mkdir()
        done = converted(folder / "notebook", "guarded", GUARDED, SUM)
        patch.syspath_prepend(str(folder / "notebook/guarded/src"))
        yield done
    for name in [name for name in sys.modules if name.partition(".")[0] == "guarded"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def package(guarded: Conversion) -> Path:
    assert guarded.package is not None
    return guarded.package


@pytest.fixture(scope="module")
def artifact(package: Path) -> ModuleType:
    return importlib.import_module("guarded.artifact")


def test_the_least_powerful_format_is_chosen(guarded: Conversion, artifact: ModuleType) -> None:
    names = ("line", "wood", "model", "filled")
    assert dict.fromkeys(names, "skops") == artifact.FORMATS
    assert artifact.TRUSTED == (
        "guarded.common.Filler",
        "guarded.common.Nearest",
        "guarded.common.logarithm",
        "sklearn.pipeline.Pipeline",
        "sklearn.tree._tree.Tree",
    )
    assert [d.code for d in guarded.diagnostics if d.code.startswith("NB6")] == []
    plain = {"about.json", "fitted.json", "fitted.npz"}
    assert files(guarded).keys() == {*plain, *(f"{name}.skops" for name in names)}


def test_a_package_without_pickles_can_read_none(package: Path) -> None:
    check(package)
    assert not (package / "src/guarded/storage/pickle_file.py").exists()
    text = "".join(path.read_text("utf-8") for path in (package / "src").rglob("*.py"))
    assert "import pickle" not in text
    project = (package / "pyproject.toml").read_text("utf-8")
    assert '"skops>=' in project
    assert "cloudpickle" not in project


def test_what_only_a_pickle_holds_is_named(tmp_path: Path) -> None:
    done = converted(tmp_path, "pickled", PICKLED, "p = own.predict(X) + const.predict(X)")
    found = [(d.cell, d.line, d.message) for d in done.diagnostics if d.code == "NB604"]
    assert [(cell, line) for cell, line, _ in found] == [(4, 9), (4, 10)]
    assert all("runs code" in message for _, _, message in found)
    pickles = {name for name in files(done) if name.endswith(".pickle")}
    assert pickles == {"const.pickle", "own.pickle"}
    assert done.package is not None
    check(done.package)
    project = (done.package / "pyproject.toml").read_text("utf-8")
    assert '"cloudpickle>=' in project
    assert '"skops' not in project
    again = run(done.notebook, name="pickled", output=tmp_path / "again")
    assert files(again) == files(done)
    assert b"/nb2prod-" not in b"".join(files(done).values())


def test_the_same_notebook_gives_the_same_files(guarded: Conversion, tmp_path: Path) -> None:
    again = run(guarded.notebook, name="guarded", output=tmp_path / "again")
    assert files(again) == files(guarded)


def test_parameters_and_metrics_are_told(package: Path) -> None:
    about = json.loads((package / "src/guarded/model/about.json").read_text("utf-8"))
    assert about["parameters"]["SHRINK"] == 0.9
    assert about["metrics"]["error"] > 0
    assert about["versions"]["sklearn"]


# ---------------------------------------------------------------------- hostile files
@pytest.fixture
def model(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package's model, in a working directory where nothing may appear."""
    place = tmp_path / "model"
    shutil.copytree(package / "src/guarded/model", place)
    monkeypatch.chdir(tmp_path)
    return place


#: Runs a command where it is loaded.
PICKLE = b"cos\nsystem\n(S'touch canary'\ntR."


def swap(model: Path, name: str, content: bytes) -> None:
    """Puts a file in, with its right hash."""
    (model / name).write_bytes(content)
    tell(model, files={**about(model)["files"], name: hashlib.sha256(content).hexdigest()})


def about(model: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((model / "about.json").read_text("utf-8"))
    return found


def tell(model: Path, **facts: object) -> None:
    (model / "about.json").write_text(json.dumps({**about(model), **facts}), "utf-8")


def hold(model: Path, field: str, value: object) -> None:
    """Has a field hold something else."""
    held = json.loads((model / "fitted.json").read_text("utf-8"))
    swap(model, "fitted.json", json.dumps({**held, field: value}).encode())


def smuggle(model: Path, field: str, formats: dict[str, str]) -> None:
    """Has a field hold a pickle."""
    swap(model, f"{field}.pickle", PICKLE)
    hold(model, field, {"file": f"{field}.pickle"})
    tell(model, formats={**about(model)["formats"], **formats})


def spoiled(model: Path, content: bytes) -> None:
    (model / "about.json").write_bytes(content)


def skops_of(state: dict[str, Any], **members: bytes) -> bytes:
    schema = json.dumps({**state, "protocol": 2, "_skops_version": skops.__version__})
    return archive.packed({"schema.json": schema.encode(), **members})


def node(loader: str, name: str, **more: object) -> dict[str, Any]:
    module, _, attribute = name.rpartition(".")
    return {"__class__": attribute, "__module__": module, "__loader__": loader, **more}


ARGUMENTS = node(
    "TupleNode", "builtins.tuple", content=[node("JsonNode", "builtins.str", content='"touch canary"')]
)  # fmt: skip
SYSTEM = node("FunctionNode", "posix.system")
PAIRS = {
    "a function": lambda: skops.io.dumps(FunctionTransformer(os.system)),
    "a partial function": lambda: skops.io.dumps(functools.partial(os.system, "touch canary")),
    "a method caller": lambda: skops.io.dumps(operator.methodcaller("system", "touch canary")),
    "a method": lambda: skops.io.dumps(LinearRegression().fit),
    "a call": lambda: skops_of(node("ConstructorFromReduceNode", "posix.system", content=ARGUMENTS)),
    "a call of a trusted function": lambda: skops_of(
        node("ConstructorFromReduceNode", "guarded.common.logarithm", content=ARGUMENTS)
    ),
    "a mapping that is none": lambda: skops_of(
        node("DictNode", "guarded.common.logarithm", content={}, key_types=ARGUMENTS)
    ),
    "an object": lambda: skops_of(node("ObjectNode", "subprocess.Popen", content=ARGUMENTS)),
    "a pickle": lambda: PICKLE,
    "a pickle among its members": lambda: skops_of(
        node("NdArrayNode", "numpy.ndarray", type="numpy", file="0.npy"), **{"0.npy": PICKLE}
    ),
    "an array of objects among its members": lambda: skops_of(
        node("NdArrayNode", "numpy.ndarray", type="numpy", file="0.npy"), **{"0.npy": objects()}
    ),
    "another protocol": lambda: archive.packed(
        {"schema.json": json.dumps({**SYSTEM, "protocol": 0}).encode()}
    ),
    "compressed": lambda: zipped({"schema.json": b"{}" + b" " * 10**7}, zipfile.ZIP_DEFLATED),
    "a compressed archive in it": lambda: skops_of(
        node("SparseMatrixNode", "scipy.sparse.csr_matrix", type="scipy", file="0.npz"),
        **{"0.npz": zipped({"data.npy": b" " * 10**7}, zipfile.ZIP_DEFLATED)},
    ),
    "nothing": lambda: b"",
    "no schema": lambda: archive.packed({}),
    "a schema that is too deep": lambda: archive.packed({"schema.json": b"[" * 10**5}),
}  # fmt: skip


def objects() -> bytes:
    """An array whose objects are a pickle."""
    held = io.BytesIO()
    array = np.empty(1, dtype=object)
    np.save(held, array, allow_pickle=True)
    header = held.getvalue()[: held.getvalue().index(b"\n") + 1]
    return header + PICKLE


def zipped(members: dict[str, bytes], compression: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as parts:
        for name, content in members.items():
            parts.writestr(name, content)
    return held.getvalue()


def overlapping() -> bytes:
    """An archive of a thousand members that are all the same bytes."""
    content = archive.packed({"0.npy": b"x" * 1000})
    end = content.rindex(b"PK\5\6")
    begin = content.index(b"PK\1\2")
    entry = content[begin:end]
    count = (1000).to_bytes(2, "little")
    size = (len(entry) * 1000).to_bytes(4, "little")
    return (
        content[:begin] + entry * 1000 + b"PK\5\6" + b"\0" * 4 + count * 2 + size
        + begin.to_bytes(4, "little") + b"\0\0"
    )  # fmt: skip


def huge() -> bytes:
    """An array that claims to be larger than any memory."""
    content = archive.from_array(np.zeros(1))
    return content.replace(b"(1,), }" + b" " * 15, b"(1" + b"0" * 15 + b",), }")


VALUES = {
    "an object": {"object": ["subprocess.Popen", {"dict": []}]},
    "a function": {"object": ["os.system", {"dict": []}]},
    "a trusted function": {"object": ["guarded.common.logarithm", {"dict": []}]},
    "a type": {"type": "os.system"},
    "a type of numpy": {"type": "numpy.nonsense"},
    "a file of a plain field": {"file": "model.skops"},
    "a file that is not there": {"file": "../../secret"},
    "another kind": {"pickle": "gASVAAAA"},
    "the same as none": {"same": 7},
    "two kinds": {"tuple": [], "list": []},
    "no kind": {},
    "an array that is not there": {"array": "nowhere"},
    "a shape that is too large": {"objects": {"shape": [10**12], "items": []}},
    "a negative shape": {"objects": {"shape": [-1, -1], "items": [1]}},
    "a number of objects": {"number": ["O", "x"]},
    "a number that is none": {"number": ["<f8", "x"]},
    "a type of pandas": {"dtype": "nonsense"},
    "parts that are missing": {"series": {}},
    "parts of another kind": {"frame": 3},
}
FOREIGN: dict[str, Callable[[Path], None]] = {
    **{f"skops: {why}": functools.partial(lambda make, m: swap(m, "model.skops", make()), make)
       for why, make in PAIRS.items()},
    **{f"value: {why}": functools.partial(lambda value, m: hold(m, "age_median", value), value)
       for why, value in VALUES.items()},
    "JSON: a pickle": lambda m: swap(m, "fitted.json", PICKLE),
    "JSON: too deep": lambda m: swap(m, "fitted.json", b'{"age_median": ' + b"[" * 10**5),
    "JSON: a list": lambda m: swap(m, "fitted.json", b"[]"),
    "JSON: another field": lambda m: hold(m, "os", 1),
    "arrays: a pickle": lambda m: swap(m, "fitted.npz", PICKLE),
    "arrays: none": lambda m: swap(m, "fitted.npz", archive.packed({})),
    "arrays: of objects": lambda m: swap(m, "fitted.npz", archive.packed({"centre.npy": objects()})),
    "arrays: a pickle in it": lambda m: swap(m, "fitted.npz", archive.packed({"centre.npy": PICKLE})),
    "arrays: compressed": lambda m: swap(
        m, "fitted.npz", zipped({"centre.npy": b" " * 10**7}, zipfile.ZIP_DEFLATED)
    ),
    "arrays: overlapping": lambda m: swap(m, "fitted.npz", overlapping()),
    "arrays: too large": lambda m: swap(m, "fitted.npz", archive.packed({"centre.npy": huge()})),
    "formats: a pickle": lambda m: smuggle(m, "model", {"model": "pickle"}),
    "formats: a pickle of another field": lambda m: smuggle(m, "centre", {"centre": "pickle"}),
    "formats: another name for a pickle": lambda m: smuggle(m, "model", {}),
    "formats: none": lambda m: tell(m, formats=None),
    "about: a pickle": lambda m: spoiled(m, PICKLE),
    "about: too deep": lambda m: spoiled(m, b"[" * 10**5),
    "about: a list": lambda m: spoiled(m, b"[]"),
    "about: another layout": lambda m: tell(m, layout=1),
    "about: no files": lambda m: tell(m, files={}),
    "about: files are a list": lambda m: tell(m, files=["fitted.json"]),
    "about: a hash is none": lambda m: tell(m, files={**about(m)["files"], "fitted.json": None}),
    "about: a file above": lambda m: tell(m, files={**about(m)["files"], "../rows.csv": "0" * 64}),
    "about: a file elsewhere": lambda m: tell(m, files={**about(m)["files"], "/etc/hostname": ""}),
    "about: a file of Windows": lambda m: tell(m, files={**about(m)["files"], "..\\x": ""}),
    "about: a folder": lambda m: tell(m, files={**about(m)["files"], ".": ""}),
    "about: another version": lambda m: tell(m, versions={**about(m)["versions"], "sklearn": "0.1"}),
    "about: no version": lambda m: tell(m, versions={"sklearn": {"a": 1}}),
}  # fmt: skip


@pytest.mark.parametrize("spoil", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused_and_runs_nothing(
    artifact: ModuleType, model: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    artifact.load(model)
    spoil(model)
    with pytest.raises(artifact.ArtifactError):
        artifact.load(model)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("name", ["model.skops", "fitted.json", "fitted.npz", "about.json"])
def test_a_link_out_of_the_folder_is_refused(
    artifact: ModuleType, model: Path, tmp_path: Path, name: str
) -> None:
    (model / name).rename(tmp_path / "elsewhere")
    (model / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(artifact.ArtifactError, match="not in it"):
        artifact.load(model)


def test_a_link_to_the_folder_is_followed(
    artifact: ModuleType, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "latest").symlink_to(model)
    assert artifact.load(tmp_path / "latest").keys() == artifact.load(model).keys()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_files_with_changed_bytes_are_refused_or_loaded(
    artifact: ModuleType, package: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Nothing but the documented error comes out, also where the hash is right."""
    place = tmp_path / "fuzzed"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(package / "src/guarded/model", place)
    name = data.draw(st.sampled_from(["model.skops", "fitted.json", "fitted.npz"]))
    content = bytearray((place / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    swap(place, name, bytes(content))
    with contextlib.suppress(artifact.ArtifactError):
        artifact.load(place)


def test_a_type_that_came_with_new_training_is_refused_where_it_is_saved(
    artifact: ModuleType, model: Path, tmp_path: Path
) -> None:
    state = artifact.load(model)
    state["model"] = FunctionTransformer(os.system)
    with pytest.raises(artifact.ArtifactError, match=r"posix\.system"):
        artifact.save(state, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_without_skops_only_the_model_is_missing(package: Path, tmp_path: Path) -> None:
    code = """
import sys
sys.modules["skops"] = None
import guarded
guarded.run()
guarded.train(guarded.serving.pd.read_csv("rows.csv"))
try:
    guarded.predict({"age": 1, "fare": 2, "port": "S"})
except guarded.artifact.ArtifactError as error:
    print(error)
"""
    table(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(package / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert 'pip install "skops>=' in done.stdout
