"""Questions to syntax."""

from __future__ import annotations

import ast
from typing import Any, Callable, Collection, Dict, List, Optional, Sequence, Set, Tuple


def place(node: Any) -> Tuple[int, ...]:
    """Line and column where it starts, line and column where it ends."""
    node = unwrapped(node)
    return (
        getattr(node, "lineno", 0),
        getattr(node, "col_offset", 0),
        getattr(node, "end_lineno", 0) or 0,
        getattr(node, "end_col_offset", 0) or 0,
    )


def unwrapped(node: Any) -> Any:
    """What is between brackets; Python 3.8 has a node of its own around it."""
    return node.value if type(node).__name__ == "Index" else node


#: Expressions with variables of their own, and those that may be cut short.
SCOPED = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BoolOp, ast.Lambda)
#: What gives of tables, too, what they give of sequences.
_SEQUENCES = ("set", "list", "sorted", "tuple", "frozenset")
#: What sets and lists do with the names in one.
_WITH_NAMES = frozenset(
    """
    difference difference_update extend intersection intersection_update isdisjoint issubset issuperset
    symmetric_difference symmetric_difference_update union
    """.split()
)


def asked_for_columns(node: ast.AST) -> Sequence[ast.AST]:
    """The parts of an expression that it asks, where they are tables, for nothing but their columns and types."""
    if isinstance(node, ast.Attribute) and node.attr in ("columns", "dtypes", "dtype"):
        return [*ast.walk(node.value)]
    if isinstance(node, ast.Compare):
        pairs = zip(node.ops, node.comparators)
        return [part for op, part in pairs if isinstance(op, (ast.In, ast.NotIn))]
    if isinstance(node, ast.Call) and name_of(node.func) in _SEQUENCES:
        return node.args[:1]
    if isinstance(node, ast.Call) and method_of(node) in _WITH_NAMES:
        return node.args
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [item.value for item in node.elts if isinstance(item, ast.Starred)]
    return [node.iter] if isinstance(node, ast.comprehension) else []


def asks_columns_alone(node: ast.AST, names: Collection[str]) -> bool:
    """Whether an expression with a scope of its own reads variables only to ask for their columns and types."""
    parts = [*ast.walk(node)]
    asked = {part for inner in parts for part in asked_for_columns(inner)}
    read = [n for n in parts if isinstance(n, ast.Name) and n.id in names]
    return isinstance(node, SCOPED) and bool(read) and asked.issuperset(read)


def name_of(node: ast.expr) -> str:
    """The last name of a function."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def method_of(node: ast.AST) -> str:
    """The name of what is called; nothing where nothing is called."""
    return name_of(node.func) if isinstance(node, ast.Call) else ""


def applied(call: ast.Call, function: Callable[..., Any], given: Sequence[Any]) -> Any:
    """Calls a function with values in the places of a call's arguments, those with names behind the others."""
    given, named = _arguments(call, given)
    return function(*given, **named)


#: A call in a frame of its own, whose variables are those that it is evaluated with.
_CALL = compile("_call(*_given, **_named)", "<notebook>", "eval")


def applied_among(
    variables: Dict[str, Any], call: ast.Call, function: Callable[..., Any], given: Sequence[Any]
) -> Any:
    """The same as a program with these variables does it: formulas and queries look at those of who calls."""
    given, named = _arguments(call, given)
    return eval(_CALL, variables, {"_call": function, "_given": given, "_named": named})


def _arguments(call: ast.Call, given: Sequence[Any]) -> Tuple[Sequence[Any], Dict[str, Any]]:
    names = [k.arg or "" for k in call.keywords]
    count = len(given) - len(names)
    return given[:count], dict(zip(names, given[count:]))


