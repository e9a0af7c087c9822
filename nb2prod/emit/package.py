"""A plan as a tree of files."""

from __future__ import annotations

import ast
import functools
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import black

from nb2prod.emit.badinput import missing_files
from nb2prod.emit.contractcode import columns_text, contract_files, pandera, schema_text
from nb2prod.emit.datafiles import data_files
from nb2prod.emit.datasetmodule import dataset_text, is_table
from nb2prod.emit.distributions import dependencies, pandas_version, within
from nb2prod.emit.imports import LOCAL_PACKAGE
from nb2prod.emit.localmodules import local_files
from nb2prod.emit.lock import distribution_of, lock_text
from nb2prod.emit.modelcard import model_card
from nb2prod.emit.parametertypes import SCALARS, parameter_type
from nb2prod.emit.paritytests import COPIED, observing_files, record_text, small_data
from nb2prod.emit.pipeline import (
    ENTRY_ROLES,
    about,
    parameters_text,
    pipeline_text,
    state_text,
    stretch_inputs,
    stretch_words,
)
from nb2prod.emit.pythonversion import oldest_python
from nb2prod.emit.rawrows import raw_rows
from nb2prod.emit.recordedtypes import seen_types
from nb2prod.emit.servingmodule import scoring_text, serving_facts, storage_files
from nb2prod.emit.stagecode import stage_code
from nb2prod.emit.stagemodules import module_text, producers
from nb2prod.emit.templating import templates
from nb2prod.emit.text import cells_text, code_span, docstring, markdown_text, wrapped
from nb2prod.emit.vocabulary import vocabulary
from nb2prod.filetree import FileTree
from nb2prod.flowchart import mermaid
from nb2prod.metrics import Metric, metrics
from nb2prod.plan import naming
from nb2prod.plan.chain import Serving
from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import Recorded
from nb2prod.roles import Role

_MODE = black.Mode()
#: How many folders up the notebook may lie, for the package's tests to look for its data there.
_NEAR = 2
#: Modules whose objects models are made of, also where the notebook does not name them.
_MODELLING = ("numpy", "pandas", "scipy", "sklearn")
#: Options of the generated command line itself, and those that it has where it serves.
_OWN_OPTIONS = ("quiet", "help")
_SERVING_OPTIONS = (*_OWN_OPTIONS, "model", "force", "format", "json")


