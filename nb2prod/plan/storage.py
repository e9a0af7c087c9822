"""Where each name lives: in a stage's own variables, or in the explicit `state` object.

A stage's variables are local to its function and travel as parameters and results. That is exact
as long as nobody else sees the variable change, and as it is bound whenever it travels. Where one
of these does not hold the name lives in `state`, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.code import Code
from nb2prod.analysis.controlflow import catches_name_error
from nb2prod.analysis.events import UNBOUND
from nb2prod.analysis.flow import Capture
from nb2prod.analysis.scopes import BUILTINS
from nb2prod.plan.lifetimes import Lifetime
from nb2prod.plan.stages import Run

#: The stage of statements that run before every stage: parameters.
START = -1


@dataclass(frozen=True, slots=True)
class Storage:
    """The names that live in `state`, each with why, and the reads that mean a builtin."""

    state: Mapping[str, str]
    #: (statement, place) of reads that see the builtin although the notebook binds its name.
    builtins: frozenset[tuple[int, tuple[int, int]]]
    #: Module-level definitions read the state: the package has one for all runs.
    is_global: bool = False


def storage(
    code: Code,
    runs: Sequence[Run],
    module_names: frozenset[str],
    lives: Mapping[int, Lifetime],
    outputs: Sequence[str],
    shared: Collection[str] = (),
) -> Storage:
    """Decides for every name that is not at module level; those in ``shared`` are in the state."""
    work = _Work(code, runs, module_names, lives, outputs)
    for name in sorted(shared):
        work.share(name, "a function or class that is looked up by its name reads it")
    work.direct_reads()
    work.captures()
    work.class_bodies()
    work.results()
    state = {name: why for name, why in work.why.items() if name not in module_names}
    return Storage(state, frozenset(work.builtins))


class _Work:
    def __init__(
        self,
        code: Code,
        runs: Sequence[Run],
        module_names: frozenset[str],
        lives: Mapping[int, Lifetime],
        outputs: Sequence[str],
    ) -> None:
        self.code, self.runs, self.lives, self.outputs = code, runs, lives, outputs
        self.module_names = module_names
        self.why: dict[str, str] = {}
        self.builtins: set[tuple[int, tuple[int, int]]] = set()
        self.stage = {n: i for i, run in enumerate(runs) for n in run.statements}
        self.binds: dict[str, list[int]] = {}
        for at, bind in code.flow.defs.values():
            self.binds.setdefault(bind.name, []).append(at)
        for name, numbers in code.flow.deletes.items():
            self.binds.setdefault(name, []).extend(numbers)
        self.writers: dict[str, list[Capture]] = {}
        self.readers: dict[str, list[Capture]] = {}
        for capture in code.flow.captures:
            for name in {*capture.closure.writes, *capture.closure.deletes}:
                self.writers.setdefault(name, []).append(capture)
            for name in capture.closure.reads:
                self.readers.setdefault(name, []).append(capture)
        self.last_use: dict[str, int] = {}
        for use in code.flow.uses:
            self.last_use[use.read.name] = max(use.statement, self.last_use.get(use.read.name, -1))
        self.promised = self._promised()
        self.observed = any(
            isinstance(node, ast.ExceptHandler) and catches_name_error(node)
            for statement in code.statements
            for node in ast.walk(statement.node)
        )

    def stage_of(self, number: int) -> int:
        return self.stage.get(number, START)

    def share(self, name: str, why: str) -> None:
        self.why.setdefault(name, why)

    def _single_stage(self, reach: frozenset[int]) -> int | None:
        """The stage that holds all the bindings, or None."""
        stages = {self.stage_of(self.code.flow.statement_of(d)) for d in reach if d != UNBOUND}
        return stages.pop() if len(stages) == 1 else None

    def _promised(self) -> set[tuple[str, int]]:
        """Names that a stage has bound at its end in every run that succeeds.

        What is certainly read later, and can only come from there, was bound: else the notebook
        would have failed. The same holds for the outputs that its author lists.
        """
        end = len(self.code.statements)
        sure = [
            (use.read.name, use.reach)
            for use in self.code.flow.uses
            if use.read.certain and not use.read.guarded and not use.read.soft
        ]
        sure += [(name, self.code.flow.before(end, name)) for name in self.outputs]
        return {
            (name, stage)
            for name, reach in sure
            if (stage := self._single_stage(reach)) is not None and name not in BUILTINS
        }

    def _is_promised(self, name: str, reach: frozenset[int]) -> bool:
        stage = self._single_stage(reach)
        return stage is not None and (name, stage) in self.promised

    def _outside(self, reach: frozenset[int], stage: int) -> bool:
        return any(
            self.stage_of(self.code.flow.statement_of(d)) != stage for d in reach if d != UNBOUND
        )

    # ------------------------------------------------------------------ rules
    def direct_reads(self) -> None:
        for use in self.code.flow.uses:
            name, reach = use.read.name, use.reach
            if UNBOUND not in reach or name in self.module_names or use.read.soft:
                continue
            if name not in self.binds and name not in self.writers:
                continue  # a builtin, or a name that nothing binds
            alone = len(reach) == 1
            if use.read.deleted:
                self.share(name, "it is deleted where it may be unbound")
            elif alone and name in BUILTINS and name not in self.writers:
                self.builtins.add((use.statement, use.read.place))
            elif name in BUILTINS:
                self.share(name, "it is the builtin on some paths and the notebook's own on others")
            elif alone or use.read.guarded or name in self.writers:
                self.share(name, "it is read where it may be unbound")
            elif self._outside(reach, self.stage_of(use.statement)):
                if not self._is_promised(name, reach):
                    self.share(name, "it may be unbound when another stage reads it")

    def captures(self) -> None:
        for capture in self.code.flow.captures:
            for name in capture.closure.reads:
                if name not in self.module_names and self._is_bound(name):
                    self._captured(name, capture)
            for name in capture.closure.writes:
                if name not in self.module_names:
                    self._written(name, capture)
            for name in capture.closure.deletes:
                self.share(name, "a function deletes it")

    def _is_bound(self, name: str) -> bool:
        return name in self.binds or name in self.writers

    def _captured(self, name: str, capture: Capture) -> None:
        stage = self.stage_of(capture.statement)
        life = self.lives[capture.closure.id]
        reach = capture.reach.get(name, frozenset((UNBOUND,)))
        binds = self.binds.get(name, [])
        if name in BUILTINS and name in self.code.flow.deletes:
            self.share(name, "a function may see the builtin again after it is deleted")
        if UNBOUND in reach:
            if name in BUILTINS:
                if name not in self.writers and all(
                    at > life.last for at in binds if at >= capture.statement
                ):
                    if len(reach) == 1:
                        places = capture.closure.reads[name]
                        self.builtins.update((capture.statement, place) for place in places)
                        return
                self.share(name, "a function may see the builtin or the notebook's own")
                return
            if self._outside(reach, stage):
                self.share(name, "it may be unbound when a function captures it")
            first = min((at for at in binds if self.stage_of(at) == stage), default=None)
            if self.observed and (first is None or life.first <= first):
                self.share(name, "a function may read it before it is bound")
        for at in binds:
            if self.stage_of(at) != stage and capture.statement < at <= life.last:
                self.share(name, "functions see it rebound by a later stage")
        for writer in self.writers.get(name, ()):
            if self.stage_of(writer.statement) != stage:
                self.share(name, "functions of several stages share it")

    def _written(self, name: str, capture: Capture) -> None:
        stage = self.stage_of(capture.statement)
        last = self.runs[stage].statements[-1] if stage != START else -1
        life = self.lives[capture.closure.id]
        reach = capture.reach.get(name, frozenset((UNBOUND,)))
        if UNBOUND in reach:
            self.share(name, "a function binds it")
            return
        if life.last <= last:
            return
        later = any(at > last for at in self.binds.get(name, ())) or name in self.outputs
        later |= self.last_use.get(name, -1) > last
        later |= any(self.stage_of(r.statement) != stage for r in self.readers.get(name, ()))
        later |= any(self.stage_of(w.statement) != stage for w in self.writers[name])
        if later:
            self.share(name, "a function rebinds it in several stages")

    def class_bodies(self) -> None:
        for _, bind in self.code.flow.defs.values():
            if bind.how == "global":
                self.share(bind.name, "a class body binds it as a global")
        for facts in self.code.facts:
            for name in facts.bypassed:
                if self._is_bound(name):
                    self.share(name, "a nested function reaches past a local of the same name")
            for name, _ in facts.class_reads | facts.mixed_class_reads:
                if self._is_bound(name):
                    self.share(name, "a class body reads it and binds the same name")

    def results(self) -> None:
        end = len(self.code.statements)
        for name in self.outputs:
            if name in self.module_names:
                continue
            reach = self.code.flow.before(end, name)
            if UNBOUND not in reach or not self._is_bound(name):
                continue
            if name in self.writers or not self._is_promised(name, reach):
                self.share(name, "it may be unbound at the end of the run")
