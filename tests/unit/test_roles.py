"""Tags, first-line comments and markers in; roles by line and diagnostics out."""

from __future__ import annotations

import pytest

from nb2prod.notebook import Cell
from nb2prod.roles import Role, RoleSpan, role_at, role_of_tag, spans_of

T, E = Role.TRAIN, Role.EVALUATE


@pytest.mark.parametrize(
    ("tag", "role"),
    [
        ("train", Role.TRAIN),
        ("nb2prod:train", Role.TRAIN),
        ("nb2prod: evaluate", Role.EVALUATE),
        ("imports", Role.SETUP),
        ("nb2prod:imports", Role.SETUP),
        ("skip", Role.SKIP),
        ("parameters", Role.PARAMETERS),
        ("Train", None),
        ("training", None),
        ("injected-parameters", None),
    ],
)
def test_tag(tag: str, role: Role | None) -> None:
    assert role_of_tag(tag) is role


@pytest.mark.parametrize(
    ("tags", "near"),
    [
        (("training",), "train"), (("preprocess",), "preprocessing"), (("Prediction",), "predict"),
        (("evaluation", "wip"), "evaluate"), (("training", "train"), None), (("trains-and-boats",), None),
        (("important",), None), (("wip",), None), ((), None),
    ],
)  # fmt: skip
def test_a_tag_that_is_nearly_a_role_is_named(tags: tuple[str, ...], near: str | None) -> None:
    _, found = spans_of(Cell(1, "c1", "code", "a = 1", tags), "a = 1")
    assert [(d.code, d.mend) for d in found] == ([("NB115", near)] if near else [])


def test_only_skip_is_not_shipped() -> None:
    assert [role for role in Role if not role.shipped] == [Role.SKIP]


@pytest.mark.parametrize(
    ("tags", "source", "spans", "codes"),
    [
        pytest.param([], "x = 1", [(1, None)], [], id="no role"),
        pytest.param(["slow", "train"], "x = 1", [(1, T)], [], id="foreign tag beside a role"),
        pytest.param(["train", "nb2prod:train"], "x = 1", [(1, T)], [], id="one role, two spellings"),
        pytest.param(["train", "evaluate"], "x = 1", [(1, T)], ["NB111"], id="two roles"),
        pytest.param(["nb2prod:tarin"], "x = 1", [(1, None)], ["NB112"], id="unknown prefixed tag"),
        pytest.param([], "# nb2prod: train\nx = 1", [(1, None), (1, T)], [], id="first line"),
        pytest.param([], "\n# note\n#nb2prod:train\nx = 1", [(1, None), (1, T)], [], id="above code"),
        pytest.param([], "# train the model\nx = 1", [(1, None)], [], id="plain comment"),
        pytest.param([], "# nb2prod: tarin\nx = 1", [(1, None)], ["NB112"], id="unknown marker"),
        pytest.param(["train"], "# nb2prod: evaluate\nx = 1", [(1, T)], ["NB114"], id="tag wins"),
        pytest.param(["train"], "# nb2prod: train\nx = 1", [(1, T)], [], id="tag and marker agree"),
        pytest.param(["train"], "x = 1\n# nb2prod: evaluate\ny = x", [(1, T), (2, E)], [], id="switch"),
        pytest.param(
            ["train"], "if x:\n    y = 1\n# nb2prod: evaluate\nz = y", [(1, T), (3, E)], [],
            id="switch after a block",
        ),
        pytest.param(
            ["train"], "if x:\n    # nb2prod: evaluate\n    y = 1", [(1, T)], ["NB113"],
            id="indented marker",
        ),
        pytest.param(
            ["train"], "if x:\n    y = 1\n# nb2prod: evaluate\nelse:\n    y = 2", [(1, T)], ["NB113"],
            id="marker before else",
        ),
        pytest.param(
            ["train"], "f(1,\n# nb2prod: evaluate\n2)", [(1, T)], ["NB113"], id="marker in brackets"
        ),
        pytest.param(
            ["train"], 's = """\n# nb2prod: evaluate\n"""', [(1, T)], [], id="marker in a string"
        ),
    ],
)  # fmt: skip
def test_spans(
    tags: list[str], source: str, spans: list[tuple[int, Role | None]], codes: list[str]
) -> None:
    cell = Cell(7, "c7", "code", source, tuple(tags))
    found, problems = spans_of(cell, source)
    assert found == tuple(RoleSpan(line, role) for line, role in spans)
    assert [problem.code for problem in problems] == codes
    assert all(problem.cell == 7 and problem.cell_id == "c7" for problem in problems)


@pytest.mark.parametrize(("line", "role"), [(1, T), (2, T), (3, E), (9, E)])
def test_role_at_line(line: int, role: Role) -> None:
    assert role_at((RoleSpan(1, None), RoleSpan(1, T), RoleSpan(3, E)), line) is role