def package_tree(
    plan: PackagePlan,
    *,
    folder: Path | None,
    output: Path | None,
    recorded: Recorded,
    environment: Collection[str] = (),
) -> FileTree:
    """Every file of the package; ``folder`` is the notebook's, ``output`` where it will lie.

    ``recorded`` is what a run told of the notebook's environment and values; ``environment`` are the
    variables that the package needs, for the secrets of the notebook.
    """
    words = vocabulary(plan)
    code = stage_code(plan, words)
    root = f"src/{plan.name}"
    seen = seen_types(plan, recorded)
    python: dict[str, str] = {}
    for module in plan.modules:
        python[f"{root}/{module.name}.py"] = module_text(plan, module, code, recorded, seen)
    python[f"{root}/pipeline.py"] = pipeline_text(plan, words, recorded, seen)
    if plan.parameters:
        python[f"{root}/parameters.py"] = parameters_text(plan)
    if plan.serving:
        python[f"{root}/scoring.py"] = scoring_text(plan, plan.serving)
        forms = [rows.form for rows in (plan.serving.learned, plan.serving) if rows]
        for form in [form for form in forms if not is_table(form)][:1]:
            python[f"{root}/dataset.py"] = dataset_text(form)
    if plan.storage.state:
        python[f"{root}/state.py"] = state_text(plan, words, "\n".join(python.values()))
    required = dependencies(plan, recorded)
    files = data_files(plan, folder, recorded)
    copied = small_data(folder, files, plan.settings.fixtures) if recorded.values else {}
    near = COPIED if copied else _data_folder(folder, output)
    sample = recorded.sample
    lock = lock_text(required, recorded.installed)
    facts = _facts(plan, required, files, near, recorded)
    facts["state_name"] = words.state
    facts["types"] = _types(plan, seen)
    facts["copied"] = list(copied)
    facts["sampled"] = list(sample.data) if sample else []
    facts["small_folder_code"] = _path_code(COPIED if sample else near)
    facts["lock"] = bool(lock)
    facts["pylock"] = bool(recorded.lock)
    facts["needed"] = sorted(environment)
    asked = missing_files(plan, files)
    facts["missing"] = [m for m in asked if (m.function, m.argument) in recorded.refused]
    facts["noted"] = _noted(plan)
    rendering = templates()
    written = [
        ("init.py.j2", f"{root}/__init__.py"),
        ("serving_cli.py.j2" if plan.serving else "cli.py.j2", f"{root}/cli.py"),
        ("main.py.j2", f"{root}/__main__.py"),
        ("test_package.py.j2", "tests/test_package.py"),
    ]
    if plan.serving:
        imports, facts["pandera"] = pandera(pandas_version(recorded))
        facts["pandera_import"] = imports
        python[f"{root}/contract/columns.py"] = columns_text()
        python[f"{root}/schema.py"] = schema_text(
            plan.name, str(facts["script"]), plan.serving.contract, imports
        )
        facts["libraries"] = _libraries(plan.serving, required, recorded)
        written += [
            ("serving.py.j2", f"{root}/serving.py"),
            ("contract/__init__.py.j2", f"{root}/contract/__init__.py"),
            ("contract/schemas.py.j2", f"{root}/contract/schemas.py"),
            ("contract/values.py.j2", f"{root}/contract/values.py"),
            ("artifact.py.j2", f"{root}/artifact.py"),
            ("tables.py.j2", f"{root}/tables.py"),
            ("test_contract.py.j2", "tests/test_contract.py"),
            ("test_serving.py.j2", "tests/test_serving.py"),
            ("test_cli.py.j2", "tests/test_cli.py"),
        ]
    if facts["metrics"]:
        written.append(("metrics.py.j2", f"{root}/metrics.py"))
    for template, path in written:
        python[path] = rendering.get_template(template).render(facts)
    if recorded.values:
        text = rendering.get_template("test_parity.py.j2").render(facts)
        python["tests/test_parity.py"] = text
    tree = {path: _formatted(text) for path, text in python.items()}
    if plan.serving:
        schema = tree[f"{root}/schema.py"]
        for name, text in contract_files(plan.name, plan.serving.contract, schema).items():
            tree[f"{root}/contract/{name}"] = text
        for path, text in storage_files(plan, plan.serving):
            tree[f"{root}/{path}"] = _formatted(text)
    tree.update(local_files(plan, f"{root}/{LOCAL_PACKAGE}"))
    # The recorded release of a dependency is the oldest that the package asks for.
    named = [recorded.installed.get(distribution_of(requirement)) for requirement in required]
    supported = [found.python for found in named if found]
    facts["python"] = oldest_python(tree.values(), supported)
    for template, path in (
        ("pyproject.toml.j2", "pyproject.toml"),
        ("README.md.j2", "README.md"),
        ("gitignore.j2", ".gitignore"),
    ):
        tree[path] = rendering.get_template(template).render(facts)
    tree[f"{root}/py.typed"] = ""
    if recorded.values:
        request = {
            "package": plan.name,
            "stages": plan.observed,
            "data": files,
            "data_folder": near,
            "hidden": sorted(environment),
        }
        limit = plan.settings.fixtures
        tree["tests/recorded.json"] = record_text(request, recorded.values, limit)
        if sample:
            request = {**request, "data_folder": COPIED}
            tree["tests/sampled.json"] = record_text(request, sample.values, limit)
        for path, text in (sample.data if sample else copied).items():
            tree[f"{COPIED}/{path}"] = text
        for path, text in observing_files():
            tree[path] = _formatted(text)
    if recorded.values and plan.of_role(Role.TRAIN):
        card = {**facts, **model_card(plan, recorded)}
        tree["MODEL_CARD.md"] = rendering.get_template("MODEL_CARD.md.j2").render(card)
    if lock:
        tree["requirements.lock"] = lock
    if recorded.lock:
        tree["pylock.toml"] = recorded.lock
    return tree


