"""Every rule earns its place: a random program tells the converter from one without the rule."""

from __future__ import annotations

import functools

import pytest

from .notebooks import Program
from .oracle import Verdict, verdict
from .programs import generate
from .rules import PROGRAMS, RULES, Rule, tells, unformatted

SEARCH = """
Generator and converter change, and seeds with them:
    python -m tests.properties.rules {name!r}
searches a new one. Where it finds none, the programs need a production that bites here."""


@functools.cache
def judged(seed: int) -> tuple[Program, Verdict]:
    program = generate(seed)
    return program, verdict(program, unformatted)


@pytest.mark.property
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_program_finds_that_the_rule_is_off(rule: Rule) -> None:
    search = SEARCH.format(name=rule.name)
    program, sound = judged(rule.seed)
    assert sound.kind == "same", f"seed {rule.seed}: {sound.kind}: {sound.detail}{search}"
    found = verdict(program, rule.convert)
    assert tells(found), f"seed {rule.seed} without it: {found.kind}: {found.detail}{search}"


def test_a_patch_out_of_date_tells_nothing() -> None:
    assert tells(Verdict("crash", "run: NameError"))
    assert not tells(Verdict("same"))
    assert not tells(Verdict("crash", "convert: AttributeError"))


def test_every_rule_has_a_name_and_a_seed_of_the_campaign() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.seed in range(PROGRAMS) for rule in RULES)
