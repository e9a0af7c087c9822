"""Names that the generated code uses for itself; none of them is one of the notebook's."""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.plan.naming import fresh
from nb2prod.plan.package import PackagePlan


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One name for each thing that generated modules need beside the notebook's own."""

    state: str
    logger: str
    builtins: str
    logging: str
    any: str
    named_tuple: str
    type_checking: str
    state_type: str
    #: Methods of the state that bind a name inside an expression, or several.
    bind: str
    bind_all: str
    bound: str


def vocabulary(plan: PackagePlan) -> Vocabulary:
    """Names that are new to the notebook."""
    taken = plan.code.names.identifiers

    def new(wanted: str) -> str:
        return fresh(wanted, taken)

    return Vocabulary(
        state=new("state"),
        logger=new("logger"),
        builtins=new("builtins"),
        logging=new("logging"),
        any=new("Any"),
        named_tuple=new("NamedTuple"),
        type_checking=new("TYPE_CHECKING"),
        state_type=new("State"),
        bind=new("bind"),
        bind_all=new("bind_all"),
        bound=new("bound"),
    )
