"""From module scope to function scope: the edits inside the notebook's own statements.

What to change was decided by places; here the nodes at those places are exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange

from nb2prod.emit.vocabulary import Vocabulary

Place = tuple[int, int]
_AS_AT_MODULE_LEVEL = "  # as at module level"


@dataclass(frozen=True, slots=True)
class FrameVariables:
    """Variables that are looked up by name in the frame of a function or comprehension."""

    #: Variables of the stage around it: to be mentioned.
    mentioned: tuple[str, ...]
    #: Others, with the expression of their value: to be bound.
    bound: Mapping[str, str]

    def around(self, text: str) -> str:
        """The expression of a formula, with the variables put into the frame that evaluates it.

        A lambda mentions a name without reading it, which may not be bound yet.
        """
        parts = [text, *(f"{name} := {value}" for name, value in self.bound.items())]
        if self.mentioned:
            parts.append(f"lambda: ({', '.join(self.mentioned)},)")
        return f"({', '.join(parts)})[0]"


@dataclass(frozen=True, slots=True)
class Edits:
    """What to change in one statement. Places count characters."""

    #: Names that become another expression.
    names: Mapping[Place, str]
    #: (line, name) of defs, imports, handlers and captures whose name lives in the state.
    bindings: frozenset[tuple[int, str]]
    #: What ``global NAME`` becomes in functions: "nonlocal", or nothing.
    nonlocals: frozenset[str]
    #: Ends of calls whose query string names variables, with the dictionary that gives them.
    queries: Mapping[Place, str]
    #: Ends of calls with a formula, with what the frame that calls has to hold for it.
    formulas: Mapping[Place, FrameVariables]
    #: Places of strings that name a module beside the notebook, with the name of its copy.
    modules: Mapping[Place, str]
    #: Places of `print` calls that become log records.
    prints: frozenset[Place]
    #: Places of annotated assignments whose annotation has to be evaluated.
    annotations: frozenset[Place]
    #: Places of annotations without a value: in a function they would make the name its own.
    bare: frozenset[Place]
    #: Lines and columns of the statements that stay; None where all do.
    kept: frozenset[Place] | None
    #: Places of classes and functions with the qualified name that they had at module level.
    qualified: Mapping[Place, str]
    #: Whether `global` statements occur.
    has_global: bool

    def __bool__(self) -> bool:
        return bool(
            self.names
            or self.bindings
            or self.queries
            or self.formulas
            or self.modules
            or self.prints
            or self.annotations
            or self.bare
            or self.kept is not None
            or self.qualified
            or self.has_global
        )


def rewritten(
    statement: cst.BaseStatement,
    edits: Edits,
    positions: Mapping[cst.CSTNode, CodeRange],
    words: Vocabulary,
) -> list[cst.BaseStatement]:
    """The statements that one statement becomes: none, one, or several."""
    result = statement.visit(_Rewriter(edits, positions, words))
    if isinstance(result, cst.FlattenSentinel):
        return list(result)
    if isinstance(result, cst.RemovalSentinel):
        return []
    return [result]


def is_main_guard(statement: cst.BaseStatement) -> bool:
    """``if __name__ == "__main__":`` without an else: true in a notebook."""
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    match statement.test:
        case cst.Comparison(
            left=cst.Name(value="__name__"),
            comparisons=[
                cst.ComparisonTarget(operator=cst.Equal(), comparator=cst.SimpleString() as text)
            ],
        ):
            return text.evaluated_value == "__main__"
        case _:
            return False


class _Rewriter(cst.CSTTransformer):
    def __init__(
        self, edits: Edits, positions: Mapping[cst.CSTNode, CodeRange], words: Vocabulary
    ) -> None:
        super().__init__()
        self._edits, self._positions, self._words = edits, positions, words
        self._classes: list[str] = []
        self._depth = 0

    def _place(self, node: cst.CSTNode) -> Place | None:
        found = self._positions.get(node)
        return (found.start.line, found.start.column) if found else None

    # ------------------------------------------------------------------ names
    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        place = self._place(original_node)
        text = self._edits.names.get(place) if place else None
        if text is None:
            return updated_node
        new = cst.parse_expression(text)
        return new.with_changes(
            lpar=[*updated_node.lpar, *new.lpar], rpar=[*new.rpar, *updated_node.rpar]
        )

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        module = self._edits.modules.get(self._place(original_node) or (0, 0))
        return updated_node if module is None else updated_node.with_changes(value=repr(module))

    def leave_NamedExpr(
        self, original_node: cst.NamedExpr, updated_node: cst.NamedExpr
    ) -> cst.BaseExpression:
        if isinstance(updated_node.target, cst.Name):
            return updated_node
        assert isinstance(original_node.target, cst.Name)
        return cst.Call(
            func=cst.parse_expression(f"{self._words.state}.{self._words.bind}"),
            args=[
                cst.Arg(cst.SimpleString(repr(_attribute_of(updated_node.target)))),
                cst.Arg(updated_node.value),
            ],
        )

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        """Strings that were put in must not end the one around them, before Python 3.12."""
        if original_node.deep_equals(updated_node):
            return updated_node
        requoted = updated_node.visit(_Requoted(updated_node.quote))
        assert isinstance(requoted, cst.FormattedString)
        return requoted

    def leave_FormattedStringExpression(
        self,
        original_node: cst.FormattedStringExpression,
        updated_node: cst.FormattedStringExpression,
    ) -> cst.BaseFormattedStringContent | cst.FlattenSentinel[cst.BaseFormattedStringContent]:
        """``f"{x=}"`` shows the source text: it stays what it was."""
        if updated_node.equal is None:
            return updated_node
        if original_node.expression.deep_equals(updated_node.expression):
            return updated_node
        equal = original_node.equal
        assert equal is not None
        shown = cst.Module(body=[]).code_for_node(original_node.expression)
        text = shown + cst.Module(body=[]).code_for_node(equal)
        conversion = updated_node.conversion or ("r" if updated_node.format_spec is None else None)
        return cst.FlattenSentinel(
            [
                cst.FormattedStringText(text.replace("{", "{{").replace("}", "}}")),
                updated_node.with_changes(equal=None, conversion=conversion),
            ]
        )

    def leave_Global(
        self, original_node: cst.Global, updated_node: cst.Global
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        names = [item for item in updated_node.names if self._stays_global(item.name.value)]
        if not names:
            return cst.RemoveFromParent()
        names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return cst.Nonlocal(names=names)

    # ------------------------------------------------------------------ bindings in the state
    def _shared(self, line: int, names: Sequence[str]) -> list[str]:
        return [name for name in names if (line, name) in self._edits.bindings]

    def _stored(self, names: Sequence[str]) -> list[cst.BaseStatement]:
        return [cst.parse_statement(f"{self._words.state}.{name} = {name}\n") for name in names]

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        self._depth -= 1
        place, name = self._place(original_node.name), updated_node.name.value
        qualified = self._edits.qualified.get(self._place(original_node) or (0, 0))
        if qualified is None:
            return self._with_binding(updated_node, place, name)
        text = f"{name}.__qualname__ = {qualified!r}{_AS_AT_MODULE_LEVEL}\n"
        return self._with_binding(updated_node, place, name, cst.parse_statement(text))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._depth += 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._depth += 1
        self._classes.append(node.name.value)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        self._depth -= 1
        self._classes.pop()
        place = self._place(original_node.name)
        qualified = self._edits.qualified.get(self._place(original_node) or (0, 0))
        if qualified is not None:
            # In the body, where metaclasses and decorators find it.
            text = f"__qualname__ = {qualified!r}{_AS_AT_MODULE_LEVEL}\n"
            block = block_of(updated_node.body)
            at = 1 if original_node.get_docstring(clean=False) is not None else 0
            body = [*block.body[:at], cst.parse_statement(text), *block.body[at:]]
            updated_node = updated_node.with_changes(body=block.with_changes(body=body))
        return self._with_binding(updated_node, place, updated_node.name.value)

    def _with_binding(
        self, node: cst.BaseStatement, place: Place | None, name: str, *more: cst.BaseStatement
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        shared = self._shared(place[0], [name]) if place else []
        after = [*more, *self._stored(shared)]
        return cst.FlattenSentinel([node, *after]) if after else node

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        place = self._place(original_node)
        name = updated_node.name
        if place is None or name is None or not isinstance(name.name, cst.Name):
            return updated_node
        held = name.name.value
        if not self._shared(place[0], [held]):
            return updated_node
        state = self._words.state
        guard = cst.parse_statement(
            f"try:\n    pass\nfinally:\n    {state}.{held} = None\n    del {state}.{held}\n"
        )
        assert isinstance(guard, cst.Try)
        guard = guard.with_changes(body=block_of(updated_node.body))
        return updated_node.with_changes(body=cst.IndentedBlock([*self._stored([held]), guard]))

    def leave_MatchCase(
        self, original_node: cst.MatchCase, updated_node: cst.MatchCase
    ) -> cst.MatchCase:
        collector = _Captures()
        original_node.pattern.visit(collector)
        shared = [
            name.value
            for name, node in collector.names
            if (place := self._place(node)) and self._shared(place[0], [name.value])
        ]
        if not shared:
            return updated_node
        arguments = ", ".join(f"{name}={name}" for name in dict.fromkeys(shared))
        bind = cst.parse_expression(f"{self._words.state}.{self._words.bind_all}({arguments})")
        guard = updated_node.guard
        if guard is not None:
            old = guard.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            bind = cst.BooleanOperation(bind, cst.And(), old)
        return updated_node.with_changes(
            guard=bind,
            whitespace_before_if=cst.SimpleWhitespace(" "),
            whitespace_after_if=cst.SimpleWhitespace(" "),
        )

    # ------------------------------------------------------------------ statements
    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel:
        small, several = self._small_statements(original_node, updated_node)
        if not small:
            return cst.RemoveFromParent()
        if not several:
            return updated_node.with_changes(body=small)
        lines = [cst.SimpleStatementLine([_bare(one)]) for one in small]
        lines[0] = lines[0].with_changes(leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel(lines)

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        small, several = self._small_statements(original_node, updated_node)
        if several:
            return cst.IndentedBlock([cst.SimpleStatementLine([_bare(one)]) for one in small])
        return updated_node.with_changes(body=small or [cst.Pass()])

    def _small_statements(
        self,
        original_node: cst.SimpleStatementLine | cst.SimpleStatementSuite,
        updated_node: cst.SimpleStatementLine | cst.SimpleStatementSuite,
    ) -> tuple[list[cst.BaseSmallStatement], bool]:
        """What the statements of a line become, and whether each needs a line of its own."""
        small: list[cst.BaseSmallStatement] = []
        several = False
        survivors = iter(updated_node.body)
        for original in original_node.body:
            if isinstance(original, cst.Global) and not self._keeps_global(original):
                continue
            updated = next(survivors)
            place = self._place(original)
            if self._edits.kept is not None and place is not None and place not in self._edits.kept:
                continue
            new = self._small_statement(original, updated, place)
            several |= len(new) > 1
            small += new
        return small, several

    def _small_statement(
        self, original: cst.BaseSmallStatement, updated: cst.BaseSmallStatement, place: Place | None
    ) -> list[cst.BaseSmallStatement]:
        logged = self._logged(original, updated)
        if logged is not None:
            return [logged] if isinstance(logged, cst.BaseSmallStatement) else []
        if place in self._edits.bare:
            return []
        if isinstance(updated, cst.AnnAssign) and place in self._edits.annotations:
            # Outside of functions an annotation is evaluated, after the value is bound.
            noted = cst.Expr(updated.annotation.annotation)
            if updated.value is None:
                return [noted]
            return [cst.Assign([cst.AssignTarget(updated.target)], updated.value), noted]
        if isinstance(original, cst.Import | cst.ImportFrom):
            return self._import(original, updated)
        return [updated]

    def _import(
        self, original: cst.Import | cst.ImportFrom, updated: cst.BaseSmallStatement
    ) -> list[cst.BaseSmallStatement]:
        """An import into the state, name by name: a later one may fail."""
        assert isinstance(updated, cst.Import | cst.ImportFrom)
        shared = set(self._imported(original))
        if not shared or isinstance(updated.names, cst.ImportStar):
            return [updated]
        new: list[cst.BaseSmallStatement] = []
        for alias in updated.names:
            single = alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)
            if isinstance(updated, cst.ImportFrom):
                new.append(updated.with_changes(names=[single], lpar=None, rpar=None))
            else:
                new.append(updated.with_changes(names=[single]))
            local = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            if local in shared:
                stored = self._stored([local])[0]
                assert isinstance(stored, cst.SimpleStatementLine)
                new += stored.body
        return new

    def _keeps_global(self, node: cst.Global) -> bool:
        return any(self._stays_global(item.name.value) for item in node.names)

    def _stays_global(self, name: str) -> bool:
        """Whether a function reaches a variable of its stage; private names are those of a class."""
        if not self._depth:
            return False  # at module level the statement says nothing
        if self._classes and name.startswith("__") and not name.endswith("__"):
            owner = self._classes[-1].lstrip("_")
            name = f"_{owner}{name}" if owner else name
        return name in self._edits.nonlocals

    def _imported(self, node: cst.Import | cst.ImportFrom) -> list[str]:
        if isinstance(node.names, cst.ImportStar):
            return []
        names = []
        for alias in node.names:
            place = self._place(alias)
            local = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            if place is not None and self._shared(place[0], [local]):
                names.append(local)
        return names

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if updated_node.body or not original_node.body:
            return updated_node
        return updated_node.with_changes(body=[cst.parse_statement("pass\n")])

    # ------------------------------------------------------------------ calls
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        found = self._positions.get(original_node)
        end = (found.end.line, found.end.column) if found else (0, 0)
        if variables := self._edits.formulas.get(end):
            return _with_formula(updated_node, variables)
        values = self._edits.queries.get(end)
        given = any(a.keyword and a.keyword.value == "local_dict" for a in updated_node.args)
        if not values or given:
            return updated_node
        keyword = cst.Arg(
            keyword=cst.Name("local_dict"),
            value=cst.parse_expression(values),
            equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
        )
        return updated_node.with_changes(args=[*updated_node.args, keyword])

    def _logged(
        self, original: cst.BaseSmallStatement, updated: cst.BaseSmallStatement
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel | None:
        """A print statement as a log record; None for everything else."""
        if not isinstance(original, cst.Expr) or not isinstance(original.value, cst.Call):
            return None
        place = self._place(original.value.func)
        if place not in self._edits.prints:
            return None
        assert isinstance(updated, cst.Expr)
        assert isinstance(updated.value, cst.Call)
        text = printed_text(updated.value)
        if text is None:
            return cst.RemoveFromParent()
        call = cst.Call(
            func=cst.parse_expression(f"{self._words.logger}.info"), args=[cst.Arg(text)]
        )
        return updated.with_changes(value=call)


class _Requoted(cst.CSTTransformer):
    """Names in strings, with the quotes that the f-string around them leaves."""

    def __init__(self, quote: str) -> None:
        super().__init__()
        self._quote = quote

    def leave_SimpleString(
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.BaseExpression:
        held = updated_node.value[1:-1]
        if updated_node.value[0] != self._quote or not held.isidentifier():
            return updated_node
        other = '"' if self._quote == "'" else "'"
        return updated_node.with_changes(value=f"{other}{held}{other}")


class _Captures(cst.CSTVisitor):
    """The names that a pattern captures, with the node that stands where `ast` places it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[tuple[cst.Name, cst.CSTNode]] = []

    def visit_MatchAs(self, node: cst.MatchAs) -> None:
        if node.name is not None:
            self.names.append((node.name, node))

    def visit_MatchStar(self, node: cst.MatchStar) -> None:
        if node.name is not None:
            self.names.append((node.name, node))

    def visit_MatchMapping(self, node: cst.MatchMapping) -> None:
        if node.rest is not None:
            self.names.append((node.rest, node))


