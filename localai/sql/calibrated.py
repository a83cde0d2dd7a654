"""Owns the numbers that say how far the embedded model's answers are trusted; no code.

`python scripts/train/calibrate.py FILE.gguf --data DATA --write` fits them and writes this file.
Source: 578 human questions over the development databases, 179 made-up ones and
300 that have no answer, asked of the weights with the sha256 68cd5c9f4b7d350f...
"""

from __future__ import annotations

from typing import NamedTuple


class Factor(NamedTuple):
    """What a fact of an answer counts for. centre, scale: its mean and standard deviation.

    right: its weight for the answer's being right. known: for the database's holding what the
    question asks for. All facts are put so that more of them never speaks against an answer.
    """

    centre: float
    scale: float
    right: float
    known: float


FACTORS = {
    "lowest": Factor(-0.4589, 0.9601, 0.0, 0.0759),
    "agreement": Factor(0.8211, 0.2867, 0.0, 0.4998),
    "likelihood": Factor(-0.2305, 0.6841, 3.2233, 0.3178),
    "declining": Factor(5.9222, 2.3315, 0.0, 0.8054),
    "unlinked": Factor(-0.2862, 0.5422, 0.0, 0.4616),
    "left_out": Factor(-0.1632, 0.4299, 0.5485, 0.2747),
    "unasked": Factor(-0.0586, 0.2398, 0.0, 0.2221),
    "clashes": Factor(-0.0828, 0.2956, 0.4133, 0.0616),
    "joins": Factor(-0.5954, 0.7547, 0.0, 0.0569),
    "empty": Factor(-0.0758, 0.2647, 0.2029, 0.0),
}
# The logarithms of the odds where every fact is at its centre.
RIGHT = 0.1505
KNOWN = 1.3513
# An answer is sure from the first of these chances of being right on. There is none below the
# second, nor below the third as the chance that the database holds what is asked for.
SURE = 0.7969
HOPELESS = 0.0022
ANSWERABLE = 0.1773
