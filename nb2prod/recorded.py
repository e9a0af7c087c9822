"""What a recorded run saw of a notebook's environment and values, for those who write it down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a known library, in a value of the notebook."""

    #: What follows the variable's name to get at it; empty where the value is the model.
    path: str
    kind: str
    #: As model hubs call it.
    library: str
    #: By name, as Python writes them, on one short line each.
    parameters: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """A value in words: its class and size, the columns of a table, and its type."""

    kind: str
    columns: str = ""
    #: Its type as an annotation, library classes by their dotted path; empty where it has no name.
    hint: str = ""
    #: The models that it is or holds.
    models: Sequence[Model] = ()


@dataclass(frozen=True, slots=True)
class CellRun:
    """What a piece of a cell did in the recorded run, beside computing."""

    cell: int
    line: int
    #: Wall and processor time, in seconds.
    seconds: float
    processor: float
    #: The largest size of the kernel until then, in bytes.
    memory: int
    #: Files that it read and that the notebook did not make itself, and those that it wrote;
    #: relative where they lie in the notebook's folder.
    read: list[str]
    written: list[str]
    #: Whom it talked to over the network, and the commands that it started.
    hosts: list[str]
    commands: list[str]
    #: Whether it drew from a random state that everybody shares, and the lines of its cell where the
    #: statements begin that did; of a kernel without IPython there are none.
    drew: bool
    draws: list[int]
    #: The lines of calls that may have effects, and left every value as it was that they name.
    unmoved: list[int]
    #: What it showed, as a notebook file holds it.
    outputs: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution where the notebook ran."""

    version: str
    #: Names of the distributions that it needs.
    needs: tuple[str, ...]
    #: The Pythons that it runs on, such as ``>=3.11``.
    python: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of data that is too large for a package, and what the notebook computes from them."""

    #: By the paths that the notebook reads.
    data: Mapping[str, str]
    #: As in `Recorded`.
    values: Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What generated text may tell of a run; nothing, where there was none."""

    #: For each top-level module that was loaded, its distribution and the version.
    distributions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: The results of each stage, by its function and their names.
    descriptions: Mapping[str, Mapping[str, Description]] = field(default_factory=dict)

    #: Every distribution of the kernel's environment, by its normalised name.
    installed: Mapping[str, Installed] = field(default_factory=dict)

    #: The values themselves, or samples of them, as facts: stage -> name -> facts.
    values: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)

    #: The pieces of cells, in the order of the run.
    cells: tuple[CellRun, ...] = ()

    #: The lock file of PEP 751 for what the package needs; empty where no index told of it.
    lock: str = ""

    #: Stages that named a file that was not there, each with the argument that is its path.
    refused: tuple[tuple[str, str], ...] = ()

    #: Where the data is too large to lie beside the package's tests.
    sample: Sample | None = None

    def without(self, names: Collection[tuple[str, str]]) -> Recorded:
        """Without the values of these (stage, name): what a notebook does not repeat proves nothing."""
        kept = {
            stage: {name: facts for name, facts in found.items() if (stage, name) not in names}
            for stage, found in self.values.items()
        }
        return replace(self, values=kept)

    def describe(self, stage: str | None, name: str) -> Description | None:
        """What a stage was seen to give under a name."""
        return self.descriptions.get(stage or "", {}).get(name)


def plain_number(fact: object) -> float | None:
    """The number that a fact is; a truth value is none."""
    return fact if isinstance(fact, float | int) and not isinstance(fact, bool) else None
