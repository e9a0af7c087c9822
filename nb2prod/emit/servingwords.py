"""Names of the module that scores rows."""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.plan.naming import fresh
from nb2prod.plan.package import PackagePlan


@dataclass(frozen=True, slots=True)
class ServingWords:
    """Names inside the module that scores rows; none of them is one of the notebook's."""

    #: The arguments: the raw rows, the fitted state, and whether it is being fitted.
    frame: str
    fitted: str
    training: str
    state_type: str
    score: str
    categories: str
    with_categories: str
    with_new_categories: str
    of_groups: str
    deepcopy: str
    dataclass: str
    field: str
    any: str
    type_checking: str
    data_frame: str
    #: The number of a fold that has no variable in the notebook.
    fold: str


def serving_words(plan: PackagePlan) -> ServingWords:
    """Names that are new to the notebook."""
    names = """
        frame fitted training Fitted score categories with_categories with_new_categories of_groups deepcopy
        dataclass field Any TYPE_CHECKING DataFrame fold
    """
    taken = plan.code.names.identifiers
    new = [fresh(name, taken) for name in names.split()]
    return ServingWords(*new)
