"""Which role each line of each cell has: tags, first-line comments and marker lines."""

from __future__ import annotations

import enum
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from nb2prod.diagnostics import Diagnostic, diagnostic
from nb2prod.notebook import Cell


class Role(enum.Enum):
    """What a cell is for. The values are the tags; the JupyterLab extension shares them."""

    SETUP = "setup"
    PARAMETERS = "parameters"
    PREPROCESSING = "preprocessing"
    TRAIN = "train"
    EVALUATE = "evaluate"
    PREDICT = "predict"
    SKIP = "skip"

    @property
    def shipped(self) -> bool:
        return self is not Role.SKIP


ALIASES = {"imports": Role.SETUP}
PREFIX = "nb2prod:"
#: Letters that a tag shares with a role which it may stand for, and letters that it may have more.
_NEAR = 5
_MARKER = re.compile(r"#\s*nb2prod:\s*(?P<role>.*?)\s*$")


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """From ``line`` (counted from 1) on, the cell's statements have ``role``."""

    line: int
    role: Role | None


def role_of_tag(tag: str) -> Role | None:
    """The role that a tag names, or None for a foreign tag."""
    name = tag.strip().removeprefix(PREFIX).strip()
    if name in ALIASES:
        return ALIASES[name]
    return next((role for role in Role if role.value == name), None)


def spans_of(cell: Cell, python: str) -> tuple[tuple[RoleSpan, ...], tuple[Diagnostic, ...]]:
    """The roles along one code cell, by line; ``python`` is its source without IPython syntax."""
    found: list[Diagnostic] = []
    tagged = _tagged_role(cell, found)
    spans = [RoleSpan(1, tagged)]
    if PREFIX in cell.source.replace(" ", ""):
        spans += _marked_roles(cell, python, tagged, found)
    return tuple(spans), tuple(found)


def role_at(spans: Sequence[RoleSpan], line: int) -> Role | None:
    """The role of a statement that starts at ``line``."""
    return next(span.role for span in reversed(spans) if span.line <= line)


def _tagged_role(cell: Cell, found: list[Diagnostic]) -> Role | None:
    named: dict[Role, str] = {}
    for tag in cell.tags:
        role = role_of_tag(tag)
        if role is not None:
            named.setdefault(role, tag)
        elif tag.strip().startswith(PREFIX):
            found.append(_unknown(cell, tag, 1))
    if len(named) > 1:
        tags = " and ".join(f"`{tag}`" for tag in named.values())
        message = f"the cell is tagged {tags}: a cell has one role"
        found.append(diagnostic("NB111", message, cell=cell.number, cell_id=cell.id))
    for tag, near in ((tag, _nearly(tag)) for tag in cell.tags if not named):
        if near:
            message = f"the tag `{tag}` is no role, so the cell has none: `{near}` is one"
            found.append(diagnostic("NB115", message, cell=cell.number, cell_id=cell.id, mend=near))
    return next(iter(named), None)


def _nearly(tag: str) -> str | None:
    """The role that a foreign tag may stand for, such as ``training`` or ``preprocess``."""
    name = tag.strip().lower()
    for role in Role:
        pairs = zip(name, role.value, strict=False)
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        # What goes on after the role's name, such as `train-set-size`, is about something else.
        if common >= _NEAR and len(name) <= len(role.value) + _NEAR:
            return role.value
    return None


def _marked_roles(
    cell: Cell, python: str, tagged: Role | None, found: list[Diagnostic]
) -> list[RoleSpan]:
    spans = []
    code_seen = False
    depth = 0
    between = True
    lines = python.split("\n")
    for token in _tokens(python):
        if token.type == tokenize.INDENT:
            depth += 1
        elif token.type == tokenize.DEDENT:
            depth -= 1
        elif token.type == tokenize.NEWLINE:
            between = True
        elif token.type == tokenize.COMMENT:
            match = _MARKER.match(token.string)
            if match is None:
                continue
            line, column = token.start
            role = role_of_tag(match["role"])
            # A comment after the last line of a block comes before its DEDENT token; what follows
            # decides: a marker at column 0 followed by an indented line splits the block.
            if column or not between or (depth and _continues(lines, line)):
                message = "a role marker switches the role between top-level statements only"
                found.append(
                    diagnostic("NB113", message, cell=cell.number, cell_id=cell.id, line=line)
                )
            elif role is None:
                found.append(_unknown(cell, match["role"], line))
            elif code_seen or tagged is None:
                spans.append(RoleSpan(1 if not code_seen else line, role))
            elif role is not tagged:
                message = f"the tag `{tagged.value}` wins over the first-line marker `{role.value}`"
                found.append(
                    diagnostic("NB114", message, cell=cell.number, cell_id=cell.id, line=line)
                )
        elif token.type not in (tokenize.NL, tokenize.ENDMARKER, tokenize.ENCODING):
            between, code_seen = False, True
    return spans


def _continues(lines: Sequence[str], marker_line: int) -> bool:
    """Whether the statement around a column-0 comment goes on below it."""
    following = next((text for text in lines[marker_line:] if _is_code(text)), "")
    return following[:1].isspace() or bool(re.match(r"(else|elif|except|finally)\b", following))


def _is_code(text: str) -> bool:
    return bool(text.strip()) and not text.lstrip().startswith("#")


def _unknown(cell: Cell, name: str, line: int) -> Diagnostic:
    roles = ", ".join(role.value for role in Role)
    message = f"`{name}` is no role"
    hint = f"The roles are {roles}."
    return diagnostic("NB112", message, hint=hint, cell=cell.number, cell_id=cell.id, line=line)


def _tokens(python: str) -> list[tokenize.TokenInfo]:
    try:
        return list(tokenize.generate_tokens(io.StringIO(python).readline))
    except (tokenize.TokenError, SyntaxError):
        return []  # the parser reports the cell
