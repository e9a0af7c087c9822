"""Names for what we generate: valid, and never one of the notebook's own."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from collections.abc import Collection

#: Function and module of the first stage of each role, by the role's tag.
FUNCTIONS = {
    "setup": "set_up",
    "preprocessing": "preprocess",
    "train": "train",
    "evaluate": "evaluate",
    "predict": "predict",
}
MODULES = {
    "setup": "common",
    "preprocessing": "preprocessing",
    "train": "training",
    "evaluate": "evaluation",
    "predict": "prediction",
}
#: What other libraries import: a package of that name would stand in their way.
_LIBRARIES = frozenset(
    """
    numpy pandas scipy sklearn matplotlib seaborn joblib threadpoolctl pytz tzdata dateutil six PIL yaml
    requests urllib3 certifi idna charset_normalizer packaging pyparsing cycler kiwisolver contourpy
    fontTools xgboost lightgbm catboost statsmodels patsy torch torchvision tensorflow keras jax tqdm
    click jinja2 attr attrs IPython pytest pluggy iniconfig setuptools pip plotly networkx sympy nltk
    """.split()
)
_SOFT = frozenset(getattr(keyword, "softkwlist", ()))


def fresh(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, with as many underscores behind it as it takes to be new."""
    name = wanted
    while name in taken:
        name += "_"
    return name


def slug(text: str, limit: int = 40) -> str:
    """A heading as an identifier in ASCII, or nothing where none can be made."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    while words and words[0][0].isdigit():
        words.pop(0)
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > limit:
            break
        name = f"{name}_{word}" if name else word
    return name if is_name(name) else ""


def is_name(name: str) -> bool:
    """Whether Python takes it as a name."""
    return name.isidentifier() and not keyword.iskeyword(name) and name not in _SOFT


def package_problem(name: str, imported: Collection[str] = ()) -> str | None:
    """Why a package that imports these modules can't have this name, or None."""
    if not name.isidentifier() or not name.isascii():
        return "is no Python identifier"
    if keyword.iskeyword(name) or name in _SOFT:
        return "is a word of the Python language"
    if name in sys.stdlib_module_names or name == "__main__":
        return "is a module of the standard library"
    if name in imported:
        return "is a module that the notebook imports"
    if name in _LIBRARIES:
        return "is the name of a library"
    if name == "tests":
        return "is the folder of the package's tests"
    return None


def package_name(text: str, imported: Collection[str] = ()) -> str:
    """A valid name from a file's name, for a package that imports these modules."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", plain).strip("_").lower() or "notebook"
    if name[0].isdigit():
        name = f"notebook_{name}"
    while package_problem(name, imported) is not None:
        name += "_package"
    return name


def distribution_name(package: str) -> str:
    """The name of a package's distribution and console script: with hyphens, none of them at its ends."""
    return package.replace("_", "-").strip("-") or "package"


def shouted(words: str) -> str:
    """CamelCase, for the names of result types."""
    return "".join(part[:1].upper() + part[1:] for part in words.split("_"))


def data_variable(package: str) -> str:
    """The environment variable that names the folder of a package's data."""
    return f"{package.upper()}_DATA"


def field_names(names: Collection[str]) -> dict[str, str]:
    """Field names of a named tuple for variables: it takes no leading underscore."""
    fields: dict[str, str] = {}
    for name in names:
        field = name.lstrip("_") or "value"
        if not is_name(field) or field in ("count", "index"):
            field = f"{field}_"
        fields[name] = fresh(field, set(fields.values()) | (set(names) - {name}))
    return fields
