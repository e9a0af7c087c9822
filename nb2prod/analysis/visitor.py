"""Goes through the syntax of one statement, by a table of rules."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from nb2prod.analysis.events import Block
from nb2prod.analysis.names import ProgramNames
from nb2prod.analysis.recorder import Recorder

#: What one kind of syntax does to names. Where there is no rule, the parts are visited in order.
Rule: TypeAlias = Callable[["Visitor", Any], None]


class Visitor(Recorder):
    """Applies rules to syntax, and records what they find."""

    def __init__(
        self,
        program: ProgramNames,
        ids: Iterator[int],
        string_names: dict[str, frozenset[str]],
        rules: Mapping[type[ast.AST], Rule],
        *,
        lazy_annotations: bool,
    ) -> None:
        super().__init__(program, ids, string_names)
        self._rules = rules
        self._lazy_annotations = lazy_annotations

    def visit(self, node: ast.AST | None) -> None:
        """Applies the rule for this kind of syntax."""
        if node is None:
            return
        rule = self._rules.get(type(node))
        if rule is not None:
            rule(self, node)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        """One after the other, in evaluation order."""
        for node in nodes:
            self.visit(node)

    def block(self, nodes: Sequence[ast.AST], *, conditional: bool = True) -> Block:
        """The events of these statements, or expressions, as a block of their own."""
        with self.collecting(conditional=conditional) as events:
            for node in nodes:
                self.visit(node)
        return tuple(events)

    def annotations(self, annotations: Iterable[ast.expr | None]) -> None:
        """Annotations, which are evaluated where they stand unless a future import puts it off."""
        for annotation in annotations:
            if annotation is None:
                continue
            if self._lazy_annotations:
                for node in ast.walk(annotation):
                    if isinstance(node, ast.Name):
                        self.soft_read(node.id, (node.lineno, node.col_offset))
            else:
                self.visit(annotation)
