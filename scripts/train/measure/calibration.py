"""Owns the fit of the numbers by which answers are trusted: weights, thresholds, the curve.

It must not know questions, models or databases.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from localai.sql.calibrated import FACTORS, Factor
from localai.sql.trust import Evidence, facts

NAMES = tuple(FACTORS)
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

HUMAN, MADE_UP = "human", "made up"
NONE, LACKING = "unanswerable", "human, lacking a column"
RIDGE = 2.0
# A fact that hardly ever changes would get a huge weight.
LEAST_SCALE = 0.05
STEPS = 4000
CLOSE = 1e-6
# The facts that tell right from wrong. Over 404 human questions each database's answers were told
# apart by these alone, fitted on the others, in 87.5 of 100 pairs; by all facts in 82. Whether an
# answer to the question in other words, or over fewer tables, is the same added nothing.
TELLING = ("likelihood", "left_out", "clashes", "empty")
# What a made-up question counts for beside a human one there; and of all the weight there the part
# of what has no right answer.
MADE_UP_WEIGHT, UNANSWERABLE_SHARE = 0.5, 0.05
FOLDS = 5
BINS = 10
# Of the sure answers so many are to be right, and of all so many sure: more than the 0.90 and 0.35
# that the card promises, for what was made while these databases were looked at does better there
# than on others.
RIGHT_OF_SURE, LEAST_SURE = 0.97, 0.40
# Where these cannot be had: a mark on nearly every answer would say nothing of any of them.
USEFUL_RIGHT_OF_SURE = 0.80
DECLINED_OF_NONE = 0.88
HOPELESS, HOPELESS_OF_HUMAN = 0.05, 0.04
DECLINED_OF_HUMAN, DECLINED_OF_MADE_UP = 0.08, 0.015


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer to calibrate on. kind: HUMAN, MADE_UP, or where no answer is right NONE or LACKING
    (much of what is asked for is there). place: the database. evidence: None where the model itself
    had no answer."""

    kind: str
    place: str
    evidence: Evidence | None
    right: bool


class Fitted(NamedTuple):
    """The numbers of `localai/sql/calibrated.py`."""

    factors: dict[str, Factor]
    right: float
    known: float
    sure: float
    hopeless: float
    answerable: float


class Chances(NamedTuple):
    """For each answer both chances, as databases that the fit did not see would have them; known is
    0 where the answer is hopeless."""

    right: Numbers
    known: Numbers


def fitted(seen: Sequence[Seen]) -> tuple[Fitted, Chances]:
    """All numbers, and the chances by which the thresholds were chosen."""
    answered = [one for one in seen if one.evidence is not None]
    values, centre, scale = _matrix(answered)
    right, known = _targets(answered)
    first, second = _weighted_right(answered), _weighted_known(answered)
    telling = values * [name in TELLING for name in NAMES]
    chances = Chances(
        _spread(seen, answered, _elsewhere(telling, right, first, answered)),
        _spread(seen, answered, _elsewhere(values, known, second, answered)),
    )
    one, two = _logistic(telling, right, first), _logistic(values, known, second)
    factors = {
        name: Factor(*(round(float(n), 4) for n in (centre[i], scale[i], one[i], two[i])))
        for i, name in enumerate(NAMES)
    }
    hopeless = _hopeless(seen, chances.right)
    chances = Chances(chances.right, np.where(chances.right < hopeless, 0.0, chances.known))
    answerable = _answerable(seen, chances.known)
    numbers = Fitted(
        factors,
        round(float(one[-1]), 4),
        round(float(two[-1]), 4),
        round(_sure(seen, chances, answerable), 4),
        round(hopeless, 4),
        round(answerable, 4),
    )
    return numbers, chances


def _matrix(answered: Sequence[Seen]) -> tuple[Numbers, Numbers, Numbers]:
    rows = []
    for one in answered:
        assert one.evidence is not None
        found = facts(one.evidence)
        rows.append([np.nan if found[name] is None else found[name] for name in NAMES])
    raw = np.array(rows, dtype=np.float64)
    known = ~np.isnan(raw)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, raw, 0.0).sum(axis=0) / count
    away = np.where(known, raw - centre, 0.0)
    scale = np.maximum(np.sqrt((away**2).sum(axis=0) / count), LEAST_SCALE)
    # What is not known stands at the centre: it speaks neither way.
    return away / scale, centre, scale


def _targets(answered: Sequence[Seen]) -> tuple[Numbers, Numbers]:
    right = np.array([float(one.right) for one in answered])
    known = np.array([float(one.kind in (HUMAN, MADE_UP)) for one in answered])
    return right, known


def _weighted_right(answered: Sequence[Seen]) -> Numbers:
    """Human questions count in full, made-up ones for less, as they are easier, and those without
    an answer a little."""
    human = sum(one.kind == HUMAN for one in answered)
    none = max(1, sum(one.kind in (NONE, LACKING) for one in answered))
    each = UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE) * human / none
    weights = {HUMAN: 1.0, MADE_UP: MADE_UP_WEIGHT, NONE: each, LACKING: each}
    return np.array([weights[one.kind] for one in answered])


def _weighted_known(answered: Sequence[Seen]) -> Numbers:
    """Human ones, made-up ones and those without an answer count as much as each other."""
    groups = [NONE if one.kind == LACKING else one.kind for one in answered]
    counts = Counter(groups)
    return np.array([len(answered) / (len(counts) * counts[group]) for group in groups])


