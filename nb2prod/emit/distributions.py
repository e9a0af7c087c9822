"""Which distribution an imported module comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nb2prod.analysis.origins import loaded_modules
from nb2prod.emit.contractcode import pandera
from nb2prod.plan.hoisting import STDLIB
from nb2prod.plan.package import PackagePlan
from nb2prod.recorded import Recorded

#: Import names whose distribution has another name.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "cv2": "opencv-python",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "imblearn": "imbalanced-learn",
    "mpl_toolkits": "matplotlib",
    "pylab": "matplotlib",
    "IPython": "ipython",
    "category_encoders": "category-encoders",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "Bio": "biopython",
    "umap": "umap-learn",
    "google.cloud": "google-cloud",
    "pkg_resources": "setuptools",
    "serial": "pyserial",
    "jwt": "pyjwt",
    "docx": "python-docx",
    "pandas_profiling": "pandas-profiling",
    "sentence_transformers": "sentence-transformers",
    "pytorch_lightning": "pytorch-lightning",
    "torch_geometric": "torch-geometric",
    "fbprophet": "fbprophet",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "attr": "attrs",
    "tensorflow_hub": "tensorflow-hub",
    "tensorflow_datasets": "tensorflow-datasets",
}


def dependencies(plan: PackagePlan, recorded: Recorded) -> list[str]:
    """Requirement strings for what the package imports, for what reads its model, and for what the notebook installs."""
    trees: list[ast.AST] = [statement.node for statement in plan.code.statements]
    trees += [ast.parse(module.source) for module in plan.local.values()]
    modules = set(loaded_modules(trees))
    roots = {module.partition(".")[0] for module in modules}
    roots -= STDLIB | {name.partition(".")[0] for name in plan.local} | {""}
    found: dict[str, str] = {}
    for root in sorted(roots):
        name, version = recorded.distributions.get(
            root, (DISTRIBUTIONS.get(root, root.replace("_", "-")), "")
        )
        found[_canonical(name)] = name + within(version)
    for requirement in _served(plan, recorded):
        found.setdefault(_canonical(requirement), requirement)
    found.update({_canonical(requirement): requirement for requirement in plan.requirements})
    return sorted(found.values(), key=str.lower)


def _served(plan: PackagePlan, recorded: Recorded) -> Iterator[str]:
    """What a package needs that serves, beside the notebook's libraries."""
    if plan.serving:
        version = pandas_version(recorded)
        yield f"pandas{within(version)}"
        _, requirement = pandera(version)
        yield requirement
        if plan.serving.files:
            yield from plan.serving.files.readers.values()


def pandas_version(recorded: Recorded) -> str:
    """That of the recorded run, which may not have imported it; empty where nobody knows."""
    held = recorded.installed.get("pandas")
    return recorded.distributions.get("pandas", ("", held.version if held else ""))[1]


def within(version: str) -> str:
    """From the recorded version up to the next that may break: ``>=2.1.3,<3``, ``>=0.14.1,<0.15``."""
    numbers = re.match(r"(\d+)\.(\d+)(?:\.\d+)*", version)
    if numbers is None:
        return ""
    major, minor = int(numbers[1]), int(numbers[2])
    return f">={numbers[0]},<{major + 1}" if major else f">={numbers[0]},<0.{minor + 1}"


def _canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else requirement
