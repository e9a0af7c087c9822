"""`MODEL_CARD.md`: what the run and the notebook tell about the model, and questions where they don't."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nb2prod.emit.stagemodules import sources
from nb2prod.metrics import metrics
from nb2prod.plan.package import PackagePlan, Stage
from nb2prod.recorded import Description, Model, Recorded
from nb2prod.roles import Role

#: Different models of one variable that are told, and names of those that are alike.
_TOLD = 8


@dataclass(frozen=True, slots=True)
class _Alike:
    """Models of one class with the same parameters, by how the notebook gets at them."""

    names: tuple[str, ...]
    #: How many more there are.
    more: int
    model: Model


@dataclass(frozen=True, slots=True)
class _Trained:
    """A variable of train stages that is a model or holds some."""

    variable: str
    stages: tuple[str, ...]
    seen: Description

    @property
    def is_model(self) -> bool:
        """Whether it is one itself, and no container."""
        return not self.seen.models[0].path

    @property
    def alike(self) -> list[_Alike]:
        """Its models: those that differ, with the names of all."""
        groups: list[list[Model]] = []
        for model in self.seen.models:
            for group in groups:
                if replace(model, path=group[0].path) == group[0]:
                    group.append(model)
                    break
            else:
                groups.append([model])
        return [
            _Alike(
                tuple(self.variable + model.path for model in group[:_TOLD]),
                len(group[_TOLD:]),
                group[0],
            )
            for group in groups
        ]


def model_card(plan: PackagePlan, recorded: Recorded) -> dict[str, object]:
    """What the template of the card sees. Text of the notebook is plain text, to be quoted there."""
    models = _trained(plan, recorded)
    evaluating = [stage.function for stage in plan.of_role(Role.EVALUATE)]
    told = metrics(recorded, evaluating, plan.settings.metrics)
    return {
        "header": _header(plan, models, [m.name for m in told if m.value is not None]),
        "models": models,
        "most": _TOLD,
        "metrics": told,
        "trained": [_table(plan, stage, recorded) for stage in plan.of_role(Role.TRAIN)],
        "predicted": [_table(plan, stage, recorded) for stage in plan.of_role(Role.PREDICT)],
        "read": sorted({path for cell in recorded.cells for path in cell.read}),
    }


def _trained(plan: PackagePlan, recorded: Recorded) -> list[_Trained]:
    """Results of train stages with models in them; one that stages give alike is told once."""
    found: list[_Trained] = []
    for stage in plan.of_role(Role.TRAIN):
        for name in stage.interface.outputs:
            seen = recorded.describe(stage.function, name)
            if seen is None or not seen.models:
                continue
            for at, held in enumerate(found):
                if (held.variable, held.seen) == (name, seen):
                    found[at] = replace(held, stages=(*held.stages, stage.function))
                    break
            else:
                found.append(_Trained(name, (stage.function,), seen))
    return found


def _header(plan: PackagePlan, models: list[_Trained], measured: list[str]) -> str:
    """The YAML header that model hubs read."""
    import yaml

    facts: dict[str, object] = {"model_name": plan.introduction.title}
    if models:
        library = models[0].seen.models[0].library
        facts["library_name"] = library
        facts["tags"] = [library]
    if measured:
        facts["metrics"] = measured
    return yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)


def _table(
    plan: PackagePlan, stage: Stage, recorded: Recorded
) -> tuple[str, list[tuple[str, Description | None]], list[tuple[str, Description | None]]]:
    """A stage with what it takes and gives, each as it was seen where it was made."""
    source, function = sources(plan), stage.function
    takes = [(n, recorded.describe(source.get((function, n)), n)) for n in stage.interface.inputs]
    gives = [(n, recorded.describe(function, n)) for n in stage.interface.outputs]
    return f"{plan.name}.{stage.module}.{function}", takes, gives
