"""Models of known libraries: a value itself, or those that a pipeline, a search or a container holds."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, Tuple

#: Libraries whose objects are models, with the names that model hubs have for them.
LIBRARIES = {
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
#: What models do, and tensors, data sets and optimizers of the same libraries don't.
_DEEDS = ("predict", "transform", "fit", "fit_predict", "forward")
#: Where models keep the fitted model that they are about.
_INNER = ("best_estimator_", "regressor_")
#: How deep models are looked for, and how many of a container's items are looked at.
MAX_DEPTH = 4
MAX_ITEMS = 50

#: The way from the variable to a model, the model, and the name of its library.
Found = Tuple[str, Any, str]


def models(value: Any) -> List[Found]:
    """The models in a value, each before those that it holds."""
    found: List[Found] = []
    with contextlib.suppress(Exception):  # anybody's methods
        found.extend(_walk(value, "", 0))
    return found


def parameters(model: Any) -> List[Tuple[str, str]]:
    """The parameters of a model, as scikit-learn and its likes give them, and what a search chose."""
    try:
        given = model.get_params(deep=False)
        told = [(str(name), repr(given[name])) for name in sorted(given)]
        if hasattr(model, "best_params_"):
            told.append(("best_params_", repr(model.best_params_)))
        return told
    except Exception:  # noqa: BLE001 - anybody's methods
        return []


def _walk(value: Any, path: str, depth: int) -> Iterator[Found]:
    library = _library(value)
    if library:
        yield path, value, library
    if depth < MAX_DEPTH:
        for step, part in _parts(value, bool(library)):
            yield from _walk(part, path + step, depth + 1)


def _library(value: Any) -> str:
    """The library of a model; empty where it is none that is known."""
    if isinstance(value, type):
        return ""
    for base in type(value).__mro__:
        name = LIBRARIES.get(base.__module__.partition(".")[0])
        if name:
            return name if any(hasattr(value, deed) for deed in _DEEDS) else ""
    return ""


def _parts(value: Any, is_model: bool) -> Iterator[Tuple[str, Any]]:
    """What may be a model inside a value, with the step that leads there."""
    if isinstance(value, dict):
        for key, item in list(value.items())[:MAX_ITEMS]:
            yield "[%r]" % (key,), item
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value[:MAX_ITEMS]):
            yield "[%d]" % position, item
    elif is_model and hasattr(value, "named_steps"):
        # The steps before it prepare the data.
        yield "[%r]" % (value.steps[-1][0],), value.steps[-1][1]
    elif is_model and hasattr(value, "named_transformers_"):
        for name, transformer in value.named_transformers_.items():
            yield ".named_transformers_[%r]" % (name,), transformer
    elif is_model:
        for name in _INNER:
            if hasattr(value, name):
                yield "." + name, getattr(value, name)