def _logistic(values: Numbers, target: Numbers, weight: Numbers) -> Numbers:
    """Weights for the columns, none below 0, and the constant; ridge, projected gradient."""
    rows = np.c_[values, np.ones(len(values))]
    found = np.zeros(rows.shape[1])
    ridge = RIDGE * np.r_[np.ones(values.shape[1]), 0.0]
    rate = 1.0 / (np.linalg.norm(rows.T @ (rows * weight[:, None]), 2) / 4 + RIDGE)
    for _ in range(STEPS):
        slope = rows.T @ (weight * (_chance(rows @ found) - target)) + ridge * found
        before, found = found, found - rate * slope
        found[:-1] = np.maximum(found[:-1], 0.0)
        if np.abs(found - before).max() < CLOSE:
            break
    return found


def _chance(odds: Numbers) -> Numbers:
    return 0.5 * (1.0 + np.tanh(odds / 2))


def _elsewhere(
    values: Numbers, target: Numbers, weight: Numbers, answered: Sequence[Seen]
) -> Numbers:
    """Each answer's chance by a fit that did not see its database."""
    names = sorted({one.place for one in answered})
    folds = {name: number % FOLDS for number, name in enumerate(names)}
    fold = np.array([folds[one.place] for one in answered])
    found = np.zeros(len(answered))
    for number in range(FOLDS):
        out = fold == number
        if out.any() and (~out).any():
            weights = _logistic(values[~out], target[~out], weight[~out])
            found[out] = _chance(np.c_[values[out], np.ones(out.sum())] @ weights)
    return found


def _spread(seen: Sequence[Seen], answered: Sequence[Seen], found: Numbers) -> Numbers:
    """The chances in the places of all; 0 where there was no answer."""
    chances = iter(found)
    return np.array([next(chances) if one.evidence is not None else 0.0 for one in seen])


def _hopeless(seen: Sequence[Seen], right: Numbers) -> float:
    """The chance below which an answer helps nobody, as long as few human questions lose theirs."""
    own = np.sort([chance for one, chance in zip(seen, right, strict=True) if one.kind == HUMAN])
    return min(HOPELESS, float(own[int(HOPELESS_OF_HUMAN * len(own))]))


def _answerable(seen: Sequence[Seen], known: Numbers) -> float:
    """The threshold that declines enough of what has no answer, and not too much of the rest: of
    the human questions, and of the made-up ones that were answered right."""

    def below(kind: str, share: float) -> float:
        own = np.sort(
            [
                chance
                for one, chance in zip(seen, known, strict=True)
                if one.kind == kind and (one.right or kind != MADE_UP)
            ]
        )
        return float(own[min(len(own) - 1, int(share * len(own)))]) if len(own) else 1.0

    most = min(below(HUMAN, DECLINED_OF_HUMAN), below(MADE_UP, DECLINED_OF_MADE_UP))
    # Where there is room between the two, the middle of it is the safest place.
    least = below(NONE, DECLINED_OF_NONE)
    return most if least >= most else _middle(least, most)


def _middle(low: float, high: float) -> float:
    """The chance whose odds lie in the middle of these, on a logarithmic scale."""
    odds = [math.log(max(p, 1e-6) / max(1 - p, 1e-6)) for p in (low, high)]
    return 1 / (1 + math.exp(-sum(odds) / 2))


def _sure(seen: Sequence[Seen], chances: Chances, answerable: float) -> float:
    """The threshold from which on an answer is sure: the lowest above which as many of the human
    questions' answers are right as is wanted; where too few would be sure then, that above which
    the most are right of those that leave enough; and at the least as many as are of use."""
    asked = [i for i, one in enumerate(seen) if one.kind == HUMAN]
    order = sorted(
        (i for i in asked if chances.known[i] >= answerable), key=lambda i: -chances.right[i]
    )
    right = np.cumsum([seen[i].right for i in order]) / np.arange(1, len(order) + 1)
    # No threshold parts answers of the same chance.
    right[:-1][np.diff(chances.right[order]) == 0] = 0.0
    enough = math.ceil(LEAST_SURE * len(asked))
    count = _last(right >= RIGHT_OF_SURE)
    if count < enough <= len(order):
        best = enough + int(np.argmax(right[enough - 1 :]))
        useful = right[best - 1] >= USEFUL_RIGHT_OF_SURE
        count = best if useful else _last(right >= USEFUL_RIGHT_OF_SURE)
    return float(chances.right[order[count - 1]]) if count else 1.0


def _last(holds: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int:
    """How many there are up to the last of which it holds."""
    places = np.flatnonzero(holds)
    return int(places[-1]) + 1 if len(places) else 0


def curve(seen: Sequence[Seen], chances: Chances, answerable: float) -> list[tuple[str, int, int]]:
    """Of the human questions that are answered: confidence, answers, right ones."""
    placed: dict[int, list[bool]] = {}
    for number, one in enumerate(seen):
        if one.kind == HUMAN and one.evidence and chances.known[number] >= answerable:
            place = min(BINS - 1, int(chances.right[number] * BINS))
            placed.setdefault(place, []).append(one.right)
    return [
        (f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}", len(right), sum(right))
        for place, right in sorted(placed.items())
    ]
