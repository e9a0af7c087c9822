"""The chain from raw rows to predictions, decided to the last expression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from nb2prod.analysis.code import Code
from nb2prod.columns import Column

#: Line and column where it starts, line and column where it ends; columns count bytes.
Span: TypeAlias = tuple[int, int, int, int]
#: Whose statement it is: that of training, of serving, or of both.
When: TypeAlias = Literal["training", "serving", "both"]


class Unserved(Exception):
    """Why there is no such chain: what, and the statement and line where that was seen."""

    def __init__(self, text: str, statement: int = -1, line: int = 0) -> None:
        super().__init__(text)
        self.text, self.statement, self.line = text, statement, line


@dataclass(frozen=True, slots=True)
class Contract:
    """What raw rows must be like, and what predictions are."""

    columns: tuple[Column, ...]
    #: One where `predict` gives a value a row, several where it gives a table.
    outputs: tuple[Column, ...]
    #: Columns of the notebook's table that predictions don't need.
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of an expression where rows are served."""

    #: fitted, choice, parts, fit_transform, drop, present, add_constant, dummies, categories, dtype, dtypes,
    #: bins, quantiles, codes, group, groups, items, each, columns, absent,
    #: folds, piped, skipped, stored, encoded, spread, saved, aligned, unbound, item
    kind: str
    at: Span
    #: The field of the fitted state that it looks up.
    state: str = ""
    #: The expression of the rows in it.
    of: Span | None = None
    #: Further expressions, by what they are.
    places: Mapping[str, Span] = field(default_factory=dict)
    #: Further facts: the parameter of a function that is applied to pieces, and whether these are groups;
    #: whether some of the columns are there in training only; the method that applies what was fitted; the
    #: variable and the values of rounds that serving skips; whether what is fitted is fitted again; where new
    #: values have their columns; which of the items that are served a variable is.
    facts: Mapping[str, Any] = field(default_factory=dict)
    #: What each variable of several is where rows are served.
    served: Mapping[str, Span] = field(default_factory=dict)
    #: Those items of a list that are there where rows are served.
    items: tuple[Span, ...] = ()
    #: The loop variables that tell one round's state from another's.
    rounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of the chain."""

    statement: int
    when: When
    #: Statements inside it that run in training alone, by line and column.
    inner_training: frozenset[tuple[int, int]]
    edits: tuple[Edit, ...]
    #: Variables that it looks up in the fitted state, and the field of each.
    looked_up: Mapping[str, str]
    #: Of each `try` in it the statements that ran: all by line and column.
    ways: Mapping[tuple[int, int], frozenset[tuple[int, int]]] = field(default_factory=dict)
    #: Variables that training puts into the fitted state behind it.
    kept: tuple[tuple[str, str], ...] = ()
    #: Those of them whose values are changed in place later on.
    copied: frozenset[str] = frozenset()
    #: Whether training runs it for what it draws alone.
    drawn: bool = False
    #: Whether serving needs a copy of rows that training chooses among: others of them live on, and some are changed.
    shares: bool = False


@dataclass(frozen=True, slots=True)
class Learned:
    """The rows that the model learns from, where those are of another file than the predicted ones."""

    #: The statement that reads them, and the expression that does.
    source: tuple[int, Span]
    columns: tuple[str, ...]
    #: The column that callers of `predict` do not have.
    target: tuple[str, ...]
    #: The variables that have them in that statement, rows and target, where it does not read them.
    split: tuple[str, ...]
    #: How the notebook has them, as `Serving.form` says of the predicted ones.
    form: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """How the fitted state is stored, as the model that was trained showed it."""

    #: The format of each field that JSON and arrays don't hold.
    formats: Mapping[str, str]
    #: The classes and functions that these files may name.
    trusted: tuple[str, ...]
    #: What reads them beside the notebook's libraries: a requirement for each module.
    readers: Mapping[str, str]
    #: Why nothing but a pickle holds a field.
    pickled: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Serving:
    """The chain from raw rows to predictions."""

    #: The statements that are followed, with what is written out of them.
    code: Code
    steps: tuple[Step, ...]
    #: The statement that has the raw rows, and the expression that stands for them.
    source: tuple[int, Span]
    #: The variables with rows and target that this statement splits, where it has them both.
    split: tuple[str, ...]
    prediction: str
    #: Columns that a caller does not have.
    target: tuple[str, ...]
    #: How the notebook has the raw rows, built from a table (`probes.bindingtime.datasets`).
    form: Mapping[str, Any]
    #: The raw columns, with their types in the recorded run.
    columns: Mapping[str, str]
    contract: Contract
    #: The fitted state: the type of each field where it is known, "rounds" for one value a round.
    fields: Mapping[str, str]
    #: Names that are imported, or defined in other modules of the package.
    imported: frozenset[str]
    learned: Learned | None
    #: None until a model was trained.
    files: ModelFiles | None = None
