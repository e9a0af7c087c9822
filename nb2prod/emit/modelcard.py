"""`MODEL_CARD.md`: what the run and the notebook tell about the model, and questions where they don't."""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.emit.stagemodules import sources
from nb2prod.metrics import metrics
from nb2prod.plan.package import PackagePlan, Stage
from nb2prod.recorded import Description, Recorded
from nb2prod.roles import Role

#: Libraries whose objects are models when a train stage gives them, by the tag of the card.
_LIBRARIES = {
    "sklearn": "sklearn",
    "imblearn": "sklearn",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "statsmodels": "statsmodels",
    "keras": "keras",
    "tensorflow": "keras",
    "torch": "pytorch",
}


def model_card(plan: PackagePlan, recorded: Recorded) -> dict[str, object]:
    """What the template of the card sees. Text of the notebook is plain text, to be quoted there."""
    models = list(_models(plan, recorded))
    evaluating = [stage.function for stage in plan.of_role(Role.EVALUATE)]
    told = metrics(recorded, evaluating, plan.settings.metrics)
    return {
        "header": _header(plan, models, [m.name for m in told if m.value is not None]),
        "models": models,
        "metrics": told,
        "trained": [_table(plan, stage, recorded) for stage in plan.of_role(Role.TRAIN)],
        "predicted": [_table(plan, stage, recorded) for stage in plan.of_role(Role.PREDICT)],
        "read": sorted({path for cell in recorded.cells for path in cell.read}),
    }


def _models(plan: PackagePlan, recorded: Recorded) -> Iterator[tuple[str, Description, str]]:
    """Results of train stages that are a library's objects: name, description and stage."""
    for stage in plan.of_role(Role.TRAIN):
        for name in stage.interface.outputs:
            seen = recorded.describe(stage.function, name)
            if seen and seen.hint.partition(".")[0] in _LIBRARIES:
                yield name, seen, stage.function


def _header(
    plan: PackagePlan, models: list[tuple[str, Description, str]], measured: list[str]
) -> str:
    """The YAML header that model hubs read."""
    import yaml

    library = _LIBRARIES[models[0][1].hint.partition(".")[0]] if models else None
    facts: dict[str, object] = {"model_name": plan.introduction.title}
    if library:
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
    return function, takes, gives
