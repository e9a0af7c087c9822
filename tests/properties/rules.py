"""The converter's rules, each with a way to switch it off and a program that finds that it is off.

python -m tests.properties.rules              the first seed below 1,000 that finds each rule
python -m tests.properties.rules NAME ...     these rules only
"""

from __future__ import annotations

import ast
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import patch

from nb2prod.analysis.effects import Effect
from nb2prod.analysis.events import Branch
from nb2prod.analysis.origins import Imported, imported
from nb2prod.plan.lifetimes import Lifetime

from .oracle import Verdict, nb2prod_convert, verdict
from .programs import generate

PROGRAMS = 1000
"""A rule that none of so many programs needs is idle, or the programs are too tame."""

Off: TypeAlias = Callable[[Any], Any]
"""What stands in for a part of the converter while the rule is off, made from the part itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, a seed whose program needs it, what it says, and how to switch it off."""

    name: str
    seed: int
    says: str
    where: str
    """The part of nb2prod to replace: a function, a class or a constant."""
    off: Off

    def convert(self, notebook: Path, output: Path, name: str) -> str | None:
        """The converter without the rule."""
        where = f"nb2prod.{self.where}"
        with patch(where, self.off(pkgutil.resolve_name(where))):
            return unformatted(notebook, output, name)


def unformatted(notebook: Path, output: Path, name: str) -> str | None:
    """The converter without layout, which takes half of the time and says nothing about values."""
    with patch("nb2prod.emit.package._formatted", lambda text: text):
        return nb2prod_convert(notebook, output, name)


def tells(found: Verdict) -> bool:
    """Whether a package shows that a rule is off. A converter that crashes shows a patch out of date."""
    return found.kind != "same" and not found.detail.startswith("convert: ")


# ---------------------------------------------------------------------- ways to switch off
def always(value: object) -> Off:
    """A function that gives this value, whatever it is asked."""
    return lambda function: lambda *args, **kwargs: value


def instead(value: object) -> Off:
    """Another constant."""
    return lambda constant: value


def without(**facts: object) -> Off:
    """Makes objects that lack these facts."""
    return lambda make: lambda *args, **kwargs: replace(make(*args, **kwargs), **facts)


def forgetting(**facts: object) -> Off:
    """An `__init__` after which the object does not know these facts."""

    def off(init: Callable[..., None]) -> Callable[..., None]:
        def forgetful(self: object, *args: object, **kwargs: object) -> None:
            init(self, *args, **kwargs)
            for name, value in facts.items():
                setattr(self, name, value)

        return forgetful

    return off


def blind_to(part: str, unseen: Callable[[Any], bool] = lambda event: True) -> Off:
    """A function of code that does not see this part of its flow, or some of it."""

    def off(function: Callable[..., Any]) -> Callable[..., Any]:
        def blind(code: Any, *args: Any, **kwargs: Any) -> Any:
            seen = [event for event in getattr(code.flow, part) if not unseen(event)]
            flow = replace(code.flow, **{part: tuple(seen)})
            return function(replace(code, flow=flow), *args, **kwargs)

        return blind

    return off


def _imports(nodes: Iterable[ast.stmt]) -> list[Imported]:
    return [one for node in nodes for one in imported(node)]


