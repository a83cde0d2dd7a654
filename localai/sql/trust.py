"""Owns how far an answer of the embedded model is trusted: from what is known of it to a chance
and a verdict; it must not know questions, models or databases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from localai.sql import calibrated
from localai.sql.calibrated import FACTORS

Verdict = Literal["sure", "unsure", "declined"]
# More of a kind than this says no more; a token less likely than this is as good as impossible.
MOST = 4
LEAST_LOGARITHM = -8.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one answer; None where it could not be found out, which speaks neither way.

    lowest: of its tokens' probabilities the least. agreement: of all that the candidates stand for,
    the part that found the same rows. likelihood: the sum of the different candidates'
    probabilities. declining: the model's own probability that there is no answer. unlinked: words
    of the question that nothing in the database is called. left_out: what the question names and
    the answer has not. unasked: columns of the answer that the question does not name. clashes:
    words of the question that the answer goes against. joins: how many it has. empty: it found no
    row, or one of NULLs.
    """

    lowest: float | None = None
    agreement: float | None = None
    likelihood: float | None = None
    declining: float | None = None
    unlinked: int = 0
    left_out: int = 0
    unasked: int = 0
    clashes: int = 0
    joins: int = 0
    empty: bool | None = None


class Trust(NamedTuple):
    """right: the chance that the answer's rows are right. known: that the database holds what is
    asked for. Both 0 to 1."""

    right: float
    known: float

    @property
    def verdict(self) -> Verdict:
        if self.known < calibrated.ANSWERABLE or self.right < calibrated.HOPELESS:
            return "declined"
        return "sure" if self.right >= calibrated.SURE else "unsure"


def trust(evidence: Evidence) -> Trust:
    """How far an answer is trusted. More that speaks for it never lowers either chance."""
    right, known = calibrated.RIGHT, calibrated.KNOWN
    for name, fact in facts(evidence).items():
        factor = FACTORS[name]
        if fact is not None:
            right += factor.right * (fact - factor.centre) / factor.scale
            known += factor.known * (fact - factor.centre) / factor.scale
    return Trust(_chance(right), _chance(known))


def facts(evidence: Evidence) -> dict[str, float | None]:
    """The evidence as numbers, each the greater the more it speaks for the answer: logarithms of
    probabilities, and what is amiss below 0."""
    return {name: _fact(name, getattr(evidence, name)) for name in FACTORS}


def _fact(name: str, found: float | None) -> float | None:
    if found is None:
        return None
    if name in ("lowest", "likelihood"):
        return max(LEAST_LOGARITHM, math.log(found)) if found > 0 else LEAST_LOGARITHM
    if name == "declining":
        # Between one in a thousand and one in a hundred lies as much as between a tenth and a half.
        return min(-LEAST_LOGARITHM, -math.log(found)) if found > 0 else -LEAST_LOGARITHM
    return float(found) if name == "agreement" else -float(min(found, MOST))


def _chance(odds: float) -> float:
    """The probability of these logarithmic odds."""
    return 0.5 * (1.0 + math.tanh(odds / 2))
