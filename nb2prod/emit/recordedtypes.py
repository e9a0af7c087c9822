"""Type hints of the notebook's variables, from the classes that the recorded run saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nb2prod.analysis.code import import_origins
from nb2prod.emit.vocabulary import Vocabulary
from nb2prod.plan import naming
from nb2prod.plan.hoisting import HoistKind
from nb2prod.plan.package import Module, PackagePlan
from nb2prod.recorded import Recorded

_IPYTHON = frozenset("IPython ipykernel ipywidgets".split())


@dataclass(frozen=True, slots=True)
class Hints:
    """Annotations for the variables of one module, and what only a type checker imports for them."""

    texts: Mapping[str, str]
    imports: tuple[str, ...] = ()


def hints(plan: PackagePlan, module: Module, recorded: Recorded, words: Vocabulary) -> Hints:
    """The annotation of each variable whose class is known and can be named."""
    if module.stage is None or not recorded.descriptions:
        return Hints({})
    steady = _steady(plan, recorded)
    origins = import_origins(plan.code)
    imported = {
        origins[name]: name
        for name in sorted(module.uses & origins.keys())
        if name in plan.hoisted and plan.hoisted[name].kind is HoistKind.IMPORT
    }
    taken = {*plan.code.names.identifiers}
    texts: dict[str, str] = {}
    lines: dict[str, str] = {}
    for name in (*module.stage.interface.inputs, *module.stage.interface.outputs):
        path = steady.get(name, "")
        root, _, rest = path.partition(".")
        if not path or root in plan.local or root in _IPYTHON:
            continue
        if not rest:
            if root.partition("[")[0] not in plan.code.names.bound:
                texts[name] = root.replace("Any", words.any)
            continue
        parent, _, kind = path.rpartition(".")
        if path in imported:
            texts[name] = imported[path]
        elif parent in imported:
            texts[name] = f"{imported[parent]}.{kind}"
        else:
            # The notebook's own name for the class, where it has one.
            own = kind if origins.get(kind) == path else naming.fresh(kind, taken)
            local = lines.setdefault(path, own)
            texts[name] = local if plan.lazy_annotations else f'"{local}"'
    found = []
    for path, local in sorted(lines.items()):
        parent, _, kind = path.rpartition(".")
        found.append(f"from {parent} import {kind}" + ("" if local == kind else f" as {local}"))
    return Hints(texts, tuple(found))


def _steady(plan: PackagePlan, recorded: Recorded) -> dict[str, str]:
    """Variables that every stage that gives them gives with one class, and callers can't give."""
    seen: dict[str, set[str]] = {}
    for stage in plan.stages:
        for name in stage.interface.outputs:
            described = recorded.describe(stage.function, name)
            seen.setdefault(name, set()).add(described.hint if described else "")
    parameters = {parameter.name for parameter in plan.parameters}
    return {
        name: next(iter(kinds))
        for name, kinds in seen.items()
        if len(kinds) == 1 and name not in parameters and name not in plan.storage.state
    }