# ---------------------------------------------------------------------- the table
# Two lines a rule: what it says, how to switch it off.
# fmt: off
RULES = (
    # names
    Rule("closures read", 3, "A function reads the notebook's names whenever it runs.",
         "analysis.recorder.Closure", without(reads={})),
    Rule("closures bind", 12, "A function binds the names that it declares global.",
         "analysis.recorder.Closure", without(writes={})),
    Rule("closures delete", 106, "A function may delete a name of the notebook.",
         "analysis.recorder.Closure", without(deletes=frozenset())),
    Rule("closures linger", 11, "A call may leave code behind that runs later.",
         "analysis.recorder.Closure", without(lingers=False)),
    Rule("nested global", 133, "A nested function's `global` reaches past a local of the same name.",
         "analysis.recorder.Facts", without(bypassed=frozenset())),
    Rule("comprehension names", 4, "A comprehension's variable is its own.",
         "analysis.definitions.target_names", always(set())),
    Rule("late expressions", 41, "A generator expression runs later, all but its first iterable.",
         "analysis.reader._RULES", lambda table: {**table, ast.GeneratorExp: table[ast.ListComp]}),
    Rule("kept arguments", 81, "A function that is handed on may be kept and called later.",
         "analysis.expressions.consumed", lambda consumed: lambda call, names: call.args),
    Rule("class bodies", 1, "A class body may read a global under a name that it binds too.",
         "plan.storage._Work.class_bodies", always(None)),
    Rule("private names", 68, "Inside a class, `__name` means `_Class__name`.",
         "analysis.scopes.Scope.mangled", lambda mangled: lambda self, name: name),
    Rule("decorated methods", 50, "A decorator may hand a method to somebody else than its class.",
         "analysis.definitions._is_plain_decorator", always(True)),
    Rule("annotations read", 3, "An annotation is evaluated where it stands.",
         "analysis.visitor.Visitor.annotations", always(None)),
    Rule("strings read", 4, "A query or a formula reads the variables that it names.",
         "analysis.recorder.Recorder.soft_read", always(None)),
    Rule("queries", 68, "A query has to be given what is no variable of its own function.",
         "analysis.recorder.Facts", without(queries={})),
    Rule("deletion", 0, "After `del` a name is not bound.",
         "analysis.recorder.Unbind", always(Branch(((),)))),
    # control flow
    Rule("empty loops", 94, "A loop may run no time at all.",
         "analysis.statements.is_nonempty", always(True)),
    Rule("false conditions", 0, "What stands under an `if` may not run.",
         "analysis.statements.always_true", always(True)),
    Rule("no case", 32, "A `match` may match no case.",
         "analysis.statements.is_irrefutable", always(True)),
    Rule("jumps", 7, "After `break`, `continue` and `raise` the rest of a block does not run.",
         "analysis.flow._Work._jump", always(None)),
    Rule("half-way", 69, "A handler, and a loop's next round, see what a block has bound so far.",
         "analysis.flow._Work._anything_of", always({})),
    Rule("joins", 3, "Where branches meet, any of them may have bound a name.",
         "analysis.flow._Work._merge",
         lambda merge: lambda self, ends: merge(self, [end for end in ends if end is not None][:1])),
    Rule("swallowed exceptions", 81, "A context manager may swallow an exception half-way.",
         "analysis.names._SUPPRESSORS", instead(frozenset())),
    Rule("caught NameErrors", 26, "What a NameError says can be read where it is caught.",
         "analysis.statements.catches_name_error", always(False)),
    Rule("NameErrors in functions", 28, "So can what a NameError inside a function says.",
         "plan.storage.catches_name_error", always(False)),
    # effects, and what is shipped
    Rule("unknown calls", 3, "A call may do anything.",
         "analysis.effects.Effects._call", always(Effect.PURE)),
    Rule("numpy draws", 134, "A draw from numpy's random state is an effect.",
         "analysis.libraries._NUMPY_UNSAFE", instead(frozenset())),
    Rule("callbacks", 548, "A pure method may call a function that it is given.",
         "analysis.effects.Effects._called_back", always(Effect.PURE)),
    Rule("operators", 56, "The notebook's classes may give operators an effect.",
         "analysis.effects._DUNDERS", instead(frozenset())),
    Rule("iteration", 6, "Iterating may use up what is iterated over.",
         "analysis.effects.Effects._is_stable", always(True)),
    Rule("stores", 1, "Storing into an item or an attribute changes an object.",
         "analysis.effects.Effects._target", always(Effect.PURE)),
    Rule("effects of annotations", 213, "Evaluating a variable's annotation may have an effect.",
         "analysis.effects.plain_annotation", always(True)),
    Rule("watched classes", 1, "Making a subclass may have an effect.",
         "plan.slicing._has_effect", lambda has: lambda *args, watched: has(*args, watched=False)),
    Rule("effects stay", 3, "A statement with an effect stays, though nobody reads what it binds.",
         "plan.slicing._has_effect", always(False)),
    Rule("inspection in blocks", 3, "Inside a block only inspection goes.",
         "plan.slicing._Pruner._goes", lambda goes: lambda self, node, docstring: isinstance(node, ast.Expr)),
    Rule("untagged definitions", 7, "Definitions that tagged cells need are taken over from untagged ones.",
         "plan.takeover._needs", always(())),
    # lifetimes
    Rule("lifetimes", 1, "A function runs after it is made, from its first use to its last.",
         "plan.lifetimes._Work._of", lambda of: lambda self, made: Lifetime(made.statement, made.statement)),
    Rule("escaping functions", 6, "A function whose value goes anywhere may run at any later time.",
         "analysis.recorder.Facts", without(escapes=frozenset())),
    Rule("instances", 68, "Instances keep a class's methods alive.",
         "plan.lifetimes._Work.__init__", forgetting(_classes=set())),
    Rule("indirect calls", 222, "A function runs when one runs that reads its name.",
         "plan.lifetimes._Work.__init__", forgetting(_capturing={})),
    # what goes to module level
    Rule("mutable defaults", 94, "A function with a mutable default keeps something from call to call.",
         "plan.hoisting._Forms._fixed", always(True)),
    Rule("decorators", 154, "So may a decorated function.",
         "plan.hoisting._Forms._decorator", always(True)),
    Rule("mutable attributes", 411, "A class with a mutable attribute keeps something from run to run.",
         "plan.hoisting._Forms._item", always(True)),
    Rule("written definitions", 32, "So does a function or class whose attributes are set.",
         "plan.hoisting.written", always(frozenset())),
    Rule("constants", 3, "Only what nothing can change is a constant.",
         "plan.hoisting.is_immutable", always(True)),
    Rule("requirements", 0, "A module-level definition reads nothing but module-level names.",
         "plan.hoisting._requirements",
         lambda needed: lambda *args: None if needed(*args) is None else frozenset()),
    Rule("early calls", 12, "A function may look for a name before the notebook has bound it.",
         "plan.hoisting._too_early", always(set())),
    Rule("clean names", 12, "What is deleted, bound by a function or perhaps unbound is a variable.",
         "plan.hoisting._clean_names",
         lambda clean: lambda code: {bind.name for _, bind in code.flow.defs.values()}),
    Rule("one import, one object", 261, "So is a name that imports bind to several objects.",
         "plan.hoisting._import_paths",
         lambda paths: lambda code, *args: Counter(one.name for one in _imports(s.node for s in code.statements))),
    Rule("imports rebound", 1, "A name that is not only imported means no module.",
         "analysis.code.origins",
         lambda origins: lambda nodes, binds: {one.name: one.path for one in _imports(nodes)}),
    # stages, and where variables live
    Rule("defaults stay", 64, "A default is evaluated where its function stands.",
         "plan.ordering.is_immutable", always(True)),
    Rule("joined stages", 3, "Stages of one role join only where what is between them can't tell.",
         "plan.stages._commutes", always(True)),
    Rule("literal parameters", 107, "A parameter is a literal.",
         "plan.stages.is_literal", always(True)),
    Rule("state", 1, "What stages can't hand on lives in the state object.",
         "plan.storage._Work.share", always(None)),
    Rule("unbound reads", 0, "So does a variable that is read where it may be unbound.",
         "plan.storage._Work.direct_reads", always(None)),
    Rule("late binding", 1, "A variable that functions see rebound lives in the state.",
         "plan.storage._Work._captured", always(None)),
    Rule("shared writing", 6, "So does one that functions rebind for several stages.",
         "plan.storage._Work._written", always(None)),
    Rule("captured parameters", 4, "What a function captures comes into its stage as a parameter.",
         "plan.package.interfaces", blind_to("captures")),
    # what is written down
    Rule("printed text", 7, "Where the notebook catches what is printed, a print stays a print.",
         "plan.surroundings._OUTPUT_WATCHERS", instead(frozenset())),
    Rule("free words", 7, "Generated code uses no name of the notebook for itself.",
         "emit.vocabulary.fresh", lambda fresh: lambda wanted, taken: wanted),
    Rule("shown classes", 86, "A class shows the name that it has in the notebook.",
         "plan.package.qualified_names", always({})),
    Rule("names in strings", 73, "Code that looks for variables by name finds those of the state.",
         "emit.stagecode.StageCode._aliases", always([])),
    Rule("copied parameters", 19, "A parameter's mutable default is new in each run.",
         "emit.pipeline.is_immutable", always(True)),
)
# fmt: on


# ---------------------------------------------------------------------- the search
def search(rules: Sequence[Rule], seeds: range) -> Iterator[tuple[int, Rule]]:
    """The first of the seeds that finds each rule; nothing for a rule that none of them finds."""
    pending = list(rules)
    for seed in seeds:
        if not pending:
            return
        program = generate(seed)
        if verdict(program, unformatted).kind != "same":
            continue  # what fails anyway tells nothing about a rule
        found = [rule for rule in pending if tells(verdict(program, rule.convert))]
        pending = [rule for rule in pending if rule not in found]
        yield from ((seed, rule) for rule in found)


def main(names: Sequence[str]) -> int:
    """The command line: prints seeds for the table; 1 when a rule has none."""
    if unknown := set(names) - {rule.name for rule in RULES}:
        raise SystemExit(f"no such rule: {', '.join(sorted(unknown))}")
    rules = [rule for rule in RULES if not names or rule.name in names]
    missing = [rule.name for rule in rules]
    for seed, rule in search(rules, range(PROGRAMS)):
        print(f"{seed:4}  {rule.name}", flush=True)
        missing.remove(rule.name)
    for name in missing:
        print(f"none  {name}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