def _attribute_of(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else ""


def _bare(small: cst.BaseSmallStatement) -> cst.BaseSmallStatement:
    return small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)


def block_of(suite: cst.BaseSuite) -> cst.IndentedBlock:
    """A suite as an indented block."""
    if isinstance(suite, cst.IndentedBlock):
        return suite
    assert isinstance(suite, cst.SimpleStatementSuite)
    return cst.IndentedBlock([cst.SimpleStatementLine(suite.body)])


# ---------------------------------------------------------------------- print
_TEXT_METHODS = frozenset("format join upper lower title strip center ljust rjust replace".split())


def printed_text(call: cst.Call) -> cst.BaseExpression | None:
    """The text that a print call writes, as one expression; None for an empty line."""
    separator = " "
    values: list[cst.Arg] = []
    for argument in call.args:
        if argument.keyword is None:
            values.append(argument)
        elif argument.keyword.value == "sep":
            if not isinstance(argument.value, cst.SimpleString):
                return _joined(values, argument.value)
            held = argument.value.evaluated_value
            separator = held if isinstance(held, str) else " "
    if not values:
        return None
    if any(argument.star for argument in values):
        return _joined(values, cst.SimpleString(repr(separator)))
    if len(values) == 1:
        only = values[0].value
        return only if _is_text(only) else cst.Call(cst.Name("str"), [cst.Arg(only)])
    return _formatted(values, separator) or _joined(values, cst.SimpleString(repr(separator)))


