"""Modules beside the notebook, copied into the package with their imports of each other adapted."""

from __future__ import annotations

import ast

import libcst as cst

from nb2prod.analysis.origins import imported
from nb2prod.diagnostics import diagnostic
from nb2prod.emit.imports import line_for
from nb2prod.notebook import NotebookError
from nb2prod.plan.package import PackagePlan


def local_files(plan: PackagePlan, root: str) -> dict[str, str]:
    """The copies below ``root``, by path."""
    if not plan.local:
        return {}
    files = {f"{root}/__init__.py": '"""Modules that lay beside the notebook."""\n'}
    for module in plan.local.values():
        path = f"{root}/{module.path}"
        try:
            files[path] = cst.parse_module(module.source).visit(_Imports(plan)).code
        except cst.ParserSyntaxError as error:
            message = f"`{module.path}`, line {error.raw_line}: the layout can't be taken over"
            hint = "Write the statement in another way, without parentheses around a target."
            raise NotebookError(diagnostic("NB201", message, hint=hint)) from None
        parts = module.path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            files.setdefault(f"{root}/{'/'.join(parts[:depth])}/__init__.py", "")
    return files


class _Imports(cst.CSTTransformer):
    """Absolute imports of local modules find the copies."""

    def __init__(self, plan: PackagePlan) -> None:
        super().__init__()
        self._plan = plan

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        if len(updated_node.body) != 1:
            return updated_node
        small = updated_node.body[0]
        if not isinstance(small, cst.Import | cst.ImportFrom):
            return updated_node
        node = ast.parse(cst.Module(body=[updated_node.with_changes(leading_lines=[])]).code).body[
            0
        ]
        if isinstance(node, ast.ImportFrom) and (node.level or node.names[0].name == "*"):
            return self._star(node, updated_node)
        bindings = imported(node)
        local = {name.partition(".")[0] for name in self._plan.local}
        if not any(binding.module.partition(".")[0] in local for binding in bindings):
            return updated_node
        text = "\n".join(line_for(self._plan, binding, "").text for binding in bindings)
        lines = list(cst.parse_module(text + "\n").body)
        lines[0] = lines[0].with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel(lines)

    def _star(self, node: ast.ImportFrom, line: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
        if node.level or (node.module or "").partition(".")[0] not in {
            name.partition(".")[0] for name in self._plan.local
        }:
            return line
        new = cst.parse_statement(f"from {self._plan.name}.local.{node.module} import *\n")
        assert isinstance(new, cst.SimpleStatementLine)
        return new.with_changes(leading_lines=line.leading_lines)
