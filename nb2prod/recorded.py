"""What a recorded run saw of a notebook's environment and values, for those who write it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Description:
    """A value in words: its class and size, and the columns of a table."""

    kind: str
    columns: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What generated text may tell of a run; nothing, where there was none."""

    #: For each top-level module that was loaded, its distribution and the version.
    distributions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    #: The results of each stage, by its function and their names.
    descriptions: Mapping[str, Mapping[str, Description]] = field(default_factory=dict)

    #: Every distribution that the run loaded, and what these need, with the version; by name.
    locked: Mapping[str, str] = field(default_factory=dict)

    def describe(self, stage: str | None, name: str) -> Description | None:
        """What a stage was seen to give under a name."""
        return self.descriptions.get(stage or "", {}).get(name)