def owner_of(node: ast.AST) -> Optional[ast.expr]:
    """Whose method is called."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value
    return None


def root(node: ast.expr) -> Optional[str]:
    """The variable that an expression is a part of."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def names_in(node: ast.AST) -> Set[str]:
    """All variables of a piece of syntax."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def read_in(node: ast.AST) -> List[str]:
    """The variables that it reads."""
    return sorted(
        {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    )


def binds(node: ast.AST, name: str) -> bool:
    """Whether it binds a variable."""
    return any(
        isinstance(n, ast.Name) and n.id == name and not isinstance(n.ctx, ast.Load)
        for n in ast.walk(node)
    )


def bound_in(node: ast.AST) -> Set[str]:
    """The variables of its own scopes: of comprehensions and of lambdas."""
    found: Set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.comprehension):
            found |= names_in(part.target)
        elif isinstance(part, ast.Lambda):
            given = part.args
            found.update(a.arg for a in [*given.posonlyargs, *given.args, *given.kwonlyargs])
    return found


def variable(name: str, at: ast.AST) -> ast.Name:
    """A variable that is read at the place of something else."""
    return ast.copy_location(ast.Name(id=name, ctx=ast.Load()), at)


def loaded(target: Any) -> Any:
    """A target as an expression that is read."""
    kinds = {ast.Name: {"id"}, ast.Attribute: {"value", "attr"}, ast.Subscript: {"value", "slice"}}
    fields = {name: getattr(target, name) for name in kinds[type(target)]}
    return ast.copy_location(type(target)(ctx=ast.Load(), **fields), target)


def without_inplace(call: ast.AST) -> Optional[Tuple[str, ast.Call]]:
    """``x.f(inplace=True)`` as ``x`` and ``x.f()``, for a variable."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    owner = call.func.value
    kept = [k for k in call.keywords if k.arg != "inplace"]
    given = [k.value for k in call.keywords if k.arg == "inplace"]
    if not isinstance(owner, ast.Name) or len(given) != 1:
        return None
    if not isinstance(given[0], ast.Constant) or given[0].value is not True:
        return None
    found = ast.Call(func=call.func, args=call.args, keywords=kept)
    return owner.id, ast.copy_location(found, call)


def counted(node: Any) -> Optional[ast.expr]:
    """What `x.shape[0]` counts."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        index = unwrapped(node.slice)
        if node.value.attr == "shape" and isinstance(index, ast.Constant) and index.value == 0:
            return node.value.value
    return None


def concatenates(node: ast.AST) -> bool:
    """Whether tables are put below each other."""
    if not isinstance(node, ast.Call) or name_of(node.func) != "concat":
        return False
    return not any(
        k.arg == "axis"
        and not (isinstance(k.value, ast.Constant) and k.value.value in (0, "index"))
        for k in node.keywords
    )


def folds_of(node: ast.For) -> ast.expr:
    """What a loop over folds goes through, perhaps with their numbers."""
    several = node.iter
    if isinstance(several, ast.Call) and name_of(several.func) == "enumerate":
        return several.args[0] if len(several.args) == 1 and not several.keywords else several
    return several


def is_fold_loop(node: ast.For) -> bool:
    """Whether a loop goes through the splits of rows that a splitter makes."""
    several = folds_of(node)
    owned = isinstance(several, ast.Call) and isinstance(several.func, ast.Attribute)
    return owned and method_of(several) == "split" and isinstance(node.target, ast.Tuple)


def is_starred(node: ast.Call) -> bool:
    """Whether arguments come in a list or in a dict."""
    starred = any(isinstance(part, ast.Starred) for part in node.args)
    return starred or any(not keyword.arg for keyword in node.keywords)


def number_of(node: ast.Call, position: int, *names: str) -> Optional[int]:
    """Which part of a call, its function among them, is the argument in a position or with one of these names."""
    if position < len(node.args):
        return position + 1
    for number, keyword in enumerate(node.keywords, len(node.args) + 1):
        if keyword.arg in names:
            return number
    return None


def given_by_name(node: ast.Call) -> Dict[str, ast.expr]:
    """The arguments that have names."""
    return {k.arg: k.value for k in node.keywords if k.arg}


def module_of(node: ast.stmt) -> ast.Module:
    """A statement as a program."""
    return ast.Module(body=[node], type_ignores=[])
