"""Names of packages, functions and fields."""

from __future__ import annotations

import pytest

from nb2prod.plan.naming import (
    distribution_name,
    field_names,
    fresh,
    package_name,
    package_problem,
    shouted,
    slug,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("churn", "churn"),
        ("Churn Model-2", "churn_model_2"),
        ("01 first look", "notebook_01_first_look"),
        ("Kündigung", "kundigung"),
        ("日本", "notebook"),
        ("class", "class_package"),
        ("match", "match_package"),
        ("json", "json_package"),
        ("sklearn", "sklearn_package"),
        ("scipy", "scipy_package"),
        ("tests", "tests_package"),
    ],
)
def test_package_name_from_a_file(text: str, name: str) -> None:
    assert package_name(text) == name
    assert package_problem(name) is None


@pytest.mark.parametrize(
    "name",
    ["2fast", "a-b", "a.b", "", "größe", "class", "match", "json", "__main__", "tests", "sklearn"],
)
def test_package_name_refused(name: str) -> None:
    assert package_problem(name) is not None


def test_package_name_of_an_imported_module() -> None:
    assert package_problem("prophet") is None
    assert package_problem("prophet", {"prophet"}) is not None
    assert package_name("prophet", {"prophet"}) == "prophet_package"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Final fit", "final_fit"),
        ("2. Final fit!", "final_fit"),
        ("Größe & Gewicht", "groe_gewicht"),
        ("Import", ""),
        ("42", ""),
        (
            "a heading that goes on and on and on until nobody reads it",
            "a_heading_that_goes_on_and_on_and_on",
        ),
    ],
)
def test_slug_of_a_heading(heading: str, name: str) -> None:
    assert slug(heading) == name


@pytest.mark.parametrize(("taken", "name"), [(set(), "x"), ({"x"}, "x_"), ({"x", "x_"}, "x__")])
def test_fresh(taken: set[str], name: str) -> None:
    assert fresh("x", taken) == name


def test_shouted() -> None:
    assert shouted("final_fit") == "FinalFit"


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["a", "b"], ["a", "b"]),
        (["_a"], ["a"]),
        (["_a", "a"], ["a_", "a"]),
        (["_"], ["value"]),
        (["count", "index"], ["count_", "index_"]),
        (["_class"], ["class_"]),
    ],
)
def test_fields_of_a_named_tuple(names: list[str], fields: list[str]) -> None:
    assert field_names(names) == dict(zip(names, fields, strict=True))


@pytest.mark.parametrize(
    ("package", "name"),
    [("churn", "churn"), ("energy_gbm", "energy-gbm"), ("_x", "x"), ("x__", "x"), ("_", "package")],
)
def test_a_distribution_begins_and_ends_with_a_letter_or_digit(package: str, name: str) -> None:
    assert distribution_name(package) == name