def _is_text(node: cst.BaseExpression) -> bool:
    """Whether an expression gives a string whatever its parts are."""
    match node:
        case cst.SimpleString() | cst.FormattedString() | cst.ConcatenatedString():
            return True
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=method))):
            return method in _TEXT_METHODS and _is_text(value)
        case cst.BinaryOperation(left=left, operator=cst.Modulo()):
            return _is_text(left)
        case cst.BinaryOperation(left=left, operator=cst.Add(), right=right):
            return _is_text(left) and _is_text(right)
        case cst.BinaryOperation(left=left, operator=cst.Multiply(), right=right):
            pair = (left, right) if _is_text(left) else (right, left)
            return _is_text(pair[0]) and isinstance(pair[1], cst.Integer)
        case _:
            return False


def _formatted(values: Sequence[cst.Arg], separator: str) -> cst.BaseExpression | None:
    """One f-string, where Python before 3.12 can read it."""
    module = cst.Module(body=[])
    pieces: list[str] = []
    codes: list[str] = []
    for argument in values:
        value = argument.value
        if isinstance(value, cst.SimpleString) and isinstance(value.evaluated_value, str):
            pieces.append(value.evaluated_value.replace("{", "{{").replace("}", "}}"))
        else:
            code = module.code_for_node(value)
            if any(mark in code for mark in ("\\", "\n", "#", '"""', "'''")):
                return None
            if (
                isinstance(value, cst.Lambda | cst.NamedExpr)
                and not value.lpar
                or code.startswith("{")
            ):
                code = f"({code})"
            codes.append(code)
            pieces.append("{" + code + "}")
    for quote in ('"', "'"):
        if all(quote not in code for code in codes):
            literal = separator.replace("{", "{{").replace("}", "}}").join(pieces)
            escaped = _escaped(literal, codes, quote)
            return cst.parse_expression(f"f{quote}{escaped}{quote}" if codes else repr(literal))
    return None