def _libraries(serving: Serving, required: Sequence[str], recorded: Recorded) -> dict[str, str]:
    """The requirement of each module whose objects a model may hold, or that reads it."""
    by_name = {distribution_of(requirement): requirement for requirement in required}
    found = {}
    for module, (distribution, version) in recorded.distributions.items():
        requirement = by_name.get(distribution_of(distribution))
        if requirement is None and module in _MODELLING:
            requirement = distribution + within(version)
        if requirement is not None:
            found[module] = requirement
    if serving.files:
        found.update(serving.files.readers)
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=256)  # most files are the same each time a package is tried
def _formatted(text: str) -> str:
    return black.format_str(text, mode=_MODE)


def _quoted(value: str) -> str:
    """A literal as black writes it."""
    return _formatted(f"_ = {value}").strip().removeprefix("_ = ")


def _facts(
    plan: PackagePlan,
    required: Sequence[str],
    files: Sequence[str],
    near: str,
    recorded: Recorded,
) -> dict[str, object]:
    """What the templates see: plain values; ``near`` is where the package's tests look for the data."""
    makers = producers(plan)
    measured = _measured(plan, recorded) if plan.serving else []
    taken = (Role.TRAIN, Role.PREDICT, *([Role.EVALUATE] if measured else []))
    entries = []
    for role in ENTRY_ROLES:
        stages = plan.of_role(role)
        if not stages:
            continue
        function = naming.FUNCTIONS[role.value]
        if plan.serving and role in taken:
            continue  # raw rows are what they take, and metrics what `evaluate` gives
        single = len(stages) == 1
        entries.append(
            {
                "name": function,
                "source": stages[0].module if single else "pipeline",
                "function": stages[0].function if single else function,
                "shares_state": any(stage.shares_state for stage in stages),
                "inputs": stretch_inputs(plan.stretch(role)),
                "outputs": tuple(dict.fromkeys(o for s in stages for o in s.interface.outputs)),
                "words": [f"{markdown_text(stages[0].documentation.summary)}."]
                if single
                else stretch_words(plan, role),
                "mapping": not single,
            }
        )
    options = _options(
        [parameter.name for parameter in plan.parameters],
        _SERVING_OPTIONS if plan.serving else _OWN_OPTIONS,
    )
    places = _places(entries, serves=plan.serving is not None, measures=bool(measured))
    modules = [module.name for module in plan.modules] + (["scoring"] if plan.serving else [])
    title = plan.introduction.title
    origin = f"Generated from the notebook {code_span(plan.notebook)}; start with `run`."
    return {
        "name": plan.name,
        # The distribution has the name of its console script.
        "script": naming.distribution_name(plan.name),
        "title": title,
        "notebook": plan.notebook,
        "docstring": docstring("\n\n".join([title, *map(wrapped, (*about(plan), origin))])),
        "about": about(plan),
        "description": " ".join((plan.settings.description or title).split()),
        "owner": plan.settings.owner,
        "entries": entries,
        "exports_imports": _exports(plan.name, places),
        "places": places,
        "serving": serving_facts(plan, plan.serving) if plan.serving else None,
        "reading": _reading(plan, plan.serving) if plan.serving else None,
        "metrics": measured,
        "bounds": {
            name: (bounds.get("min"), bounds.get("max"))
            for name, bounds in plan.settings.metrics.items()
            if bounds
        },
        "stages": [
            {
                "function": stage.function,
                "module": stage.module,
                "role": stage.role.value,
                "cells": cells_text(stage.documentation.cells),
                "shares_state": stage.shares_state,
                "inputs": stage.interface.inputs,
                "outputs": stage.interface.outputs,
                "makers": [makers.get((stage.function, n), "") for n in stage.interface.inputs],
            }
            for stage in plan.stages
        ],
        "definitions": [
            {
                "name": name,
                "module": plan.home[name],
                "cell": plan.code.statements[plan.hoisted[name].statements[0]].cell.number,
            }
            for name in sorted(plan.home, key=lambda n: (plan.hoisted[n].statements[0], n))
        ],
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter_type(parameter),
                "default": ast.unparse(parameter.default),
                "cell": plan.code.statements[parameter.statement].cell.number,
                "scalar": parameter_type(parameter) in SCALARS,
                "options": options[parameter.name],
                "call": f"{parameter.name}={_quoted(ast.unparse(parameter.default))}",
            }
            for parameter in plan.parameters
        ],
        "handed": _handed(plan),
        "results": plan.results,
        "state": dict(sorted(plan.storage.state.items())),
        "dependencies": required,
        "diagram": mermaid(plan),
        "data_files": files,
        "data_folder": near,
        "data_folder_code": _path_code(near),
        "recorded": bool(recorded.values),
        "ignored_rules": _ignored_rules(plan),
        "pipeline_rules": _pipeline_rules(plan),
        "style_modules": modules,
        "style_files": f"src/{plan.name}/{_either(modules)}.py",
        "is_address": _is_address,
        "environment_variable": naming.data_variable(plan.name),
        "local": bool(plan.local),
        "stars": bool(plan.stars),
    }


