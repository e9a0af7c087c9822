"""Which distribution an imported module comes from."""

from __future__ import annotations

import ast
import re

from nb2prod.analysis.origins import loaded_modules
from nb2prod.plan.hoisting import STDLIB
from nb2prod.plan.package import PackagePlan

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


def dependencies(plan: PackagePlan) -> list[str]:
    """Requirement strings for what the package imports, and for what the notebook installs."""
    trees: list[ast.AST] = [statement.node for statement in plan.code.statements]
    trees += [ast.parse(module.source) for module in plan.local.values()]
    modules = set(loaded_modules(trees))
    roots = {module.partition(".")[0] for module in modules}
    roots -= STDLIB | {name.partition(".")[0] for name in plan.local} | {""}
    found = {DISTRIBUTIONS.get(root, root.replace("_", "-")) for root in roots}
    named = {_canonical(requirement): requirement for requirement in plan.requirements}
    return sorted(
        {named.get(_canonical(name), name) for name in found} | set(named.values()), key=str.lower
    )


def _canonical(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else requirement
