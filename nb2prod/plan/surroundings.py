"""What the program has to do with the process around it: its output, log handlers, folder, environment."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code
from nb2prod.analysis.origins import dotted
from nb2prod.modules import LocalModule

#: Who looks at what is printed: attributes and imported names.
_OUTPUT_WATCHERS = frozenset("redirect_stdout stdout displayhook".split())
#: Who looks at log records.
_LOG_WATCHERS = frozenset(
    "basicConfig addHandler dictConfig fileConfig handlers assertLogs setLogRecordFactory "
    "setLoggerClass".split()
)
_CHANGE_FOLDER = frozenset("chdir fchdir".split())
_ENVIRONMENT = frozenset("environ environb".split())
_READ_ENVIRONMENT = frozenset("get copy items keys values".split())
#: They leave the same behind however often they run.
_SET_ENVIRONMENT = frozenset("setdefault update".split())
#: What draws on pyplot's current figure, or opens one.
_DRAWING = ("matplotlib.pyplot.", "seaborn.")
#: Another process sees the environment.
_PROCESSES = frozenset("subprocess system popen".split())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What `run()` may do to the process, and what it has to undo."""

    #: Prints become log records.
    logs: bool
    #: It logs the stage that it is at.
    progress: bool
    #: It goes back to the working directory that it found.
    restores_folder: bool
    #: It restores the environment variables.
    restores_environment: bool
    #: It closes the figures that it opened: pyplot draws on the current one.
    closes_figures: bool


def surroundings(
    code: Code, origins: Mapping[str, str], local: Mapping[str, LocalModule]
) -> Surroundings:
    """Reads the program and the modules beside it."""
    modules = [ast.parse(module.source) for module in local.values()]
    own = [node for statement in code.statements for node in ast.walk(statement.node)]
    nodes = own + [node for module in modules for node in ast.walk(module)]
    mentioned = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.alias):
            mentioned.update(node.name.split("."))
    # Patched by its name, or through its module.
    patched = "print" in mentioned or any(
        isinstance(node, ast.Constant) and node.value in ("print", "builtins.print") for node in own
    )
    unheard = not mentioned & _LOG_WATCHERS
    return Surroundings(
        logs=unheard
        and not patched
        and not mentioned & _OUTPUT_WATCHERS
        and "print" not in code.names.bound,
        progress=unheard,
        restores_folder=bool(mentioned & _CHANGE_FOLDER),
        restores_environment=bool(mentioned & _ENVIRONMENT)
        and _environment_is_seen_changed(nodes, bool(mentioned & _PROCESSES)),
        closes_figures=any(
            (dotted(node, origins) or "").startswith(_DRAWING)
            for node in own
            if isinstance(node, ast.Attribute)
        ),
    )


def _environment_is_seen_changed(nodes: Sequence[ast.AST], seen: bool) -> bool:
    """Whether the program may read an environment variable that an earlier run has set.

    One that is only ever set anew tells nothing about earlier runs.
    """
    changed = False
    settled: set[int] = set()
    for node in nodes:
        match node:
            case ast.AugAssign(target=ast.Subscript(value=holder)) if _is_environment(holder):
                seen = changed = True
            case ast.Subscript(value=holder, ctx=context) if _is_environment(holder):
                settled.add(id(holder))
                seen |= isinstance(context, ast.Load)
                changed |= not isinstance(context, ast.Load)
            case ast.Attribute(value=holder, attr=attr) if _is_environment(holder):
                if attr in _READ_ENVIRONMENT:
                    settled.add(id(holder))
                    seen = True
                elif attr in _SET_ENVIRONMENT:
                    settled.add(id(holder))
                    changed = True
            case ast.Compare(comparators=[holder]) if _is_environment(holder):
                settled.add(id(holder))
                seen = True
            case ast.Attribute(attr="getenv") | ast.Name(id="getenv"):
                seen = True
            case _:
                pass
    unknown = any(_is_environment(node) and id(node) not in settled for node in nodes)
    return unknown or seen and changed


def _is_environment(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr in _ENVIRONMENT) or (
        isinstance(node, ast.Name) and node.id in _ENVIRONMENT
    )
