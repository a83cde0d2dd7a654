"""What an answer of the embedded model is worth: each fact pulls its own way and no other."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from localai.sql import calibrated
from localai.sql.calibrated import FACTORS
from localai.sql.trust import Evidence, Trust, facts, trust

USUAL = Evidence(0.4, 0.8, 0.5, 0.0, 0, 0, 0, 0, 0, False)
# What speaks for an answer the more there is of it, and what the less.
FOR = ("lowest", "agreement", "likelihood")
AGAINST = ("declining", "unlinked", "left_out", "unasked", "clashes", "joins")


def with_one(name: str, value: Any) -> Evidence:
    return replace(USUAL, **{name: value})


def chances(evidence: Evidence) -> tuple[float, float]:
    found = trust(evidence)
    return found.right, found.known


def test_every_fact_has_its_weight_and_no_weight_speaks_the_other_way() -> None:
    assert set(FACTORS) == {one.name for one in fields(Evidence)}
    for factor in FACTORS.values():
        assert factor.right >= 0 and factor.known >= 0 and factor.scale > 0


@pytest.mark.parametrize("name", FOR)
def test_a_lower_probability_never_makes_it_surer(name: str) -> None:
    grid = [0.0, 1e-9, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0]
    rising = [chances(with_one(name, value)) for value in grid]
    assert rising == sorted(rising) and [known for _, known in rising] == sorted(
        known for _, known in rising
    )


@pytest.mark.parametrize("name", AGAINST)
def test_what_is_amiss_never_makes_it_surer(name: str) -> None:
    grid = (0, 1e-9, 1e-3, 0.1, 0.5, 1) if name == "declining" else (0, 1, 2, 4, 9)
    falling = [chances(with_one(name, found)) for found in grid]
    assert falling == sorted(falling, reverse=True)
    if name != "declining":
        assert falling[-1] == falling[-2], "more than so many say no more"


def test_finding_nothing_never_makes_it_surer() -> None:
    assert chances(replace(USUAL, empty=True)) <= chances(USUAL)


def test_what_is_not_known_speaks_neither_way() -> None:
    assert set(facts(Evidence(unlinked=1)).values()) == {None, 0.0, -1.0}
    nothing = Evidence()
    assert 0 < trust(nothing).right < 1 and 0 < trust(nothing).known < 1
    assert chances(replace(USUAL, lowest=None)) <= chances(replace(USUAL, lowest=1.0))


def test_the_chance_stays_one_whatever_the_evidence() -> None:
    worst = Evidence(0.0, 0.0, 0.0, 1.0, 99, 99, 99, 99, 99, True)
    best = Evidence(1.0, 1.0, 1.0, 0.0, empty=False)
    for one in (*trust(worst), *trust(best)):
        assert 0 <= one <= 1
    assert trust(worst) < trust(best)


@pytest.mark.parametrize(
    ("right", "known", "verdict"),
    [
        (0.8, 0.5, "sure"),
        (0.79, 0.5, "unsure"),
        (0.05, 0.5, "unsure"),
        (0.04, 1.0, "declined"),
        (1.0, 0.49, "declined"),
        (0.0, 0.0, "declined"),
    ],
)
def test_thresholds_make_three_verdicts(
    monkeypatch: pytest.MonkeyPatch, right: float, known: float, verdict: str
) -> None:
    monkeypatch.setattr(calibrated, "SURE", 0.8)
    monkeypatch.setattr(calibrated, "HOPELESS", 0.05)
    monkeypatch.setattr(calibrated, "ANSWERABLE", 0.5)
    assert Trust(right, known).verdict == verdict


def test_the_thresholds_are_chances() -> None:
    assert 0 <= calibrated.ANSWERABLE <= 1 and 0 <= calibrated.HOPELESS < calibrated.SURE <= 1
