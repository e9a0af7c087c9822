"""The import block of a generated module."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from nb2prod.analysis.origins import Imported, imported
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.analysis.stars import hides_nothing
from nb2prod.plan.hoisting import STDLIB, HoistKind
from nb2prod.plan.package import PackagePlan
from nb2prod.plan.takeover import IPYTHON_NAMES, MODULE_NAMES

LOCAL_PACKAGE = "local"


#: The comments above a statement and the one behind it.
Remarks: TypeAlias = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import: its sort key, its text, the comment behind it and those above it."""

    group: int
    module: str
    text: str
    comment: str = ""
    above: tuple[str, ...] = ()


def notebook_imports(
    plan: PackagePlan,
    uses: Iterable[str],
    in_strings: frozenset[str],
    last: int,
    remarks: Callable[[int], Remarks],
) -> list[ImportLine]:
    """The notebook's own module-level imports among ``uses``, in a module that ends at ``last``."""
    lines: list[tuple[int, ImportLine]] = []
    for name in sorted(uses):
        entry = plan.hoisted.get(name)
        if entry is None or entry.kind is not HoistKind.IMPORT:
            continue
        comment = "  # noqa: F401 (named in a formula)" if name in in_strings else ""
        above, behind = remarks(entry.statements[0])
        for binding in _bindings(plan, name, entry.statements):
            line = line_for(plan, binding, comment or (behind and f"  {behind}"))
            lines.append((entry.statements[-1], dataclasses.replace(line, above=above)))
    stars = [(number, node) for number, node in _stars(plan) if number < last]
    if not order_matters(plan):
        lines += [
            (number, line)
            for number, node in stars
            for line in _named(plan, node, uses, len(stars))
        ]
        return [line for _, line in lines]
    # What a star import binds replaces what stands above it: one group, in the notebook's order.
    lines += [(number, _star_line(node)) for number, node in stars]
    lines.sort(key=lambda line: line[0])
    return [dataclasses.replace(line, group=1) for _, line in lines]


def _stars(plan: PackagePlan) -> Iterable[tuple[int, ast.ImportFrom]]:
    """Star imports of libraries."""
    for number in plan.stars:
        node = plan.code.statements[number].node
        assert isinstance(node, ast.ImportFrom)
        yield number, node


def order_matters(plan: PackagePlan) -> bool:
    """Whether a star import may replace what other imports bind."""
    return not all(hides_nothing(node.module or "") for _, node in _stars(plan))


def _star_line(node: ast.ImportFrom) -> ImportLine:
    module = node.module or ""
    return ImportLine(1, module, f"from {'.' * node.level}{module} import *", "  # noqa: F403")


def _named(
    plan: PackagePlan, node: ast.ImportFrom, uses: Iterable[str], stars: int
) -> Iterable[ImportLine]:
    """A star import by the names that can only come from it, where these are certain to be read."""
    module = node.module or ""
    wanted = sorted(
        {*uses} - plan.code.names.bound - BUILTINS - IPYTHON_NAMES.keys() - MODULE_NAMES
    )
    if not wanted:
        return []
    if stars > 1 or not plan.certain.issuperset(wanted):
        return [_star_line(node)]
    return [ImportLine(1, module, f"from {module} import {name}") for name in wanted]


def loud_lines(plan: PackagePlan, last: int) -> list[ImportLine]:
    """Imports for their effect alone that stand before a module's last statement."""
    return [
        ImportLine(line.group, "", line.text, "  # noqa: F401 (loading it has an effect)")
        for number in plan.loud
        if number < last
        for binding in imported(plan.code.statements[number].node)
        for line in [line_for(plan, binding, "")]
    ]


def late_lines(plan: PackagePlan, names: Sequence[str]) -> list[str]:
    """Imports for the top of a stage function."""
    found: list[str] = []
    for name in names:
        numbers = range(len(plan.code.statements))
        for binding in _bindings(plan, name, numbers):
            text = line_for(plan, binding, "").text
            if text not in found:
                found.append(text)
    return found


def _bindings(plan: PackagePlan, name: str, numbers: Iterable[int]) -> list[Imported]:
    found = dict.fromkeys(
        binding
        for number in numbers
        for binding in imported(plan.code.statements[number].node)
        if binding.name == name
    )
    return list(found)


def line_for(plan: PackagePlan, binding: Imported, comment: str) -> ImportLine:
    """One binding as an import statement."""
    root = binding.module.partition(".")[0]
    if binding.level or binding.module in plan.local or root in plan.local:
        return ImportLine(2, binding.module, _local_import(plan, binding), comment)
    group = 0 if root in STDLIB else 1
    if binding.path.startswith(binding.module + "."):
        attribute = binding.path[len(binding.module) + 1 :]
        alias = "" if attribute == binding.name else f" as {binding.name}"
        return ImportLine(
            group, binding.module, f"from {binding.module} import {attribute}{alias}", comment
        )
    alias = "" if binding.path == binding.name else f" as {binding.name}"
    return ImportLine(group, binding.module, f"import {binding.module}{alias}", comment)


def _local_import(plan: PackagePlan, binding: Imported) -> str:
    """A module beside the notebook, from the package's copy of it."""
    base = f"{plan.name}.{LOCAL_PACKAGE}"
    if binding.path != binding.module and binding.path.startswith(binding.module + "."):
        attribute = binding.path[len(binding.module) + 1 :]
        alias = "" if attribute == binding.name else f" as {binding.name}"
        return f"from {base}.{binding.module} import {attribute}{alias}"
    parent, _, leaf = binding.module.rpartition(".")
    if binding.name == leaf or not parent and binding.name == binding.module:
        return f"from {base}{'.' + parent if parent else ''} import {leaf}"
    if binding.path == binding.module:
        return f"from {base}{'.' + parent if parent else ''} import {leaf} as {binding.name}"
    root = binding.module.partition(".")[0]
    return f"import {base}.{binding.module}\nfrom {base} import {root}"


def rendered(lines: Sequence[ImportLine], *, keep_order: bool) -> str:
    """The lines in groups: standard library, libraries, this package."""
    groups = []
    for group in (0, 1, 2):
        own = [line for line in lines if line.group == group]
        if keep_order and group == 1:
            own = list(dict.fromkeys(own))
        else:
            own = _merged(own)
            own.sort(
                key=lambda line: (bool(line.module), line.text.startswith("from"), line.module)
            )
        if own:
            texts = [text for line in own for text in (*line.above, line.text + line.comment)]
            groups.append("\n".join(texts))
    return "\n\n".join(groups)


def _merged(lines: Sequence[ImportLine]) -> list[ImportLine]:
    """``from m import a`` and ``from m import b`` on one line."""
    merged: dict[tuple[str, str], ImportLine] = {}
    for line in lines:
        prefix = f"from {line.module} import "
        plain = bool(line.module) and line.text.startswith(prefix) and "*" not in line.text
        key = (prefix if plain else line.text, line.comment)
        held = merged.get(key)
        if held is None:
            merged[key] = line
        elif plain:
            names = {*held.text[len(prefix) :].split(", "), line.text[len(prefix) :]}
            text = prefix + ", ".join(sorted(names, key=_member_order))
            above = tuple(dict.fromkeys((*held.above, *line.above)))
            merged[key] = dataclasses.replace(held, text=text, above=above)
    return list(merged.values())


def _member_order(member: str) -> tuple[int, str]:
    """As isort has it: constants, classes, the others."""
    name = member.partition(" ")[0]
    if len(name) > 1 and name.isupper():
        return 0, name
    return 1 if name[:1].isupper() else 2, name
