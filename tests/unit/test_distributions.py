"""Imports in; what the package requires, with the versions that a recorded run saw, out."""

from __future__ import annotations

import pytest

from nb2prod.emit.distributions import dependencies
from nb2prod.recorded import Recorded

from .cellscript import plan_of


@pytest.mark.parametrize(
    ("cells", "recorded", "expected"),
    [
        pytest.param(["train: import sklearn.svm\nx = sklearn.svm"], {}, ["scikit-learn"], id="by the table"),
        pytest.param(["train: import some_lib\nx = some_lib"], {}, ["some-lib"], id="by its name"),
        pytest.param(["train: import json\nx = json"], {}, [], id="the standard library"),
        pytest.param(
            ["train: import some_lib\nx = some_lib"], {"some_lib": ("Some.Lib", "2.4.1")}, ["Some.Lib>=2.4.1,<3"],
            id="as recorded",
        ),
        pytest.param(
            ["train: import some_lib\nx = some_lib"], {"some_lib": ("some-lib", "0.14.2")}, ["some-lib>=0.14.2,<0.15"],
            id="before the first version",
        ),
        pytest.param(
            ["train: import some_lib\nx = some_lib"], {"some_lib": ("some-lib", "2.4rc1")}, ["some-lib>=2.4,<3"],
            id="a candidate",
        ),
        pytest.param(
            ["train: import some_lib\nx = some_lib"], {"some_lib": ("some-lib", "dev")}, ["some-lib"],
            id="no number",
        ),
        pytest.param(
            ["setup: !pip install some-lib==2.0", "train: import some_lib\nx = some_lib"],
            {"some_lib": ("some-lib", "2.4.1")}, ["some-lib==2.0"], id="as the notebook installs it",
        ),
    ],
)  # fmt: skip
def test_dependencies(
    cells: list[str], recorded: dict[str, tuple[str, str]], expected: list[str]
) -> None:
    assert dependencies(plan_of(*cells), Recorded(distributions=recorded)) == expected
