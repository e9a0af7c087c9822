"""What a statement can do, and how that is said: the signs, from weak to strong evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from nb2prod.roles import Role


class Sign(IntEnum):
    """What a statement does, from the weakest to the strongest evidence."""

    SHOW = 0
    IMPORT = 1
    OPTION = 2
    SEED = 3
    DEFINE = 4
    LITERAL = 5
    COMPUTE = 6
    CLEAN = 7
    COLUMNS = 8
    BUILD = 9
    TRANSFORM = 10
    SPLIT = 11
    LOAD = 12
    WRITE = 13
    PREDICT = 14
    SCORE = 15
    VALIDATE = 16
    UPDATE = 17
    FIT_WITH = 18
    FIT = 19


@dataclass(frozen=True, slots=True)
class Clue:
    """A sign, and what gave it."""

    sign: Sign
    #: The name that gave it away.
    what: str


#: One reason for each sign.
REASONS: Mapping[Sign, str] = {
    Sign.SHOW: "only shows values or draws",
    Sign.IMPORT: "only imports",
    Sign.OPTION: "sets options (`{what}`)",
    Sign.SEED: "seeds the random state (`{what}`)",
    Sign.DEFINE: "defines `{what}`",
    Sign.LITERAL: "holds only literals that a caller may want to override (`{what}`)",
    Sign.COMPUTE: "computes `{what}`",
    Sign.CLEAN: "cleans or reshapes data with `{what}`",
    Sign.COLUMNS: "sets columns or items of `{what}`",
    Sign.BUILD: "sets up `{what}`",
    Sign.TRANSFORM: "turns data into features with `{what}`",
    Sign.SPLIT: "splits the data with `{what}`",
    Sign.LOAD: "reads data with `{what}`",
    Sign.WRITE: "writes results with `{what}`",
    Sign.PREDICT: "calls `.{what}` on a model",
    Sign.SCORE: "computes a measure of success (`{what}`)",
    Sign.VALIDATE: "measures an estimator with `{what}`",
    Sign.UPDATE: "updates `{what}` in a training loop",
    Sign.FIT_WITH: "fits a model with `{what}`",
    Sign.FIT: "calls `.{what}` on an estimator",
}

#: The job of a statement with one of these signs.
JOBS: Mapping[Sign, Role] = {
    Sign.FIT: Role.TRAIN,
    Sign.FIT_WITH: Role.TRAIN,
    Sign.UPDATE: Role.TRAIN,
    Sign.VALIDATE: Role.EVALUATE,
    Sign.SCORE: Role.EVALUATE,
    Sign.PREDICT: Role.PREDICT,
}

#: Signs of data on its way to a model ...
PREPARING = frozenset(
    (Sign.COMPUTE, Sign.CLEAN, Sign.COLUMNS, Sign.TRANSFORM, Sign.SPLIT, Sign.LOAD)
)
#: ... and of a notebook that is being set up.
SETTING_UP = frozenset((Sign.IMPORT, Sign.OPTION, Sign.SEED))


def said(clue: Clue | None) -> str:
    """The clue in words."""
    return REASONS[clue.sign].format(what=clue.what) if clue is not None else "computes values"