def _types(plan: PackagePlan, seen: Mapping[str, str]) -> dict[str, str]:
    """The types of variables, for readers: those that a run saw, and the parameters'."""
    if not seen:
        return {}
    shown = {name: kind.replace("__main__.", "") for name, kind in seen.items()}
    return shown | {p.name: parameter_type(p, "any") for p in plan.parameters}


def _reading(plan: PackagePlan, serving: Serving) -> dict[str, object]:
    """How the notebook reads its raw rows, for the templates."""
    read = raw_rows(plan, serving)
    path = next((p for p in plan.parameters if p.name == read.path), None)
    return {
        "options": read.options,
        "code": list(read.code),
        "parameter": path and {"name": path.name, "default": ast.unparse(path.default)},
    }


def _measured(plan: PackagePlan, recorded: Recorded) -> list[Metric]:
    """The metrics that are among the results of a run, each with its place there."""
    evaluating = [stage.function for stage in plan.of_role(Role.EVALUATE)]
    found = []
    for metric in metrics(recorded, evaluating, plan.settings.metrics):
        # A number that is another one each time was not recorded.
        path = metric.path or (metric.name,)
        if path[0] in plan.results:
            found.append(replace(metric, path=path))
    return found


def _either(names: Sequence[str]) -> str:
    """A pattern that matches any of the names."""
    return names[0] if len(names) == 1 else "{" + ",".join(names) + "}"


def _is_address(owner: str) -> bool:
    """Whether the owner is an e-mail address alone."""
    return re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", owner, re.ASCII) is not None


