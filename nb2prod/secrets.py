"""Passwords, keys and tokens that a notebook spells out: they move to environment variables.

In its text, which nobody runs, something else takes their place.

What is found is decided by detect-secrets; a line that ends in ``# pragma: allowlist secret`` is left as it is.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.notebook import Cell, Notebook

#: Lines without any of these hold no secret that the detectors know; importing them is slow.
_SUSPECT = re.compile(
    r"pass|pwd|secret|token|api.?key|auth|credential|private|access.?key|account.?key|://[^/\s]+@"
    r"|AKIA|gh[pousr]_|glpat-|xox|sk-|sk_live|eyJ|AAAA|SG\.|npm_|pypi-",
    re.IGNORECASE,
)
#: These take every long number or hash for a secret.
_TOO_EAGER = ("Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector")
#: Names that end like this hold secrets, where their value is long enough and more than a word.
_TELLING = re.compile(
    r"(?i)(^|_)(password|passwd|pass|pwd|secret|(api|auth|access|private|secret|account)_?key)$"
)
_PASSWORD = re.compile(r"(?=.*[^a-zA-Z_])\S{6,}")
#: What stands where a secret stood.
HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A notebook without its secrets."""

    notebook: Notebook
    #: The environment variables that stand for them, with the values that the notebook has.
    environment: Mapping[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def without_secrets(notebook: Notebook) -> Cleaned:
    """Replaces each string that holds a secret by ``os.environ["NAME"]``."""
    environment: dict[str, str] = {}
    found: list[Diagnostic] = []
    cells: list[Cell] = []
    for cell in notebook.cells:
        secrets = _secrets(cell) if _SUSPECT.search(cell.source) else []
        if cell.kind == "code":
            cleaned, problems = _moved(cell, secrets, environment) if secrets else (cell, [])
        else:
            cleaned, problems = _hidden(cell, secrets)
        cells.append(cleaned)
        found += problems
    if not found:
        return Cleaned(notebook)
    cells = [
        cell if cell.kind == "code" else _without(cell, environment.values()) for cell in cells
    ]
    if environment and not _imports_os(cells):
        cells.insert(0, Cell(0, "environment", "code", "import os", ("setup",)))
    changed = dataclasses.replace(notebook, cells=tuple(cells))
    return Cleaned(changed, environment, tuple(found))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a detector found in a line: by the form of the text, or only by a telling name beside it."""

    line: int
    value: str
    by_name: bool


def _secrets(cell: Cell) -> list[_Found]:
    """The secrets in the lines of a cell."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import transient_settings

    kinds: dict[str, type] = get_mapping_from_secret_type_to_class()
    names = [kind.__name__ for kind in kinds.values()]
    plugins = [{"name": name} for name in names if name not in _TOO_EAGER]
    found: list[_Found] = []
    with transient_settings({"plugins_used": plugins}):
        for number, line in enumerate(cell.source.split("\n"), 1):
            if _SUSPECT.search(line):
                for secret in scan_line(line):
                    if secret.secret_value:
                        by_name = secret.type == "Secret Keyword"
                        found.append(_Found(number, secret.secret_value, by_name))
    return found


def _moved(
    cell: Cell, secrets: Sequence[_Found], environment: dict[str, str]
) -> tuple[Cell, list[Diagnostic]]:
    """The cell with its secrets in ``environment``; an error where one is no plain string."""
    problems: list[Diagnostic] = []
    texts = {(n.lineno, n.col_offset): (n, name) for n, name in _strings(cell.source)}
    lines = cell.source.encode().split(b"\n")
    left = set(secrets)
    # From the end: places before stay where they are.
    for node, wanted in sorted(texts.values(), key=lambda t: (-t[0].lineno, -t[0].col_offset)):
        held = {
            found
            for found in left
            if node.lineno <= found.line <= (node.end_lineno or 0)
            and found.value in str(node.value)
            and (not found.by_name or _is_telling(wanted, found.value))
        }
        if not held or node.lineno != node.end_lineno:
            continue
        left -= held
        name = _variable(wanted, str(node.value), environment)
        environment[name] = str(node.value)
        text = lines[node.lineno - 1]
        start, end = node.col_offset, node.end_col_offset or 0
        lines[node.lineno - 1] = text[:start] + f'os.environ["{name}"]'.encode() + text[end:]
        problems.append(
            diagnostic(
                "NB120",
                f"a secret stands here: the package reads the environment variable `{name}`",
                cell=cell.number, cell_id=cell.id, line=node.lineno,
            )
        )  # fmt: skip
    # A name alone proves nothing where no literal is bound to it.
    for line in sorted({found.line for found in left if not found.by_name}):
        problems.append(
            diagnostic(
                "NB121", "a secret stands here, in a text that can't be moved",
                cell=cell.number, cell_id=cell.id, line=line,
            )
        )  # fmt: skip
    problems.reverse()
    return dataclasses.replace(cell, source=b"\n".join(lines).decode()), problems


def _hidden(cell: Cell, secrets: Sequence[_Found]) -> tuple[Cell, list[Diagnostic]]:
    """A cell that nobody runs, with something else in the place of its secrets."""
    values = {s.value for s in secrets if not s.by_name or _PASSWORD.fullmatch(s.value)}
    if not values:
        return cell, []
    line = min(secret.line for secret in secrets if secret.value in values)
    problem = diagnostic(
        "NB122", "the text spells out a secret", cell=cell.number, cell_id=cell.id, line=line
    )
    return _without(cell, values), [problem]


def _without(cell: Cell, values: Iterable[str]) -> Cell:
    source = cell.source
    for value in sorted(values, key=len, reverse=True):
        source = source.replace(value, HIDDEN)
    return dataclasses.replace(cell, source=source)


def _is_telling(name: str, value: str) -> bool:
    """Whether a name is that of a secret, and its value no word or label."""
    return _TELLING.search(name) is not None and _PASSWORD.fullmatch(value) is not None


def _strings(source: str) -> Iterator[tuple[ast.Constant, str]]:
    """The string literals of a cell, each with a name for its value; none in cells with magics."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    names: dict[ast.AST, str] = {}
    fixed: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[value] = name
            case ast.Assign(
                targets=[ast.Subscript(slice=ast.Constant(value=str(name)))], value=value
            ):
                names[value] = name
            case ast.keyword(arg=str(name), value=value):
                names[value] = name
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant):
                        names[value] = str(key.value)
                        fixed.add(key)
            case ast.JoinedStr() | ast.MatchValue():
                fixed.update(ast.walk(node))
            case ast.Expr(value=ast.Constant() as text):
                fixed.add(text)
            case _:
                pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in fixed:
            yield node, names.get(node, "")


def _variable(wanted: str, value: str, taken: Mapping[str, str]) -> str:
    """A name for an environment variable: the one that holds the value already, or a new one."""
    for name, held in taken.items():
        if held == value:
            return name
    base = re.sub(r"\W+", "_", wanted, flags=re.ASCII).strip("_").upper() or "SECRET"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def _imports_os(cells: Sequence[Cell]) -> bool:
    """Whether a cell that is shipped imports `os` on a line of its own."""
    return any(
        cell.tags and re.search(r"^import os\s*(#.*)?$", cell.source, re.MULTILINE)
        for cell in cells
    )
