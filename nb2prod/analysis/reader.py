"""From syntax to events: which of a statement's names are the notebook's globals, and what it does
to them. Python's scoping rules are applied once, here; everything later is about names and sets.
"""

from __future__ import annotations

import ast
from itertools import count

from nb2prod.analysis.definitions import DEFINITIONS
from nb2prod.analysis.expressions import EXPRESSIONS
from nb2prod.analysis.futures import delays_annotations
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.recorder import Facts
from nb2prod.analysis.statements import STATEMENTS
from nb2prod.analysis.visitor import Visitor

_RULES = {**EXPRESSIONS, **DEFINITIONS, **STATEMENTS}


class ScopeReader:
    """Reads the statements of one program in order; keeps only counters and string names between."""

    def __init__(self, names: ProgramNames, *, lazy_annotations: bool = False) -> None:
        self._names = names
        self._lazy_annotations = lazy_annotations
        self._ids = count(1)
        self._string_names: dict[str, frozenset[str]] = {}

    def read(self, statement: ast.stmt) -> Facts:
        """The facts of one top-level statement."""
        self._lazy_annotations |= delays_annotations(statement)
        visitor = Visitor(
            self._names,
            self._ids,
            self._string_names,
            _RULES,
            lazy_annotations=self._lazy_annotations,
        )
        visitor.visit(statement)
        return visitor.facts()
