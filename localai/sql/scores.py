"""Adds up what became of many questions, by category; it must not know how they were asked."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from localai.sql.evaluate import Outcome

ALL = "all"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of outcomes, as Outcome names them.

    uncompared: no right query ran, or the answer could not be had, so that it says nothing of the
    model. declined_rightly: of those declined. seconds: the median from question to rows.
    prompt_tokens: the mean of the questions asked. rejected_tokens, retries: sums.
    """

    category: str
    questions: int
    exact: int
    subset: int
    correct: int
    valid: int
    executed: int
    declined: int
    declined_rightly: int
    uncompared: int
    seconds: float
    prompt_tokens: float
    rejected_tokens: int
    retries: int


def scores(outcomes: Sequence[Outcome]) -> list[Score]:
    """One for each category, in the order they first come in, and last one for all."""
    categories = dict.fromkeys(one.question.query_category for one in outcomes)
    found = [
        score(name, [one for one in outcomes if one.question.query_category == name])
        for name in categories
    ]
    return [*found, score(ALL, outcomes)] if len(found) != 1 else found


def score(category: str, outcomes: Sequence[Outcome]) -> Score:
    """The outcomes' counts, under a name."""
    return Score(
        category=category,
        questions=len(outcomes),
        exact=sum(one.exact for one in outcomes),
        subset=sum(one.subset for one in outcomes),
        correct=sum(one.correct for one in outcomes),
        valid=sum(one.valid for one in outcomes),
        executed=sum(one.executed for one in outcomes),
        declined=sum(one.declined for one in outcomes),
        declined_rightly=sum(one.declined and one.correct for one in outcomes),
        uncompared=sum(_uncompared(one) for one in outcomes),
        seconds=statistics.median([one.seconds for one in outcomes] or [0.0]),
        prompt_tokens=_mean(one.prompt_tokens for one in outcomes if one.prompt_tokens),
        rejected_tokens=sum(one.rejected_tokens for one in outcomes),
        retries=sum(one.retries for one in outcomes),
    )


def _uncompared(outcome: Outcome) -> bool:
    return outcome.error is not None or (outcome.gold_error is not None and not outcome.subset)


def _mean(numbers: Iterable[int]) -> float:
    found = list(numbers)
    return sum(found) / len(found) if found else 0.0
