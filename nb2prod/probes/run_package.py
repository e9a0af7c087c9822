"""Runs a generated package and captures what its stages give, in a process of its own.

``python run_package.py REQUEST RESULT``; both are JSON files. The request names the package's source
folder, the package, and each stage as (module, function, names of its results).
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import os
import sys
from typing import Any, Callable, Dict, Iterator, List, Sequence


def main(request_path: str, result_path: str) -> None:
    """Captures every boundary, and the mapping that ``run()`` gives."""
    capture, seeds = _beside("capture"), _beside("seeds")
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    # Not the folder of this file: a notebook may have a module of one of these names.
    sys.path[:] = [request["source"]] + [p for p in sys.path if p != os.path.dirname(__file__)]
    boundaries: Dict[str, Any] = {}

    def watched(
        stage: Callable[..., Any], function: str, names: Sequence[str]
    ) -> Callable[..., Any]:
        def noted(given: Any) -> Any:
            values: List[Any] = [given] if len(names) == 1 else list(given or ())
            boundaries[function] = capture.captured(dict(zip(names, values)), names)
            return given

        @functools.wraps(stage)
        def watching(*args: Any, **kwargs: Any) -> Any:
            return noted(stage(*args, **kwargs))

        @functools.wraps(stage)
        async def awaiting(*args: Any, **kwargs: Any) -> Any:
            return noted(await stage(*args, **kwargs))

        return awaiting if inspect.iscoroutinefunction(stage) else watching

    capture.hide(request["hidden"])
    seeds.seed()
    for module_name, function, names in request["stages"]:
        module = importlib.import_module("%s.%s" % (request["package"], module_name))
        setattr(module, function, watched(getattr(module, function), function, names))
    results = importlib.import_module(request["package"] + ".pipeline").run()
    answer = {
        "boundaries": boundaries,
        "results": capture.captured(results, results),
        "refused": list(refused(request["package"], request.get("missing", ()))),
    }
    with open(result_path, "w", encoding="utf-8") as file:
        file.write(json.dumps(answer))


def refused(package: str, missing: Sequence[Sequence[Any]]) -> Iterator[List[str]]:
    """Stages that name a file that is not there: function and argument.

    Asked are (module, function, its inputs, the argument that is a path, what such paths end with).
    """
    for module, function, inputs, argument, suffix in missing:
        parameters = importlib.import_module(package + ".parameters")
        given = {name: getattr(parameters, name) for name in inputs}
        given[argument] = "no such file" + suffix
        stage = getattr(importlib.import_module("%s.%s" % (package, module)), function)
        try:
            inspect.unwrap(stage)(**given)
        except FileNotFoundError as error:
            if given[argument] in str(error):
                yield [function, argument]
        except (Exception, SystemExit):  # noqa: BLE001 - code of the notebook: whatever it raises
            pass


def _beside(name: str) -> Any:
    """A module that lies beside this file; whoever imports that name later gets another one."""
    module = importlib.import_module(name)
    del sys.modules[name]
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)  # workers that a library left behind must not hold up the end
