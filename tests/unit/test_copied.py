"""Archives, objects and model files as packages write and read them."""

from __future__ import annotations

import functools
import io
import os
import zipfile
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]
from sklearn.ensemble import RandomForestRegressor  # type: ignore[import-untyped]
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]
from sklearn.neighbors import KNeighborsClassifier  # type: ignore[import-untyped]
from sklearn.preprocessing import FunctionTransformer  # type: ignore[import-untyped]

from nb2prod.copied import archive, objects, pickle_file, skops_file

X, Y = np.arange(40.0).reshape(20, 2), np.arange(20.0) % 3
TREE = "sklearn.tree._tree.Tree"


class Plain:
    """All that there is to it are its attributes."""


class Kept(BaseEstimator):  # type: ignore[misc]
    """An estimator of one's own."""


class Slotted:
    """Has a state that is no attribute."""

    __slots__ = ("a",)


class Custom:
    """Says itself what is kept of it."""

    def __getstate__(self) -> dict[str, Any]:
        return {}


class Made:
    """Is not made as others are."""

    def __new__(cls) -> Made:
        return super().__new__(cls)


def test_an_archive_is_the_same_each_time() -> None:
    members = {"a": b"1", "b": b""}
    content = archive.packed(members)
    assert archive.packed(members) == content
    assert archive.unpacked(content) == members


def test_a_compressed_archive_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("a", b" " * 10**6)
    with pytest.raises(ValueError, match="compressed"):
        archive.unpacked(held.getvalue())


def test_an_array_of_objects_is_refused() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        archive.from_array(np.array([{}], dtype=object))


def test_what_lies_between_fields_is_not_written() -> None:
    dtype = np.dtype([("a", "i1"), ("b", "f8")], align=True)
    array = np.frombuffer(b"\x07" * dtype.itemsize, dtype)
    clean = archive.from_array(array)
    assert clean.endswith(b"\x07" + b"\0" * 7 + b"\x07" * 8)
    np.testing.assert_array_equal(archive.to_array(clean), array)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Plain(), True), (Kept(), True), (LinearRegression(), True), (Slotted(), False),
        (Custom(), False), (Made(), False), (RandomForestRegressor(2).fit(X, Y)[0].tree_, False),
        (pd.Series([1]), False), (type("Local", (), {"__qualname__": "f.<locals>.Local"})(), False),
        (functools.partial(print), False), (np.ones(2), False),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_which_objects_are_their_attributes(value: object, expected: bool) -> None:
    assert objects.is_its_attributes(value) is expected


def test_only_classes_that_are_trusted_are_made() -> None:
    name = objects.name_of(Plain)
    assert type(objects.made(name, (name,))) is Plain
    for strange in ("subprocess.Popen", "os.system", ""):
        with pytest.raises(TypeError):
            objects.made(strange, (name,))
    with pytest.raises(TypeError):  # a function is no class, whoever trusts it
        objects.made("os.getcwd", ("os.getcwd",))


@pytest.mark.parametrize(
    ("model", "trusted"),
    [
        (LinearRegression().fit(X, Y), ()),
        (RandomForestRegressor(3, random_state=0).fit(X, Y), (TREE,)),
        (KNeighborsClassifier(2).fit(sparse.csr_matrix(X), Y), ("scipy.sparse._csr.csr_matrix",)),
        ({"a": LinearRegression().fit(X, Y), "b": [1.5, None]}, ()),
    ],
    ids=["line", "forest", "sparse", "mapping"],
)
def test_skops_gives_the_same_bytes_and_the_same_model(
    model: Any, trusted: tuple[str, ...]
) -> None:
    content = skops_file.dumps(model, trusted)
    found = skops_file.loads(content, trusted)
    assert skops_file.dumps(found, trusted) == content
    model, found = (m["a"] if isinstance(m, dict) else m for m in (model, found))
    np.testing.assert_array_equal(found.predict(X), model.predict(X))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (RandomForestRegressor(2).fit(X, Y), TREE),
        (FunctionTransformer(os.system), r"posix\.system"),
        (FunctionTransformer(lambda x: x), "does not hold"),
        ({True: 1, False: 2}, "another value"),
        ({(1, 2): 3}, "does not hold"),
        ([pd.Series([1])], "does not hold"),
    ],
    ids=["untrusted", "a function", "a lambda", "keys that change", "keys that fail", "a table"],
)
def test_what_skops_does_not_hold_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        skops_file.dumps(value, ())


def test_a_file_can_not_widen_the_trust() -> None:
    content = skops_file.dumps(RandomForestRegressor(2).fit(X, Y), (TREE,))
    with pytest.raises(TypeError, match="Tree"):
        skops_file.loads(content, ())


def test_code_is_the_same_each_time_and_names_no_folder() -> None:
    def made() -> Any:
        class Own:
            def __init__(self) -> None:
                self.a = [1, 2]

            def total(self) -> int:
                return sum(self.a)

        return Own()

    first, second = (pickle_file.dumps_with_code(made()) for _ in range(2))
    assert first == second
    assert os.path.dirname(__file__).encode() not in first
    assert pickle_file.loads(first).total() == 3


def test_equal_strings_are_pickled_alike() -> None:
    one = "".join(["ab", "c"])
    assert pickle_file.dumps([one, one]) != b""
    assert pickle_file.dumps({"x": 1.5}) == pickle_file.dumps(
        pickle_file.loads(pickle_file.dumps({"x": 1.5}))
    )
    assert "numpy" in pickle_file.modules(pickle_file.dumps(np.ones(2)))
