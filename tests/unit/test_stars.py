"""Star imports: names that are known are spelled out, others are asked for where they may replace one."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.stars import (
    replaceable,
    replaced_name,
    spelled_out,
    standard_exports,
    with_replacements,
)

from .cellscript import attempt, codes_of, files_of

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
    [
        ("math", "sqrt", True),
        ("os", "path", True),
        ("math", "__name__", False),
        ("string", "_re", False),
    ],
)
def test_standard_exports(module: str, name: str, public: bool) -> None:
    found = standard_exports(module)
    assert found is not None
    assert (name in found) is public


@pytest.mark.parametrize("module", ["numpy", "antigravity", "os.no_such_module"])
def test_exports_that_nobody_knows(module: str) -> None:
    assert standard_exports(module) is None


@pytest.mark.parametrize(
    ("module", "before", "after", "names"),
    [
        pytest.param("lib", "x = 1", "y = x", ("x",), id="bound before, read after"),
        pytest.param("lib", "x = 1", "x = 2\ny = x", (), id="bound anew"),
        pytest.param("lib", "x = 1", "y = x\nx = 2", ("x",), id="read and then bound anew"),
        pytest.param("lib", "x = 1", "if y: x = 2\nz = x", ("x",), id="perhaps bound anew"),
        pytest.param("lib", "out = 1", "y = 1", ("out",), id="an output"),
        pytest.param("lib", "x = 1", "f.query('a > @x')", ("x",), id="read by a string"),
        pytest.param("lib", "x = 1\ndef f(): return x", "f()", ("f", "x"), id="read by an earlier function"),
        pytest.param("lib", "_x = 1", "y = _x", (), id="private names stay"),
        pytest.param("numpy", "y = sum(z)", "pass", ("sum",), id="a builtin that numpy hides"),
        pytest.param("numpy", "y = len(z)", "y = len(z)", (), id="a builtin that it leaves alone"),
        pytest.param("lib", "y = len(z)", "pass", ("len",), id="an unknown library may hide any"),
        pytest.param("numpy", "import random\nrandom.seed(1)", "random.random()", ("random",), id="a module"),
        pytest.param("sklearn.metrics", "import random\nrandom.seed(1)", "random.random()", (), id="a tidy library"),
        pytest.param("numpy", "", "r = sqrt(4)\nfrom math import sqrt", ("sqrt",), id="bound anew later"),
        pytest.param("numpy", "", "sqrt = 3\nr = sqrt", (), id="bound before it is read"),
        pytest.param("numpy", "", "for i in x:\n    r = i\ni = 3", (), id="bound where it is read"),
        pytest.param("numpy", "", "def f():\n    return late\nlate = 3", (), id="read by a function"),
        pytest.param("numpy", "from math import sqrt", "r = sqrt(4)\nsqrt = 3", ("sqrt",), id="imported, and bound anew"),
    ],
)  # fmt: skip
def test_replaceable(module: str, before: str, after: str, names: tuple[str, ...]) -> None:
    assert replaceable(module, ast.parse(before).body, ast.parse(after).body, {"out"}) == names


def test_a_line_asks_for_what_a_star_import_replaces() -> None:
    node = ast.parse("from lib.x import *").body[0]
    assert isinstance(node, ast.ImportFrom)
    line = with_replacements("from lib.x import *  # all of it", node, ["e"], "names")
    assert line == (
        "from lib.x import *; import lib.x as names; "
        'e = names.e if "e" in getattr(names, "__all__", vars(names)) else e  # all of it'
    )
    assert [replaced_name(statement) for statement in ast.parse(line).body] == [None, None, "e"]


def test_names_of_a_tidy_library_are_imported_by_name() -> None:
    text = files_of("evaluate: from sklearn.metrics import *\nvalue = r2_score([1.0], [1.0])")[
        "evaluation"
    ]
    assert "from sklearn.metrics import r2_score\n" in text


def test_order_of_imports_around_a_star_import() -> None:
    text = files_of(
        "train: import random as a\nfrom numpy import *\nimport math as b\nx = [a, b, array(1)]"
    )["training"]
    assert text.index("import random") < text.index("import *") < text.index("import math")


@pytest.mark.parametrize(
    "cell",
    [
        "train: try:\n    from lib import *\nexcept ImportError:\n    pass",
        "train: if y:\n    x = 1\nfrom lib import *\nz = x",
    ],
)
def test_a_star_import_that_cant_be_exact_is_refused(cell: str) -> None:
    assert "NB209" in codes_of(attempt("setup: y = input()", cell))


def test_two_star_imports_on_a_line() -> None:
    text = files_of(
        "setup: e = 5", "train: from lib import *; from libs import *\nx = e", outputs=("x",)
    )["training"]
    first, second = text.index("lib_names.e if"), text.index("libs_names.e if")
    assert first < second


def test_what_only_a_star_import_binds_at_first_is_a_variable() -> None:
    found = files_of(
        "setup: from numpy import *", "train: r = sqrt(4.0)", "train: sqrt = 3\nt = sqrt + 1"
    )
    assert "sqrt = None" in found["common"]
    assert "def train(sqrt: Any)" in found["training"]