def _options(names: Sequence[str], own_options: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The options of each parameter: as command lines have them, and the notebook's own name."""
    plain = {name: name.lower().replace("_", "-").strip("-") for name in names}
    taken = [*plain.values(), *own_options]
    found = {}
    for name in names:
        own = f"--parameter-{name}" if name in own_options else f"--{name}"
        free = plain[name] and taken.count(plain[name]) == 1
        found[name] = tuple(dict.fromkeys([f"--{plain[name]}", own] if free else [own]))
    return found


def _data_folder(folder: Path | None, output: Path | None) -> str:
    """The notebook's folder as seen from the package, where that is near; else the package's own."""
    if folder is None or output is None:
        return "."
    path = Path(os.path.relpath(folder, output))
    return path.as_posix() if path.parts.count("..") <= _NEAR else "."


def _noted(plan: PackagePlan) -> list[tuple[str, str, int]]:
    """The stages, where functions that only note what they are given can stand for them."""
    if plan.storage.state or any(stage.is_async for stage in plan.stages):
        return []
    return [(s.module, s.function, len(s.interface.outputs)) for s in plan.stages]


def _handed(plan: PackagePlan) -> list[str]:
    """The parameters that a stage takes as `run()` was given them."""
    found: dict[str, None] = {}
    open_names = {parameter.name for parameter in plan.parameters}
    for stage in plan.stages:
        found.update(dict.fromkeys(n for n in stage.interface.inputs if n in open_names))
        open_names -= {*stage.interface.outputs}
    return list(found)


def _path_code(near: str) -> str:
    """The data folder as seen from a module of the package's tests."""
    if near == COPIED:
        return 'Path(__file__).with_name("data")'
    return "Path(__file__).parents[1]" + ("" if near == "." else f" / {near!r}")


def _places(
    entries: Sequence[Mapping[str, object]], *, serves: bool, measures: bool
) -> dict[str, tuple[str, str]]:
    """The names that the package exports, each with its module and its name there."""
    found = {"run": ("pipeline", "run")}
    if serves:
        found.update({name: ("serving", name) for name in ("Model", "predict", "train")})
        found["ContractError"] = ("contract", "ContractError")
    if measures:
        found["evaluate"] = ("metrics", "evaluate")
    for entry in entries:
        found[str(entry["name"])] = str(entry["source"]), str(entry["function"])
    return found


def _exports(name: str, places: Mapping[str, tuple[str, str]]) -> list[str]:
    """The imports of `__init__.py`, sorted."""
    sources: dict[str, list[str]] = {}
    for public, (module, function) in places.items():
        shown = function if function == public else f"{function} as {public}"
        sources.setdefault(module, []).append(shown)
    return [
        f"from {name}.{source} import {', '.join(sorted(names))}"
        for source, names in sorted(sources.items())
    ]


def _pipeline_rules(plan: PackagePlan) -> list[tuple[str, str]]:
    """Rules of style that the notebook's names break where stages are called."""
    given = {name for stage in plan.stages for name in stage.interface.outputs}
    read = {name for stage in plan.stages for name in stage.interface.inputs} | {*plan.results}
    rules = []
    if {"l", "O", "I"} & (given | read | {parameter.name for parameter in plan.parameters}):
        rules.append(("E741", "short variable names"))
    if given - read or any(_unread(plan, role) for role in ENTRY_ROLES):
        rules.append(("F841", "values that only have to live on"))
    return rules


def _unread(plan: PackagePlan, role: Role) -> set[str]:
    """What stages between those of a role give, and neither they nor the role's callers take."""
    stages = plan.stretch(role)
    given = {name for stage in stages for name in stage.interface.outputs}
    taken = {name for stage in stages for name in stage.interface.inputs}
    return given - taken - {n for s in plan.of_role(role) for n in s.interface.outputs}


def _ignored_rules(plan: PackagePlan) -> list[tuple[str, str]]:
    """Rules of style that the notebook's own statements may break; the package keeps its words."""
    rules = [
        ("E402", "imports that must run late"),
        ("E70", "several statements on a line"),
        ("E71", "comparisons to None, True and types"),
        ("E72", "type comparisons and bare excepts"),
        ("E73", "lambdas with a name"),
        ("E74", "short variable names"),
        ("F541", "f-strings without placeholders"),
        ("F601", "membership tests"),
        ("F632", "comparisons with literals"),
        ("F811", "redefinitions"),
        ("F821", "names that the notebook never binds"),
        ("F841", "values that nobody reads"),
    ]
    if plan.stars:
        rules += [("F403", "star imports"), ("F405", "names from star imports")]
    return rules