def _escaped(literal: str, codes: Sequence[str], quote: str) -> str:
    """The literal parts escaped; the expressions hold neither backslash nor the quote."""
    out = literal.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in out
    )


def _joined(values: Sequence[cst.Arg], separator: cst.BaseExpression) -> cst.BaseExpression:
    elements = [
        cst.StarredElement(argument.value) if argument.star else cst.Element(argument.value)
        for argument in values
    ]
    inner = cst.Call(cst.Name("map"), [cst.Arg(cst.Name("str")), cst.Arg(cst.Tuple(elements))])
    wrapped = separator.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    if isinstance(separator, cst.SimpleString):
        wrapped = separator
    return cst.Call(cst.Attribute(wrapped, cst.Name("join")), [cst.Arg(inner)])


def _with_formula(call: cst.Call, variables: FrameVariables) -> cst.Call:
    """The call with its formula, named or first, in a frame that holds the variables."""
    named = [n for n, a in enumerate(call.args) if a.keyword and a.keyword.value == "formula"]
    at = named[0] if named else 0
    text = cst.Module([]).code_for_node(call.args[at].value)
    changed = call.args[at].with_changes(value=cst.parse_expression(variables.around(text)))
    return call.with_changes(args=[*call.args[:at], changed, *call.args[at + 1 :]])
