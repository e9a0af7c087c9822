"""The generator: it bites, it repeats itself, and its programs run."""

from __future__ import annotations

from collections import Counter
from random import Random

from .grammar import LABELS, PRODUCTIONS
from .notebooks import SHIPPED, Program
from .programs import draft, generate

SEEDS = 400


def test_every_construct_occurs_in_five_percent_of_the_programs() -> None:
    counts = Counter(label for seed in range(SEEDS) for label in draft(Random(f"{seed}/0"))[1])
    rare = {label: counts[label] / SEEDS for label in LABELS if counts[label] < 0.05 * SEEDS}
    assert not rare


def test_labels_are_unique() -> None:
    assert len({production.label for production in PRODUCTIONS}) == len(PRODUCTIONS)


def test_a_seed_gives_the_same_program_again() -> None:
    for seed in range(5):
        assert generate(seed) == generate(seed)


def test_programs_have_a_few_cells_of_all_roles() -> None:
    programs = [generate(seed) for seed in range(40)]
    roles = Counter(cell.role for program in programs for cell in program.cells)
    assert set(roles) >= {*SHIPPED, None, "skip"}
    assert all(4 <= len(program.cells) <= 32 for program in programs)
    assert all(isinstance(program, Program) and program.outputs for program in programs)
