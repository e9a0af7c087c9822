"""Star imports whose names are known become imports of the names used."""

from __future__ import annotations

import pytest

from nb2prod.analysis.stars import spelled_out, standard_exports

WORDS = frozenset({"sqrt", "pi", "clean", "x"})


def exports(module: str) -> frozenset[str] | None:
    return frozenset({"clean", "dirty"}) if module == "helpers" else standard_exports(module)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        pytest.param("from math import *", "from math import pi, sqrt", id="standard library"),
        pytest.param("from helpers import *", "from helpers import clean", id="beside the notebook"),
        pytest.param("from string import *", "import string", id="nothing of it used"),
        pytest.param("x = 1; from math import *; y = 2", "x = 1; from math import pi, sqrt; y = 2", id="in a line"),
        pytest.param("s = 'ä'; from math import *", "s = 'ä'; from math import pi, sqrt", id="after wide characters"),
        pytest.param("if x:\n    from math import *", "if x:\n    from math import pi, sqrt", id="in a block"),
        pytest.param("from numpy import *", "from numpy import *", id="a library stays"),
        pytest.param("from . import *", "from . import *", id="relative stays"),
        pytest.param("from antigravity import *", "from antigravity import *", id="a loud module stays"),
        pytest.param("from math import sqrt", "from math import sqrt", id="no star"),
        pytest.param("s = 'from math import *'", "s = 'from math import *'", id="in a string"),
        pytest.param("from math import * !", "from math import * !", id="no Python"),
    ],
)  # fmt: skip
def test_spelled_out(source: str, result: str) -> None:
    assert spelled_out(source, exports, WORDS) == result


@pytest.mark.parametrize(
    ("module", "name", "public"),
    [("math", "sqrt", True), ("os", "path", True), ("math", "__name__", False), ("string", "_re", False)],
)
def test_standard_exports(module: str, name: str, public: bool) -> None:
    found = standard_exports(module)
    assert found is not None and (name in found) is public


@pytest.mark.parametrize("module", ["numpy", "antigravity", "os.no_such_module"])
def test_exports_that_nobody_knows(module: str) -> None:
    assert standard_exports(module) is None
